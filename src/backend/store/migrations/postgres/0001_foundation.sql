-- Amounts are whole minor units. Instants are UTC text ending in Z, days are ISO text.
-- The organization comes first in every key; the tables without one are said to be so.

-- Shared by all organizations: a version never changes once it is stored.
CREATE TABLE price_books (
    id        TEXT    NOT NULL,
    version   BIGINT  NOT NULL CHECK (version > 0),
    body      TEXT    NOT NULL,
    stored_at TEXT    NOT NULL,
    PRIMARY KEY (id, version)
);

CREATE TABLE organizations (
    id                  TEXT    NOT NULL PRIMARY KEY,
    name                TEXT    NOT NULL,
    billed_to           TEXT    NOT NULL,
    currency            TEXT    NOT NULL CHECK (length(currency) = 3),
    zone_offset_minutes BIGINT  NOT NULL CHECK (zone_offset_minutes BETWEEN -840 AND 840),
    supplier_state      TEXT    CHECK (length(supplier_state) = 2),
    customer_state      TEXT    CHECK (length(customer_state) = 2),
    price_book_id       TEXT    NOT NULL,
    price_book_version  BIGINT  NOT NULL,
    invoice_series      TEXT    NOT NULL UNIQUE CHECK (length(invoice_series) BETWEEN 1 AND 5),
    created_at          TEXT    NOT NULL,
    FOREIGN KEY (price_book_id, price_book_version) REFERENCES price_books (id, version)
);

CREATE TABLE users (
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    id              TEXT NOT NULL,
    email           TEXT NOT NULL,
    name            TEXT NOT NULL,
    role            TEXT NOT NULL CHECK (role IN ('admin', 'approver', 'creator', 'member')),
    password_hash   TEXT NOT NULL,
    created_at      TEXT NOT NULL,
    PRIMARY KEY (organization_id, id)
);

-- A directory: whoever signs in has an address only.
CREATE TABLE sign_in_names (
    email           TEXT NOT NULL PRIMARY KEY,
    organization_id TEXT NOT NULL,
    user_id         TEXT NOT NULL,
    FOREIGN KEY (organization_id, user_id) REFERENCES users (organization_id, id)
);

-- A directory: whoever shows a token has nothing else. Only the token's hash is kept.
CREATE TABLE sessions (
    token_hash      TEXT NOT NULL PRIMARY KEY,
    organization_id TEXT NOT NULL,
    user_id         TEXT NOT NULL,
    opened_at       TEXT NOT NULL,
    last_seen_at    TEXT NOT NULL,
    FOREIGN KEY (organization_id, user_id) REFERENCES users (organization_id, id)
);

CREATE TABLE subscriptions (
    organization_id TEXT    NOT NULL PRIMARY KEY REFERENCES organizations (id),
    version         BIGINT  NOT NULL CHECK (version > 0),
    status          TEXT    NOT NULL CHECK (status IN ('active', 'trial')),
    tier            BIGINT  NOT NULL CHECK (tier > 0),
    started_on      TEXT    NOT NULL
);

CREATE TABLE subscription_add_ons (
    organization_id TEXT NOT NULL REFERENCES subscriptions (organization_id),
    add_on          TEXT NOT NULL,
    active_since    TEXT NOT NULL,
    PRIMARY KEY (organization_id, add_on)
);

-- The subject is 'tier' or an add-on's id: at most one scheduled change of each.
CREATE TABLE scheduled_changes (
    organization_id TEXT    NOT NULL REFERENCES subscriptions (organization_id),
    id              TEXT    NOT NULL,
    subject         TEXT    NOT NULL,
    tier            BIGINT  CHECK ((subject = 'tier') = (tier IS NOT NULL)),
    effective_on    TEXT    NOT NULL,
    scheduled_at    TEXT    NOT NULL,
    scheduled_by    TEXT    NOT NULL,
    PRIMARY KEY (organization_id, id),
    UNIQUE (organization_id, subject)
);

CREATE TABLE projects (
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    id              TEXT NOT NULL,
    name            TEXT NOT NULL,
    PRIMARY KEY (organization_id, id)
);

-- Distinct users of the month to date, as known at the end of the day; that day's data points.
CREATE TABLE usage_days (
    organization_id TEXT    NOT NULL,
    project_id      TEXT    NOT NULL,
    day             TEXT    NOT NULL,
    app             BIGINT  NOT NULL CHECK (app >= 0),
    web_identified  BIGINT  NOT NULL CHECK (web_identified >= 0),
    api             BIGINT  NOT NULL CHECK (api >= 0),
    anonymous_web   BIGINT  NOT NULL CHECK (anonymous_web >= 0),
    data_points     BIGINT  NOT NULL CHECK (data_points >= 0),
    counted_at      TEXT    NOT NULL,
    PRIMARY KEY (organization_id, project_id, day),
    FOREIGN KEY (organization_id, project_id) REFERENCES projects (organization_id, id)
);
CREATE INDEX usage_days_by_day ON usage_days (organization_id, day);

