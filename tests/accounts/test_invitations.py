"""One form makes a colleague, who sets the password by a link; people change their own name and address."""

from __future__ import annotations

import re
import threading
from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.forms import SetPasswordForm
from django.db import connection, connections, transaction
from django.test import Client
from django.utils import timezone

from accounts import roles
from accounts.links import onetime
from accounts.models import OneTimeLink, Purpose, User
from accounts.personform import PersonForm
from communes.hosts import table
from communes.models import Host, Membership
from news import rights
from news.models import PersonScope
from tests.accounts.factories import make_staff, sign_in
from tests.communes.factories import first_commune, join, make_commune, working
from tests.news.factories import make_category
from tests.offered import read_page
from tests.waiting import LONG, eventually
from trail.models import Entry
from upkeep.models import Letter

pytestmark = pytest.mark.django_db
PEOPLE, ADD = "/quan-tri/accounts/user/", "/quan-tri/accounts/user/add/"
PROFILE = "/quan-tri/tai-khoan-toi/ho-ten/"
NEW = "tám cái ghế gỗ bên sông"


@pytest.fixture
def manager(client) -> User:
    user = make_staff("quantri", email="quantri@example.vn")
    join(user, roles.create_roles()[roles.ADMINISTRATOR])
    client.force_login(user)
    return user


def form_of(client: Client, address: str, field: str):
    page = read_page(client.get(address).content.decode(), address)
    return next(form for form in page.forms if field in form.kinds or field in dict(form.fields))


def make_person(client: Client, **changes: str) -> User:
    """As the form of the page makes one."""
    group = roles.create_roles()[roles.WRITER]
    form = form_of(client, ADD, "first_name")
    answers = {"last_name": "Trần Thị Minh", "first_name": "Hạnh", "email": "hanh@example.vn"}
    answers |= {"memberships-0-group": str(group.pk), "memberships-0-ends_on": "31/12/2036"}
    response = form.press(client, form.buttons[0], **answers | changes)
    assert response.status_code == 302, response.content.decode()
    return User.objects.get(first_name="Hạnh")


def link(letter: Letter, part: str = "loi-moi") -> str:
    found = re.search(rf"https?://[^/\s]+(/quan-tri/\S*{part}/\S+)", letter.body)
    return found[1]


def page_of(person: User) -> str:
    return f"{PEOPLE}{person.pk}/change/"


def press(client: Client, person: User, name: str) -> str:
    forms = read_page(client.get(page_of(person)).content.decode(), page_of(person)).forms
    form, button = next((form, button) for form in forms for button in form.buttons if button.name == name)
    return client.post(form.action, form.filled() | {name: button.value}, follow=True).content.decode()


