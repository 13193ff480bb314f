-- What was done, what is told to people, what falls due, and the program's own rows.

-- `was` and `became` are documents with the values before and after; none where nothing can be shown
-- (SPEC R20).
CREATE TABLE audit (
    organization_id TEXT    NOT NULL REFERENCES organizations (id),
    position        INTEGER NOT NULL CHECK (position > 0),
    at              TEXT    NOT NULL,
    actor           TEXT    NOT NULL,
    action          TEXT    NOT NULL,
    object          TEXT    NOT NULL,
    description     TEXT    NOT NULL,
    address         TEXT    NOT NULL,
    was             TEXT,
    became          TEXT,
    PRIMARY KEY (organization_id, position)
) STRICT;

-- Notifications. `account` is the account's state as it stood when one was posted, from which its mail
-- says what works, what comes and where to act. `sent_at` says when it was written out, as one mail for
-- each of its readers. What cannot be written out is parked with the reason.
CREATE TABLE outbox (
    organization_id TEXT    NOT NULL REFERENCES organizations (id),
    id              TEXT    NOT NULL,
    position        INTEGER NOT NULL CHECK (position > 0),
    kind            TEXT    NOT NULL,
    body            TEXT    NOT NULL,
    account         TEXT    NOT NULL,
    created_at      TEXT    NOT NULL,
    sent_at         TEXT,
    parked          TEXT,
    PRIMARY KEY (organization_id, id)
) STRICT;
CREATE UNIQUE INDEX outbox_in_order ON outbox (organization_id, position);
CREATE INDEX outbox_waiting ON outbox (organization_id, position) WHERE sent_at IS NULL AND parked IS NULL;

-- Each is handed to the mail transport until that takes it, or is parked once it is refused for good.
-- Attempts and holds are instants of the machine, `posted_at` is that of the cause. The ticket is that
-- whose attachments go with the mail to the support team.
CREATE TABLE mails (
    organization_id TEXT    NOT NULL,
    id              TEXT    NOT NULL,
    outbox_id       TEXT    NOT NULL,
    position        INTEGER NOT NULL CHECK (position > 0),
    kind            TEXT    NOT NULL,
    recipient       TEXT    NOT NULL,
    subject         TEXT    NOT NULL,
    text_body       TEXT    NOT NULL,
    html_body       TEXT    NOT NULL,
    ticket          INTEGER CHECK (ticket > 0),
    posted_at       TEXT    NOT NULL,
    attempts        INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    next_attempt_at TEXT    NOT NULL,
    held_until      TEXT,
    sent_at         TEXT,
    parked          TEXT,
    last_failure    TEXT,
    PRIMARY KEY (organization_id, id),
    UNIQUE (organization_id, outbox_id, recipient),
    FOREIGN KEY (organization_id, outbox_id) REFERENCES outbox (organization_id, id)
) STRICT;
CREATE INDEX mails_due ON mails (next_attempt_at) WHERE sent_at IS NULL AND parked IS NULL;

-- Support tickets (SPEC 4.13), each under its own idempotency key: the same key opens one ticket.
CREATE TABLE support_tickets (
    organization_id TEXT    NOT NULL REFERENCES organizations (id),
    number          INTEGER NOT NULL CHECK (number > 0),
    user_id         TEXT    NOT NULL,
    idempotency_key TEXT    NOT NULL,
    request_hash    TEXT    NOT NULL,
    opened_by       TEXT    NOT NULL,
    opened_at       TEXT    NOT NULL,
    topic           TEXT    NOT NULL,
    category        TEXT    NOT NULL,
    priority        TEXT    NOT NULL,
    subject         TEXT    NOT NULL,
    description     TEXT    NOT NULL,
    status          TEXT    NOT NULL CHECK (status IN ('open', 'closed')),
    closed_at       TEXT    CHECK ((status = 'closed') = (closed_at IS NOT NULL)),
    PRIMARY KEY (organization_id, number),
    UNIQUE (organization_id, user_id, idempotency_key)
) STRICT;

-- Who else is kept informed, by address: a person may leave, the ticket stays.
CREATE TABLE support_ticket_readers (
    organization_id TEXT    NOT NULL,
    number          INTEGER NOT NULL,
    email           TEXT    NOT NULL,
    PRIMARY KEY (organization_id, number, email),
    FOREIGN KEY (organization_id, number) REFERENCES support_tickets (organization_id, number)
) STRICT;

CREATE TABLE support_attachments (
    organization_id TEXT    NOT NULL,
    number          INTEGER NOT NULL,
    position        INTEGER NOT NULL CHECK (position > 0),
    name            TEXT    NOT NULL,
    media_type      TEXT    NOT NULL,
    content         BLOB    NOT NULL,
    PRIMARY KEY (organization_id, number, position),
    FOREIGN KEY (organization_id, number) REFERENCES support_tickets (organization_id, number)
) STRICT;

-- An organization's place in the queue of jobs: when its next job is due, and, where a job has failed,
-- the error and when it is tried again.
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

-- Shared by all organizations, one row each.

-- The latest instant that anything was done at: a floor for the clock of every program on this
-- database (SPEC R2), raised by the look at what falls due and by the month change.
CREATE TABLE latest_instant (
    id        INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    latest_at TEXT    NOT NULL
) STRICT;
INSERT INTO latest_instant (id, latest_at) VALUES (1, '1970-01-01T00:00:00.000000Z');

-- The row whose writing proves that writes work (GET /ready).
CREATE TABLE readiness (
    id         INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    written_at TEXT    NOT NULL
) STRICT;

-- The latest instant that the sandbox clock may have shown; the row marks the database of a sandbox.
CREATE TABLE sandbox_clock (
    id       INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    shown_at TEXT    NOT NULL
) STRICT;

-- The sandbox gateway's own books. It knows keys and tokens, no organizations.
CREATE TABLE sandbox_charges (
    charge_key   TEXT    NOT NULL PRIMARY KEY,
    token        TEXT    NOT NULL,
    amount_minor INTEGER NOT NULL CHECK (amount_minor >= 0),
    currency     TEXT    NOT NULL,
    outcome      TEXT    NOT NULL CHECK (outcome IN ('captured', 'declined', 'authentication', 'never')),
    reference    TEXT    NOT NULL UNIQUE,
    decided_at   TEXT    NOT NULL
) STRICT;
