-- What SQLite refuses to change.

-- What is issued, paid, closed or logged stays as it is.
CREATE TRIGGER price_books_refuse_update BEFORE UPDATE ON price_books
BEGIN SELECT RAISE(ABORT, 'a stored price book does not change'); END;
CREATE TRIGGER price_books_refuse_delete BEFORE DELETE ON price_books
BEGIN SELECT RAISE(ABORT, 'a stored price book does not change'); END;
CREATE TRIGGER invoices_refuse_update BEFORE UPDATE ON invoices
BEGIN SELECT RAISE(ABORT, 'an issued invoice does not change'); END;
CREATE TRIGGER invoices_refuse_delete BEFORE DELETE ON invoices
BEGIN SELECT RAISE(ABORT, 'an issued invoice does not change'); END;
CREATE TRIGGER invoice_lines_refuse_update BEFORE UPDATE ON invoice_lines
BEGIN SELECT RAISE(ABORT, 'an issued invoice does not change'); END;
CREATE TRIGGER invoice_lines_refuse_delete BEFORE DELETE ON invoice_lines
BEGIN SELECT RAISE(ABORT, 'an issued invoice does not change'); END;
CREATE TRIGGER invoice_taxes_refuse_update BEFORE UPDATE ON invoice_taxes
BEGIN SELECT RAISE(ABORT, 'an issued invoice does not change'); END;
CREATE TRIGGER invoice_taxes_refuse_delete BEFORE DELETE ON invoice_taxes
BEGIN SELECT RAISE(ABORT, 'an issued invoice does not change'); END;
CREATE TRIGGER payments_refuse_update BEFORE UPDATE ON payments
BEGIN SELECT RAISE(ABORT, 'a payment does not change'); END;
CREATE TRIGGER payments_refuse_delete BEFORE DELETE ON payments
BEGIN SELECT RAISE(ABORT, 'a payment does not change'); END;
CREATE TRIGGER month_closings_refuse_update BEFORE UPDATE ON month_closings
BEGIN SELECT RAISE(ABORT, 'a closed month does not change'); END;
CREATE TRIGGER month_closings_refuse_delete BEFORE DELETE ON month_closings
BEGIN SELECT RAISE(ABORT, 'a closed month does not change'); END;
CREATE TRIGGER audit_refuse_update BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit log does not change'); END;
CREATE TRIGGER audit_refuse_delete BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit log does not change'); END;

-- What has ended stays ended.
CREATE TRIGGER tombstones_refuse_delete BEFORE DELETE ON tombstones
BEGIN SELECT RAISE(ABORT, 'what has ended stays ended'); END;

-- The usage of a closed month stays as it is; it goes with its account (SPEC R14). Rows of a file that
-- was never applied may still be cleared away.
CREATE TRIGGER usage_rows_refuse_insert BEFORE INSERT ON usage_rows
WHEN EXISTS (SELECT 1 FROM month_closings WHERE organization_id = NEW.organization_id
    AND period_start = substr(NEW.day, 1, 7) || '-01')
BEGIN SELECT RAISE(ABORT, 'the usage of a closed month does not change'); END;
CREATE TRIGGER usage_rows_refuse_update BEFORE UPDATE ON usage_rows
WHEN EXISTS (SELECT 1 FROM month_closings WHERE organization_id = NEW.organization_id
    AND period_start = substr(NEW.day, 1, 7) || '-01')
BEGIN SELECT RAISE(ABORT, 'the usage of a closed month does not change'); END;
CREATE TRIGGER usage_rows_refuse_delete BEFORE DELETE ON usage_rows
WHEN EXISTS (SELECT 1 FROM month_closings WHERE organization_id = OLD.organization_id
    AND period_start = substr(OLD.day, 1, 7) || '-01')
    AND NOT EXISTS (SELECT 1 FROM usage_imports i WHERE i.organization_id = OLD.organization_id
        AND i.id = OLD.import_id AND i.state <> 'applied')
    AND NOT EXISTS (SELECT 1 FROM tombstones WHERE organization_id = OLD.organization_id)
