-- Figures of a month that do not count for charging (SPEC R10, R13): what the day on which counting
-- began had counted before ('begun'), and the month to date that a pause has settled ('settled').
CREATE TABLE usage_cuts (
    organization_id TEXT    NOT NULL REFERENCES organizations (id),
    kind            TEXT    NOT NULL CHECK (kind IN ('begun', 'settled')),
    day             TEXT    NOT NULL,
    at              TEXT    NOT NULL,
    app             BIGINT  NOT NULL CHECK (app >= 0),
    web_identified  BIGINT  NOT NULL CHECK (web_identified >= 0),
    api             BIGINT  NOT NULL CHECK (api >= 0),
    anonymous_web   BIGINT  NOT NULL CHECK (anonymous_web >= 0),
    data_points     BIGINT  NOT NULL CHECK (data_points >= 0),
    PRIMARY KEY (organization_id, kind)
);
