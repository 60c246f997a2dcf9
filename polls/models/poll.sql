-- Once the log has a line, what was asked stays as it was. The lock is the chain's, so that a first
-- vote and an edit at the same moment cannot both succeed. Loaded by migration 0002; the audit compares
-- the database with this file.
CREATE FUNCTION polls_refuse_if_voted(poll bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(7060, poll::integer);
    IF EXISTS (SELECT 1 FROM polls_event WHERE poll_id = poll) THEN
        RAISE EXCEPTION 'the question and the choices of poll % are locked: there are votes', poll
            USING ERRCODE = 'restrict_violation';
    END IF;
END $$;
CREATE FUNCTION polls_poll_definition() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM polls_refuse_if_voted(OLD.id);
    RETURN NEW;
END $$;
CREATE TRIGGER polls_poll_definition BEFORE UPDATE ON polls_poll FOR EACH ROW
    WHEN (OLD.id <> NEW.id OR OLD.title <> NEW.title OR OLD.max_choices <> NEW.max_choices)
    EXECUTE FUNCTION polls_poll_definition();
CREATE FUNCTION polls_part_definition() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        PERFORM polls_refuse_if_voted(OLD.poll_id);
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    PERFORM polls_refuse_if_voted(NEW.poll_id);
    RETURN NEW;
END $$;
CREATE TRIGGER polls_question_definition BEFORE INSERT OR DELETE ON polls_question
    FOR EACH ROW EXECUTE FUNCTION polls_part_definition();
CREATE TRIGGER polls_question_text BEFORE UPDATE ON polls_question FOR EACH ROW
    WHEN (OLD.id <> NEW.id OR OLD.poll_id <> NEW.poll_id OR OLD.text <> NEW.text)
    EXECUTE FUNCTION polls_part_definition();
CREATE TRIGGER polls_choice_definition BEFORE INSERT OR DELETE ON polls_choice
    FOR EACH ROW EXECUTE FUNCTION polls_part_definition();
CREATE TRIGGER polls_choice_text BEFORE UPDATE ON polls_choice FOR EACH ROW
    WHEN (OLD.id <> NEW.id OR OLD.poll_id <> NEW.poll_id OR OLD.label <> NEW.label
        OR OLD.score IS DISTINCT FROM NEW.score)
    EXECUTE FUNCTION polls_part_definition();
