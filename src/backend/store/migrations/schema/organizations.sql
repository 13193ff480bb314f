-- Who the accounts are, and what each has subscribed to.
--
-- Amounts are whole minor units. Instants are UTC text ending in Z, days are ISO text.
-- The organization comes first in every key; the tables without one are said to be so.

-- Shared by all organizations: a version never changes once it is stored.
CREATE TABLE price_books (
    id        TEXT    NOT NULL,
    version   INTEGER NOT NULL CHECK (version > 0),
    body      TEXT    NOT NULL,
    stored_at TEXT    NOT NULL,
    PRIMARY KEY (id, version)
) STRICT;

CREATE TABLE organizations (
    id                  TEXT    NOT NULL PRIMARY KEY,
    name                TEXT    NOT NULL,
    billed_to           TEXT    NOT NULL,
    currency            TEXT    NOT NULL CHECK (length(currency) = 3),
    zone_offset_minutes INTEGER NOT NULL CHECK (zone_offset_minutes BETWEEN -840 AND 840),
    supplier_state      TEXT    CHECK (length(supplier_state) = 2),
    customer_state      TEXT    CHECK (length(customer_state) = 2),
    price_book_id       TEXT    NOT NULL,
    price_book_version  INTEGER NOT NULL,
    annual_eligible     INTEGER NOT NULL DEFAULT 0 CHECK (annual_eligible IN (0, 1)),
    invoice_series      TEXT    NOT NULL UNIQUE CHECK (length(invoice_series) BETWEEN 1 AND 5),
    created_at          TEXT    NOT NULL,
    FOREIGN KEY (price_book_id, price_book_version) REFERENCES price_books (id, version)
) STRICT;

-- Who invoices are made out to, as the organization has said it. Without a row nothing was said yet,
-- and invoices are made out as the organization was created with.
CREATE TABLE billing_details (
    organization_id TEXT NOT NULL PRIMARY KEY REFERENCES organizations (id),
    billed_to       TEXT NOT NULL,
    saved_at        TEXT NOT NULL,
    saved_by        TEXT NOT NULL
) STRICT;

CREATE TABLE payment_methods (
    organization_id TEXT    NOT NULL REFERENCES organizations (id),
    id              TEXT    NOT NULL,
    brand           TEXT    NOT NULL,
    last4           TEXT    NOT NULL CHECK (length(last4) = 4),
    expiry_year     INTEGER NOT NULL,
    expiry_month    INTEGER NOT NULL CHECK (expiry_month BETWEEN 1 AND 12),
    gateway_token   TEXT    NOT NULL,
    is_default      INTEGER NOT NULL CHECK (is_default IN (0, 1)),
    PRIMARY KEY (organization_id, id)
) STRICT;
CREATE UNIQUE INDEX one_default_payment_method ON payment_methods (organization_id) WHERE is_default = 1;

-- Lifecycle, dunning and usage lock as the rules write them. The word of the lock is for queries.
CREATE TABLE account_states (
    organization_id TEXT NOT NULL PRIMARY KEY REFERENCES organizations (id),
    state           TEXT NOT NULL,
    usage_lock      TEXT NOT NULL CHECK (usage_lock IN ('clear', 'overage', 'annual_soft')),
    changed_at      TEXT NOT NULL
) STRICT;

-- What is left of an account that has ended.
CREATE TABLE tombstones (
    organization_id TEXT NOT NULL PRIMARY KEY REFERENCES organizations (id),
    ended_at        TEXT NOT NULL,
    cause           TEXT NOT NULL CHECK (cause IN ('ordered', 'trial_expired', 'unpaid', 'pause_expired')),
    backups_until   TEXT NOT NULL,
    purged_at       TEXT
) STRICT;

-- People and programs.

CREATE TABLE users (
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    id              TEXT NOT NULL,
    email           TEXT NOT NULL,
    name            TEXT NOT NULL,
    role            TEXT NOT NULL CHECK (role IN ('admin', 'approver', 'creator', 'member')),
    password_hash   TEXT NOT NULL,
    created_at      TEXT NOT NULL,
    PRIMARY KEY (organization_id, id)
) STRICT;

-- A directory: whoever signs in has an address only.
CREATE TABLE sign_in_names (
    email           TEXT NOT NULL PRIMARY KEY,
    organization_id TEXT NOT NULL,
    user_id         TEXT NOT NULL,
    FOREIGN KEY (organization_id, user_id) REFERENCES users (organization_id, id)
) STRICT;

-- A directory: whoever shows a token has nothing else. Only the token's hash is kept.
CREATE TABLE sessions (
    token_hash      TEXT NOT NULL PRIMARY KEY,
    organization_id TEXT NOT NULL,
    user_id         TEXT NOT NULL,
    opened_at       TEXT NOT NULL,
    last_seen_at    TEXT NOT NULL,
    FOREIGN KEY (organization_id, user_id) REFERENCES users (organization_id, id)
) STRICT;

-- Programs that send usage. Only the token's hash is kept; it leads to the organization.
CREATE TABLE credentials (
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    id              TEXT NOT NULL,
    name            TEXT NOT NULL,
    token_hash      TEXT NOT NULL UNIQUE,
    issued_by       TEXT NOT NULL,
    issued_at       TEXT NOT NULL,
    expires_at      TEXT NOT NULL,
    revoked_at      TEXT,
    last_used_at    TEXT,
    PRIMARY KEY (organization_id, id)
) STRICT;

-- The plan. Usage counts in its month from `charged_from`: the day on which a trial or a pause ended.
CREATE TABLE subscriptions (
    organization_id TEXT    NOT NULL PRIMARY KEY REFERENCES organizations (id),
    version         INTEGER NOT NULL CHECK (version > 0),
    status          TEXT    NOT NULL CHECK (status IN ('active', 'trial')),
    tier            INTEGER NOT NULL CHECK (tier > 0),
    started_on      TEXT    NOT NULL,
    charged_from    TEXT
) STRICT;

CREATE TABLE subscription_add_ons (
    organization_id TEXT NOT NULL REFERENCES subscriptions (organization_id),
    add_on          TEXT NOT NULL,
    active_since    TEXT NOT NULL,
    PRIMARY KEY (organization_id, add_on)
) STRICT;

-- The subject is 'tier' or an add-on's id: at most one scheduled change of each.
CREATE TABLE scheduled_changes (
    organization_id TEXT    NOT NULL REFERENCES subscriptions (organization_id),
    id              TEXT    NOT NULL,
    subject         TEXT    NOT NULL,
    tier            INTEGER CHECK ((subject = 'tier') = (tier IS NOT NULL)),
    effective_on    TEXT    NOT NULL,
    scheduled_at    TEXT    NOT NULL,
    scheduled_by    TEXT    NOT NULL,
    PRIMARY KEY (organization_id, id),
    UNIQUE (organization_id, subject)
) STRICT;
