"""The officers' desk: quarantine, comments, results, exports."""

import html
import io
import re
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from polls.auditing.audit import audit
from polls.models import Ballot, Comment, Event
from tests.polls.factories import Voter, choice, make_officer, make_poll, question

pytestmark = pytest.mark.django_db

DESK = "/quan-tri/polls/ballot/"


def login(*permissions: str, **changes) -> Client:
    client = Client()
    client.force_login(make_officer(*permissions, **changes))
    return client


def quarantine(poll, count: int = 1) -> list[int]:
    for _ in range(count):
        Voter().vote(poll, choice(poll), website="spam")
    return list(Ballot.objects.quarantined().values_list("pk", flat=True))


def test_the_desk_opens_with_the_quarantine():
    poll = make_poll()
    Voter().vote(poll, choice(poll))
    waiting = quarantine(poll)

    shown = login("view_ballot").get(DESK).context["cl"].result_list
    everything = login("view_ballot").get(f"{DESK}?status=all").context["cl"].result_list

    assert [ballot.pk for ballot in shown] == waiting
    assert len(everything) == 2


def test_a_permitted_officer_releases_with_a_reason():
    poll = make_poll()
    ids = quarantine(poll, 3)
    client = login("view_ballot", "judge_ballot", "view_event", username="lan", last_name="Trần Thị", first_name="Lan")

    asked = client.post(DESK, {"action": "release", "_selected_action": ids})
    before = Ballot.objects.counted().count()
    client.post(DESK, {"action": "release", "_selected_action": ids, "reason": "Đã đối chiếu với trường học"})

    assert asked.status_code == 200
    assert before == 0
    assert Ballot.objects.counted().count() == 3
    assert set(Event.objects.filter(kind="release").values_list("officer", flat=True)) == {"lan"}
    assert audit(poll).is_clean
    assert "Trần Thị Lan" in client.get(reverse("admin:polls_event_changelist")).content.decode()


def listed(client: Client, query: str) -> list[int]:
    return [ballot.pk for ballot in client.get(f"{DESK}?{query}").context["cl"].result_list]


def test_ballots_are_found_by_network_number_and_time():
    poll = make_poll()
    for address in ("203.0.113.1", "203.0.113.2", "198.51.100.1"):
        Voter(address).vote(poll, choice(poll))
    first, second, third = Ballot.objects.order_by("pk")
    Ballot.objects.filter(pk=third.pk).update(created_at=timezone.now() - timedelta(days=3))
    client = login("view_ballot")
    network, area = bytes(first.net_hash).hex(), bytes(first.area_hash).hex()
    since = timezone.localtime().replace(hour=0, minute=0).isoformat()

    assert listed(client, f"status=all&network={network}") == [first.pk]
    assert listed(client, f"status=all&q={network[:8]}") == [first.pk]
    assert listed(client, f"status=all&q={area[:8]}") == [second.pk, first.pk]
    assert listed(client, f"status=all&q=%23{second.pk}") == [second.pk]
    assert listed(client, "status=all&q=zzz") == []
    assert listed(client, f"status=all&created_at__gte={quote(since)}") == [second.pk, first.pk]


def test_a_burst_is_decided_on_as_one():
    poll = make_poll()
    quarantine(poll, 3)
    client = login("view_ballot", "judge_ballot", "view_poll")
    page = client.get(DESK)
    (bar,) = page.context["course"].bars
    link = re.search(r'<a href="([^"]*)" aria-label="[^"]*: 3"', page.content.decode())[1]
    burst = DESK + html.unescape(link)
    action = {"action": "void", "select_across": "1", "_selected_action": [Ballot.objects.first().pk]}

    client.post(burst, action)
    client.post(burst, action | {"reason": "Gửi bằng chương trình"})

    assert bar.count == 3
    assert set(Ballot.objects.values_list("status", flat=True)) == {"void"}
    assert audit(poll).is_clean


def test_a_decision_without_a_reason_is_asked_again():
    ids = quarantine(make_poll())

    response = login("view_ballot", "judge_ballot").post(
        DESK, {"action": "void", "_selected_action": ids, "reason": " "}
    )

    assert response.context["form"].errors
    assert Ballot.objects.get().status == "quarantined"


