"""Two communes vote side by side, and neither sees the other's polls, ballots or voters."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
from django.contrib import admin
from django.core import mail
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import URLPattern, reverse
from django.utils import timezone

from accounts.models import User
from communes.models import Commune
from communes.rows import UnboundQueryError
from communes.work import FORM_FIELD, SESSION_KEY
from polls import urls
from polls.auditing.audit import audit
from polls.auditing.guards import guard_faults
from polls.auditing.judging import judge
from polls.casting import identity
from polls.demo import load_demo_poll
from polls.desk import piles_of
from polls.models import Ballot, Comment, Event, NetworkAllowance, Poll
from polls.search import polls_with
from polls.upkeep import alert_of_bursts, forget_due_voters
from tests.communes.factories import make_commune
from tests.polls.factories import Voter, choice, make_officer, make_poll
from tests.polls.test_admin_poll import form_data
from upkeep import outbox

pytestmark = pytest.mark.django_db
HERE, THERE = "o-day.vn", "o-kia.vn"
# What stands in every row of a commune, and nowhere else.
OURS, THEIRS = "Chimtrong", "Chimngoai"
MODELS = ("poll", "ballot", "event", "comment", "networkallowance")


@pytest.fixture
def here() -> Commune:
    return make_commune(HERE, name="Xã Ở Đây", slug="o-day")


@pytest.fixture
def there() -> Commune:
    return make_commune(THERE, name="Xã Ở Kia", slug="o-kia")


@pytest.fixture
def ours(here) -> Poll:
    return world(here, OURS, HERE)


@pytest.fixture
def theirs(there) -> Poll:
    return world(there, THEIRS, THERE)


def world(commune: Commune, word: str, host: str) -> Poll:
    """A poll on every page with a ballot that counts and one that waits, a comment, and a shared network."""
    choices = (f"{word} tốt", f"{word} vừa", f"{word} đủ", f"{word} yếu", f"{word} kém")
    poll = make_poll(
        commune=commune, title=f"{word} hỏi", choices=choices, is_portal=True, takes_comments=True, free_ballots=50
    )
    Voter(host=host).vote(poll, choice(poll))
    Voter(host=host).vote(poll, choice(poll, 5), website="x", comment=f"{word} góp ý")
    NetworkAllowance.objects.create(commune=commune, network="198.51.100.0/24", label=f"{word} mạng")
    return poll


def at_work(commune: Commune, host: str) -> Client:
    """An operator, who may do everything, at work for `commune`."""
    client = Client(HTTP_HOST=host)
    client.force_login(User.objects.create_superuser(f"operator-{commune.slug}-{User.objects.count()}"))
    session = client.session
    session[SESSION_KEY] = commune.pk
    session.save()
    return client


def rows_of(model: str, poll: Poll) -> list[int]:
    found = {
        "poll": Poll.objects.of(poll.commune),
        "ballot": Ballot.objects.of(poll.commune),
        "event": Event.objects.of(poll.commune),
        "comment": Comment.objects.of(poll.commune),
        "networkallowance": NetworkAllowance.objects.of(poll.commune),
    }
    return list(found[model].values_list("pk", flat=True))


def test_each_portal_shows_its_own_polls(ours, theirs, client):
    for address in ("/binh-chon/", f"/binh-chon/{ours.pk}/", f"/binh-chon/{ours.pk}/ket-qua/"):
        page = client.get(address, HTTP_HOST=HERE).content.decode()

        assert OURS in page
        assert THEIRS not in page


def test_the_poll_beside_every_page_is_the_communes_own(ours, theirs, client):
    for host, own, foreign in ((HERE, OURS, THEIRS), (THERE, THEIRS, OURS)):
        page = client.get("/binh-chon/cach-dem-phieu/", HTTP_HOST=host).content.decode()

        assert f"{own} hỏi" in page
        assert foreign not in page


@pytest.mark.parametrize("name", [pattern.name for pattern in urls.urlpatterns if "pk" in pattern.pattern.converters])
def test_a_poll_of_another_commune_is_no_page(ours, theirs, client, name):
    address = reverse(f"polls:{name}", args=[theirs.pk])

    assert client.get(address, HTTP_HOST=HERE).status_code in (404, 405)
    assert client.get(f"{address}?phieu=moi", HTTP_HOST=HERE).status_code in (404, 405)
    assert client.post(address, HTTP_HOST=HERE).status_code in (404, 405)
    assert 404 in {client.get(address, HTTP_HOST=HERE).status_code, client.post(address, HTTP_HOST=HERE).status_code}


def test_a_ballot_of_another_communes_poll_is_not_taken(ours, theirs):
    voter = Voter(host=THERE)
    voter.open(theirs)
    voter.host = HERE

    answer = voter.send(theirs, choice(theirs))

    assert answer.status_code == 404
    assert theirs.ballots.count() == 2


def test_the_paper_that_is_kept_for_a_moment_is_kept_for_its_commune(ours, theirs):
    Voter(host=THERE).vote(theirs, choice(theirs))  # the paper is in the cache now
    late = Voter(host=THERE)
    late.open(theirs)
    late.host = HERE

    assert late.send(theirs, choice(theirs)).status_code == 404


def admin_addresses(model: str, pk: int) -> list[str]:
    """Every address of the model's admin that names a row."""
    site = admin.site
    model_admin = next(one for kind, one in site._registry.items() if kind._meta.label_lower == f"polls.{model}")
    found = []
    for pattern in model_admin.get_urls():
        if isinstance(pattern, URLPattern) and pattern.name and pattern.pattern.converters:
            values = {"object_id": pk, "pk": pk, "kind": "csv"}
            names = pattern.pattern.converters
            found.append(reverse(f"admin:{pattern.name}", kwargs={name: values[name] for name in names}))
    return found


