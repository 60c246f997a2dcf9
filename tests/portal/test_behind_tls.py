"""The portal as it stands in public: behind TLS, with cookies that only its own name can set."""

import json
import os
import re
import subprocess
import sys

import pytest
from django.conf import settings
from django.test import Client

from accounts.models import User
from portal.request_rules import largest_body
from serving.clients.slow_clients import SMALL_BODY
from serving.pagecache import PageCache
from tests.serving.pagecache_client import make_environ, send

NAMES = (
    *("SESSION_COOKIE_NAME", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_NAME", "CSRF_COOKIE_SECURE"),
    *("SECURE_HSTS_SECONDS", "SECURE_HSTS_INCLUDE_SUBDOMAINS", "SECURE_HSTS_PRELOAD", "SECURE_SSL_REDIRECT"),
)


def run(*command: str, **changes: str) -> subprocess.CompletedProcess[str]:
    """A command of Python in the environment of a portal behind a proxy that speaks TLS."""
    environment = {"PATH": os.environ["PATH"], "VAR_DIR": str(settings.VAR_DIR), "HTTPS": "true"}
    environment |= {
        "TRUSTED_PROXIES": "127.0.0.1",
        "SECRET_KEY": "Kq7" + "wZ3xN8vB" * 8,
        "BALLOT_KEY": "b4T" * 20,
        "FACTOR_KEY": "f7G" * 20,
    }
    environment |= {"DATABASE_URL": "postgres://cong@db.example/cong", "DJANGO_SETTINGS_MODULE": "portal.settings"}
    return subprocess.run(
        [sys.executable, *command],
        cwd=settings.BASE_DIR,
        env=environment | changes,
        capture_output=True,
        text=True,
        check=False,
    )


def values(**changes: str) -> dict[str, object]:
    """What the settings make of such an environment."""
    code = (
        f"import json; from django.conf import settings as s; print(json.dumps({{n: getattr(s, n) for n in {NAMES}}}))"
    )
    return json.loads(run("-c", code, **changes).stdout)


@pytest.fixture
def behind_tls(settings):
    for name, value in values().items():
        setattr(settings, name, value)
    return settings


@pytest.fixture
def person(db):
    return User.objects.create_user("hanh", password="đúng-mật-khẩu", is_staff=True)


def sign_in(client: Client) -> None:
    client.get("/quan-tri/login/", secure=True)
    client.post("/quan-tri/login/", {"username": "hanh", "password": "đúng-mật-khẩu"}, secure=True)


def test_django_finds_nothing_to_say_about_it():
    checked = run("manage.py", "check", "--deploy", "--fail-level", "INFO")

    assert checked.returncode == 0, checked.stderr
    assert "no issues" in checked.stdout + checked.stderr


def test_what_is_passed_over_has_its_reason():
    text = (settings.BASE_DIR / "portal" / "settings.py").read_text(encoding="utf-8")
    block = text.partition("SILENCED_SYSTEM_CHECKS = [\n")[2].partition("]\n")[0].splitlines()

    assert [line for line in block if "." in line]
    assert block[0].strip().startswith("#")
    assert {line.strip(' ",') for line in block if not line.strip().startswith("#")} == set(
        settings.SILENCED_SYSTEM_CHECKS
    )


def test_cookies_bear_the_prefix_and_keep_its_conditions(behind_tls, person):
    """RFC 6265bis, section 4.1.3.2: Secure, Path=/, no Domain; or the browser refuses them."""
    client = Client()

    sign_in(client)

    assert {"__Host-sessionid", "__Host-csrftoken"} <= set(client.cookies)
    for name in ("__Host-sessionid", "__Host-csrftoken"):
        cookie = client.cookies[name]
        assert (cookie["secure"], cookie["path"], cookie["domain"]) == (True, "/", "")


@pytest.mark.parametrize("name", ["/", "/so-do-trang/"])
def test_pages_are_shared_without_the_cookie_and_never_with_it(behind_tls, person, name):
    client = Client()
    public = client.get(name, secure=True)
    sign_in(client)
    private = client.get(name, secure=True)

    assert not public.cookies
    assert "public" in public["Cache-Control"]
    assert private["Cache-Control"] == "private, no-store"


def test_the_page_cache_passes_who_bears_the_cookie(behind_tls):
    def django(environ, start_response):
        start_response("200 OK", [("Content-Type", "text/plain"), ("Cache-Control", "public, s-maxage=60")])
        return [b"secret" if "sessionid" in environ.get("HTTP_COOKIE", "") else b"public"]

    cache = PageCache(django, bypass_cookies={behind_tls.SESSION_COOKIE_NAME})

    bodies = [
        send(cache, make_environ("/", cookie=cookie)).body if cookie else send(cache, make_environ("/")).body
        for cookie in ("", "__Host-sessionid=abc", "", "a=b; __Host-sessionid=abc")
    ]

    assert bodies == [b"public", b"secret", b"public", b"secret"]


def test_the_rules_outside_django_know_the_name(behind_tls):
    with_cookie = make_environ("/quan-tri/news/article/add/", cookie="__Host-sessionid=abc")

    assert largest_body(with_cookie) > SMALL_BODY


def test_the_example_of_nginx_passes_the_cookie_under_both_names():
    nginx = (settings.BASE_DIR / "deploy" / "nginx" / "cong.conf").read_text(encoding="utf-8")
    pattern = re.search(r"map \$http_cookie .*?\"~\*(\S+)\" 1;", nginx, re.DOTALL)[1]

    assert re.search(pattern, f"a=b; {values()['SESSION_COOKIE_NAME']}=abc", re.IGNORECASE)
    assert re.search(pattern, f"{settings.SESSION_COOKIE_NAME}=abc", re.IGNORECASE)


def test_hsts_says_what_the_operator_said(behind_tls, client, db):
    alone = client.get("/", secure=True)["Strict-Transport-Security"]
    wide = values(HSTS_SUBDOMAINS="true", HSTS_PRELOAD="true")

    assert alone == "max-age=31536000"
    assert wide["SECURE_HSTS_INCLUDE_SUBDOMAINS"] is wide["SECURE_HSTS_PRELOAD"] is True


def test_hsts_of_subdomains_without_tls_is_refused():
    refused = run("manage.py", "check", HTTPS="false", HSTS_SUBDOMAINS="true")

    assert refused.returncode == 2
    assert refused.stderr.startswith("HSTS_SUBDOMAINS=true needs HTTPS=true")


def test_the_list_of_browsers_takes_whole_domains():
    assert "HSTS_PRELOAD=true needs HSTS_SUBDOMAINS" in run("manage.py", "check", HSTS_PRELOAD="true").stderr
