//! What must hold in the stored data, whatever happened before (RELIABILITY 4): each is a query that
//! must count nothing.

use super::world::World;

const INVARIANTS: [(&str, &str); 21] = [
    (
        "a total is subtotal and taxes",
        "SELECT COUNT(*) FROM invoices i WHERE total_minor <> subtotal_minor + COALESCE((SELECT \
         SUM(amount_minor) FROM invoice_taxes t WHERE t.organization_id = i.organization_id \
         AND t.number = i.number), 0)",
    ),
    (
        "a subtotal is its lines",
        "SELECT COUNT(*) FROM invoices i WHERE subtotal_minor <> COALESCE((SELECT \
         SUM(amount_minor) FROM invoice_lines l WHERE l.organization_id = i.organization_id \
         AND l.number = i.number), 0)",
    ),
    (
        "one currency per organization",
        "SELECT COUNT(*) FROM invoices i JOIN organizations o ON o.id = i.organization_id \
         WHERE i.currency <> o.currency",
    ),
    (
        "numbers have no gap",
        "SELECT COUNT(*) FROM (SELECT 1 FROM invoices i JOIN invoice_counters c \
         ON c.organization_id = i.organization_id AND c.series = i.series \
         GROUP BY i.organization_id, i.series, c.last \
         HAVING COUNT(*) <> MAX(i.position) OR MAX(i.position) <> c.last) g",
    ),
    (
        "no number was taken without an invoice",
        "SELECT COUNT(*) FROM invoice_counters c WHERE NOT EXISTS (SELECT 1 FROM invoices i \
         WHERE i.organization_id = c.organization_id AND i.series = c.series)",
    ),
    (
        "number order is time order",
        "SELECT COUNT(*) FROM invoices a JOIN invoices b ON b.organization_id = a.organization_id \
         AND b.series = a.series AND b.position = a.position + 1 WHERE b.issued_at < a.issued_at",
    ),
    (
        "what is paid is paid exactly",
        "SELECT COUNT(*) FROM payments p JOIN invoices i ON i.organization_id = p.organization_id \
         AND i.number = p.number WHERE i.total_minor <> p.amount_minor",
    ),
    (
        "an invoice is paid once",
        "SELECT COUNT(*) FROM (SELECT 1 FROM payments GROUP BY organization_id, number \
         HAVING COUNT(*) > 1) twice",
    ),
    (
        "a paid order has its invoice and its payment, no other has one",
        "SELECT COUNT(*) FROM plan_changes c LEFT JOIN payment_attempts a \
         ON a.organization_id = c.organization_id AND a.plan_change_id = c.id WHERE \
         (COALESCE(a.state, '') = 'paid') <> EXISTS (SELECT 1 FROM invoices i \
         JOIN payments p ON p.organization_id = i.organization_id AND p.number = i.number \
         WHERE i.organization_id = c.organization_id AND i.plan_change_id = c.id \
         AND i.number = c.invoice_number AND p.gateway_reference = a.gateway_reference \
         AND p.amount_minor = a.amount_minor)",
    ),
    (
        "what the gateway captured is what was paid",
        "SELECT COUNT(*) FROM sandbox_charges g WHERE g.outcome = 'captured' AND NOT EXISTS \
         (SELECT 1 FROM payments p WHERE p.gateway_reference = g.reference \
         AND p.amount_minor = g.amount_minor AND p.currency = g.currency)",
    ),
    (
        "what was paid is what the gateway captured",
        "SELECT COUNT(*) FROM payments p WHERE NOT EXISTS (SELECT 1 FROM sandbox_charges g \
         WHERE p.gateway_reference = g.reference AND g.outcome = 'captured')",
    ),
    (
        "a settled order has its answer, an open one has none",
        "SELECT COUNT(*) FROM plan_changes c JOIN idempotency_keys k \
         ON k.organization_id = c.organization_id AND k.user_id = c.user_id \
         AND k.idempotency_key = c.idempotency_key WHERE (k.answer IS NULL) <> EXISTS (SELECT 1 \
         FROM payment_attempts a WHERE a.organization_id = c.organization_id \
         AND a.plan_change_id = c.id AND a.state IN ('started', 'unknown', 'authentication'))",
    ),
    (
        "one key per order",
        "SELECT COUNT(*) FROM plan_changes c WHERE 1 <> (SELECT COUNT(*) FROM idempotency_keys k \
         WHERE k.organization_id = c.organization_id AND k.user_id = c.user_id \
         AND k.idempotency_key = c.idempotency_key)",
    ),
    (
        "the audit log has no hole",
        "SELECT COUNT(*) FROM (SELECT 1 FROM audit GROUP BY organization_id \
         HAVING COUNT(*) <> MAX(position)) g",
    ),
    (
        "what nobody has ordered falls due for its total, nothing else does",
        "SELECT COUNT(*) FROM invoices i LEFT JOIN collections c \
         ON c.organization_id = i.organization_id AND c.number = i.number \
         WHERE COALESCE(c.amount_minor, 0) <> CASE WHEN i.kind IN ('scheduled', 'annual', \
         'trial_first', 'reactivation', 'final') THEN i.total_minor ELSE 0 END",
    ),
    (
        "a debit that has paid has its payment, no other has one",
        "SELECT COUNT(*) FROM payment_attempts d WHERE d.number IS NOT NULL AND (d.state = 'paid') <> EXISTS (SELECT 1 FROM payments p \
         WHERE p.organization_id = d.organization_id AND p.number = d.number \
         AND p.gateway_reference = d.gateway_reference AND p.amount_minor = d.amount_minor)",
    ),
    (
        "every account has a schedule, and its first job is its place in the queue",
        "SELECT COUNT(*) FROM subscriptions s WHERE NOT EXISTS (SELECT 1 FROM schedules q \
         WHERE q.organization_id = s.organization_id AND COALESCE(q.next_at, '-') = COALESCE((SELECT \
         MIN(d.due_at) FROM due d WHERE d.organization_id = s.organization_id), '-'))",
    ),
    (
        "an account that lives has its next month change before it",
        "SELECT COUNT(*) FROM subscriptions s WHERE NOT EXISTS (SELECT 1 FROM due d \
         WHERE d.organization_id = s.organization_id AND d.kind = 'month_change') \
         AND NOT EXISTS (SELECT 1 FROM account_states a WHERE a.organization_id = s.organization_id \
         AND a.state LIKE '%\"cancelled\"%')",
    ),
    (
        "every subscription has its account's state",
        "SELECT COUNT(*) FROM subscriptions s WHERE NOT EXISTS (SELECT 1 FROM account_states a \
         WHERE a.organization_id = s.organization_id)",
    ),
    (
        "a day's total is the last row of each project and the day's data points",
        // A set operation: a subquery per row would read the month again for each.
        "SELECT COUNT(*) FROM (SELECT 1 FROM usage_totals t LEFT JOIN (SELECT u.organization_id, \
         u.day, u.app + u.web_identified + u.api + u.anonymous_web AS users, u.data_points, \
         LEAD(u.day) OVER (PARTITION BY u.organization_id, u.project_id, substr(u.day, 1, 7) \
         ORDER BY u.day) AS until FROM usage_days u) l ON l.organization_id = t.organization_id \
         AND substr(l.day, 1, 7) = substr(t.day, 1, 7) AND l.day <= t.day \
         AND (l.until IS NULL OR l.until > t.day) GROUP BY t.organization_id, t.day, t.app, \
         t.web_identified, t.api, t.anonymous_web, t.data_points \
         HAVING COALESCE(SUM(l.users), 0) <> t.app + t.web_identified + t.api + t.anonymous_web \
         OR COALESCE(SUM(CASE WHEN l.day = t.day THEN l.data_points END), 0) <> t.data_points) g",
    ),
    (
        "every order and every closed month is in the audit log",
        "SELECT COUNT(*) FROM (SELECT organization_id, id FROM plan_changes UNION ALL \
         SELECT organization_id, substr(period_start, 1, 7) FROM month_closings) w \
         WHERE NOT EXISTS (SELECT 1 FROM audit a WHERE a.organization_id = w.organization_id \
         AND a.object = w.id)",
    ),
];

/// Asserts every invariant. No payment may be in progress: the gateway's records are compared too.
pub(crate) async fn hold(world: &World) {
    for (sentence, query) in INVARIANTS {
        assert_eq!(world.number(query).await, 0, "broken: {sentence}");
    }
}
