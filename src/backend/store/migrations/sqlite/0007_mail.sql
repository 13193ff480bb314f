-- How the outbox is emptied: a row is written out once, as one mail for each of its readers, and each
-- mail is handed to the carrier until it is taken. What cannot be written or is refused for good is
-- parked with the reason. `sent_at` of the outbox says when a row was written out.
ALTER TABLE outbox ADD COLUMN position INTEGER CHECK (position > 0);
ALTER TABLE outbox ADD COLUMN parked TEXT;
UPDATE outbox SET position = (SELECT COUNT(*) FROM outbox o
    WHERE o.organization_id = outbox.organization_id
      AND (o.created_at < outbox.created_at OR (o.created_at = outbox.created_at AND o.id <= outbox.id)));
CREATE UNIQUE INDEX outbox_in_order ON outbox (organization_id, position);
CREATE INDEX outbox_waiting ON outbox (organization_id, position) WHERE sent_at IS NULL AND parked IS NULL;

-- Its own clock: attempts and holds are instants of the machine, `posted_at` is that of the cause.
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
