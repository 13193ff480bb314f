-- What was used of add-ons that include a number, such as e-mails, by add-on and day (SPEC 2.4).
CREATE TABLE add_on_use (
    organization_id TEXT    NOT NULL REFERENCES organizations (id),
    add_on          TEXT    NOT NULL,
    day             TEXT    NOT NULL,
    used            BIGINT  NOT NULL CHECK (used >= 0),
    counted_at      TEXT    NOT NULL,
    PRIMARY KEY (organization_id, add_on, day)
);

-- What of it does not count, or counts already: 'uncounted' is what the day on which charging began
-- had used before; 'settled' the month's uses as a pause has invoiced them, 'carried' the same once
-- the pause is over.
CREATE TABLE add_on_use_cuts (
    organization_id TEXT    NOT NULL REFERENCES organizations (id),
    add_on          TEXT    NOT NULL,
    kind            TEXT    NOT NULL CHECK (kind IN ('uncounted', 'settled', 'carried')),
    day             TEXT    NOT NULL,
    used            BIGINT  NOT NULL CHECK (used >= 0),
    PRIMARY KEY (organization_id, kind, add_on)
);
