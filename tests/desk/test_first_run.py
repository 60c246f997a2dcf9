"""A new portal: its first administrator, its first steps, and publishing while there is one person."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import roles
from accounts.models import OneTimeLink, User
from communes.models import Membership, SiteIdentity
from desk.first_person import link_for_first_person
from news import rights
from news.models import Article, Category, Status
from news.newsroom.steps import workflow
from tests.accounts.factories import make_staff, sign_in
from tests.communes.factories import first_commune, join, make_commune, working
from tests.news.factories import make_article, make_category
from tests.offered import read_page
from tests.polls.factories import make_poll
from trail.models import Entry
from upkeep.models import TaskState

pytestmark = pytest.mark.django_db
STEPS = "/quan-tri/buoc-dau/"
PASSWORD = "tám cái ghế gỗ bên sông"
FORM = {"last_name": "Phạm Đức", "first_name": "Long", "username": "", "password1": PASSWORD, "password2": PASSWORD}


def new_link() -> str:
    return link_for_first_person("http://127.0.0.1:8000").removeprefix("http://127.0.0.1:8000")


class TestFirstAdministrator:
    def test_is_made_in_a_browser_once(self, client):
        address = new_link()
        page = client.get(address)
        weak = client.post(address, FORM | {"password1": "phamduclong1", "password2": "phamduclong1"})

        done = client.post(address, FORM)

        assert (page.status_code, weak.status_code, done.status_code) == (200, 200, 302)
        person = User.objects.get()
        assert (person.username, person.is_superuser, person.is_staff) == ("longpd", True, True)
        assert Membership.objects.get(user=person).group.name == roles.ADMINISTRATOR
        assert sign_in(client, "longpd", PASSWORD).status_code == 302
        assert Client().post(address, FORM).status_code == 404
        assert new_link() == ""
        assert Entry.objects.filter(object_type="accounts.user", after__contains="one-time link").exists()

    def test_a_link_ends_with_the_next_one_with_the_day_and_with_any_administrator(self, client):
        first, second = new_link(), new_link()
        answers = [client.get(address).status_code for address in (first, second)]
        with time_machine.travel(timezone.now() + timedelta(days=1, minutes=1)):
            answers.append(client.get(second).status_code)
        join(make_staff("quantri"), roles.create_roles()[roles.ADMINISTRATOR])

        assert answers == [404, 200, 404]
        assert client.post(second, FORM).status_code == 404
        assert User.objects.count() == 1
        assert OneTimeLink.objects.count() == 1


@pytest.fixture
def chief(client) -> User:
    user = make_staff("quantri", is_superuser=True)
    join(user, roles.create_roles()[roles.ADMINISTRATOR])
    client.force_login(user)
    return working(user)


def states(client: Client) -> list[bool]:
    return [step.is_done for step in client.get(STEPS).context["steps"]]


def test_every_step_is_read_from_what_there_is_until_the_desk_forgets_them(client, chief):
    commune = first_commune()
    assert states(client) == [False] * 6
    assert STEPS in client.get("/quan-tri/").content.decode()
    form = next(
        form
        for form in read_page(client.get(STEPS).content.decode(), STEPS).forms
        if form.fields and any(b.name == "step" for b in form.buttons)
    )

    form.press(client, form.buttons[0])
    form.press(client, form.buttons[0])  # twice makes no more

    categories = Category.objects.of(commune)
    assert categories.count() == 8
    assert categories.get(name="Thông báo").slug == "thong-bao"
    assert states(client) == [False, True, False, False, False, False]
    SiteIdentity.objects.create(
        commune=commune, name="Cổng", agency="UBND", responsible_editor="A", address="Thôn 1", phone="1", email="a@b.vn"
    )
    make_poll()
    make_article(category=categories[0])
    TaskState.objects.create(name="mail", started_at=timezone.now(), next_at=timezone.now() + timedelta(minutes=1))
    assert states(client) == [True, True, False, True, True, True]
    assert "Từ khi có người thứ hai" in client.get(STEPS).content.decode()
    second = make_staff("hai")
    join(second, roles.create_roles()[roles.EDITOR])
    assert states(client) == [True] * 6
    assert STEPS not in client.get("/quan-tri/").content.decode()


def test_steps_that_stay_open_are_taken_off_the_desk_and_put_back(client, chief):
    def press(value: str) -> str:
        forms = read_page(client.get(STEPS).content.decode(), STEPS).forms
        form, button = next((form, button) for form in forms for button in form.buttons if button.value == value)
        form.press(client, button)
        return client.get("/quan-tri/").content.decode()

    away, back = press("away"), press("shown")

    assert ("first-steps-box" in away, STEPS in away) == (False, True)
    assert "first-steps-box" in back
    kept = Entry.objects.filter(object_type="communes.commune").order_by("id")
    assert [entry.values()[1] for entry in kept] == [{"shows_first_steps": False}, {"shows_first_steps": True}]


def test_an_app_with_one_page_is_that_page_in_the_menu(client, chief):
    apps = {app["app_label"]: app for app in client.get("/quan-tri/").context["app_list"]}

    assert apps["trash"]["app_url"] == reverse("admin:trash_trashitem_changelist")
    assert apps["news"]["app_url"] == reverse("admin:app_list", args=["news"])


def test_who_does_not_set_up_the_portal_sees_no_steps(client):
    writer = make_staff("viet")
    join(writer, roles.create_roles()[roles.WRITER])
    client.force_login(writer)

    assert client.get(STEPS).status_code == 403
    assert STEPS not in client.get("/quan-tri/").content.decode()


class TestAlone:
    def press_publish(self, client: Client, article: Article) -> str:
        form = client.get(article.form_address).content.decode()
        page = next(form for form in read_page(form, article.form_address).forms if "title" in dict(form.fields))
        button = next((b for b in page.buttons if b.value == "publish"), None)
        assert button, [b.value for b in page.buttons]
        return client.post(page.action, page.filled() | {"_step": "publish"}, follow=True).content.decode()

    def test_one_publishes_what_one_wrote_and_the_log_says_so(self, client, chief):
        article = make_article(author=chief, status=Status.DRAFT, category=make_category())

        said = self.press_publish(client, article)

        article.refresh_from_db()
        assert (article.status, article.is_forced) == (Status.PUBLISHED, False)
        assert article.transitions.first().is_alone
        assert "một mình" in client.get(article.form_address).content.decode()
        assert "người thứ hai" in said
        assert Entry.objects.get(kind="publish").values()[1]["alone"] is True

    def test_four_eyes_begin_with_the_second_person(self, chief):
        article = make_article(author=chief, status=Status.DRAFT)
        assert workflow.Action.PUBLISH in workflow.steps_open_to(article, chief)
        second = make_staff("hai")
        join(second, roles.create_roles()[roles.EDITOR])

        assert workflow.Action.PUBLISH not in workflow.steps_open_to(article, chief)
        with pytest.raises(workflow.StepError):
            workflow.publish(article, chief)
        User.objects.filter(pk=second.pk).update(is_active=False)
        assert rights.publishes_alone(chief, first_commune())

    def test_operators_of_many_communes_are_nobodys_second_person_and_in_one_commune_they_are(self):
        editor = make_staff("mot")
        join(editor, roles.create_roles()[roles.EDITOR])
        operator = User.objects.create_superuser("chu")
        assert not rights.publishes_alone(editor, first_commune())

        make_commune("o-kia.vn")

        assert rights.publishes_alone(editor, first_commune())
        join(operator, roles.create_roles()[roles.WRITER])
        assert not rights.publishes_alone(editor, first_commune())
