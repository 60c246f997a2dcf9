"""What stands in deploy/ names things that the portal has."""

import json
import re
import tomllib
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse

from serving.server import STATEMENT_TIMEOUT

BASE_DIR: Path = settings.BASE_DIR
DEPLOY = BASE_DIR / "deploy"


def read(name: str) -> str:
    return (BASE_DIR / name).read_text(encoding="utf-8")


def test_the_version_is_said_once_more_and_the_same():
    assert tomllib.loads(read("pyproject.toml"))["project"]["version"] == settings.VERSION


@pytest.mark.parametrize("name", ["deploy/grafana/cong.json", "deploy/prometheus-alerts.yaml"])
def test_only_numbers_are_asked_for_that_are_told(name):
    code = read("serving/metrics.py") + read("portal/operation/metrics.py")
    told = set(re.findall(r'"(cong_\w+)"', code))

    asked = {word.removesuffix("_total") for word in re.findall(r"\bcong_\w+", read(name))}

    assert asked
    assert asked - told == set()


def test_the_dashboard_is_json_with_its_panels_apart():
    panels = json.loads(read("deploy/grafana/cong.json"))["panels"]

    places = {(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in panels}
    assert len(places) == len({panel["id"] for panel in panels}) == len(panels)


def test_the_example_of_a_service_sets_only_variables_that_there_are():
    known = set(re.findall(r"^([A-Z_]+)=", read(".env.example"), re.MULTILINE))

    assert set(re.findall(r"^([A-Z_]+)=", read("deploy/cong.env"), re.MULTILINE)) <= known
    assert set(re.findall(r"\b([A-Z_]+)=", read("deploy/container/Containerfile"))) - known <= {
        "PYTHONDONTWRITEBYTECODE",
        "PYTHONUNBUFFERED",
    }


def test_nginx_and_the_look_from_outside_ask_for_addresses_that_there_are():
    nginx, check = read("deploy/nginx/cong.conf"), read("deploy/check.py")

    assert f"location = {reverse('visitors:beacon')} " in nginx
    assert f"location ^~ {reverse('admin:index')} " in nginx
    for name in ("visitors:beacon", "admin:login", "portal:health_live", "portal:health_ready", "portal:robots"):
        assert f'"{reverse(name)}"' in check
    assert settings.SESSION_COOKIE_NAME in nginx
    assert "client_max_body_size 64m" in nginx


def test_pgbouncer_in_the_example_limits_queries_as_the_portal_does():
    assert f"statement_timeout = ''{STATEMENT_TIMEOUT.seconds}s''" in read("deploy/pgbouncer.ini")
