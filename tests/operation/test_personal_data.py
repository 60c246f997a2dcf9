"""What is stored about people is listed, goes when its time is over, and is given out or erased on demand."""

from __future__ import annotations

import json
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import KnownNetwork, User
from news.models import Article, Autosave, GroupScope, SearchMiss, ShareLink, Status
from news.models.sharing import digest_of
from pages.starter import PRIVACY
from polls.models import Comment, Poll
from section import holdings
from tests.alerts.factories import make_alert
from tests.communes.factories import first_commune, join, make_commune
from tests.news.factories import make_article, make_chief, make_user, make_writer
from tests.pages.factories import make_page
from tests.polls.factories import Voter, choice, make_poll
from trail.models import Entry, Kind
from upkeep.models import Letter
from upkeep.tasks import registered_tasks

pytestmark = pytest.mark.django_db

NOW = timezone.now()


def task(name: str) -> Any:
    return next(task for task in registered_tasks() if task.name == name)


def make_link(article: Article, **changes: Any) -> ShareLink:
    values = {"recipient": "Ông Vũ Đức Phong", "digest": digest_of(str(changes)), "expires_at": NOW, **changes}
    return ShareLink.objects.create(article=article, created_by=article.author, **values)


def test_every_span_that_the_clock_ends_names_one_of_its_tasks():
    names = {task.name for task in registered_tasks()}

    assert {holding.task for holding in holdings() if holding.task} <= names
    assert len(holdings()) > 10


def test_searches_and_links_are_forgotten():
    old, new = (SearchMiss.objects.create(commune=first_commune(), query=word) for word in ("cũ", "mới"))
    SearchMiss.objects.of(first_commune()).filter(pk=old.pk).update(last_at=NOW - timedelta(days=181))
    article = make_article()
    ended, open_one = make_link(article, expires_at=NOW - timedelta(days=366)), make_link(article)

    task("news-misses").run(NOW)
    task("news-links-kept").run(NOW)

    assert list(SearchMiss.objects.of(first_commune())) == [new]
    assert list(ShareLink.objects.all()) == [open_one], ended


def test_comments_that_nobody_showed_go_with_the_voters():
    poll = make_poll()
    for number, status in enumerate((Comment.Status.PUBLISHED, Comment.Status.HIDDEN), start=1):
        voter = Voter()
        voter.vote(poll, choice(poll, number))
        ballot = poll.ballots.order_by("-pk")[0]
        Comment.objects.create(ballot=ballot, text="Lời", status=status, created_at=NOW)

    task("polls-comments").run(NOW)
    assert Comment.objects.count() == 2
    over = {"opens_at": NOW - timedelta(days=99), "closes_at": NOW - timedelta(days=91)}
    Poll.objects.of(first_commune()).update(erased_at=NOW, key=None, **over)
    task("polls-comments").run(NOW)

    assert [comment.status for comment in Comment.objects.all()] == [Comment.Status.PUBLISHED]


def test_mails_that_cannot_be_sent_and_old_history_go():
    for days in (31, 29):
        moment = NOW - timedelta(days=days)
        Letter.objects.create(subject="x", body="x", recipients=["a@a.vn"], next_at=NOW, given_up_at=moment)
    person = make_user()
    for days in (731, 729):
        LogEntry.objects.create(user=person, action_flag=2, object_repr="x", action_time=NOW - timedelta(days=days))

    task("mail-forget").run(NOW)
    task("admin-history").run(NOW)

    assert Letter.objects.count() == LogEntry.objects.count() == 1


def test_the_register_shows_each_span_with_its_last_run(admin_client: Client):
    page = admin_client.get(reverse("admin:personal_data")).content.decode()

    for holding in holdings():
        assert str(holding.what) in page
    assert (
        reverse("admin:personal_data")
        in admin_client.get(reverse("admin:upkeep_taskstate_changelist")).content.decode()
    )


def test_the_register_is_for_those_who_see_the_self_test(client: Client):
    client.force_login(make_chief())

    assert client.get(reverse("admin:personal_data")).status_code == 403