def test_one_form_makes_a_person_who_sets_the_password_by_the_link(client, manager):
    Host.objects.create(commune=first_commune(), name="xa.example", is_main=True)
    table.forget()
    category = make_category()
    client.defaults["HTTP_HOST"] = "xa.example"

    page = client.get(ADD).content.decode()
    person = make_person(client, **{"news_scopes-0-categories": str(category.pk)})

    assert 'type="password"' not in page
    assert (person.username, person.is_staff, person.has_usable_password()) == ("hanhttm", True, False)
    membership = Membership.objects.get(user=person)
    assert (membership.group.name, membership.ends_on.year) == (roles.WRITER, 2036)
    assert rights.categories_of(working(person), rights.WRITE) == {category.pk}
    letter = Letter.objects.get(about="accounts.invitation")
    assert "//xa.example/" in letter.body and letter.recipients == ["hanh@example.vn"]
    guest = Client(HTTP_HOST="xa.example")
    form = guest.get(link(letter), follow=True)
    assert "hanhttm" in form.content.decode()
    address = form.redirect_chain[-1][0]
    assert guest.post(address, {"new_password1": "12345", "new_password2": "12345"}).status_code == 200
    assert guest.post(address, {"new_password1": NEW, "new_password2": NEW}).status_code == 302
    assert sign_in(guest, person.username, NEW)["Location"] == "/quan-tri/"
    assert "không còn dùng được" in Client(HTTP_HOST="xa.example").get(link(letter), follow=True).content.decode()
    assert not OneTimeLink.objects.exists()
    shown = client.get(page_of(person)).content.decode()
    assert "pbkdf2" not in shown and "user_permissions" not in shown and 'name="withdraw"' not in shown
    said = " ".join(Entry.objects.values_list("after", flat=True))
    assert "sent" in said and "accepted" in said and NEW not in said


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("typed", "outcome"), [("", "hanhttm2"), ("hanhttm", "Tên đăng nhập này đã có người sử dụng.")]
)
def test_of_two_who_add_people_of_one_name_at_once_both_get_an_answer(client, manager, typed, outcome):
    form, answers = form_of(client, ADD, "first_name"), []
    given = {"last_name": "Trần Thị Minh", "first_name": "Hạnh", "username": typed}
    given |= {"memberships-0-group": str(roles.create_roles()[roles.WRITER].pk)}

    def add() -> None:
        try:
            answers.append(form.press(client, form.buttons[0], **given))
        finally:
            connections.close_all()

    second = threading.Thread(target=add)
    with transaction.atomic():
        first = PersonForm({"last_name": "Trần Thị Minh", "first_name": "Hạnh", "email": "", "username": ""})
        first.save()
        second.start()
        eventually(lambda: waits_for_a_lock() or not second.is_alive())
    second.join(LONG)

    (answer,) = answers
    said = answer.context["adminform"].form.errors["username"] if answer.context else []
    assert User.objects.filter(username=outcome).exists() or outcome in said


def waits_for_a_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_locks JOIN pg_stat_activity USING (pid)"
            " WHERE NOT granted AND datname = current_database())"
        )
        return cursor.fetchone() == (True,)


def test_sent_again_withdrawn_and_too_late(client, manager):
    person = make_person(client)
    first = link(Letter.objects.get(about="accounts.invitation"))

    press(client, person, "send")
    second = link(Letter.objects.get(about="accounts.invitation"))
    open_now = [Client().get(address).status_code for address in (first, second)]
    with time_machine.travel(timezone.now() + timedelta(days=8)):
        late = Client().get(second).status_code
    press(client, person, "withdraw")

    assert (open_now, late) == ([200, 302], 200)  # 302: on to the form, without the secret
    assert Client().get(second).status_code == 200
    assert not User.objects.get(pk=person.pk).is_active
    assert not Letter.objects.filter(about="accounts.invitation").exists()
    assert not OneTimeLink.objects.exists()


def test_a_link_taken_back_while_its_page_is_open_sets_no_password(client, manager, monkeypatch):
    person = make_person(client)
    guest = Client()
    address = guest.get(link(Letter.objects.get(about="accounts.invitation")), follow=True).redirect_chain[-1][0]
    validate = SetPasswordForm.is_valid

    def meanwhile(form):
        onetime.make(Purpose.INVITATION, person, email=person.email)
        return validate(form)

    monkeypatch.setattr(SetPasswordForm, "is_valid", meanwhile)
    page = guest.post(address, {"new_password1": NEW, "new_password2": NEW})

    assert "không còn dùng được" in page.content.decode()
    person.refresh_from_db()
    assert not person.has_usable_password()


def test_a_password_that_was_handed_over_ends_the_invitation_and_makes_a_second_person(client, manager):
    person = make_person(client)
    join(person, roles.create_roles()[roles.EDITOR])
    assert rights.publishes_alone(manager, first_commune())

    sent = client.post(
        f"{PEOPLE}{person.pk}/password/", {"password1": NEW, "password2": NEW, "usable_password": "true"}
    )

    assert sent.status_code == 302
    assert not OneTimeLink.objects.exists()
    assert not rights.publishes_alone(manager, first_commune())


