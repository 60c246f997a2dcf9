"""What the database itself holds to, whichever program writes: see docs/poll-method.md."""

from pathlib import Path

from django.db import migrations

MODELS = Path(__file__).resolve().parents[1] / "models"

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

SLOTS_UNDO = "DROP FUNCTION polls_selection_within_maximum() CASCADE"

CHAIN_UNDO = """
DROP FUNCTION polls_event_chain() CASCADE;
DROP FUNCTION polls_definition_hash(bigint);
"""

APPEND_ONLY_UNDO = "DROP FUNCTION polls_event_append_only() CASCADE"

LOCKED_DEFINITION_UNDO = """
DROP FUNCTION polls_part_definition() CASCADE;
DROP FUNCTION polls_poll_definition() CASCADE;
DROP FUNCTION polls_refuse_if_voted(bigint);
"""

# What migration 0003 replaces. One vote, whole or not at all, in one round trip: no lock waits for a busy web process, and the plans
# of the statements are made once per connection. polls/casting/voting.py calls it and explains the answers.
# Order of locks: the network's, the ballot's row, the log of the poll (by the trigger above).
CAST = """
CREATE FUNCTION polls_cast(
    a_poll bigint, a_voter bytea, a_network bytea, a_moment timestamptz, a_challenge text,
    some_questions bigint[], some_choices bigint[], a_comment text,
    free_budget integer, proven_budget integer, is_proven boolean, is_trapped boolean
) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    used integer;
    why text := '';
    ticks text;
    a_ballot bigint;
    a_status text;
BEGIN
    IF NOT EXISTS (SELECT 1 FROM polls_poll p WHERE p.id = a_poll
            AND p.opens_at <= a_moment AND (p.closes_at IS NULL OR p.closes_at > a_moment)) THEN
        RETURN 'closed';
    END IF;
    SELECT string_agg(question || ':' || choice, ',' ORDER BY question, choice)
        INTO ticks FROM unnest(some_questions, some_choices) AS t (question, choice);

    IF is_trapped THEN
        why := 'trap';
    ELSE
        -- Votes of one network wait for each other: no two of them see the same count.
        PERFORM pg_advisory_xact_lock(('x' || encode(substr(a_network, 1, 8), 'hex'))::bit(64)::bigint);
        SELECT count(*) INTO used FROM (
            SELECT 1 FROM polls_ballot b WHERE b.poll_id = a_poll AND b.net_hash = a_network LIMIT proven_budget
        ) AS counted;
        IF used >= proven_budget THEN
            why := 'network';
        ELSIF used >= free_budget AND NOT is_proven THEN
            why := 'unproven';
        END IF;
    END IF;

    a_status := CASE WHEN why = '' THEN 'counted' ELSE 'quarantined' END;
    INSERT INTO polls_ballot (poll_id, voter_hash, net_hash, status, doubt, created_at)
        VALUES (a_poll, a_voter, a_network, a_status, why, a_moment)
        ON CONFLICT (poll_id, voter_hash) DO NOTHING RETURNING id INTO a_ballot;

    IF FOUND THEN
        PERFORM polls_tick(a_poll, a_ballot, some_questions, some_choices);
        PERFORM polls_comment_on(a_ballot, a_comment, a_moment);
        INSERT INTO polls_event (poll_id, position, kind, ballot_id, status, choices, challenge, officer, note,
                created_at, hash)
            VALUES (a_poll, 0, 'cast', a_ballot, a_status, ticks, a_challenge, '', why, a_moment, '');
        RETURN CASE WHEN why = '' THEN 'cast' ELSE 'quarantined' END;
    END IF;

    SELECT b.id, b.status INTO a_ballot, a_status
        FROM polls_ballot b WHERE b.poll_id = a_poll AND b.voter_hash = a_voter FOR UPDATE;
    IF ticks = (SELECT string_agg(s.question_id || ':' || s.choice_id, ',' ORDER BY s.question_id, s.choice_id)
            FROM polls_selection s WHERE s.ballot_id = a_ballot) THEN
        PERFORM polls_comment_on(a_ballot, a_comment, a_moment);
        RETURN 'unchanged';
    END IF;
    INSERT INTO polls_event (poll_id, position, kind, ballot_id, status, choices, challenge, officer, note,
            created_at, hash)
        VALUES (a_poll, 0, 'change', a_ballot, a_status, ticks, a_challenge, '', '', a_moment, '')
        ON CONFLICT (challenge) DO NOTHING;
    IF NOT FOUND THEN
        RETURN 'used';
    END IF;
    DELETE FROM polls_selection s WHERE s.ballot_id = a_ballot;
    PERFORM polls_tick(a_poll, a_ballot, some_questions, some_choices);
    PERFORM polls_comment_on(a_ballot, a_comment, a_moment);
    RETURN 'changed';
END $$;

CREATE FUNCTION polls_tick(a_poll bigint, a_ballot bigint, some_questions bigint[], some_choices bigint[])
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO polls_selection (poll_id, ballot_id, question_id, choice_id, slot)
        SELECT a_poll, a_ballot, question, choice, row_number() OVER (PARTITION BY question ORDER BY choice)
        FROM unnest(some_questions, some_choices) AS t (question, choice);
END $$;

-- A comment that was answered stays as it was answered; a new wording is read anew before it is shown.
CREATE FUNCTION polls_comment_on(a_ballot bigint, a_comment text, a_moment timestamptz)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF a_comment <> '' THEN
        INSERT INTO polls_comment (ballot_id, text, status, reply, created_at)
            VALUES (a_ballot, a_comment, 'waiting', '', a_moment)
            ON CONFLICT (ballot_id) DO UPDATE
                SET text = excluded.text, created_at = excluded.created_at, status = 'waiting'
                WHERE polls_comment.reply = '' AND polls_comment.text <> excluded.text;
    END IF;
END $$;
"""
CAST_UNDO = """
DROP FUNCTION polls_cast(bigint, bytea, bytea, timestamptz, text, bigint[], bigint[], text, integer, integer,
    boolean, boolean);
DROP FUNCTION polls_tick(bigint, bigint, bigint[], bigint[]);
DROP FUNCTION polls_comment_on(bigint, text, timestamptz);
"""


class Migration(migrations.Migration):
    dependencies = [("polls", "0001_initial")]

    operations = [
        migrations.RunSQL(SAME_POLL, SAME_POLL_UNDO),
        migrations.RunSQL((MODELS / "ballot.sql").read_text(encoding="utf-8"), SLOTS_UNDO),
        migrations.RunSQL((MODELS / "event.sql").read_text(encoding="utf-8"), f"{APPEND_ONLY_UNDO};{CHAIN_UNDO}"),
        migrations.RunSQL((MODELS / "poll.sql").read_text(encoding="utf-8"), LOCKED_DEFINITION_UNDO),
        migrations.RunSQL(CAST, CAST_UNDO),
    ]