def test_the_public_page_shows_what_concerns_citizens(client: Client):
    page = make_page(PRIVACY.title, slug=PRIVACY.slug, summary="s", body="<p>x</p>")
    other = make_page("Trang khác", summary="s", body="<p>x</p>")

    shown = client.get(page.get_absolute_url()).content.decode()

    for holding in holdings():
        assert (str(holding.what) in shown) is holding.is_of_citizens
    assert "Dữ liệu cổng đang lưu" not in client.get(other.get_absolute_url()).content.decode()


class TestOnePerson:
    @pytest.fixture
    def person(self) -> User:
        person = make_writer(username="phong", first_name="Phong", last_name="Vũ Đức", email="phong@example.vn")
        person.set_password("x")
        person.save()
        KnownNetwork.objects.create(user=person, network="203.0.113.9/32", seen_at=NOW)
        Letter.objects.create(subject="x", body="x", recipients=["phong@example.vn"], next_at=NOW)
        make_link(make_article(), recipient="phong@example.vn")
        return person

    def asked(self, *arguments: str) -> list[dict[str, Any]]:
        out = StringIO()
        call_command("personal_data", *arguments, stdout=out)
        return json.loads(out.getvalue())

    def test_reads_what_is_stored_about_them(self, person: User):
        make_article(author=person)
        Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data={"secret": "JBSWY3DP"})

        found = self.asked("--account", "phong")

        rows = [row for holding in found for row in holding["rows"]]
        assert len(rows) == 6
        assert "203.0.113.9" in json.dumps(rows)
        assert "password" not in {name for row in rows for name in row}
        assert "JBSWY3DP" not in json.dumps(rows)
        assert User.objects.get(pk=person.pk).first_name == "Phong"

    def test_is_taken_out_of_it(self, person: User):
        article = make_article(author=person)

        self.asked("--account", "phong", "--erase")

        erased = User.objects.get(pk=person.pk)
        assert (erased.first_name, erased.last_name, erased.email, erased.is_active) == ("", "", "", False)
        assert not erased.has_usable_password()
        assert not erased.memberships.exists()
        assert not KnownNetwork.objects.exists()
        assert not Letter.objects.exists()
        assert not ShareLink.objects.exists()
        assert Article.objects.of(first_commune()).filter(pk=article.pk).exists()
        line = Entry.objects.get(kind=Kind.ERASE)
        assert "phong" not in line.after + line.object_name

    @pytest.mark.parametrize("arguments", [[], ["--text", "An"], ["--account", "nobody"]])
    def test_nobody_and_everybody_are_refused(self, arguments: list[str]):
        with pytest.raises(CommandError):
            self.asked(*arguments)

    def test_the_last_who_manages_accounts_is_not_erased(self):
        User.objects.create_superuser("mot-minh")

        with pytest.raises(CommandError):
            self.asked("--account", "mot-minh", "--erase")
        assert User.objects.get().username == "mot-minh"


