-- What is ordered, invoiced and paid.

-- The key of an order or of a payment by hand, with the answer to it. The answer is stored in the
-- transaction of the effect; no answer yet means in progress.
CREATE TABLE idempotency_keys (
    organization_id TEXT    NOT NULL REFERENCES organizations (id),
    user_id         TEXT    NOT NULL,
    idempotency_key TEXT    NOT NULL,
    request_hash    TEXT    NOT NULL,
    status          INTEGER,
    answer          TEXT    CHECK ((answer IS NULL) = (status IS NULL)),
    created_at      TEXT    NOT NULL,
    PRIMARY KEY (organization_id, user_id, idempotency_key)
) STRICT;

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
) STRICT;

-- Why an add-on is given up, asked with the order that drops it. The person's own words are one line
-- without a card number; they are there for `other` alone.
CREATE TABLE removal_reasons (
    organization_id TEXT NOT NULL,
    plan_change_id  TEXT NOT NULL,
    add_on          TEXT NOT NULL,
    reason          TEXT NOT NULL CHECK (reason IN ('too_expensive', 'missing_feature',
        'switching_product', 'low_usage', 'temporary_project', 'other')),
    words           TEXT CHECK ((reason = 'other') = (words IS NOT NULL)),
    PRIMARY KEY (organization_id, plan_change_id, add_on),
    FOREIGN KEY (organization_id, plan_change_id) REFERENCES plan_changes (organization_id, id)
) STRICT;

-- Pauses and cancellations as they were ordered, each with the key it came with and what it was
-- answered: the same key acts once (SPEC R13, R14, R19).
CREATE TABLE departures (
    organization_id TEXT    NOT NULL REFERENCES organizations (id),
    user_id         TEXT    NOT NULL,
    idempotency_key TEXT    NOT NULL,
    request_hash    TEXT    NOT NULL,
    kind            TEXT    NOT NULL CHECK (kind IN ('pause', 'cancellation')),
    reason          TEXT,
    answer          TEXT    NOT NULL,
    ordered_at      TEXT    NOT NULL,
    PRIMARY KEY (organization_id, user_id, idempotency_key)
) STRICT;

-- Requests for the reactivation of a paused plan; the operator settles them.
CREATE TABLE reactivation_requests (
    organization_id TEXT    NOT NULL REFERENCES organizations (id),
    id              TEXT    NOT NULL,
    requested_by    TEXT    NOT NULL,
    requested_at    TEXT    NOT NULL,
    settled_at      TEXT,
    PRIMARY KEY (organization_id, id)
) STRICT;
CREATE UNIQUE INDEX one_open_reactivation_request ON reactivation_requests (organization_id)
    WHERE settled_at IS NULL;

-- Invoices. Issued once, never changed; whether one is paid follows from the payments beside it.

CREATE TABLE invoice_counters (
    organization_id TEXT    NOT NULL REFERENCES organizations (id),
    series          TEXT    NOT NULL,
    last            INTEGER NOT NULL CHECK (last > 0),
    PRIMARY KEY (organization_id, series)
) STRICT;