CREATE TABLE payment_methods (
    organization_id TEXT    NOT NULL REFERENCES organizations (id),
    id              TEXT    NOT NULL,
    brand           TEXT    NOT NULL,
    last4           TEXT    NOT NULL CHECK (length(last4) = 4),
    expiry_year     BIGINT  NOT NULL,
    expiry_month    BIGINT  NOT NULL CHECK (expiry_month BETWEEN 1 AND 12),
    gateway_token   TEXT    NOT NULL,
    is_default      BIGINT  NOT NULL CHECK (is_default IN (0, 1)),
    PRIMARY KEY (organization_id, id)
);
CREATE UNIQUE INDEX one_default_payment_method ON payment_methods (organization_id) WHERE is_default = 1;

-- The key of an order or of a payment by hand, with the answer to it. The answer is stored in the
-- transaction of the effect; no answer yet means in progress.
CREATE TABLE idempotency_keys (
    organization_id TEXT    NOT NULL REFERENCES organizations (id),
    user_id         TEXT    NOT NULL,
    idempotency_key TEXT    NOT NULL,
    request_hash    TEXT    NOT NULL,
    status          BIGINT ,
    answer          TEXT    CHECK ((answer IS NULL) = (status IS NULL)),
    created_at      TEXT    NOT NULL,
    PRIMARY KEY (organization_id, user_id, idempotency_key)
);

-- An order to change the plan. What it costs is collected by an attempt in payment_attempts.
CREATE TABLE plan_changes (
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    id              TEXT NOT NULL,
    user_id         TEXT NOT NULL,
    idempotency_key TEXT NOT NULL,
    ordered_by      TEXT NOT NULL,
    address         TEXT NOT NULL,
    request_id      TEXT NOT NULL,
    quote           TEXT NOT NULL,
    invoice_number  TEXT,
    effective_on    TEXT NOT NULL,
    ordered_at      TEXT NOT NULL,
    PRIMARY KEY (organization_id, id),
    UNIQUE (organization_id, user_id, idempotency_key),
    FOREIGN KEY (organization_id, user_id) REFERENCES users (organization_id, id),
    FOREIGN KEY (organization_id, user_id, idempotency_key)
        REFERENCES idempotency_keys (organization_id, user_id, idempotency_key)
);

CREATE TABLE invoice_counters (
    organization_id TEXT    NOT NULL REFERENCES organizations (id),
    series          TEXT    NOT NULL,
    last            BIGINT  NOT NULL CHECK (last > 0),
    PRIMARY KEY (organization_id, series)
);

-- Issued once, never changed. Whether an invoice is paid follows from the payments beside it.
CREATE TABLE invoices (
    organization_id    TEXT    NOT NULL REFERENCES organizations (id),
    number             TEXT    NOT NULL CHECK (length(number) <= 16 AND number !~ '[^A-Z0-9-]'),
    series             TEXT    NOT NULL,
    position           BIGINT  NOT NULL CHECK (position > 0),
    kind               TEXT    NOT NULL,
    issued_at          TEXT    NOT NULL,
    invoice_date       TEXT    NOT NULL,
    period_start       TEXT    NOT NULL,
    period_end         TEXT    NOT NULL,
    currency           TEXT    NOT NULL,
    subtotal_minor     BIGINT  NOT NULL,
    total_minor        BIGINT  NOT NULL,
    price_book_id      TEXT    NOT NULL,
    price_book_version BIGINT  NOT NULL,
    engine_version     TEXT    NOT NULL,
    details            TEXT    NOT NULL,
    plan_change_id     TEXT,
    PRIMARY KEY (organization_id, number),
    UNIQUE (organization_id, series, position),
    FOREIGN KEY (organization_id, plan_change_id) REFERENCES plan_changes (organization_id, id)
);
CREATE UNIQUE INDEX one_invoice_per_plan_change ON invoices (organization_id, plan_change_id)
    WHERE plan_change_id IS NOT NULL;
CREATE UNIQUE INDEX one_scheduled_invoice_per_period ON invoices (organization_id, period_start)
    WHERE kind = 'scheduled';

