-- One vote, whole or not at all, in one round trip: no lock waits for a busy web process, and the plans
-- of the statements are made once per connection. polls/casting/voting.py calls it and explains the answers.
-- Order of locks: the network's, the ballot's row, the log of the poll (by the trigger in event.sql).
-- Loaded by the migration "ballot codes and daily budgets"; the audit compares the database with this file.

-- How many ballots beyond the free budget the network or the area around it has cast since `a_day`:
-- below 0 while something is free. The area counts for its share, `area_times` networks.
CREATE FUNCTION polls_beyond_free(
    a_poll bigint, a_network bytea, an_area bytea, a_day timestamptz,
    free_budget integer, proven_budget integer, area_times integer
) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    of_network integer;
    of_area integer;
BEGIN
    SELECT count(*) INTO of_network FROM (
        SELECT 1 FROM polls_ballot b
        WHERE b.poll_id = a_poll AND b.net_hash = a_network AND b.accepted_at >= a_day LIMIT proven_budget
    ) AS counted;
    SELECT count(*) INTO of_area FROM (
        SELECT 1 FROM polls_ballot b
        WHERE b.poll_id = a_poll AND b.area_hash = an_area AND b.accepted_at >= a_day LIMIT area_times * proven_budget
    ) AS counted;
    RETURN greatest(of_network, floor(of_area::numeric / area_times)::integer) - free_budget;
END $$;

-- `proven_up_to`: how far beyond the free budget the voter's proof reaches; null without a proof.
-- `codes`: the code of every line this vote may write, by event, status and note (polls/auditing/codes.py).
CREATE FUNCTION polls_cast(
    a_poll bigint, a_voter bytea, a_network bytea, an_area bytea, a_moment timestamptz, a_day timestamptz,
    a_challenge text, some_questions bigint[], some_choices bigint[], a_comment text,
    free_budget integer, proven_budget integer, area_times integer,
    proven_up_to integer, may_wait boolean, is_trapped boolean, codes jsonb,
    OUT answer text, OUT beyond integer, OUT line integer, OUT line_hash text
) LANGUAGE plpgsql AS $$
DECLARE
    why text := '';
    ticks text;
    a_ballot polls_ballot;
    is_changed boolean;
    is_accepted boolean := false;
