-- What PostgreSQL refuses to change.

-- What is issued, paid, closed or logged stays as it is, and what has ended stays ended.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '% does not change', TG_ARGV[0]; END $$;
CREATE TRIGGER price_books_refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON price_books
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('a stored price book');
CREATE TRIGGER invoices_refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON invoices
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('an issued invoice');
CREATE TRIGGER invoice_lines_refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON invoice_lines
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('an issued invoice');
CREATE TRIGGER invoice_taxes_refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON invoice_taxes
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('an issued invoice');
CREATE TRIGGER payments_refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON payments
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('a payment');
CREATE TRIGGER month_closings_refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON month_closings
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('a closed month');
CREATE TRIGGER audit_refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('the audit log');
CREATE TRIGGER tombstones_refuse_delete BEFORE DELETE OR TRUNCATE ON tombstones
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('what has ended');

-- The usage of a closed month stays as it is; it goes with its account (SPEC R14). Rows of a file that
-- was never applied may still be cleared away.
CREATE FUNCTION refuse_closed_month() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE whose TEXT; which TEXT;
BEGIN
    IF TG_OP = 'DELETE' THEN
        whose := OLD.organization_id; which := OLD.day;
        IF EXISTS (SELECT 1 FROM tombstones WHERE organization_id = whose) THEN RETURN OLD; END IF;
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
            AND i.id = OLD.import_id AND i.state <> 'applied')
        AND NOT EXISTS (SELECT 1 FROM tombstones WHERE organization_id = OLD.organization_id) THEN
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