CREATE TABLE invoice_lines (
    organization_id TEXT    NOT NULL,
    number          TEXT    NOT NULL,
    position        BIGINT  NOT NULL,
    kind            TEXT    NOT NULL,
    add_on          TEXT,
    amount_minor    BIGINT  NOT NULL,
    derivation      TEXT    NOT NULL,
    PRIMARY KEY (organization_id, number, position),
    FOREIGN KEY (organization_id, number) REFERENCES invoices (organization_id, number)
);

CREATE TABLE invoice_taxes (
    organization_id TEXT    NOT NULL,
    number          TEXT    NOT NULL,
    position        BIGINT  NOT NULL,
    name            TEXT    NOT NULL,
    amount_minor    BIGINT  NOT NULL,
    derivation      TEXT    NOT NULL,
    PRIMARY KEY (organization_id, number, position),
    FOREIGN KEY (organization_id, number) REFERENCES invoices (organization_id, number)
);

CREATE TABLE payments (
    organization_id   TEXT    NOT NULL,
    gateway_reference TEXT    NOT NULL,
    number            TEXT    NOT NULL,
    payment_method_id TEXT    NOT NULL,
    amount_minor      BIGINT  NOT NULL CHECK (amount_minor > 0),
    currency          TEXT    NOT NULL,
    paid_at           TEXT    NOT NULL,
    PRIMARY KEY (organization_id, gateway_reference),
    FOREIGN KEY (organization_id, number) REFERENCES invoices (organization_id, number),
    FOREIGN KEY (organization_id, payment_method_id) REFERENCES payment_methods (organization_id, id)
);

CREATE TABLE month_closings (
    organization_id TEXT    NOT NULL REFERENCES organizations (id),
    period_start    TEXT    NOT NULL,
    closed_at       TEXT    NOT NULL,
    tier            BIGINT  NOT NULL,
    mau             BIGINT  NOT NULL,
    data_points     BIGINT  NOT NULL,
    invoice_number  TEXT,
    PRIMARY KEY (organization_id, period_start),
    FOREIGN KEY (organization_id, invoice_number) REFERENCES invoices (organization_id, number)
);

CREATE TABLE audit (
    organization_id TEXT    NOT NULL REFERENCES organizations (id),
    position        BIGINT  NOT NULL CHECK (position > 0),
    at              TEXT    NOT NULL,
    actor           TEXT    NOT NULL,
    action          TEXT    NOT NULL,
    object          TEXT    NOT NULL,
    description     TEXT    NOT NULL,
    address         TEXT    NOT NULL,
    PRIMARY KEY (organization_id, position)
);

-- What is to be sent, written with its cause. Nothing sends it yet.
CREATE TABLE outbox (
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    id              TEXT NOT NULL,
    kind            TEXT NOT NULL,
    body            TEXT NOT NULL,
    created_at      TEXT NOT NULL,
    sent_at         TEXT,
    PRIMARY KEY (organization_id, id)
);

-- The sandbox gateway's own books. It knows keys and tokens, no organizations.
CREATE TABLE sandbox_charges (
    charge_key   TEXT    NOT NULL PRIMARY KEY,
    token        TEXT    NOT NULL,
    amount_minor BIGINT  NOT NULL CHECK (amount_minor >= 0),
    currency     TEXT    NOT NULL,
    outcome      TEXT    NOT NULL CHECK (outcome IN ('captured', 'declined', 'authentication', 'never')),
    reference    TEXT    NOT NULL UNIQUE,
    decided_at   TEXT    NOT NULL
);

-- What is issued, paid, closed or logged stays as it is.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '% does not change', TG_ARGV[0]; END $$;
CREATE TRIGGER price_books_refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON price_books
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('a stored price book');
CREATE TRIGGER invoices_refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON invoices
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('an issued invoice');
CREATE TRIGGER invoice_lines_refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON invoice_lines
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('an issued invoice');
CREATE TRIGGER invoice_taxes_refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON invoice_taxes
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('an issued invoice');
CREATE TRIGGER payments_refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON payments
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('a payment');
CREATE TRIGGER month_closings_refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON month_closings
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('a closed month');
CREATE TRIGGER audit_refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('the audit log');
CREATE FUNCTION refuse_closed_month() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE counted usage_days := COALESCE(NEW, OLD);
BEGIN
    IF EXISTS (SELECT 1 FROM month_closings WHERE organization_id = counted.organization_id
        AND period_start = substr(counted.day, 1, 7) || '-01') THEN
        RAISE EXCEPTION 'the usage of a closed month does not change';
    END IF;
    RETURN counted;
END $$;
CREATE TRIGGER usage_days_refuse_closed_month BEFORE INSERT OR UPDATE OR DELETE ON usage_days
    FOR EACH ROW EXECUTE FUNCTION refuse_closed_month();
