-- The usage of a closed month does not change; with its account it goes (SPEC R14).
CREATE OR REPLACE FUNCTION refuse_closed_month() RETURNS trigger LANGUAGE plpgsql AS $$
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
CREATE OR REPLACE FUNCTION refuse_counted_delete() RETURNS trigger LANGUAGE plpgsql AS $$
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