class TestLeaving:
    @pytest.fixture
    def leaver(self) -> User:
        leaver = make_writer(username="di")
        make_article(author=leaver, submitted_by=leaver, status=Status.REVIEW)
        make_article(author=leaver, status=Status.DRAFT)
        make_article(author=leaver)  # public: its author stays
        make_alert(published_at=None, created_by=leaver)
        Autosave.objects.create(commune=first_commune(), user=leaver, saved_at=NOW, seen_at=NOW, content={"title": "x"})
        return leaver

    def press(self, client: Client, leaver: User, **data: Any) -> Any:
        return client.post(reverse("admin:leaving", args=[leaver.pk]), data)

    def test_the_work_goes_to_a_colleague_and_the_membership_ends(self, admin_client: Client, leaver: User):
        taker = make_writer(username="o-lai")
        taker.user_permissions.add(Permission.objects.get(codename="change_alert"))
        chosen = {"action": "leave", "_selected_action": [leaver.pk]}
        answer = admin_client.post(reverse("admin:accounts_user_changelist"), chosen)
        page = admin_client.get(answer.headers["Location"]).content.decode()
        assert "Bản nháp và bài đang chờ duyệt: 2" in page

        answer = self.press(admin_client, leaver, taker=taker.pk)

        assert answer.status_code == 302
        texts = Article.objects.of(first_commune()).order_by("status")
        assert {(text.status, text.author.username) for text in texts} == {
            (Status.DRAFT, "o-lai"),
            (Status.REVIEW, "o-lai"),
            (Status.PUBLISHED, "di"),
        }
        assert Autosave.objects.of(first_commune()).get().user == taker
        leaver.refresh_from_db()
        assert not leaver.is_active
        assert not leaver.memberships.current().exists()
        line = Entry.objects.get(kind=Kind.HANDOVER)
        assert line.object_name == "di"
        assert line.values()[1]["work"]["Bản nháp và bài đang chờ duyệt"] == 2

    def test_who_could_not_go_on_with_it_does_not_take_it(self, admin_client: Client, leaver: User):
        nobody, elsewhere = make_user(username="ke-toan"), make_user(username="muc-khac", first_name="Mai")
        group = Group.objects.create(name="Chỉ một mục")
        group.permissions.set(Permission.objects.filter(codename__in=["change_article", "add_article"]))
        open_to = Article.objects.of(first_commune()).filter(status=Status.DRAFT).get().category
        GroupScope.objects.create(commune=first_commune(), group=group).categories.set([open_to])
        join(elsewhere, group)
        closed_to = Article.objects.of(first_commune()).filter(status=Status.REVIEW).get().category.name

        without_rights = self.press(admin_client, leaver, taker=nobody.pk)
        in_another_place = self.press(admin_client, leaver, taker=elsewhere.pk)

        leaver.refresh_from_db()
        assert leaver.is_active
        assert not Entry.objects.filter(kind=Kind.HANDOVER).exists()
        assert list(without_rights.context["form"].errors["taker"])[-1].startswith("Hãy chọn đồng nghiệp khác")
        assert list(in_another_place.context["form"].errors["taker"])[:2] == [
            f"Mai không được viết ở: {closed_to}.",
            "Mai không được soạn cảnh báo.",
        ]

    def test_without_a_colleague_nothing_changes(self, admin_client: Client, leaver: User):
        stranger = make_user(commune=make_commune("noi-khac.example"))

        for taker in ("", stranger.pk, leaver.pk):
            assert self.press(admin_client, leaver, taker=taker).status_code == 200

        leaver.refresh_from_db()
        assert leaver.is_active
        assert leaver.memberships.current().exists()

    def test_who_works_elsewhere_keeps_the_account(self, admin_client: Client):
        person = make_user()
        join(person, Group.objects.create(name="Nơi khác"), commune=make_commune("noi-khac.example"))

        self.press(admin_client, person)

        person.refresh_from_db()
        assert person.is_active
        assert [membership.group.name for membership in person.memberships.current()] == ["Nơi khác"]

    def test_the_last_who_manages_accounts_does_not_leave(self, client: Client):
        rights = "change_user", "view_user"
        manager, other = (make_user(username=name) for name in ("ql", "khac"))
        group = Group.objects.create(name="Quản lý")
        group.permissions.set(_permissions(*rights))
        join(manager, group)
        User.objects.filter(is_superuser=True).delete()
        operator = User.objects.create_superuser("vanhanh")
        client.force_login(operator)

        assert "Sẽ không còn ai" in self.press(client, manager).content.decode()
        assert self.press(client, other).status_code == 302

    def test_who_may_not_change_accounts_does_not(self, client: Client, leaver: User):
        client.force_login(make_chief())

        assert self.press(client, leaver).status_code in (403, 404)
        leaver.refresh_from_db()
        assert leaver.is_active


def _permissions(*names: str) -> Any:
    return Permission.objects.filter(codename__in=names, content_type__app_label="accounts")
