-- Where usage comes from: figures by project and day, or events and profiles; and who may send them.

-- A project is metered by figures until its first event; never by both (SPEC 3).
ALTER TABLE projects ADD COLUMN metered_by TEXT NOT NULL DEFAULT 'figures'
    CHECK (metered_by IN ('figures', 'events'));
ALTER TABLE projects ADD COLUMN first_event_at TEXT;

-- A file of figures on its way. Its rows count from the moment it is applied, all of them at once;
-- of two applied files the one with the higher position counts, row by row.
CREATE TABLE usage_imports (
    organization_id TEXT    NOT NULL REFERENCES organizations (id),
    id              TEXT    NOT NULL,
    state           TEXT    NOT NULL CHECK (state IN ('staging', 'ready', 'applied')),
    position        BIGINT  CHECK ((state = 'applied') = (position IS NOT NULL)),
    started_by      TEXT    NOT NULL,
    row_count       BIGINT  NOT NULL DEFAULT 0 CHECK (row_count >= 0),
    added           BIGINT  NOT NULL DEFAULT 0 CHECK (added >= 0),
    corrected       BIGINT  NOT NULL DEFAULT 0 CHECK (corrected >= 0),
    unchanged       BIGINT  NOT NULL DEFAULT 0 CHECK (unchanged >= 0),
    first_day       TEXT,
    last_day        TEXT,
    started_at      TEXT    NOT NULL,
    touched_at      TEXT    NOT NULL,
    applied_at      TEXT,
    PRIMARY KEY (organization_id, id),
    UNIQUE (organization_id, position)
);
CREATE UNIQUE INDEX one_open_import ON usage_imports (organization_id) WHERE state <> 'applied';

-- Moves with every change of figures, so that what was checked against them can tell.
CREATE TABLE usage_marks (
    organization_id TEXT    NOT NULL PRIMARY KEY REFERENCES organizations (id),
    version         BIGINT  NOT NULL CHECK (version > 0)
);

-- Distinct users of the month to date, as known at the end of the day; that day's data points.
-- The import is empty for what came in otherwise. What counts is the view `usage_days`.
ALTER TABLE usage_days RENAME TO usage_rows;
ALTER TABLE usage_rows ADD COLUMN import_id TEXT NOT NULL DEFAULT '';
ALTER TABLE usage_rows ADD COLUMN line BIGINT NOT NULL DEFAULT 0;
ALTER TABLE usage_rows DROP CONSTRAINT usage_days_pkey;
ALTER TABLE usage_rows ADD PRIMARY KEY (organization_id, project_id, day, import_id);
DROP INDEX usage_days_by_day;
DROP TRIGGER usage_days_refuse_closed_month ON usage_rows;

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
    app             BIGINT  NOT NULL CHECK (app >= 0),
    web_identified  BIGINT  NOT NULL CHECK (web_identified >= 0),
    api             BIGINT  NOT NULL CHECK (api >= 0),
    anonymous_web   BIGINT  NOT NULL CHECK (anonymous_web >= 0),
    data_points     BIGINT  NOT NULL CHECK (data_points >= 0),
    counted_at      TEXT    NOT NULL,
    PRIMARY KEY (organization_id, day)
);
INSERT INTO usage_totals
SELECT d.organization_id, d.day, SUM(u.app), SUM(u.web_identified), SUM(u.api), SUM(u.anonymous_web),
    (SELECT SUM(p.data_points) FROM usage_rows p
        WHERE p.organization_id = d.organization_id AND p.day = d.day), MAX(d.counted_at)
FROM (SELECT organization_id, day, MAX(counted_at) AS counted_at FROM usage_rows
    GROUP BY organization_id, day) d
JOIN usage_rows u ON u.organization_id = d.organization_id AND u.day = (SELECT MAX(l.day)
    FROM usage_rows l WHERE l.organization_id = u.organization_id AND l.project_id = u.project_id
    AND l.day <= d.day AND substr(l.day, 1, 7) = substr(d.day, 1, 7))
GROUP BY d.organization_id, d.day;

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
);

CREATE TABLE events (
    organization_id TEXT    NOT NULL,
    project_id      TEXT    NOT NULL,
    id              TEXT    NOT NULL,
    name            TEXT    NOT NULL,
    kind            TEXT    NOT NULL CHECK (kind IN ('custom', 'system', 'conversion', 'qualifying')),
    identity        TEXT    NOT NULL,
    source          TEXT    NOT NULL CHECK (source IN ('app', 'web', 'api')),
    anonymous       BIGINT  NOT NULL CHECK (anonymous IN (0, 1)),
    at              TEXT    NOT NULL,
    properties      TEXT    NOT NULL,
    data_points     BIGINT  NOT NULL CHECK (data_points > 0),
    fingerprint     TEXT    NOT NULL,
    received_at     TEXT    NOT NULL,
    PRIMARY KEY (organization_id, project_id, id),
    FOREIGN KEY (organization_id, project_id) REFERENCES projects (organization_id, id)
);

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
);

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
);

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
);

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
);

-- A closed month stays as it is. Rows of a file that was never applied may still be cleared away.
CREATE OR REPLACE FUNCTION refuse_closed_month() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE whose TEXT; which TEXT;
BEGIN
    IF TG_OP = 'DELETE' THEN
        whose := OLD.organization_id; which := OLD.day;
    ELSE
        whose := NEW.organization_id; which := NEW.day;
    END IF;
    IF EXISTS (SELECT 1 FROM month_closings WHERE organization_id = whose
        AND period_start = substr(which, 1, 7) || '-01') THEN
        RAISE EXCEPTION 'the usage of a closed month does not change';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END $$;
CREATE FUNCTION refuse_counted_delete() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM month_closings WHERE organization_id = OLD.organization_id
        AND period_start = substr(OLD.day, 1, 7) || '-01')
        AND NOT EXISTS (SELECT 1 FROM usage_imports i WHERE i.organization_id = OLD.organization_id
            AND i.id = OLD.import_id AND i.state <> 'applied') THEN
        RAISE EXCEPTION 'the usage of a closed month does not change';
    END IF;
    RETURN OLD;
END $$;
CREATE TRIGGER usage_rows_refuse_closed_month BEFORE INSERT OR UPDATE ON usage_rows
    FOR EACH ROW EXECUTE FUNCTION refuse_closed_month();
CREATE TRIGGER usage_rows_refuse_delete BEFORE DELETE ON usage_rows
    FOR EACH ROW EXECUTE FUNCTION refuse_counted_delete();
CREATE TRIGGER usage_totals_refuse_closed_month BEFORE INSERT OR UPDATE OR DELETE ON usage_totals
    FOR EACH ROW EXECUTE FUNCTION refuse_closed_month();
