"""Writing polls in the admin."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from polls.models import Choice, Poll
from tests.polls.factories import Voter, choice, make_officer, make_poll
from tests.waiting import LONG, eventually

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff() -> Client:
    client = Client()
    client.force_login(make_officer("add_poll", "change_poll", "delete_poll", "view_poll"))
    return client


def form_data(*labels: str, aspects: tuple[str, ...] = (), **changes: str) -> dict[str, str]:
    now = timezone.localtime()
    data = {
        "title": "Bạn thấy cổng thông tin thế nào?",
        "opens_at_0": now.strftime("%d/%m/%Y"),
        "opens_at_1": now.strftime("%H:%M:%S"),
        "closes_at_0": "",
        "closes_at_1": "",
        "max_choices": "1",
        "results_visibility": "always",
        "free_ballots": "20",
        "proven_ballots": "200",
        "choices-TOTAL_FORMS": str(len(labels)),
        "choices-INITIAL_FORMS": "0",
        "questions-TOTAL_FORMS": str(len(aspects)),
        "questions-INITIAL_FORMS": "0",
    }
    for number, label in enumerate(labels):
        data[f"choices-{number}-label"] = label
    for number, text in enumerate(aspects):
        data[f"questions-{number}-text"] = text
    return data | changes


def test_writes_a_poll_with_ordered_choices_on_one_page(staff):
    response = staff.post("/quan-tri/polls/poll/add/", form_data("Tốt", "Vừa", "Kém"))

    poll = Poll.objects.everywhere().get()
    assert response.status_code == 302
    assert list(poll.choices.values_list("label", "position")) == [("Tốt", 1), ("Vừa", 2), ("Kém", 3)]
    assert poll.questions.get().text == ""


def test_a_poll_of_several_aspects_asks_each_of_them(staff):
    staff.post("/quan-tri/polls/poll/add/", form_data("Tốt", "Kém", aspects=("Giao diện", "Nội dung")))

    assert list(Poll.objects.everywhere().get().questions.values_list("text", flat=True)) == ["Giao diện", "Nội dung"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": ""}, "title"),
        ({"closes_at_0": "01/01/2020", "closes_at_1": "08:00:00"}, "closes_at"),
        ({"max_choices": "0"}, "max_choices"),
        ({"max_choices": "21"}, "max_choices"),
        ({"proven_ballots": "1"}, "proven_ballots"),
    ],
)
def test_says_what_is_wrong_at_the_field(staff, changes, field):
    response = staff.post("/quan-tri/polls/poll/add/", form_data("Tốt", "Kém", **changes))

    assert list(response.context["adminform"].form.errors) == [field]
    assert not Poll.objects.everywhere().exists()


@pytest.mark.parametrize(("labels", "maximum"), [((), "1"), (("Tốt",), "1"), (("Tốt", "Kém"), "3")])
def test_asks_for_enough_choices(staff, labels, maximum):
    response = staff.post("/quan-tri/polls/poll/add/", form_data(*labels, max_choices=maximum))

    assert response.context["inline_admin_formsets"][0].formset.non_form_errors()
    assert not Poll.objects.everywhere().exists()


def test_two_choices_with_one_wording_are_refused(staff):
    response = staff.post("/quan-tri/polls/poll/add/", form_data("Tốt", "Tốt"))

    assert response.status_code == 200
    assert not Poll.objects.everywhere().exists()


def test_a_second_portal_poll_at_the_same_time_is_refused(staff):
    make_poll(is_portal=True)

    response = staff.post("/quan-tri/polls/poll/add/", form_data("Tốt", "Kém", is_portal="on"))

    assert list(response.context["adminform"].form.errors) == ["is_portal"]
    assert Poll.objects.everywhere().count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_who_claim_the_place_at_once_the_second_reads_it_at_the_field(staff):
    answers = []

    def claim() -> None:
        answers.append(staff.post("/quan-tri/polls/poll/add/", form_data("Tốt", "Kém", is_portal="on")))
        connection.close()

    second = threading.Thread(target=claim)
    with transaction.atomic():
        make_poll(is_portal=True)
        second.start()
        wait_for_a_lock(second)
    second.join(LONG)

    assert list(answers[0].context["adminform"].form.errors) == ["is_portal"]
    assert Poll.objects.everywhere().count() == 1


def wait_for_a_lock(thread: threading.Thread) -> None:
    """Until the other thread's insert waits for this one's, which it cannot see."""

    def waits() -> bool:
        with connection.cursor() as cursor:
            # Not the locks of tests that run beside this one, in databases of their own.
            cursor.execute(
                "SELECT 1 FROM pg_locks JOIN pg_stat_activity USING (pid)"
                " WHERE NOT granted AND datname = current_database()"
            )
            return cursor.fetchone() is not None

    eventually(lambda: waits() or not thread.is_alive())


def test_the_next_portal_poll_may_be_planned(staff):
    now = timezone.now()
    make_poll(is_portal=True, opens_at=now - timedelta(days=9), closes_at=now - timedelta(days=1))

    response = staff.post("/quan-tri/polls/poll/add/", form_data("Tốt", "Kém", is_portal="on"))

    assert response.status_code == 302


def test_question_and_choices_are_locked_after_a_vote(staff):
    poll = make_poll()
    Voter().vote(poll, choice(poll))
    address = f"/quan-tri/polls/poll/{poll.pk}/change/"

    response = staff.post(address, form_data("Thêm", title="Câu hỏi khác", max_choices="3"))

    poll.refresh_from_db()
    assert response.status_code == 302
    assert poll.title != "Câu hỏi khác"
    assert poll.max_choices == 1
    assert poll.choices.count() == 5


def test_a_poll_with_votes_is_not_deleted(staff):
    poll = make_poll()
    Voter().vote(poll, choice(poll))

    response = staff.post(f"/quan-tri/polls/poll/{poll.pk}/delete/", {"post": "yes"})

    assert response.status_code == 403
    assert Poll.objects.everywhere().exists()


def test_a_copy_has_the_questions_but_no_votes(staff):
    poll = make_poll(is_portal=True, questions=("Giao diện", "Nội dung"))
    Voter().vote(poll, (poll.questions.first(), choice(poll)))

    staff.post("/quan-tri/polls/poll/", {"action": "clone", "_selected_action": [poll.pk]})

    copy = Poll.objects.everywhere().exclude(pk=poll.pk).get()
    assert [q.text for q in copy.questions.all()] == ["Giao diện", "Nội dung"]
    assert Choice.objects.filter(poll=copy).count() == 5
    assert not copy.ballots.exists()
    assert not copy.is_portal
    assert copy.key != poll.key


def test_the_list_shows_state_and_people(staff):
    poll = make_poll()
    Voter().vote(poll, choice(poll))

    response = staff.get("/quan-tri/polls/poll/")

    assert response.status_code == 200
    assert response.context["cl"].result_list[0].ballot_count == 1
