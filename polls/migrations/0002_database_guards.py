"""What the database itself holds to, whichever program writes: see docs/poll-method.md."""

from django.db import migrations

# A tick belongs to the ballot, the question and the choice of one and the same poll.
SAME_POLL = """
ALTER TABLE polls_selection
    ADD CONSTRAINT polls_selection_ballot_same_poll
        FOREIGN KEY (poll_id, ballot_id) REFERENCES polls_ballot (poll_id, id),
    ADD CONSTRAINT polls_selection_question_same_poll
        FOREIGN KEY (poll_id, question_id) REFERENCES polls_question (poll_id, id),
    ADD CONSTRAINT polls_selection_choice_same_poll
        FOREIGN KEY (poll_id, choice_id) REFERENCES polls_choice (poll_id, id);
ALTER TABLE polls_event
    ADD CONSTRAINT polls_event_ballot_same_poll
        FOREIGN KEY (poll_id, ballot_id) REFERENCES polls_ballot (poll_id, id);
"""
SAME_POLL_UNDO = """
ALTER TABLE polls_event DROP CONSTRAINT polls_event_ballot_same_poll;
ALTER TABLE polls_selection
    DROP CONSTRAINT polls_selection_ballot_same_poll,
    DROP CONSTRAINT polls_selection_question_same_poll,
    DROP CONSTRAINT polls_selection_choice_same_poll;
"""

# Slots are unique per ballot and question, so this bounds how many choices are ticked.
SLOTS = """
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
"""
SLOTS_UNDO = "DROP FUNCTION polls_selection_within_maximum() CASCADE"

# The chain. One transaction at a time appends to the log of one poll: the lock is taken with the
# last statement of a vote and freed by its commit. polls/audit.py computes the same hashes anew.
CHAIN = """
CREATE FUNCTION polls_definition_hash(poll bigint) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT encode(sha256(convert_to(
        concat_ws(E'\\n', p.id, p.max_choices, length(p.title) || ':' || p.title,
            (SELECT string_agg('q' || q.id || ':' || length(q.text) || ':' || q.text, E'\\n' ORDER BY q.id)
                FROM polls_question q WHERE q.poll_id = p.id),
            (SELECT string_agg('c' || c.id || ':' || coalesce(c.score::text, '') || ':' ||
                    length(c.label) || ':' || c.label, E'\\n' ORDER BY c.id)
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
        concat_ws(E'\\n', last_hash, NEW.poll_id, NEW.position, NEW.kind, coalesce(NEW.ballot_id::text, ''),
            NEW.status, NEW.choices, coalesce(NEW.challenge, ''), NEW.officer,
            (extract(epoch FROM NEW.created_at) * 1000000)::bigint, NEW.note),
        'UTF8')), 'hex');
    RETURN NEW;
END $$;
CREATE TRIGGER polls_event_chain BEFORE INSERT ON polls_event
    FOR EACH ROW EXECUTE FUNCTION polls_event_chain();
"""
CHAIN_UNDO = """
DROP FUNCTION polls_event_chain() CASCADE;
DROP FUNCTION polls_definition_hash(bigint);
"""

APPEND_ONLY = """
CREATE FUNCTION polls_event_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'polls_event is a log: lines are added, never changed or removed'
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER polls_event_keep BEFORE UPDATE OR DELETE ON polls_event
    FOR EACH ROW EXECUTE FUNCTION polls_event_append_only();
CREATE TRIGGER polls_event_keep_all BEFORE TRUNCATE ON polls_event
    FOR EACH STATEMENT EXECUTE FUNCTION polls_event_append_only();
"""
APPEND_ONLY_UNDO = "DROP FUNCTION polls_event_append_only() CASCADE"

# Once the log has a line, what was asked stays as it was. The lock is the chain's, so that a first
# vote and an edit at the same moment cannot both succeed.
LOCKED_DEFINITION = """
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
"""
LOCKED_DEFINITION_UNDO = """
DROP FUNCTION polls_part_definition() CASCADE;
DROP FUNCTION polls_poll_definition() CASCADE;
DROP FUNCTION polls_refuse_if_voted(bigint);
"""


class Migration(migrations.Migration):
    dependencies = [("polls", "0001_initial")]

    operations = [
        migrations.RunSQL(SAME_POLL, SAME_POLL_UNDO),
        migrations.RunSQL(SLOTS, SLOTS_UNDO),
        migrations.RunSQL(CHAIN, CHAIN_UNDO),
        migrations.RunSQL(APPEND_ONLY, APPEND_ONLY_UNDO),
        migrations.RunSQL(LOCKED_DEFINITION, LOCKED_DEFINITION_UNDO),
    ]
