-- What closing a month and counting usage leave behind (SPEC R10, R11, R15).

-- The figure that was billed; unknown for months that were closed before it was kept.
ALTER TABLE month_closings ADD COLUMN billed_usage BIGINT CHECK (billed_usage >= 0);

-- Life, dunning and usage lock as the rules write them. The word of the lock is for queries.
CREATE TABLE account_states (
    organization_id TEXT NOT NULL PRIMARY KEY REFERENCES organizations (id),
    state           TEXT NOT NULL,
    usage_lock      TEXT NOT NULL CHECK (usage_lock IN ('clear', 'overage', 'annual_soft')),
    changed_at      TEXT NOT NULL
);

-- An alert that was given; once its month is closed, the threshold may be crossed again.
CREATE TABLE alert_crossings (
    organization_id TEXT    NOT NULL REFERENCES organizations (id),
    period_start    TEXT    NOT NULL,
    tier            BIGINT  NOT NULL CHECK (tier > 0),
    percent         BIGINT  NOT NULL CHECK (percent > 0),
    usage_reached   BIGINT  NOT NULL CHECK (usage_reached >= 0),
    recorded_at     TEXT    NOT NULL,
    reset_at        TEXT,
    PRIMARY KEY (organization_id, period_start, tier, percent)
);

-- What is to be collected, and from when on. Nothing collects it yet.
CREATE TABLE collections (
    organization_id TEXT    NOT NULL,
    number          TEXT    NOT NULL,
    amount_minor    BIGINT  NOT NULL CHECK (amount_minor > 0),
    currency        TEXT    NOT NULL,
    notice_at       TEXT,
    debit_at        TEXT    NOT NULL,
    PRIMARY KEY (organization_id, number),
    FOREIGN KEY (organization_id, number) REFERENCES invoices (organization_id, number)
);

-- Organizations from before: running since their subscription began, nothing unpaid, nothing locked.
-- Every organization has its billing details; a trial may lack a payment method.
INSERT INTO account_states (organization_id, state, usage_lock, changed_at)
SELECT organization_id,
    '{"lifecycle":' || CASE
        WHEN status = 'active' THEN '{"active":{"since":"' || started_on || 'T00:00:00Z"}}'
        ELSE '{"trial":{"started_at":"' || started_on || 'T00:00:00Z","on_file":"' || CASE
            WHEN EXISTS (SELECT 1 FROM payment_methods m
                WHERE m.organization_id = subscriptions.organization_id) THEN 'both'
            ELSE 'billing_details' END || '"}}'
        END || ',"dunning":"clear","usage_lock":{"clear":{"lifted_until":null}},"as_of":"'
        || started_on || 'T00:00:00Z"}',
    'clear', started_on || 'T00:00:00Z'
FROM subscriptions;
