-- What falls due, what is collected, and what an ended account leaves behind (SPEC 6, R12, R14, R15).

-- The day from which usage counts in its month: that on which a trial or a pause has ended.
ALTER TABLE subscriptions ADD COLUMN charged_from TEXT;

-- An organization's place in the runner's queue: when its next job is due, and whether it is parked
-- because a job of it has failed.
CREATE TABLE schedules (
    organization_id TEXT    NOT NULL PRIMARY KEY REFERENCES organizations (id),
    next_at         TEXT,
    attempts        INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    error           TEXT,
    retry_at        TEXT    CHECK ((retry_at IS NULL) = (error IS NULL))
) STRICT;
CREATE INDEX schedules_by_instant ON schedules (next_at, organization_id);

-- What is to be done for an organization. At the same instant it is done by position.
CREATE TABLE due (
    organization_id TEXT    NOT NULL REFERENCES schedules (organization_id),
    kind            TEXT    NOT NULL,
    subject         TEXT    NOT NULL,
    due_at          TEXT    NOT NULL,
    position        INTEGER NOT NULL,
    PRIMARY KEY (organization_id, kind, subject)
) STRICT;
CREATE INDEX due_in_order ON due (organization_id, due_at, position, subject);

-- Organizations from before: the first run works out what falls due for them.
INSERT INTO schedules (organization_id, next_at)
SELECT organization_id, '1970-01-01T00:00:00.000000Z' FROM subscriptions;
INSERT INTO due (organization_id, kind, subject, due_at, position)
SELECT organization_id, 'schedule', '-', '1970-01-01T00:00:00.000000Z', 0 FROM subscriptions;

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
CREATE UNIQUE INDEX one_payment_per_invoice ON payments (organization_id, number);

-- What is left of an account that has ended.
CREATE TABLE tombstones (
    organization_id TEXT NOT NULL PRIMARY KEY REFERENCES organizations (id),
    ended_at        TEXT NOT NULL,
    cause           TEXT NOT NULL CHECK (cause IN ('ordered', 'trial_expired', 'unpaid', 'pause_expired')),
    backups_until   TEXT NOT NULL,
    purged_at       TEXT
) STRICT;

-- Shared by all organizations: the latest instant that the sandbox clock may have shown.
CREATE TABLE sandbox_clock (
    id       INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    shown_at TEXT    NOT NULL
) STRICT;

-- What has ended stays ended.
CREATE TRIGGER tombstones_refuse_delete BEFORE DELETE ON tombstones
BEGIN SELECT RAISE(ABORT, 'what has ended stays ended'); END;
