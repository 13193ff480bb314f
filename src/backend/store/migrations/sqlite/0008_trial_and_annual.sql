-- What is on file to charge with, and years that are paid for at once (SPEC R8, R9).

-- Who invoices are made out to, as the organization has said it. Without a row nothing was said yet,
-- and invoices bear the organization's name alone.
CREATE TABLE billing_details (
    organization_id TEXT NOT NULL PRIMARY KEY REFERENCES organizations (id),
    billed_to       TEXT NOT NULL,
    saved_at        TEXT NOT NULL,
    saved_by        TEXT NOT NULL
) STRICT;

-- Organizations from before have said it at their creation.
INSERT INTO billing_details (organization_id, billed_to, saved_at, saved_by)
SELECT id, billed_to, created_at, 'system' FROM organizations;

ALTER TABLE organizations ADD COLUMN annual_eligible INTEGER NOT NULL DEFAULT 0
    CHECK (annual_eligible IN (0, 1));

-- A term: whole months from a 1st on, and how many billable users they may have together. What they
-- have had follows from the months that are closed. The invoice says what was paid for it.
CREATE TABLE annual_terms (
    organization_id TEXT    NOT NULL REFERENCES subscriptions (organization_id),
    starts_on       TEXT    NOT NULL CHECK (substr(starts_on, 9) = '01'),
    ends_on         TEXT    NOT NULL CHECK (ends_on > starts_on),
    months          INTEGER NOT NULL CHECK (months > 0),
    billable_limit  INTEGER NOT NULL CHECK (billable_limit > 0),
    invoice_number  TEXT,
    PRIMARY KEY (organization_id, starts_on),
    FOREIGN KEY (organization_id, invoice_number) REFERENCES invoices (organization_id, number)
) STRICT;
CREATE UNIQUE INDEX one_annual_invoice_per_term ON invoices (organization_id, period_start)
    WHERE kind = 'annual';