def test_of_a_colleague_who_works_elsewhere_too_nothing_is_offered_that_is_refused(client, manager):
    person = make_person(client)
    assert 'name="withdraw"' in client.get(page_of(person)).content.decode()
    Membership.objects.create(user=person, commune=make_commune("o-kia.vn"), group=roles.create_roles()[roles.WRITER])

    page = client.get(page_of(person)).content.decode()

    assert client.post(f"{PEOPLE}{person.pk}/loi-moi/").status_code == 403
    assert 'name="withdraw"' not in page and f"{PEOPLE}{person.pk}/password/" not in page


def test_a_person_without_mail_and_one_with_a_password_get_no_invitation(client, manager):
    person = make_person(client, email="")
    assert not Letter.objects.exists()
    assert f"{PEOPLE}{person.pk}/password/" in client.get(page_of(person)).content.decode()

    colleague = make_staff("khac", email="khac@example.vn")
    client.post(f"{PEOPLE}{colleague.pk}/loi-moi/", {"send": "1"})

    assert not OneTimeLink.objects.exists()


def test_the_categories_of_a_person_narrow_those_of_the_groups(client, manager):
    one, other = make_category(), make_category()
    writer = make_staff("viet")
    join(writer, roles.create_roles()[roles.EDITOR])
    assert rights.categories_of(working(User.objects.get(pk=writer.pk)), rights.PUBLISH) is None

    address = page_of(writer)
    form = form_of(client, address, "first_name")
    wrong = form.press(client, form.buttons[0], **{"news_scopes-0-id": "9", "news_scopes-0-categories": str(one.pk)})
    assert wrong.status_code == 200
    assert form.press(client, form.buttons[0], **{"news_scopes-0-categories": str(one.pk)}).status_code == 302
    writer = working(User.objects.get(pk=writer.pk))

    assert rights.categories_of(writer, rights.PUBLISH) == {one.pk}
    found = [
        writer in rights.holders(User.objects.all(), rights.PUBLISH, first_commune().pk, place)
        for place in (one.pk, other.pk, None)
    ]
    assert found == [True, False, False]
    one.delete()
    assert rights.categories_of(working(User.objects.get(pk=writer.pk)), rights.PUBLISH) == set()
    again = form_of(client, address, "news_scopes-0-id")
    assert again.press(client, again.buttons[0], **{"news_scopes-0-DELETE": "on"}).status_code == 302
    assert not PersonScope.objects.of(first_commune()).exists()


def test_one_changes_the_own_name_at_once_and_the_own_address_by_a_link(client, manager):
    form = form_of(client, PROFILE, "email")

    form.press(client, form.buttons[0], last_name="Phạm Đức", first_name="Long", email="moi@example.vn")
    manager.refresh_from_db()
    before = manager.email
    letter = Letter.objects.get(about="accounts.address")
    address = link(letter, "thu-dien-tu")
    stranger = Client()
    stranger.force_login(make_staff("nguoi-la"))
    refused = stranger.post(address).status_code
    confirm = read_page(client.get(address).content.decode(), address).forms[-1]
    done = confirm.press(client, confirm.buttons[0])

    manager.refresh_from_db()
    assert (manager.get_full_name(), before, manager.email) == ("Phạm Đức Long", "quantri@example.vn", "moi@example.vn")
    assert (letter.recipients, refused, done.status_code) == (["moi@example.vn"], 404, 302)
    assert client.post(address).status_code == 404
    notice = Letter.objects.get(about="accounts.notice", recipients=["quantri@example.vn"])
    assert "thư điện tử" in notice.subject
    line = Entry.objects.filter(kind="change", object_type="accounts.user").order_by("-id")[0]
    assert line.values() == ({"email": "quantri@example.vn"}, {"email": "moi@example.vn"})


def test_a_link_is_good_for_what_it_was_made_for(manager):
    secret = onetime.make(Purpose.ADDRESS, manager, email="moi@example.vn")

    assert onetime.find(Purpose.INVITATION, secret) is None
    assert onetime.find(Purpose.ADDRESS, secret, timezone.now() + timedelta(days=2)) is None
    assert onetime.use(Purpose.ADDRESS, secret).email == "moi@example.vn"
    assert onetime.use(Purpose.ADDRESS, secret) is None
