"""A forgotten password by mail: one answer for all, a link to the portal's own host, good once."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from accounts.models import KnownNetwork
from communes.hosts import table
from communes.models import Host
from tests.accounts.factories import PASSWORD, SECOND_STEP, add_program, make_staff, sign_in
from tests.communes.factories import first_commune
from upkeep.models import Letter

pytestmark = pytest.mark.django_db
ASK = "/quan-tri/quen-mat-khau/"
NEW = "tám cái ghế gỗ bên sông"


def ask(email: str, **extra: str) -> tuple[int, str, str]:
    response = Client().post(ASK, {"email": email}, follow=True, **extra)
    return response.status_code, str(response.redirect_chain), re.sub(r'value="\w{64}"', "", response.content.decode())


def link(letter: Letter) -> str:
    return re.search(r"\S+/mat-khau-moi/\S+", letter.body)[0]


def test_every_address_gets_the_same_answer():
    make_staff(email="hanh@example.vn")
    make_staff("nghi-viec", email="nghi@example.vn", is_active=False)
    make_staff("doc-gia", email="doc@example.vn", is_staff=False)
    addresses = ["hanh@example.vn", "nghi@example.vn", "doc@example.vn", "khong-ai@example.vn"]

    answers = {ask(address) for address in addresses}

    assert len(answers) == 1
    assert [letter.recipients for letter in Letter.objects.all()] == [["hanh@example.vn"]]


@pytest.mark.parametrize("header", ["HTTP_HOST", "HTTP_X_FORWARDED_HOST"])
def test_the_link_leads_to_the_host_of_the_settings(settings, header):
    settings.PUBLIC_URL = "https://cong.example"
    Host.objects.create(commune=first_commune(), name="xa-an-hoa.example", is_main=True)
    table.forget()
    make_staff(email="hanh@example.vn")

    ask("hanh@example.vn", **{"HTTP_HOST": "xa-an-hoa.example", header: "xa-an-hoa.example"})
    Client().post(ASK, {"email": "hanh@example.vn"}, HTTP_HOST="ke-gian.example")
    Client().post(ASK, {"email": "hanh@example.vn"}, HTTP_HOST="localhost", HTTP_X_FORWARDED_HOST="ke-gian.example")

    letters = list(Letter.objects.all())
    assert letters and all(link(letter).startswith("https://xa-an-hoa.example/quan-tri/") for letter in letters)
    assert not any("ke-gian" in letter.body for letter in letters)


def test_the_link_sets_a_password_once_ends_sessions_and_spares_no_second_step():
    user = make_staff(email="hanh@example.vn")
    session = Client()
    sign_in(session)
    ask("hanh@example.vn")
    address = link(Letter.objects.get(subject="Đặt mật khẩu mới"))
    path = address[address.index("/quan-tri/") :]
    client = Client()
    form = client.get(path, follow=True).redirect_chain[-1][0]
    assert "set-password" in form
    weak = client.post(form, {"new_password1": "Matkhau1234", "new_password2": "Matkhau1234"})
    add_program(user)

    done = client.post(form, {"new_password1": NEW, "new_password2": NEW})

    assert (weak.status_code, done.status_code) == (200, 302)
    assert KnownNetwork.objects.filter(user=user, network="127.0.0.1/32").exists()
    assert session.get("/quan-tri/").status_code == 302
    assert sign_in(Client(), password=PASSWORD).status_code == 200
    assert sign_in(Client(), password=NEW)["Location"] == SECOND_STEP
    assert Letter.objects.filter(subject="Mật khẩu của bạn đã được đổi").exists()
    assert "không hợp lệ" in Client().get(path, follow=True).content.decode()


def test_a_mailbox_is_not_flooded():
    make_staff(email="hanh@example.vn")

    answers = {ask("hanh@example.vn") for _ in range(8)}

    assert len(answers) == 1
    assert Letter.objects.count() == 5


def test_the_former_address_of_an_account_is_no_way_in():
    user = make_staff(email="cu@example.vn")
    ask("cu@example.vn")
    address = link(Letter.objects.get())
    user.email = "moi@example.vn"
    user.save()

    assert "không hợp lệ" in Client().get(address[address.index("/quan-tri/") :], follow=True).content.decode()
    ask("cu@example.vn")
    assert Letter.objects.count() == 1
