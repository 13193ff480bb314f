-- The latest instant that anything was done at: a floor for the clock of every program on this
-- database (SPEC R2). One row, raised by the look at what falls due and by the month change.
CREATE TABLE latest_instant (
    id        BIGINT PRIMARY KEY CHECK (id = 1),
    latest_at TEXT NOT NULL
);
INSERT INTO latest_instant (id, latest_at)
SELECT 1, COALESCE(MAX(closed_at), '1970-01-01T00:00:00.000000Z') FROM month_closings;
