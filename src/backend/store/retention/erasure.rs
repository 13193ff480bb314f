//! What is deleted when an account ends, and what is kept (SPEC R14, R18). Every table with an
//! organization id is in exactly one of the lists; a test compares them with the database.

use billing::OrganizationId;
use sqlx::AssertSqlSafe;

use crate::foundation::error::Error;
use crate::store::Tx;
use crate::store::payments::open_invoices::{self, StoredOpenInvoice};

/// Tables whose rows are deleted in full, in an order that satisfies the foreign keys.
pub const GONE: [&str; 20] = [
    "support_attachments",
    "support_ticket_readers",
    "support_tickets",
    "scheduled_changes",
    "subscription_add_ons",
    "alert_crossings",
    "schema_seen",
    "profile_updates",
    "profiles",
    "monthly_users",
    "events",
    "usage_marks",
    "usage_cuts",
    "usage_imports",
    "usage_rows",
    "usage_totals",
    "add_on_use",
    "add_on_use_cuts",
    "billing_details",
    "projects",
];

/// Tables whose rows are kept, each with the reason.
pub const KEPT: [(&str, &str); 17] = [
    ("organizations", "whose invoices these are"),
    ("subscriptions", "the tier that was billed last"),
    ("account_states", "that the account has ended, and when"),
    ("tombstones", "until when there are backups"),
    ("schedules", "when these are gone"),
    ("due", "when these are gone"),
    ("invoices", "the law keeps them"),
    ("invoice_lines", "part of an invoice"),
    ("invoice_taxes", "part of an invoice"),
    ("invoice_counters", "no number is given twice"),
    ("annual_terms", "the year that was billed"),
    ("month_closings", "the usage that was billed"),
    ("collections", "how an invoice was to be paid"),
    ("payments", "how an invoice was paid"),
    ("audit", "who did what, who ended the account"),
    ("departures", "who ordered the end, and what was answered"),
    ("reactivation_requests", "who asked for the way back"),
];

/// Tables whose rows are kept in part: what an invoice or a payment refers to, admins until the
/// backups are gone, so that they can be notified, unsent mails, and the credentials of programs, so
/// that a program receives the answer that the account has ended.
pub const PARTLY: [&str; 12] = [
    "credentials",
    "outbox",
    "mails",
    "removal_reasons",
    "idempotency_keys",
    "plan_changes",
    "payment_runs",
    "payment_attempts",
    "payment_methods",
    "sign_in_names",
    "sessions",
    "users",
];

/// Deletes at the end of the account, in order. Rows of `outbox` that are not sent yet are kept.
const AT_ONCE: [&str; 10] = [
    "DELETE FROM removal_reasons WHERE organization_id = $1",
    "DELETE FROM payment_attempts WHERE organization_id = $1 AND plan_change_id IN (SELECT id \
     FROM plan_changes WHERE organization_id = $1 AND invoice_number IS NULL)",
    "DELETE FROM plan_changes WHERE organization_id = $1 AND invoice_number IS NULL",
    "DELETE FROM idempotency_keys WHERE organization_id = $1 AND NOT EXISTS (SELECT 1 \
     FROM plan_changes c WHERE c.organization_id = $1 AND c.user_id = idempotency_keys.user_id \
     AND c.idempotency_key = idempotency_keys.idempotency_key) AND NOT EXISTS (SELECT 1 \
     FROM payment_runs r WHERE r.organization_id = $1 AND r.user_id = idempotency_keys.user_id \
     AND r.idempotency_key = idempotency_keys.idempotency_key)",
    "DELETE FROM mails WHERE organization_id = $1 AND sent_at IS NOT NULL",
    "DELETE FROM outbox WHERE organization_id = $1 AND sent_at IS NOT NULL AND NOT EXISTS (SELECT 1 \
     FROM mails m WHERE m.organization_id = $1 AND m.outbox_id = outbox.id)",
    "DELETE FROM sessions WHERE organization_id = $1 AND user_id IN (SELECT id FROM users \
     WHERE organization_id = $1 AND role <> 'admin')",
    "DELETE FROM sign_in_names WHERE organization_id = $1 AND user_id IN (SELECT id FROM users \
     WHERE organization_id = $1 AND role <> 'admin')",
    "DELETE FROM users WHERE organization_id = $1 AND role <> 'admin' AND NOT EXISTS (SELECT 1 \
     FROM plan_changes c WHERE c.organization_id = users.organization_id AND c.user_id = users.id)",
    "UPDATE users SET email = '', name = '', password_hash = '' WHERE organization_id = $1 \
     AND role <> 'admin'",
];

/// Deletes once the last backup is gone, in order.
const WITH_BACKUPS: [&str; 7] = [
    "DELETE FROM credentials WHERE organization_id = $1",
    "DELETE FROM mails WHERE organization_id = $1",
    "DELETE FROM outbox WHERE organization_id = $1",
    "DELETE FROM sessions WHERE organization_id = $1",
    "DELETE FROM sign_in_names WHERE organization_id = $1",
    "DELETE FROM users WHERE organization_id = $1 AND NOT EXISTS (SELECT 1 \
     FROM plan_changes c WHERE c.organization_id = users.organization_id AND c.user_id = users.id)",
    "UPDATE users SET email = '', name = '', password_hash = '' WHERE organization_id = $1",
];

/// Deletes the payment methods that no payment refers to, and makes the others unusable.
const METHODS: [&str; 2] = [
    "DELETE FROM payment_methods WHERE organization_id = $1 \
     AND NOT EXISTS (SELECT 1 FROM payments p WHERE p.organization_id = $1 \
     AND p.payment_method_id = payment_methods.id) \
     AND NOT EXISTS (SELECT 1 FROM payment_attempts a WHERE a.organization_id = $1 \
     AND a.payment_method_id = payment_methods.id)",
    "UPDATE payment_methods SET gateway_token = '', is_default = 0 WHERE organization_id = $1",
];

/// Deletes what is deleted at the end of the account; its tombstone must be set before.
pub async fn at_once(tx: &mut Tx, organization_id: &OrganizationId) -> Result<(), Error> {
    run(tx, organization_id, &AT_ONCE).await?;
    for table in GONE {
        // Safe to format: the table names are the constants above.
        let statement = format!("DELETE FROM {table} WHERE organization_id = $1");
        sqlx::query(AssertSqlSafe(statement))
            .bind(organization_id.as_str())
            .execute(tx.connection())
            .await?;
    }
    methods(tx, organization_id).await
}

/// Deletes the payment methods of an ended account, once no invoice is to be debited any more.
pub async fn methods(tx: &mut Tx, organization_id: &OrganizationId) -> Result<(), Error> {
    let open = open_invoices::list(tx, organization_id).await?;
    if open.iter().any(StoredOpenInvoice::is_to_be_debited) {
        return Ok(());
    }
    run(tx, organization_id, &METHODS).await
}

/// Deletes what was kept until the last backup is gone.
pub async fn with_backups(tx: &mut Tx, organization_id: &OrganizationId) -> Result<(), Error> {
    run(tx, organization_id, &WITH_BACKUPS).await?;
    run(tx, organization_id, &METHODS).await
}

async fn run(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    statements: &'static [&'static str],
) -> Result<(), Error> {
    for statement in statements {
        sqlx::query(*statement)
            .bind(organization_id.as_str())
            .execute(tx.connection())
            .await?;
    }
    Ok(())
}
