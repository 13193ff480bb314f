-- What is used: figures by project and day, or events and profiles; uses of add-ons; alerts.

-- A project is metered by figures until its first event; never by both (SPEC 3).
CREATE TABLE projects (
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    id              TEXT NOT NULL,
    name            TEXT NOT NULL,
    metered_by      TEXT NOT NULL DEFAULT 'figures' CHECK (metered_by IN ('figures', 'events')),
    first_event_at  TEXT,
    PRIMARY KEY (organization_id, id)
) STRICT;

-- A file of figures on its way. Its rows count from the moment it is applied, all of them at once;
-- of two applied files the one with the higher position counts, row by row.
CREATE TABLE usage_imports (
    organization_id TEXT    NOT NULL REFERENCES organizations (id),
    id              TEXT    NOT NULL,
    state           TEXT    NOT NULL CHECK (state IN ('staging', 'ready', 'applied')),
    position        INTEGER CHECK ((state = 'applied') = (position IS NOT NULL)),
    started_by      TEXT    NOT NULL,
    row_count       INTEGER NOT NULL DEFAULT 0 CHECK (row_count >= 0),
    added           INTEGER NOT NULL DEFAULT 0 CHECK (added >= 0),
    corrected       INTEGER NOT NULL DEFAULT 0 CHECK (corrected >= 0),
    unchanged       INTEGER NOT NULL DEFAULT 0 CHECK (unchanged >= 0),
    first_day       TEXT,
    last_day        TEXT,
    started_at      TEXT    NOT NULL,
    touched_at      TEXT    NOT NULL,
    applied_at      TEXT,
    PRIMARY KEY (organization_id, id),
    UNIQUE (organization_id, position)
) STRICT;
CREATE UNIQUE INDEX one_open_import ON usage_imports (organization_id) WHERE state <> 'applied';

-- Moves with every change of figures, so that what was checked against them can tell.
CREATE TABLE usage_marks (
    organization_id TEXT    NOT NULL PRIMARY KEY REFERENCES organizations (id),
    version         INTEGER NOT NULL CHECK (version > 0)
) STRICT;

-- Distinct users of the month to date, as known at the end of the day; that day's data points.
-- The import is empty for what came in otherwise. What counts is the view `usage_days`.
CREATE TABLE usage_rows (
    organization_id TEXT    NOT NULL,
    project_id      TEXT    NOT NULL,
    day             TEXT    NOT NULL,
    import_id       TEXT    NOT NULL DEFAULT '',
    line            INTEGER NOT NULL DEFAULT 0,
    app             INTEGER NOT NULL CHECK (app >= 0),
    web_identified  INTEGER NOT NULL CHECK (web_identified >= 0),
    api             INTEGER NOT NULL CHECK (api >= 0),
    anonymous_web   INTEGER NOT NULL CHECK (anonymous_web >= 0),
    data_points     INTEGER NOT NULL CHECK (data_points >= 0),
    counted_at      TEXT    NOT NULL,
    PRIMARY KEY (organization_id, project_id, day, import_id),
    FOREIGN KEY (organization_id, project_id) REFERENCES projects (organization_id, id)
) STRICT, WITHOUT ROWID;

CREATE VIEW usage_days AS
SELECT r.organization_id, r.project_id, r.day, r.import_id, r.app, r.web_identified, r.api,
    r.anonymous_web, r.data_points, r.counted_at
FROM usage_rows r
WHERE (r.import_id = '' OR EXISTS (SELECT 1 FROM usage_imports i
        WHERE i.organization_id = r.organization_id AND i.id = r.import_id AND i.state = 'applied'))
    AND NOT EXISTS (SELECT 1 FROM usage_rows n JOIN usage_imports i
        ON i.organization_id = n.organization_id AND i.id = n.import_id AND i.state = 'applied'
        WHERE n.organization_id = r.organization_id AND n.project_id = r.project_id
        AND n.day = r.day AND n.import_id <> r.import_id
        AND i.position > COALESCE((SELECT o.position FROM usage_imports o
            WHERE o.organization_id = r.organization_id AND o.id = r.import_id), 0));

-- The same over all projects, kept with every change: a project without a row of a day keeps its
-- last one of the month.
CREATE TABLE usage_totals (
    organization_id TEXT    NOT NULL REFERENCES organizations (id),
    day             TEXT    NOT NULL,
    app             INTEGER NOT NULL CHECK (app >= 0),
    web_identified  INTEGER NOT NULL CHECK (web_identified >= 0),
    api             INTEGER NOT NULL CHECK (api >= 0),
    anonymous_web   INTEGER NOT NULL CHECK (anonymous_web >= 0),
    data_points     INTEGER NOT NULL CHECK (data_points >= 0),
    counted_at      TEXT    NOT NULL,
    PRIMARY KEY (organization_id, day)
) STRICT;

-- Figures of a month that do not count for charging (SPEC R10, R13): what the day on which counting
-- began had counted before ('begun'), and the month to date that a pause has settled ('settled').
CREATE TABLE usage_cuts (
    organization_id TEXT    NOT NULL REFERENCES organizations (id),
    kind            TEXT    NOT NULL CHECK (kind IN ('begun', 'settled')),
    day             TEXT    NOT NULL,
    at              TEXT    NOT NULL,
    app             INTEGER NOT NULL CHECK (app >= 0),
    web_identified  INTEGER NOT NULL CHECK (web_identified >= 0),
    api             INTEGER NOT NULL CHECK (api >= 0),
    anonymous_web   INTEGER NOT NULL CHECK (anonymous_web >= 0),
    data_points     INTEGER NOT NULL CHECK (data_points >= 0),
    PRIMARY KEY (organization_id, kind)
) STRICT;