def test_an_officer_without_the_permission_decides_nothing():
    ids = quarantine(make_poll())

    login("view_ballot").post(DESK, {"action": "release", "_selected_action": ids, "reason": "Vì thích"})

    assert Ballot.objects.get().status == "quarantined"


@pytest.mark.parametrize("model", ["ballot", "event"])
def test_ballots_and_log_are_read_only(model):
    poll = make_poll()
    Voter().vote(poll, choice(poll))
    row = {"ballot": Ballot, "event": Event}[model].objects.get()
    permissions = [f"{action}_{model}" for action in ("add", "change", "delete", "view")]
    client = login(*permissions)

    assert client.get(f"/quan-tri/polls/{model}/").status_code == 200
    assert client.get(f"/quan-tri/polls/{model}/{row.pk}/change/").status_code == 200
    assert client.post(f"/quan-tri/polls/{model}/{row.pk}/change/", {"status": "void"}).status_code == 403
    assert client.post(f"/quan-tri/polls/{model}/{row.pk}/delete/", {"post": "yes"}).status_code == 403
    assert client.get(f"/quan-tri/polls/{model}/add/").status_code == 403


def test_the_result_page_shows_chart_and_table():
    poll = make_poll()
    Voter().vote(poll, choice(poll))

    page = login("view_poll").get(f"/quan-tri/polls/poll/{poll.pk}/ket-qua/").content.decode()

    assert "<rect" in page
    assert timezone.localdate().strftime("%d/%m/%Y") in page


def test_the_result_page_works_without_ballots():
    poll = make_poll(questions=("Giao diện", "Nội dung"))

    assert login("view_poll").get(f"/quan-tri/polls/poll/{poll.pk}/ket-qua/").status_code == 200


def test_an_officer_recounts_from_the_result_page():
    poll = make_poll()
    Voter().vote(poll, choice(poll))

    response = login("view_poll").post(f"/quan-tri/polls/poll/{poll.pk}/ket-qua/")

    assert response.context["report"].is_clean
    assert poll.events.last().hash in response.content.decode()


@pytest.mark.parametrize("page", ["ket-qua/", "phieu.csv", "phieu.xlsx"])
def test_results_and_ballots_need_their_permission(page):
    poll = make_poll()

    assert login().get(f"/quan-tri/polls/poll/{poll.pk}/{page}").status_code == 403


def test_the_ballots_of_a_poll_are_exported_without_hashes():
    poll = make_poll()
    Voter().vote(poll, choice(poll, 2))
    ballot = Ballot.objects.get()

    text = login("view_ballot").get(f"/quan-tri/polls/poll/{poll.pk}/phieu.csv").content.decode()

    assert "Hài lòng" in text
    assert bytes(ballot.voter_hash).hex() not in text
    assert bytes(ballot.net_hash).hex() not in text


def test_public_totals_are_exported(client):
    poll = make_poll()
    Voter().vote(poll, choice(poll, 1))

    text = client.get(f"/binh-chon/{poll.pk}/ket-qua.csv").content.decode()
    sheet = load_workbook(io.BytesIO(client.get(f"/binh-chon/{poll.pk}/ket-qua.xlsx").content)).active

    assert "Rất hài lòng,1,100" in text
    assert [cell.value for cell in sheet[2]][1:] == ["Rất hài lòng", 1, 100]


