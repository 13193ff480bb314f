-- What stood there before a change, and what stands there since (SPEC R20): each a document, none
-- where nothing of it can be shown, as with everything that was logged before.
ALTER TABLE audit ADD COLUMN was TEXT;
ALTER TABLE audit ADD COLUMN became TEXT;
