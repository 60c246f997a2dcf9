-- A poll stays in its commune: its ballots, its log and who may decide about them would go with it. Loaded
-- by migration 0005; the audit compares the database with this file.
CREATE FUNCTION polls_poll_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'poll % stays in its commune', OLD.id USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER polls_poll_stays BEFORE UPDATE ON polls_poll FOR EACH ROW
    WHEN (OLD.commune_id <> NEW.commune_id)
    EXECUTE FUNCTION polls_poll_stays();