BEGIN SELECT RAISE(ABORT, 'the usage of a closed month does not change'); END;
CREATE TRIGGER usage_totals_refuse_insert BEFORE INSERT ON usage_totals
WHEN EXISTS (SELECT 1 FROM month_closings WHERE organization_id = NEW.organization_id
    AND period_start = substr(NEW.day, 1, 7) || '-01')
BEGIN SELECT RAISE(ABORT, 'the usage of a closed month does not change'); END;
CREATE TRIGGER usage_totals_refuse_update BEFORE UPDATE ON usage_totals
WHEN EXISTS (SELECT 1 FROM month_closings WHERE organization_id = NEW.organization_id
    AND period_start = substr(NEW.day, 1, 7) || '-01')
BEGIN SELECT RAISE(ABORT, 'the usage of a closed month does not change'); END;
CREATE TRIGGER usage_totals_refuse_delete BEFORE DELETE ON usage_totals
WHEN EXISTS (SELECT 1 FROM month_closings WHERE organization_id = OLD.organization_id
    AND period_start = substr(OLD.day, 1, 7) || '-01')
    AND NOT EXISTS (SELECT 1 FROM tombstones WHERE organization_id = OLD.organization_id)
BEGIN SELECT RAISE(ABORT, 'the usage of a closed month does not change'); END;

-- INSERT OR REPLACE deletes what is in its way without passing the triggers against deletion, unless
-- the connection has set recursive_triggers. The server's connections have; these hold for every other.
CREATE TRIGGER price_books_refuse_replace BEFORE INSERT ON price_books
WHEN EXISTS (SELECT 1 FROM price_books WHERE id = NEW.id AND version = NEW.version)
BEGIN SELECT RAISE(IGNORE); END;
CREATE TRIGGER invoices_refuse_replace BEFORE INSERT ON invoices
WHEN EXISTS (SELECT 1 FROM invoices WHERE organization_id = NEW.organization_id AND (number = NEW.number
    OR (series = NEW.series AND position = NEW.position)
    OR plan_change_id = NEW.plan_change_id
    OR (period_start = NEW.period_start AND kind = NEW.kind AND kind IN ('scheduled', 'annual'))))
BEGIN SELECT RAISE(ABORT, 'an issued invoice does not change'); END;
CREATE TRIGGER invoice_lines_refuse_replace BEFORE INSERT ON invoice_lines
WHEN EXISTS (SELECT 1 FROM invoice_lines WHERE organization_id = NEW.organization_id
    AND number = NEW.number AND position = NEW.position)
BEGIN SELECT RAISE(ABORT, 'an issued invoice does not change'); END;
CREATE TRIGGER invoice_taxes_refuse_replace BEFORE INSERT ON invoice_taxes
WHEN EXISTS (SELECT 1 FROM invoice_taxes WHERE organization_id = NEW.organization_id
    AND number = NEW.number AND position = NEW.position)
BEGIN SELECT RAISE(ABORT, 'an issued invoice does not change'); END;
CREATE TRIGGER payments_refuse_replace BEFORE INSERT ON payments
WHEN EXISTS (SELECT 1 FROM payments WHERE organization_id = NEW.organization_id
    AND (gateway_reference = NEW.gateway_reference OR number = NEW.number))
BEGIN SELECT RAISE(ABORT, 'a payment does not change'); END;
CREATE TRIGGER month_closings_refuse_replace BEFORE INSERT ON month_closings
WHEN EXISTS (SELECT 1 FROM month_closings WHERE organization_id = NEW.organization_id
    AND period_start = NEW.period_start)
BEGIN SELECT RAISE(ABORT, 'a closed month does not change'); END;
CREATE TRIGGER audit_refuse_replace BEFORE INSERT ON audit
WHEN EXISTS (SELECT 1 FROM audit WHERE organization_id = NEW.organization_id AND position = NEW.position)
BEGIN SELECT RAISE(ABORT, 'the audit log does not change'); END;
CREATE TRIGGER tombstones_refuse_replace BEFORE INSERT ON tombstones
WHEN EXISTS (SELECT 1 FROM tombstones WHERE organization_id = NEW.organization_id)
BEGIN SELECT RAISE(ABORT, 'what has ended stays ended'); END;