BEGIN
    IF NOT EXISTS (SELECT 1 FROM polls_poll p WHERE p.id = a_poll
            AND p.opens_at <= a_moment AND (p.closes_at IS NULL OR p.closes_at > a_moment)) THEN
        answer := 'closed';
        RETURN;
    END IF;
    SELECT string_agg(question || ':' || choice, ',' ORDER BY question, choice)
        INTO ticks FROM unnest(some_questions, some_choices) AS t (question, choice);
    -- Votes of one area wait for each other: no two of them see the same count.
    PERFORM pg_advisory_xact_lock(('x' || encode(substr(an_area, 1, 8), 'hex'))::bit(64)::bigint);
    SELECT * INTO a_ballot FROM polls_ballot b WHERE b.poll_id = a_poll AND b.voter_hash = a_voter FOR UPDATE;

    IF a_ballot.id IS NULL OR (a_ballot.status = 'quarantined' AND a_ballot.doubt IN ('network', 'unproven')) THEN
        beyond := polls_beyond_free(a_poll, a_network, an_area, a_day, free_budget, proven_budget, area_times);
        IF is_trapped THEN
            why := 'trap';
        ELSIF beyond >= 0 AND beyond >= proven_budget - free_budget THEN
            why := 'network';
        ELSIF beyond >= 0 AND (proven_up_to IS NULL OR proven_up_to < beyond) THEN
            IF NOT may_wait THEN
                answer := 'proof';
                RETURN;
            END IF;
            why := 'unproven';
        END IF;
        is_accepted := why = '';
    END IF;

    IF a_ballot.id IS NULL THEN
        INSERT INTO polls_ballot (poll_id, voter_hash, net_hash, area_hash, tag, status, doubt, created_at, accepted_at)
            VALUES (a_poll, a_voter, a_network, an_area, polls_tag(a_voter),
                CASE WHEN is_accepted THEN 'counted' ELSE 'quarantined' END, why, a_moment,
                CASE WHEN is_accepted THEN a_moment END)
            ON CONFLICT (poll_id, voter_hash) DO NOTHING RETURNING * INTO a_ballot;
        IF FOUND THEN
            PERFORM polls_tick(a_poll, a_ballot.id, some_questions, some_choices);
            PERFORM polls_comment_on(a_ballot.id, a_comment, a_moment);
            INSERT INTO polls_event (poll_id, position, kind, ballot_id, status, choices, challenge, officer, note,
                    created_at, hash, code)
                VALUES (a_poll, 0, 'cast', a_ballot.id, a_ballot.status, ticks, a_challenge, '', why, a_moment, '',
                    coalesce(codes ->> ('cast:' || a_ballot.status || ':' || why), ''))
                RETURNING position, hash INTO line, line_hash;
            answer := CASE WHEN is_accepted THEN 'cast' ELSE 'quarantined' END;
            RETURN;
        END IF;
        -- The same voter was quicker from another network.
        is_accepted := false;
        SELECT * INTO a_ballot FROM polls_ballot b WHERE b.poll_id = a_poll AND b.voter_hash = a_voter FOR UPDATE;
    END IF;

    is_changed := ticks <> (SELECT string_agg(s.question_id || ':' || s.choice_id, ',' ORDER BY s.question_id, s.choice_id)
        FROM polls_selection s WHERE s.ballot_id = a_ballot.id);
    IF is_changed THEN
        INSERT INTO polls_event (poll_id, position, kind, ballot_id, status, choices, challenge, officer, note,
                created_at, hash, code)
            VALUES (a_poll, 0, 'change', a_ballot.id, a_ballot.status, ticks, a_challenge, '', '', a_moment, '',
                coalesce(codes ->> ('change:' || a_ballot.status || ':'), ''))
            ON CONFLICT (challenge) DO NOTHING RETURNING position, hash INTO line, line_hash;
        IF NOT FOUND THEN
            answer := 'used';
            RETURN;
        END IF;
        DELETE FROM polls_selection s WHERE s.ballot_id = a_ballot.id;
        PERFORM polls_tick(a_poll, a_ballot.id, some_questions, some_choices);
    END IF;
    IF is_accepted THEN
        -- A change has used the form's number up already; a line without one needs none.
        INSERT INTO polls_event (poll_id, position, kind, ballot_id, status, choices, challenge, officer, note,
                created_at, hash, code)
            VALUES (a_poll, 0, 'accept', a_ballot.id, 'counted', ticks,
                CASE WHEN is_changed THEN NULL ELSE a_challenge END, '', '', a_moment, '',
                coalesce(codes ->> (CASE WHEN is_changed THEN 'accept-changed' ELSE 'accept' END || ':counted:'), ''))
            ON CONFLICT (challenge) DO NOTHING RETURNING position, hash INTO line, line_hash;
        IF NOT FOUND THEN
            answer := 'used';
            RETURN;
        END IF;
        -- It takes its place in the budget of the network that it was accepted from.
        UPDATE polls_ballot b SET status = 'counted', doubt = '', net_hash = a_network, area_hash = an_area,
            accepted_at = a_moment WHERE b.id = a_ballot.id;
    END IF;
    PERFORM polls_comment_on(a_ballot.id, a_comment, a_moment);
    answer := CASE WHEN is_accepted THEN 'accepted' WHEN is_changed THEN 'changed' ELSE 'unchanged' END;
END $$;

-- What stands for the voter in the codes of the lines after the hash is erased.
CREATE FUNCTION polls_tag(a_voter bytea) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT left(encode(sha256(a_voter), 'hex'), 16)
$$;

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
