-- What a plan no longer keeps is found from its oldest end (SPEC R18).
CREATE INDEX events_by_instant ON events (organization_id, at);
CREATE INDEX profile_updates_by_instant ON profile_updates (organization_id, at);

-- Since when a failed invoice is debited once more: another payment method was saved (SPEC R12, A19).
ALTER TABLE collections ADD COLUMN retry_at TEXT;
