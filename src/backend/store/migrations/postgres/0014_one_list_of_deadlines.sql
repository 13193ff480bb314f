-- One word for one thing: what `billing::deadline` calls it. The places of what is due at the same
-- instant follow from that list too; the program writes them as it brings a database up to date.
UPDATE due SET kind = 'retention_boundary' WHERE kind = 'retention';
