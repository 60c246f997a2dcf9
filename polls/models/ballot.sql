-- Slots are unique per ballot and question, so this bounds how many choices are ticked. Loaded by
-- migration 0002; the audit compares the database with this file.
CREATE FUNCTION polls_selection_within_maximum() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.slot < 1 OR NEW.slot > (SELECT max_choices FROM polls_poll WHERE id = NEW.poll_id) THEN
        RAISE check_violation USING
            MESSAGE = 'more choices than the poll allows', CONSTRAINT = 'polls_selection_within_maximum';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER polls_selection_within_maximum BEFORE INSERT OR UPDATE ON polls_selection
    FOR EACH ROW EXECUTE FUNCTION polls_selection_within_maximum();