@pytest.mark.parametrize("model", MODELS)
def test_a_row_of_another_commune_is_no_page_of_the_admin(ours, theirs, here, model):
    client = at_work(here, HERE)

    (own, *_), (foreign, *_) = rows_of(model, ours), rows_of(model, theirs)

    addresses = list(zip(admin_addresses(model, own), admin_addresses(model, foreign), strict=True))
    shown = [address for own_address, address in addresses if client.get(own_address).status_code == 200]

    assert len(shown) >= 2
    assert {client.get(address).status_code for address in shown} == {404}
    # What nobody may do is refused before anybody looks whose row it is.
    assert {client.post(address).status_code for _, address in addresses} <= {403, 404}
    assert {client.get(address).status_code for _, address in addresses} <= {403, 404}


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("query", ["", "?status=all", f"?q={THEIRS}"])
def test_the_lists_of_the_admin_hold_the_communes_rows(ours, theirs, here, model, query):
    # From the host of the other commune: what counts is for whom one works.
    page = at_work(here, THERE).get(f"/quan-tri/polls/{model}/{query}", follow=True)

    assert page.status_code == 200
    # The words that were looked for stand in the form; nothing that was found does.
    assert f"{THEIRS} " not in page.content.decode()
    assert query or f"{OURS} " in page.content.decode()


def test_the_filters_offer_the_communes_polls(ours, theirs, here):
    second = make_poll(commune=here, title=f"{OURS} hai")
    for model, parameter in (("ballot", "poll__id__exact"), ("event", "poll__id__exact")):
        client = at_work(here, HERE)
        page = client.get(f"/quan-tri/polls/{model}/?status=all" if model == "ballot" else f"/quan-tri/polls/{model}/")

        assert f"{parameter}={second.pk}" in page.content.decode()
        assert f"{parameter}={theirs.pk}" not in page.content.decode()
        listed = client.get(f"/quan-tri/polls/{model}/?status=all&{parameter}={theirs.pk}", follow=True)
        assert THEIRS not in listed.content.decode()


