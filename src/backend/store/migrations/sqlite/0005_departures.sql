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
