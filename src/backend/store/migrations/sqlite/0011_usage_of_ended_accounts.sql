-- The usage of a closed month does not change; with its account it goes (SPEC R14).
DROP TRIGGER usage_rows_refuse_delete;
CREATE TRIGGER usage_rows_refuse_delete BEFORE DELETE ON usage_rows
WHEN EXISTS (SELECT 1 FROM month_closings WHERE organization_id = OLD.organization_id
    AND period_start = substr(OLD.day, 1, 7) || '-01')
    AND NOT EXISTS (SELECT 1 FROM usage_imports i WHERE i.organization_id = OLD.organization_id
        AND i.id = OLD.import_id AND i.state <> 'applied')
    AND NOT EXISTS (SELECT 1 FROM tombstones WHERE organization_id = OLD.organization_id)
BEGIN SELECT RAISE(ABORT, 'the usage of a closed month does not change'); END;
DROP TRIGGER usage_totals_refuse_delete;
CREATE TRIGGER usage_totals_refuse_delete BEFORE DELETE ON usage_totals
WHEN EXISTS (SELECT 1 FROM month_closings WHERE organization_id = OLD.organization_id
    AND period_start = substr(OLD.day, 1, 7) || '-01')
    AND NOT EXISTS (SELECT 1 FROM tombstones WHERE organization_id = OLD.organization_id)
BEGIN SELECT RAISE(ABORT, 'the usage of a closed month does not change'); END;