def test_actions_take_the_communes_rows_alone(ours, theirs, here):
    client = at_work(here, HERE)
    polls, comments = rows_of("poll", theirs), rows_of("comment", theirs)
    ballots, networks = rows_of("ballot", theirs), rows_of("networkallowance", theirs)

    for action in ("release", "void"):
        decision = {"action": action, "_selected_action": ballots, "reason": "Vì thích"}
        client.post("/quan-tri/polls/ballot/?status=all", decision)
        client.post("/quan-tri/polls/ballot/?status=all", decision | {"select_across": "1"})
    client.post("/quan-tri/polls/comment/", {"action": "publish", "_selected_action": comments})
    client.post("/quan-tri/polls/poll/", {"action": "clone", "_selected_action": polls})
    delete = {"action": "delete_selected", "_selected_action": networks, "post": "yes"}
    client.post("/quan-tri/polls/networkallowance/", delete)

    assert set(theirs.ballots.values_list("status", flat=True)) == {"counted", "quarantined"}
    assert set(theirs.events.values_list("kind", flat=True)) == {"cast"}
    assert Comment.objects.get(pk__in=comments).status == "waiting"
    assert Poll.objects.of(theirs.commune).count() == 1
    assert NetworkAllowance.objects.of(theirs.commune).count() == 1
    assert audit(theirs).is_clean


def test_an_officer_decides_where_they_work(ours, theirs, here):
    officer = make_officer("judge_ballot", commune=here)
    waiting = Ballot.objects.quarantined().values_list("pk", flat=True)

    decided = judge(list(waiting), Event.Kind.VOID, officer, "Gửi bằng chương trình", timezone.now())

    assert decided == 1
    assert not ours.ballots.quarantined().exists()
    assert theirs.ballots.quarantined().count() == 1


def test_what_is_written_in_the_admin_belongs_to_whom_one_works_for(here, there):
    client = at_work(there, HERE)
    allowance = {"network": "203.0.113.0/24", "label": "Trường", "free_ballots": 1, "proven_ballots": 1}

    client.post("/quan-tri/polls/poll/add/", form_data("Tốt", "Kém"))
    client.post("/quan-tri/polls/networkallowance/add/", allowance)

    assert Poll.objects.everywhere().get().commune == there
    assert NetworkAllowance.objects.everywhere().get().commune == there
    client.post("/quan-tri/polls/poll/", {"action": "clone", "_selected_action": rows_of_commune(Poll, there)})
    assert Poll.objects.of(there).count() == 2


def rows_of_commune(model: type, commune: Commune) -> list[int]:
    return list(model.objects.of(commune).values_list("pk", flat=True))


@pytest.mark.parametrize("form", ["results", "judge", "shared"])
def test_a_form_opened_for_another_commune_is_a_conflict(ours, theirs, here, there, form):
    client = at_work(here, HERE)
    address, opening = {
        "results": (f"/quan-tri/polls/poll/{ours.pk}/ket-qua/", {}),
        "judge": ("/quan-tri/polls/ballot/", {"action": "void", "_selected_action": rows_of("ballot", ours)}),
        "shared": ("/quan-tri/polls/poll/may-dung-chung/", {}),
    }[form]
    page = client.post(address, opening) if opening else client.get(address)
    assert f'name="{FORM_FIELD}" value="{here.pk}"' in page.content.decode()
    session = client.session
    session[SESSION_KEY] = there.pk
    session.save()

    response = client.post(address, opening | {FORM_FIELD: here.pk, "reason": "Vì thích", "shared": "1"})

    assert response.status_code == 409
    assert ours.ballots.quarantined().count() == 1
    assert identity.SHARED_COOKIE not in client.cookies


def test_a_browser_is_marked_as_shared_at_the_communes_own_host(here, there):
    client = at_work(there, HERE)

    page = client.get("/quan-tri/polls/poll/may-dung-chung/")
    answer = client.post("/quan-tri/polls/poll/may-dung-chung/", {"shared": "1"})

    assert "://o-kia.vn/quan-tri/polls/poll/may-dung-chung/" in page.content.decode()
    assert 'name="shared"' not in page.content.decode()
    assert answer.status_code == 409
    assert identity.SHARED_COOKIE not in client.cookies
    own = at_work(here, HERE)
    assert own.post("/quan-tri/polls/poll/may-dung-chung/", {"shared": "1"}).status_code == 302
    assert identity.SHARED_COOKIE in own.cookies


