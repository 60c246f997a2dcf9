-- No office stands under itself, however many stand between. Two writers who would close a circle together
-- wait for each other.
CREATE FUNCTION offices_office_tree() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('offices_office_tree', NEW.commune_id));
    IF EXISTS (
        WITH RECURSIVE above AS (
            SELECT id, parent_id FROM offices_office WHERE id = NEW.parent_id
            UNION SELECT o.id, o.parent_id FROM offices_office AS o JOIN above ON o.id = above.parent_id
        )
        SELECT FROM above WHERE id = NEW.id
    ) THEN
        RAISE EXCEPTION 'office % would stand under itself', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'offices_office_tree';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER offices_office_tree BEFORE INSERT OR UPDATE OF parent_id ON offices_office FOR EACH ROW
    WHEN (NEW.parent_id IS NOT NULL)
    EXECUTE FUNCTION offices_office_tree();