@pytest.mark.parametrize("label", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1"])
def test_no_cell_becomes_a_formula(client, label):
    poll = make_poll(choices=(label, "Khác"))

    text = client.get(f"/binh-chon/{poll.pk}/ket-qua.csv").content.decode()
    sheet = load_workbook(io.BytesIO(client.get(f"/binh-chon/{poll.pk}/ket-qua.xlsx").content)).active

    assert f"'{label.strip()}" in text
    assert sheet["B2"].data_type == "s"


def test_machines_read_totals_period_and_method(client):
    poll = make_poll()
    Voter().vote(poll, choice(poll, 1))

    body = client.get(f"/binh-chon/{poll.pk}/ket-qua.json").json()

    assert body["people"] == 1
    assert body["questions"][0]["choices"][0] == {"label": "Rất hài lòng", "people": 1, "percent": 100}
    assert body["log"] == {"lines": 1, "hash": poll.events.last().hash}
    assert body["method"].endswith("/binh-chon/cach-dem-phieu/")
    assert body["opens_at"]


def test_a_hidden_result_is_hidden_from_machines_too(client):
    poll = make_poll(results_visibility="closed")

    assert client.get(f"/binh-chon/{poll.pk}/ket-qua.json").json()["questions"] is None
    assert client.get(f"/binh-chon/{poll.pk}/ket-qua.csv").status_code == 404
    assert client.get(f"/binh-chon/{poll.pk}/ket-qua.xlsx").status_code == 404


def make_comment(poll, text: str = "Chữ hơi nhỏ") -> Comment:
    Voter().vote(poll, choice(poll, 5), comment=text)
    return Comment.objects.latest("pk")


def test_a_comment_is_shown_with_its_reply_after_it_was_read(client):
    poll = make_poll(takes_comments=True)
    comment = make_comment(poll)
    address = f"/binh-chon/{poll.pk}/ket-qua/"

    before = client.get(address).content.decode()
    login("view_comment", "change_comment").post(
        f"/quan-tri/polls/comment/{comment.pk}/change/",
        {"status": "published", "reply": "Đã thêm nút phóng to chữ."},
    )
    after = client.get(address).content.decode()

    assert "Chữ hơi nhỏ" not in before
    assert "Chữ hơi nhỏ" in after
    assert "Đã thêm nút phóng to chữ." in after


def test_a_comment_cannot_carry_markup(client):
    poll = make_poll(takes_comments=True)
    make_comment(poll, "<script>alert(1)</script>")
    Comment.objects.update(status="published")

    assert "<script>alert" not in client.get(f"/binh-chon/{poll.pk}/ket-qua/").content.decode()


def test_a_poll_that_takes_no_comments_keeps_none():
    poll = make_poll()

    Voter().vote(poll, choice(poll, 5), comment="Xin chào")

    assert not Comment.objects.exists()


def test_a_comment_added_later_is_kept_and_read_again():
    poll = make_poll(takes_comments=True)
    voter = Voter()
    voter.vote(poll, choice(poll, 5))
    voter.vote(poll, choice(poll, 5), comment="Chữ nhỏ")
    Comment.objects.update(status="published")

    voter.vote(poll, choice(poll, 5), comment="Chữ rất nhỏ")

    comment = Comment.objects.get()
    assert (comment.text, comment.status) == ("Chữ rất nhỏ", "waiting")


def test_a_comment_that_was_answered_stays_as_it_was_answered():
    poll = make_poll(takes_comments=True)
    voter = Voter()
    voter.vote(poll, choice(poll, 5), comment="Chữ nhỏ")
    Comment.objects.update(status="published", reply="Cảm ơn")

    voter.vote(poll, choice(poll, 5), comment="Khác hẳn")

    assert Comment.objects.get().text == "Chữ nhỏ"


def test_a_comment_on_a_void_ballot_is_not_shown(client):
    poll = make_poll(takes_comments=True)
    comment = make_comment(poll)
    Comment.objects.update(status="published")
    login("view_ballot", "judge_ballot").post(
        f"{DESK}?status=counted", {"action": "void", "_selected_action": [comment.ballot_id], "reason": "Giả mạo"}
    )

    assert "Chữ hơi nhỏ" not in client.get(f"/binh-chon/{poll.pk}/ket-qua/").content.decode()


def test_quarters_show_the_average_of_each_aspect(client):
    now = timezone.now()
    poll = make_poll(questions=("Giao diện", "Nội dung"), opens_at=now - timedelta(days=200))
    Voter().vote(poll, (question(poll, 1), choice(poll, 1)), (question(poll, 2), choice(poll, 5)))
    Ballot.objects.update(created_at=now - timedelta(days=150))
    Voter().vote(poll, (question(poll, 1), choice(poll, 2)))

    quarters = client.get(f"/binh-chon/{poll.pk}/ket-qua/").context["quarters"]

    assert [quarter.people for quarter in quarters] == [1, 1]
    assert [quarter.averages for quarter in quarters] == [[5, 1], [4, None]]
