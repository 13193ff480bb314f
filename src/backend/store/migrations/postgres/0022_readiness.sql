-- Shared by all organizations: the row whose writing proves that writes work (GET /ready).
CREATE TABLE readiness (
    id         BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    written_at TEXT   NOT NULL
);
