-- The chains of the audit log. One transaction at a time appends to a chain: the lock is freed by its commit.
-- trail/verifying.py computes the same hashes anew. Loaded by migration 0001; the audit compares the database with
-- this file.

-- Where the next line of a chain belongs, which nobody else appends to until this transaction ends.
CREATE FUNCTION trail_last(a_chain integer, OUT a_position bigint, OUT a_hash text, OUT a_beginning timestamptz)
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(7061, a_chain);
    SELECT position, hash, begun_at INTO a_position, a_hash, a_beginning FROM trail_head WHERE chain = a_chain;
    IF NOT FOUND THEN
        a_position := 0;
        a_beginning := clock_timestamp();
        a_hash := encode(sha256(convert_to(
            concat_ws(E'\n', 'trail', a_chain, (extract(epoch FROM a_beginning) * 1000000)::bigint), 'UTF8')), 'hex');
        INSERT INTO trail_head (chain, begun_at, position, hash, code) VALUES (a_chain, a_beginning, 0, a_hash, '');
    END IF;
    SELECT e.position, e.hash INTO a_position, a_hash
        FROM (SELECT a_position AS position, a_hash AS hash
            UNION ALL (SELECT t.position, t.hash FROM trail_entry t WHERE t.chain = a_chain
                ORDER BY t.position DESC LIMIT 1)) AS e
        ORDER BY e.position DESC LIMIT 1;
END $$;

CREATE FUNCTION trail_entry_chain() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    last record;
BEGIN
    SELECT * INTO last FROM trail_last(NEW.chain);
    NEW.position := last.a_position + 1;
    NEW.hash := encode(sha256(convert_to(
        concat_ws(E'\n', last.a_hash, NEW.chain, NEW.position,
            (extract(epoch FROM NEW.created_at) * 1000000)::bigint, NEW.kind, coalesce(NEW.person::text, ''),
            NEW.person_name, NEW.address, NEW.object_type, NEW.object_id, NEW.object_name, NEW.before, NEW.after),
        'UTF8')), 'hex');
    RETURN NEW;
END $$;
CREATE TRIGGER trail_entry_chain BEFORE INSERT ON trail_entry
    FOR EACH ROW EXECUTE FUNCTION trail_entry_chain();

-- Lines are added, never changed; they are removed when the head of their chain stands behind them.
CREATE FUNCTION trail_entry_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND TG_LEVEL = 'ROW' THEN
        IF EXISTS (SELECT 1 FROM trail_head h WHERE h.chain = OLD.chain AND h.position >= OLD.position) THEN
            RETURN OLD;
        END IF;
    END IF;
    RAISE EXCEPTION 'trail_entry is a log: lines are added, never changed or removed'
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER trail_entry_keep BEFORE UPDATE OR DELETE ON trail_entry
    FOR EACH ROW EXECUTE FUNCTION trail_entry_keep();
CREATE TRIGGER trail_entry_keep_all BEFORE TRUNCATE ON trail_entry
    FOR EACH STATEMENT EXECUTE FUNCTION trail_entry_keep();

-- The head of a chain moves on alone, to a line that is older than a year.
CREATE FUNCTION trail_head_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF NEW.id = OLD.id AND NEW.chain = OLD.chain AND NEW.begun_at = OLD.begun_at AND NEW.position > OLD.position
            AND EXISTS (SELECT 1 FROM trail_entry e WHERE e.chain = NEW.chain AND e.position = NEW.position
                AND e.hash = NEW.hash AND e.created_at < statement_timestamp() - interval '365 days') THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'the head of an audit log moves on to lines older than a year, and nowhere else'
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER trail_head_keep BEFORE UPDATE OR DELETE ON trail_head
    FOR EACH ROW EXECUTE FUNCTION trail_head_keep();
CREATE TRIGGER trail_head_keep_all BEFORE TRUNCATE ON trail_head
    FOR EACH STATEMENT EXECUTE FUNCTION trail_head_keep();
