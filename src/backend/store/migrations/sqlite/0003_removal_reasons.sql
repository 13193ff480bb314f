-- Why an add-on is given up, asked with the order that drops it. The person's own words are one line
-- without a card number; they are there for `other` alone.
CREATE TABLE removal_reasons (
    organization_id TEXT NOT NULL,
    plan_change_id  TEXT NOT NULL,
    add_on          TEXT NOT NULL,
    reason          TEXT NOT NULL CHECK (reason IN ('too_expensive', 'missing_feature',
        'switching_product', 'low_usage', 'temporary_project', 'other')),
    words           TEXT CHECK ((reason = 'other') = (words IS NOT NULL)),
    PRIMARY KEY (organization_id, plan_change_id, add_on),
    FOREIGN KEY (organization_id, plan_change_id) REFERENCES plan_changes (organization_id, id)
) STRICT;