-- What was used of add-ons that include a number, such as e-mails, by add-on and day (SPEC 2.4).
CREATE TABLE add_on_use (
    organization_id TEXT    NOT NULL REFERENCES organizations (id),
    add_on          TEXT    NOT NULL,
    day             TEXT    NOT NULL,
    used            INTEGER NOT NULL CHECK (used >= 0),
    counted_at      TEXT    NOT NULL,
    PRIMARY KEY (organization_id, add_on, day)
) STRICT;

-- What of it does not count, or counts already: 'uncounted' is what the day on which charging began
-- had used before; 'settled' the month's uses as a pause has invoiced them, 'carried' the same once
-- the pause is over.
CREATE TABLE add_on_use_cuts (
    organization_id TEXT    NOT NULL REFERENCES organizations (id),
    add_on          TEXT    NOT NULL,
    kind            TEXT    NOT NULL CHECK (kind IN ('uncounted', 'settled', 'carried')),
    day             TEXT    NOT NULL,
    used            INTEGER NOT NULL CHECK (used >= 0),
    PRIMARY KEY (organization_id, kind, add_on)
) STRICT;

-- An alert that was given; once its month is closed, the threshold may be crossed again.
CREATE TABLE alert_crossings (
    organization_id TEXT    NOT NULL REFERENCES organizations (id),
    period_start    TEXT    NOT NULL,
    tier            INTEGER NOT NULL CHECK (tier > 0),
    percent         INTEGER NOT NULL CHECK (percent > 0),
    usage_reached   INTEGER NOT NULL CHECK (usage_reached >= 0),
    recorded_at     TEXT    NOT NULL,
    reset_at        TEXT,
    PRIMARY KEY (organization_id, period_start, tier, percent)
) STRICT;

-- Events and profiles. What a plan no longer keeps is found by instant (SPEC R18).

CREATE TABLE events (
    organization_id TEXT    NOT NULL,
    project_id      TEXT    NOT NULL,
    id              TEXT    NOT NULL,
    name            TEXT    NOT NULL,
    kind            TEXT    NOT NULL CHECK (kind IN ('custom', 'system', 'conversion', 'qualifying')),
    identity        TEXT    NOT NULL,
    source          TEXT    NOT NULL CHECK (source IN ('app', 'web', 'api')),
    anonymous       INTEGER NOT NULL CHECK (anonymous IN (0, 1)),
    at              TEXT    NOT NULL,
    properties      TEXT    NOT NULL,
    data_points     INTEGER NOT NULL CHECK (data_points > 0),
    fingerprint     TEXT    NOT NULL,
    received_at     TEXT    NOT NULL,
    PRIMARY KEY (organization_id, project_id, id),
    FOREIGN KEY (organization_id, project_id) REFERENCES projects (organization_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX events_by_instant ON events (organization_id, at);

-- Whom a month has seen in a project, and since which day in which way.
CREATE TABLE monthly_users (
    organization_id TEXT NOT NULL,
    project_id      TEXT NOT NULL,
    period_start    TEXT NOT NULL,
    identity        TEXT NOT NULL,
    app_on          TEXT,
    web_on          TEXT,
    api_on          TEXT,
    anonymous_on    TEXT,
    PRIMARY KEY (organization_id, project_id, period_start, identity),
    FOREIGN KEY (organization_id, project_id) REFERENCES projects (organization_id, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE profiles (
    organization_id TEXT NOT NULL,
    project_id      TEXT NOT NULL,
    identity        TEXT NOT NULL,
    kind            TEXT NOT NULL CHECK (kind IN ('anonymous', 'addressable', 'customer')),
    properties      TEXT NOT NULL,
    created_at      TEXT NOT NULL,
    updated_at      TEXT NOT NULL,
    PRIMARY KEY (organization_id, project_id, identity),
    FOREIGN KEY (organization_id, project_id) REFERENCES projects (organization_id, id)
) STRICT, WITHOUT ROWID;

-- Updates that were taken: the same one again changes nothing.
CREATE TABLE profile_updates (
    organization_id TEXT NOT NULL,
    project_id      TEXT NOT NULL,
    id              TEXT NOT NULL,
    identity        TEXT NOT NULL,
    at              TEXT NOT NULL,
    fingerprint     TEXT NOT NULL,
    PRIMARY KEY (organization_id, project_id, id),
    FOREIGN KEY (organization_id, project_id) REFERENCES projects (organization_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX profile_updates_by_instant ON profile_updates (organization_id, at);

-- What has been seen: events (no property), their properties, and properties of profiles (no event).
CREATE TABLE schema_seen (
    organization_id TEXT NOT NULL,
    project_id      TEXT NOT NULL,
    event           TEXT NOT NULL,
    property        TEXT NOT NULL,
    kind            TEXT CHECK (kind IN ('custom', 'system', 'conversion', 'qualifying')),
    type            TEXT CHECK (type IN ('text', 'number', 'boolean', 'list', 'mixed')),
    first_seen_at   TEXT NOT NULL,
    last_seen_at    TEXT NOT NULL,
    PRIMARY KEY (organization_id, project_id, event, property),
    FOREIGN KEY (organization_id, project_id) REFERENCES projects (organization_id, id)
) STRICT, WITHOUT ROWID;
