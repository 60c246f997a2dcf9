-- The chain. One transaction at a time appends to the log of one poll: the lock is taken with the last
-- statement of a vote and freed by its commit. polls/auditing/audit.py computes the same hashes anew. Loaded by
-- migration 0002; the audit compares the database with this file.
CREATE FUNCTION polls_definition_hash(poll bigint) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT encode(sha256(convert_to(
        concat_ws(E'\n', p.id, p.max_choices, length(p.title) || ':' || p.title,
            (SELECT string_agg('q' || q.id || ':' || length(q.text) || ':' || q.text, E'\n' ORDER BY q.id)
                FROM polls_question q WHERE q.poll_id = p.id),
            (SELECT string_agg('c' || c.id || ':' || coalesce(c.score::text, '') || ':' ||
                    length(c.label) || ':' || c.label, E'\n' ORDER BY c.id)
                FROM polls_choice c WHERE c.poll_id = p.id)),
        'UTF8')), 'hex')
    FROM polls_poll p WHERE p.id = poll
$$;

CREATE FUNCTION polls_event_chain() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    last_position integer;
    last_hash text;
BEGIN
    PERFORM pg_advisory_xact_lock(7060, NEW.poll_id::integer);
    SELECT position, hash INTO last_position, last_hash
        FROM polls_event WHERE poll_id = NEW.poll_id ORDER BY position DESC LIMIT 1;
    IF NOT FOUND THEN
        last_position := 0;
        last_hash := polls_definition_hash(NEW.poll_id);
    END IF;
    NEW.position := last_position + 1;
    NEW.hash := encode(sha256(convert_to(
        concat_ws(E'\n', last_hash, NEW.poll_id, NEW.position, NEW.kind, coalesce(NEW.ballot_id::text, ''),
            NEW.status, NEW.choices, coalesce(NEW.challenge, ''), NEW.officer,
            (extract(epoch FROM NEW.created_at) * 1000000)::bigint, NEW.note),
        'UTF8')), 'hex');
    RETURN NEW;
END $$;
CREATE TRIGGER polls_event_chain BEFORE INSERT ON polls_event
    FOR EACH ROW EXECUTE FUNCTION polls_event_chain();
-- Lines are added, never changed or removed.
CREATE FUNCTION polls_event_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'polls_event is a log: lines are added, never changed or removed'
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER polls_event_keep BEFORE UPDATE OR DELETE ON polls_event
    FOR EACH ROW EXECUTE FUNCTION polls_event_append_only();
CREATE TRIGGER polls_event_keep_all BEFORE TRUNCATE ON polls_event
    FOR EACH STATEMENT EXECUTE FUNCTION polls_event_append_only();