CREATE TABLE invoices (
    organization_id    TEXT    NOT NULL REFERENCES organizations (id),
    number             TEXT    NOT NULL CHECK (length(number) <= 16
        AND trim(number, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-') = ''),
    series             TEXT    NOT NULL,
    position           INTEGER NOT NULL CHECK (position > 0),
    kind               TEXT    NOT NULL,
    issued_at          TEXT    NOT NULL,
    invoice_date       TEXT    NOT NULL,
    period_start       TEXT    NOT NULL,
    period_end         TEXT    NOT NULL,
    currency           TEXT    NOT NULL,
    subtotal_minor     INTEGER NOT NULL,
    total_minor        INTEGER NOT NULL,
    price_book_id      TEXT    NOT NULL,
    price_book_version INTEGER NOT NULL,
    engine_version     TEXT    NOT NULL,
    details            TEXT    NOT NULL,
    plan_change_id     TEXT,
    PRIMARY KEY (organization_id, number),
    UNIQUE (organization_id, series, position),
    FOREIGN KEY (organization_id, plan_change_id) REFERENCES plan_changes (organization_id, id)
) STRICT;
CREATE UNIQUE INDEX one_invoice_per_plan_change ON invoices (organization_id, plan_change_id)
    WHERE plan_change_id IS NOT NULL;
CREATE UNIQUE INDEX one_scheduled_invoice_per_period ON invoices (organization_id, period_start)
    WHERE kind = 'scheduled';
CREATE UNIQUE INDEX one_annual_invoice_per_term ON invoices (organization_id, period_start)
    WHERE kind = 'annual';

CREATE TABLE invoice_lines (
    organization_id TEXT    NOT NULL,
    number          TEXT    NOT NULL,
    position        INTEGER NOT NULL,
    kind            TEXT    NOT NULL,
    add_on          TEXT,
    amount_minor    INTEGER NOT NULL,
    derivation      TEXT    NOT NULL,
    PRIMARY KEY (organization_id, number, position),
    FOREIGN KEY (organization_id, number) REFERENCES invoices (organization_id, number)
) STRICT;

CREATE TABLE invoice_taxes (
    organization_id TEXT    NOT NULL,
    number          TEXT    NOT NULL,
    position        INTEGER NOT NULL,
    name            TEXT    NOT NULL,
    amount_minor    INTEGER NOT NULL,
    derivation      TEXT    NOT NULL,
    PRIMARY KEY (organization_id, number, position),
    FOREIGN KEY (organization_id, number) REFERENCES invoices (organization_id, number)
) STRICT;

-- A month is closed once; `billed_usage` is the figure that was billed.
CREATE TABLE month_closings (
    organization_id TEXT    NOT NULL REFERENCES organizations (id),
    period_start    TEXT    NOT NULL,
    closed_at       TEXT    NOT NULL,
    tier            INTEGER NOT NULL,
    mau             INTEGER NOT NULL,
    data_points     INTEGER NOT NULL,
    billed_usage    INTEGER NOT NULL CHECK (billed_usage >= 0),
    invoice_number  TEXT,
    PRIMARY KEY (organization_id, period_start),
    FOREIGN KEY (organization_id, invoice_number) REFERENCES invoices (organization_id, number)
) STRICT;

-- A term: whole months from a 1st on, and how many billable users they may have together. What they
-- have had follows from the months that are closed. The invoice says what was paid for it.
CREATE TABLE annual_terms (
    organization_id TEXT    NOT NULL REFERENCES subscriptions (organization_id),
    starts_on       TEXT    NOT NULL CHECK (substr(starts_on, 9) = '01'),
    ends_on         TEXT    NOT NULL CHECK (ends_on > starts_on),
    months          INTEGER NOT NULL CHECK (months > 0),
    billable_limit  INTEGER NOT NULL CHECK (billable_limit > 0),
    invoice_number  TEXT,
    PRIMARY KEY (organization_id, starts_on),
    FOREIGN KEY (organization_id, invoice_number) REFERENCES invoices (organization_id, number)
) STRICT;

-- Money.

CREATE TABLE payments (
    organization_id   TEXT    NOT NULL,
    gateway_reference TEXT    NOT NULL,
    number            TEXT    NOT NULL,
    payment_method_id TEXT    NOT NULL,
    amount_minor      INTEGER NOT NULL CHECK (amount_minor > 0),
    currency          TEXT    NOT NULL,
    paid_at           TEXT    NOT NULL,
    PRIMARY KEY (organization_id, gateway_reference),
    FOREIGN KEY (organization_id, number) REFERENCES invoices (organization_id, number),
    FOREIGN KEY (organization_id, payment_method_id) REFERENCES payment_methods (organization_id, id)
) STRICT;
CREATE UNIQUE INDEX one_payment_per_invoice ON payments (organization_id, number);

-- What is to be collected, and from when on. From `retry_at` a failed invoice is debited once more:
-- another payment method was saved then (SPEC R12, A19).
CREATE TABLE collections (
    organization_id TEXT    NOT NULL,
    number          TEXT    NOT NULL,
    amount_minor    INTEGER NOT NULL CHECK (amount_minor > 0),
    currency        TEXT    NOT NULL,
    notice_at       TEXT,
    debit_at        TEXT    NOT NULL,
    retry_at        TEXT,
    PRIMARY KEY (organization_id, number),
    FOREIGN KEY (organization_id, number) REFERENCES invoices (organization_id, number)
) STRICT;

-- An admin pays what is open: several invoices, each by an attempt of its own.
CREATE TABLE payment_runs (
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    id              TEXT NOT NULL,
    user_id         TEXT NOT NULL,
    idempotency_key TEXT NOT NULL,
    asked_by        TEXT NOT NULL,
    address         TEXT NOT NULL,
    request_id      TEXT NOT NULL,
    numbers         TEXT NOT NULL,
    begun_at        TEXT NOT NULL,
    PRIMARY KEY (organization_id, id),
    UNIQUE (organization_id, user_id, idempotency_key),
    FOREIGN KEY (organization_id, user_id, idempotency_key)
        REFERENCES idempotency_keys (organization_id, user_id, idempotency_key)
) STRICT;

-- An attempt to collect money, whatever for: written before the gateway is called, with the id as its
-- key there, and settled afterwards.
CREATE TABLE payment_attempts (
    organization_id   TEXT    NOT NULL REFERENCES organizations (id),
    id                TEXT    NOT NULL,
    purpose           TEXT    NOT NULL CHECK (purpose IN ('plan_change', 'invoice_debit', 'outstanding')),
    plan_change_id    TEXT    CHECK ((plan_change_id IS NOT NULL) = (purpose = 'plan_change')),
    number            TEXT    CHECK ((number IS NULL) = (purpose = 'plan_change')),
    payment_run_id    TEXT    CHECK ((payment_run_id IS NOT NULL) = (purpose = 'outstanding')),
    payment_method_id TEXT,
    state             TEXT    NOT NULL CHECK (state IN
        ('started', 'unknown', 'authentication', 'paid', 'declined', 'not_confirmed', 'never')),
    amount_minor      INTEGER NOT NULL CHECK (amount_minor > 0),
    currency          TEXT    NOT NULL,
    gateway_reference TEXT    CHECK ((gateway_reference IS NOT NULL) = (state = 'paid')),
    reason            TEXT    CHECK ((reason IS NOT NULL) = (state IN ('declined', 'not_confirmed'))),
    started_at        TEXT    NOT NULL,
    authenticate_by   TEXT,
    settled_at        TEXT    CHECK ((settled_at IS NULL) = (state IN ('started', 'unknown', 'authentication'))),
    PRIMARY KEY (organization_id, id),
    FOREIGN KEY (organization_id, plan_change_id) REFERENCES plan_changes (organization_id, id),
    FOREIGN KEY (organization_id, number) REFERENCES collections (organization_id, number),
    FOREIGN KEY (organization_id, payment_run_id) REFERENCES payment_runs (organization_id, id),
    FOREIGN KEY (organization_id, payment_method_id) REFERENCES payment_methods (organization_id, id)
) STRICT;
CREATE INDEX payment_attempts_by_invoice ON payment_attempts (organization_id, number)
    WHERE number IS NOT NULL;
CREATE UNIQUE INDEX one_open_order ON payment_attempts (organization_id)
    WHERE purpose = 'plan_change' AND settled_at IS NULL;
CREATE UNIQUE INDEX one_attempt_per_order ON payment_attempts (organization_id, plan_change_id)
    WHERE plan_change_id IS NOT NULL;
CREATE UNIQUE INDEX one_open_attempt_per_invoice ON payment_attempts (organization_id, number)
    WHERE settled_at IS NULL;
CREATE UNIQUE INDEX one_paid_attempt_per_invoice ON payment_attempts (organization_id, number)
    WHERE state = 'paid';
CREATE UNIQUE INDEX one_attempt_per_payment ON payment_attempts (organization_id, gateway_reference)
    WHERE gateway_reference IS NOT NULL;
