-- Support tickets (SPEC 4.13), each under its own idempotency key: the same key opens one ticket.
CREATE TABLE support_tickets (
    organization_id TEXT    NOT NULL REFERENCES organizations (id),
    number          BIGINT NOT NULL CHECK (number > 0),
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
);

-- Who else is kept informed, by address: a person may leave, the ticket stays.
CREATE TABLE support_ticket_readers (
    organization_id TEXT    NOT NULL,
    number          BIGINT NOT NULL,
    email           TEXT    NOT NULL,
    PRIMARY KEY (organization_id, number, email),
    FOREIGN KEY (organization_id, number) REFERENCES support_tickets (organization_id, number)
);

CREATE TABLE support_attachments (
    organization_id TEXT    NOT NULL,
    number          BIGINT NOT NULL,
    position        BIGINT NOT NULL CHECK (position > 0),
    name            TEXT    NOT NULL,
    media_type      TEXT    NOT NULL,
    content         BYTEA   NOT NULL,
    PRIMARY KEY (organization_id, number, position),
    FOREIGN KEY (organization_id, number) REFERENCES support_tickets (organization_id, number)
);

-- The ticket whose attachments go with a mail: that to the support team.
ALTER TABLE mails ADD COLUMN ticket BIGINT CHECK (ticket > 0);
