"""Which commune a request is about."""

import threading
from concurrent.futures import ThreadPoolExecutor, wait

import pytest
from django.core.exceptions import ValidationError
from django.db import OperationalError, connection

from communes.hosts import SECONDS, HostTable, table
from communes.models import Commune, Host, SiteIdentity
from communes.models.host import normal_host
from tests.communes.factories import first_commune, make_commune

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("xa-an-hoa.example.vn", "xa-an-hoa.example.vn"),
        (" Xa-An-Hoa.Example.VN. ", "xa-an-hoa.example.vn"),
        ("xã-an-hòa.vn", "xn--x-an-ha-h1a7g.vn"),
    ],
)
def test_a_host_is_written_as_browsers_send_it(text, name):
    if not text.isascii():
        name = text.encode("idna").decode()

    assert normal_host(text) == name


@pytest.mark.parametrize(
    "text",
    ["", ".", "a..b", "-a.vn", "a-.vn", "https://a.vn", "a.vn/b", "a.vn:80", "a b.vn", "a_b.vn", "x" * 64, "a,b"],
)
def test_what_is_no_host_is_refused(text):
    with pytest.raises(ValidationError):
        normal_host(text)


def test_a_portal_alone_answers_at_every_name_of_the_settings(client, settings):
    settings.OWN_HOSTS = ["mot.vn", ".hai.vn"]

    assert client.get("/", HTTP_HOST="mot.vn:8000").status_code == 200
    assert client.get("/", HTTP_HOST="www.hai.vn").status_code == 200
    assert client.get("/", HTTP_HOST="ba.vn").status_code == 421


@pytest.mark.parametrize("host", ["la.vn", "mot.vn.la.vn", "mot vn", "", "[", "mot.vn:x", "x" * 300])
def test_the_name_of_a_stranger_gets_a_page_that_says_so(client, host):
    make_commune("mot.vn")

    response = client.get("/", HTTP_HOST=host)

    assert response.status_code == 421
    assert "không biết tên miền" in response.content.decode()
    assert response["Cache-Control"] == "no-store"


def test_each_host_shows_its_own_portal(client):
    for name in ("mot", "hai"):
        commune = make_commune(f"{name}.vn", name=f"Xã {name}", slug=name)
        commune.identity.agency = f"Ủy ban {name}"
        commune.identity.save()
    table.forget()

    mot, hai = (client.get("/", HTTP_HOST=f"{name}.vn").content.decode() for name in ("mot", "hai"))

    assert "Ủy ban mot" in mot
    assert "Ủy ban hai" not in mot
    assert "Ủy ban hai" in hai


def test_an_alias_leads_to_the_main_host_with_all_of_the_address(client):
    make_commune("mot.vn", "www.mot.vn")

    response = client.post("/tim-kiem/?q=l%C3%BAa", HTTP_HOST="www.mot.vn:8000", SERVER_PORT="8000")

    assert (response.status_code, response["Location"]) == (308, "http://mot.vn:8000/tim-kiem/?q=l%C3%BAa")
    assert response["Cache-Control"] == "no-cache"


def test_a_page_costs_no_query_for_the_commune(client, django_assert_num_queries):
    make_commune("mot.vn")
    table.communes()

    with django_assert_num_queries(0):
        assert table.find("mot.vn").commune.site.name.startswith("Cổng của")


def test_what_another_process_changes_is_seen_within_five_seconds():
    now = 0.0
    hosts = HostTable(clock=lambda: now)
    commune = first_commune()
    assert hosts.find("mot.vn") is None

    Host.objects.create(commune=commune, name="mot.vn", is_main=True)
    SiteIdentity.objects.create(commune=commune, name="Mới")

    now = SECONDS - 0.1
    assert hosts.find("mot.vn") is None
    now = SECONDS
    assert hosts.find("mot.vn").commune.site.name == "Mới"


@pytest.mark.django_db(transaction=True)
def test_a_new_host_is_known_to_all_who_ask_at_once_after_a_quiet_hour():
    now = 0.0
    reading, may_read = threading.Event(), threading.Event()

    class SlowTable(HostTable):
        def _read(self) -> None:
            reading.set()
            assert may_read.wait(20)
            super()._read()

    hosts = SlowTable(clock=lambda: now)

    def find():
        try:
            return hosts.find("mot.vn")
        finally:
            connection.close()

    may_read.set()
    hosts.communes()
    make_commune("mot.vn")
    now = 3600.0
    reading.clear()
    may_read.clear()

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(find)
        assert reading.wait(20)
        second = pool.submit(find)
        wait([second], timeout=0.2)
        may_read.set()

    assert first.result().commune == second.result().commune == Commune.objects.get(hosts__name="mot.vn")


def test_while_the_database_is_away_the_last_table_is_used(monkeypatch):
    now = 0.0
    hosts = HostTable(clock=lambda: now)
    hosts.communes()

    def away():
        raise OperationalError

    monkeypatch.setattr(hosts, "_read", away)
    now = 100.0

    assert hosts.commune(first_commune().pk) == first_commune()


def test_the_machines_that_ask_for_health_know_no_host(client):
    make_commune("mot.vn")

    assert client.get("/healthz", HTTP_HOST="10.0.0.1").status_code == 200


def test_a_host_belongs_to_one_commune_and_a_commune_has_one_main_host():
    one, other = make_commune("mot.vn"), make_commune("hai.vn")

    for host in (Host(name="MOT.vn", commune=other), Host(name="ba.vn", commune=one, is_main=True)):
        with pytest.raises(ValidationError):
            host.full_clean()


def test_a_portal_that_is_not_open_shows_citizens_nothing(client):
    make_commune("mot.vn", state="draft")

    response = client.get("/", HTTP_HOST="mot.vn")

    assert response.status_code == 404
    assert "đang được chuẩn bị" in response.content.decode()


def test_nobody_writes_in_a_portal_that_is_only_read(client):
    make_commune("mot.vn", state="read_only")

    assert client.get("/", HTTP_HOST="mot.vn").status_code == 200
    assert client.post("/binh-chon/1/", HTTP_HOST="mot.vn").status_code == 403


def test_a_commune_has_an_origin_for_mails(settings):
    settings.PUBLIC_URL = "https://cong.vn:8443"

    assert first_commune().origin == "https://cong.vn:8443"
    assert make_commune("mot.vn", "www.mot.vn").origin == "https://mot.vn:8443"


def test_codes_and_short_names_are_unique():
    make_commune(code="123", slug="a")

    with pytest.raises(ValidationError) as caught:
        Commune(name="B", slug="a", code="123").full_clean()

    assert len(caught.value.messages) == 2