def test_links_out_of_the_admin_lead_to_the_communes_host(ours, theirs, there):
    client = at_work(there, HERE)

    change = client.get(f"/quan-tri/polls/poll/{theirs.pk}/change/").content.decode()
    found = client.get(f"/quan-tri/polls/poll/{theirs.pk}/ket-qua/").content.decode()

    assert f"://o-kia.vn/binh-chon/{theirs.pk}/" in change
    assert f"://o-kia.vn/binh-chon/{theirs.pk}/ket-qua/" in found


def test_one_browser_at_one_address_is_two_people_in_two_communes(ours, theirs):
    browser = Client(enforce_csrf_checks=True)
    # A browser would not even send its cookie to the other host.
    token = {}
    for poll, host in ((ours, HERE), (theirs, THERE)):
        Voter("192.0.2.77", browser, host).vote(poll, choice(poll, 2))
        token[host] = browser.cookies[identity.COOKIE]

    first, second = ours.ballots.latest("pk"), theirs.ballots.latest("pk")

    assert token[HERE].value == token[THERE].value
    assert first.status == second.status == "counted"
    for name in ("voter_hash", "net_hash", "area_hash", "tag"):
        assert getattr(first, name) != getattr(second, name)
    for poll in (ours, theirs):
        assert poll.ballots.counted().count() == 2
        assert audit(poll).is_clean


def test_cookies_of_the_polls_stay_at_their_host(ours):
    voter = Voter(host=HERE)
    voter.vote(ours, choice(ours))

    assert {cookie["domain"] for cookie in voter.client.cookies.values()} == {""}
    assert voter.client.cookies[identity.COOKIE]["path"] == "/binh-chon/"


def test_the_budget_of_a_network_is_each_communes_own(here, there):
    polls = {host: make_poll(commune=commune, free_ballots=1) for host, commune in ((HERE, here), (THERE, there))}

    answers = {
        host: [Voter(host=host).vote(poll, choice(poll)).status_code for _ in range(2)] for host, poll in polls.items()
    }

    assert answers == {HERE: [303, 422], THERE: [303, 422]}


def test_a_shared_network_is_shared_in_its_commune(here, there):
    NetworkAllowance.objects.create(commune=here, network="203.0.113.0/24", label="Trường", free_ballots=3)
    polls = {host: make_poll(commune=commune, free_ballots=1) for host, commune in ((HERE, here), (THERE, there))}

    answers = {
        host: [Voter(host=host).vote(poll, choice(poll)).status_code for _ in range(3)] for host, poll in polls.items()
    }

    assert answers == {HERE: [303, 303, 303], THERE: [303, 422, 422]}


def test_a_network_is_in_the_list_of_a_commune_once(theirs, here):
    client = at_work(here, HERE)
    form = {"network": "198.51.100.0/24", "label": "Trường", "free_ballots": 1, "proven_ballots": 1}

    first = client.post("/quan-tri/polls/networkallowance/add/", form)
    second = client.post("/quan-tri/polls/networkallowance/add/", form)

    assert first.status_code == 302
    assert second.status_code == 200
    assert second.context["adminform"].form.errors
    assert NetworkAllowance.objects.of(here).count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        NetworkAllowance.objects.create(commune=here, network="198.51.100.0/24", label="Trường")


def test_each_commune_has_one_portal_poll_at_a_time(ours, theirs, here):
    with pytest.raises(IntegrityError), transaction.atomic():
        make_poll(commune=here, is_portal=True)
    again = Poll(commune=here, title="Nữa", is_portal=True)
    with pytest.raises(ValidationError) as error:
        again.full_clean()
    assert list(error.value.error_dict) == ["is_portal"]
    # Before and after the other one there is room.
    Poll(
        commune=here, title="Trước", is_portal=True, opens_at=ours.opens_at - timedelta(days=1), closes_at=ours.opens_at
    ).full_clean()
    assert Poll.objects.of(here).current() == ours
    assert Poll.objects.of(theirs.commune).current() == theirs


