"""When tasks are due, and what is kept of a run."""

import logging
from datetime import timedelta

import pytest

from tests.upkeep.factories import MINUTE, make_daily, make_task, moment, run_if_due
from upkeep.models import Leader, Process, TaskState

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("at", "due"),
    [
        ("2026-11-18 03:29", "2026-11-18 03:30"),
        ("2026-11-18 03:30", "2026-11-19 03:30"),
        ("2026-12-31 23:59", "2027-01-01 03:30"),
    ],
)
def test_a_daily_task_follows_the_local_clock(at, due):
    assert make_daily().next_due(moment(at)) == moment(due)


def test_a_new_task_begins_at_once_and_a_new_daily_one_at_its_hour():
    at = moment("2026-11-18 12:00")

    assert run_if_due(make_task(name="often"), at) is not None
    assert run_if_due(make_daily(name="daily"), at) is None
    assert TaskState.objects.get(name="daily").next_at == moment("2026-11-19 03:30")


def test_keeps_start_end_result_and_the_next_start():
    at = moment("2026-11-18 12:00")

    state = run_if_due(make_task(lambda at: 12), at, took=timedelta(seconds=7))

    assert (state.started_at, state.duration, state.result) == (at, timedelta(seconds=7), "12")
    assert (state.next_at, state.failures, state.is_running) == (at + 10 * MINUTE, 0, False)
    assert run_if_due(make_task(), at + 9 * MINUTE) is None
    assert run_if_due(make_task(), at + 10 * MINUTE) is not None


def test_the_moment_of_the_start_is_given_to_the_task():
    given = []
    at = moment("2026-11-18 12:00")

    run_if_due(make_task(given.append), at)

    assert given == [at]


def test_a_daily_run_that_was_missed_is_caught_up_once():
    task = make_daily()
    run_if_due(task, moment("2026-11-18 03:00"))

    caught_up = run_if_due(task, moment("2026-11-20 09:00"))  # after two nights switched off
    again = run_if_due(task, moment("2026-11-20 09:01"))

    assert caught_up.next_at == moment("2026-11-21 03:30")
    assert again is None


def test_a_run_longer_than_its_rhythm_is_followed_by_the_next_at_its_end():
    at = moment("2026-11-18 12:00")

    state = run_if_due(make_task(limit=60 * MINUTE), at, took=25 * MINUTE)

    assert state.next_at == at + 25 * MINUTE


def test_a_failure_is_kept_and_logged_once(caplog):
    def fail(at):
        raise ValueError("không đọc được")

    task, at = make_daily(fail), moment("2026-11-18 03:30")
    run_if_due(task, at - MINUTE)

    with caplog.at_level(logging.ERROR, "upkeep"):
        first = run_if_due(task, at)
        second = run_if_due(task, first.next_at)

    assert [record.message for record in caplog.records] == ["Task test failed: ValueError: không đọc được"]
    assert caplog.records[0].exc_info
    assert (second.failures, second.error, second.failed_at) == (2, "ValueError: không đọc được", first.next_at)
    assert (first.next_at - at, second.next_at - first.next_at) == (MINUTE, 2 * MINUTE)


def test_attempts_become_rarer_and_never_rarer_than_the_rhythm():
    at = moment("2026-11-18 12:00")
    daily, often = make_daily(), make_task(rhythm=timedelta(seconds=20))

    assert daily.retry_due(at, 50) == at + 64 * MINUTE
    assert often.retry_due(at, 50) == at + timedelta(seconds=20)


def test_success_after_a_failure_leaves_the_last_error_to_be_read():
    outcomes = iter([OSError("mất mạng"), "xong"])

    def run(at):
        outcome = next(outcomes)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    at = moment("2026-11-18 12:00")
    run_if_due(make_task(run), at)
    state = run_if_due(make_task(run), at + 10 * MINUTE)

    assert (state.failures, state.result, state.error) == (0, "xong", "OSError: mất mạng")


def test_a_run_whose_process_died_is_taken_up_after_its_limit():
    task, at = make_daily(limit=5 * MINUTE), moment("2026-11-18 03:30")
    TaskState.objects.ensure_exists([task], at - MINUTE)
    TaskState.objects.begin(task, at, Process())

    assert run_if_due(task, at + 4 * MINUTE) is None
    assert run_if_due(task, at + 5 * MINUTE) is not None


def test_a_process_that_wakes_up_too_late_notes_nothing_over_its_successor():
    task, at, late = make_task(lambda at: "mới", limit=MINUTE), moment("2026-11-18 12:00"), Process()
    TaskState.objects.ensure_exists([task], at)
    state = TaskState.objects.begin(task, at, late)
    run_if_due(task, at + 2 * MINUTE)

    TaskState.objects.run(state).update(result="cũ")

    assert TaskState.objects.get().result == "mới"


def test_an_orderly_end_gives_unfinished_work_back_at_once():
    task, at, process = make_daily(), moment("2026-11-18 03:30"), Process()
    TaskState.objects.ensure_exists([task], at - MINUTE)
    TaskState.objects.begin(task, at, process)

    TaskState.objects.give_back(process, at + MINUTE)

    assert run_if_due(task, at + MINUTE) is not None


def test_a_clock_that_was_wrong_does_not_put_a_task_off_for_years():
    task = make_daily()
    run_if_due(task, moment("2036-11-18 12:00"))

    assert run_if_due(task, moment("2026-11-18 12:00")) is not None


def test_a_request_makes_a_task_due_and_is_told_by_name():
    task, at = make_daily(), moment("2026-11-18 12:00")
    assert run_if_due(task, at) is None

    TaskState.objects.ask(task, "hanh", at)
    state = run_if_due(task, at)

    assert (state.started_by, state.asked_by) == ("hanh", "")
    assert run_if_due(task, at + MINUTE) is None


def test_one_leads_until_its_lease_ends_or_it_leaves():
    first, second = Process(), Process()
    Leader.objects.ensure_exists()
    Leader.objects.ensure_exists()

    assert (Leader.objects.take(first), Leader.objects.take(second)) == (True, False)
    since = Leader.objects.current().since_at
    assert Leader.objects.take(first)
    assert Leader.objects.current().since_at == since
    Leader.objects.update(expires_at=since)  # no sign of life
    assert Leader.objects.current() is None
    assert (Leader.objects.take(second), Leader.objects.take(first)) == (True, False)
    Leader.objects.leave(second)
    assert Leader.objects.take(first)
