"""What the database holds to by itself about polls, and whether it still does; see trail/guards.py."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from trail import guards

MODELS = Path(__file__).resolve().parents[1] / "models"
FILES = ("poll.sql", "ballot.sql", "event.sql", "cast.sql", "commune.sql")

# As pg_get_triggerdef() writes them.
TRIGGERS = {
    "polls_event_chain": (
        "CREATE TRIGGER polls_event_chain BEFORE INSERT ON polls_event"
        " FOR EACH ROW EXECUTE FUNCTION polls_event_chain()"
    ),
    "polls_event_keep": (
        "CREATE TRIGGER polls_event_keep BEFORE DELETE OR UPDATE ON polls_event"
        " FOR EACH ROW EXECUTE FUNCTION polls_event_append_only()"
    ),
    "polls_event_keep_all": (
        "CREATE TRIGGER polls_event_keep_all BEFORE TRUNCATE ON polls_event"
        " FOR EACH STATEMENT EXECUTE FUNCTION polls_event_append_only()"
    ),
    "polls_selection_within_maximum": (
        "CREATE TRIGGER polls_selection_within_maximum BEFORE INSERT OR UPDATE ON polls_selection"
        " FOR EACH ROW EXECUTE FUNCTION polls_selection_within_maximum()"
    ),
    "polls_poll_definition": (
        "CREATE TRIGGER polls_poll_definition BEFORE UPDATE ON polls_poll FOR EACH ROW"
        " WHEN (old.id <> new.id OR old.title::text <> new.title::text OR old.max_choices <> new.max_choices)"
        " EXECUTE FUNCTION polls_poll_definition()"
    ),
    "polls_poll_stays": (
        "CREATE TRIGGER polls_poll_stays BEFORE UPDATE ON polls_poll FOR EACH ROW"
        " WHEN (old.commune_id <> new.commune_id)"
        " EXECUTE FUNCTION polls_poll_stays()"
    ),
    "polls_question_definition": (
        "CREATE TRIGGER polls_question_definition BEFORE INSERT OR DELETE ON polls_question"
        " FOR EACH ROW EXECUTE FUNCTION polls_part_definition()"
    ),
    "polls_question_text": (
        "CREATE TRIGGER polls_question_text BEFORE UPDATE ON polls_question FOR EACH ROW"
        " WHEN (old.id <> new.id OR old.poll_id <> new.poll_id OR old.text::text <> new.text::text)"
        " EXECUTE FUNCTION polls_part_definition()"
    ),
    "polls_choice_definition": (
        "CREATE TRIGGER polls_choice_definition BEFORE INSERT OR DELETE ON polls_choice"
        " FOR EACH ROW EXECUTE FUNCTION polls_part_definition()"
    ),
    "polls_choice_text": (
        "CREATE TRIGGER polls_choice_text BEFORE UPDATE ON polls_choice FOR EACH ROW"
        " WHEN (old.id <> new.id OR old.poll_id <> new.poll_id OR old.label::text <> new.label::text"
        " OR old.score IS DISTINCT FROM new.score)"
        " EXECUTE FUNCTION polls_part_definition()"
    ),
}
CONSTRAINTS = {
    "polls_ballot_one_per_voter",
    "polls_event_position",
    "polls_event_challenge",
    "polls_selection_once",
    "polls_selection_slot",
    "polls_selection_ballot_same_poll",
    "polls_selection_question_same_poll",
    "polls_selection_choice_same_poll",
    "polls_event_ballot_same_poll",
}


def guard_faults() -> list[str]:
    """What is missing, switched off or changed, one sentence each."""
    return guards.faults(function_digests(), TRIGGERS, CONSTRAINTS)


@cache
def function_digests() -> dict[str, str]:
    """SHA-256 of the body of every function, by name, from the files they are loaded from."""
    return guards.digests_of(MODELS / file for file in FILES)