def test_a_poll_stays_in_its_commune(ours, there):
    with pytest.raises(IntegrityError, match="stays in its commune"), transaction.atomic():
        Poll.objects.of(ours.commune).filter(pk=ours.pk).update(commune=there)


def test_the_audit_says_when_a_poll_could_be_moved():
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE polls_poll DISABLE TRIGGER polls_poll_stays")

    assert any("polls_poll_stays" in fault for fault in guard_faults())


def test_the_desk_holds_what_waits_in_ones_commune(ours, theirs, here):
    officer = make_officer("judge_ballot", "change_comment", commune=here)
    Poll.objects.everywhere().update(alerted_at=timezone.now())

    titles = [row.title for pile in piles_of(officer, timezone.now()) for row in pile.rows]

    assert titles == [ours.title] * 3


def test_the_search_finds_the_communes_polls(ours, theirs, here):
    assert [page.title for page in polls_with("hỏi", here).pages] == [ours.title]


def test_the_result_for_machines_names_the_communes_host(ours, theirs, client):
    found = client.get(f"/binh-chon/{theirs.pk}/ket-qua.json", HTTP_HOST=THERE).json()

    assert found["method"] == f"http://{THERE}/binh-chon/cach-dem-phieu/"
    assert found["people"] == 1


def burst(poll: Poll) -> None:
    moment = timezone.now() - timedelta(minutes=30)
    Ballot.objects.bulk_create(
        Ballot(poll=poll, voter_hash=bytes([number]), net_hash=b"one", created_at=moment) for number in range(40)
    )


def test_a_burst_is_told_to_the_officers_of_its_commune(here, there):
    make_officer("judge_ballot", commune=here, email="lan@example.vn")
    make_officer("judge_ballot", commune=there, email="mai@example.vn")
    make_officer("view_poll", commune=there, email="doc@example.vn")
    gone = make_officer("judge_ballot", commune=there, email="cu@example.vn")
    gone.memberships.update(ends_on=timezone.localdate() - timedelta(days=1))
    poll = make_poll(commune=there)
    burst(poll)

    alert_of_bursts(timezone.now())
    outbox.send_due(timezone.now())

    (message,) = mail.outbox
    assert message.bcc == ["mai@example.vn"]
    assert there.name in message.body
    assert f"://{THERE}/quan-tri/polls/poll/{poll.pk}/ket-qua/" in message.body


def test_the_clock_works_in_every_commune(here, there):
    polls = [load_demo_poll(commune, "Đánh giá", [("Tốt", 3)], closed_days_ago=100) for commune in (here, there)]

    assert {poll.pk for poll in forget_due_voters(timezone.now())} == {poll.pk for poll in polls}
    assert not Ballot.objects.exclude(voter_hash=None).exists()
    assert all(audit(poll).is_clean for poll in polls)


def test_the_demonstration_has_a_poll_for_each_commune(here, there):
    made = [load_demo_poll(commune, "Đánh giá", [("Tốt", 3), ("Kém", 2)]) for commune in (here, there, here)]

    assert made[0] == made[2] != made[1]
    assert [poll.ballots.count() for poll in made] == [5, 5, 5]


def test_the_command_audits_every_commune_and_names_it(ours, theirs):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; ALTER TABLE polls_event ENABLE TRIGGER polls_event_keep_all")
    output = StringIO()

    call_command("poll_audit", stdout=output)

    assert f"{ours.pk}. {ours.title} (Xã Ở Đây)" in output.getvalue()
    assert f"{theirs.pk}. {theirs.title} (Xã Ở Kia)" in output.getvalue()


@pytest.mark.parametrize("model", [Poll, NetworkAllowance])
def test_nobody_reads_all_communes_by_accident(ours, theirs, model):
    with pytest.raises(UnboundQueryError):
        model.objects.filter(pk__gt=0).count()

    assert model.objects.everywhere().count() == 2
