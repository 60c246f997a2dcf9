"""What stands in deploy/ names things that the portal has."""

import json
import re
import tomllib
from collections import Counter
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse

from deploy.cluster import drills, engines
from deploy.cluster.browser import form_of
from deploy.rehearsal import __main__ as rehearsal
from serving import safety
from serving.files.upload_policy import PDF_POLICY, SHOWN_IN_THE_BROWSER, UPLOAD_POLICY
from serving.server import BACKLOG, STATEMENT_TIMEOUT
from tests.running.test_pgbouncer import LIMIT

BASE_DIR: Path = settings.BASE_DIR
DEPLOY = BASE_DIR / "deploy"


def read(name: str) -> str:
    return (BASE_DIR / name).read_text(encoding="utf-8")


def test_the_version_is_said_once_more_and_the_same():
    assert tomllib.loads(read("pyproject.toml"))["project"]["version"] == settings.VERSION
    assert f"image: localhost/cong:{settings.VERSION}\n" in read("deploy/container/compose.yaml")


def test_the_list_of_changes_begins_with_this_version_whose_data_is_kept_once_it_is_released():
    version, when = re.search(r"^## ([\d.]+), (.+)$", read("CHANGELOG.md"), re.MULTILINE).groups()

    assert version == settings.VERSION or when == "not yet released"
    assert when == "not yet released" or (BASE_DIR / f"tests/upgrade/release-{version}.json").exists()


@pytest.mark.parametrize("name", ["deploy/grafana/cong.json", "deploy/prometheus-alerts.yaml"])
def test_only_numbers_are_asked_for_that_are_told(name):
    code = read("serving/metrics.py") + read("operation/metrics.py")
    told = set(re.findall(r'"(cong_\w+)"', code))

    asked = {word.removesuffix("_total") for word in re.findall(r"\bcong_\w+", read(name))}

    assert asked
    assert asked - told == set()


def test_the_dashboard_is_json_with_its_panels_apart():
    panels = json.loads(read("deploy/grafana/cong.json"))["panels"]

    places = {(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in panels}
    assert len(places) == len({panel["id"] for panel in panels}) == len(panels)


def test_the_example_of_a_service_sets_only_variables_that_there_are():
    known = set(re.findall(r"^([A-Z0-9_]+)=", read(".env.example"), re.MULTILINE))

    assert set(re.findall(r"^([A-Z0-9_]+)=", read("deploy/cong.env"), re.MULTILINE)) <= known
    assert set(re.findall(r"\b([A-Z_]+)=", read("deploy/container/Containerfile"))) - known <= {
        "PYTHONDONTWRITEBYTECODE",
        "PYTHONUNBUFFERED",
        "BASE",  # the image that is built upon
    }


def test_nginx_and_the_look_from_outside_ask_for_addresses_that_there_are():
    nginx, check = read("deploy/nginx/cong.conf"), read("deploy/check.py")

    assert f"location = {reverse('visitors:beacon')} " in nginx
    assert f"location ^~ {reverse('admin:index')} " in nginx
    for name in ("visitors:beacon", "admin:login", "operation:health_live", "operation:health_ready", "portal:robots"):
        assert f'"{reverse(name)}"' in check
    assert settings.SESSION_COOKIE_NAME in nginx
    assert "client_max_body_size 64m" in nginx


def test_systemd_holds_the_address_that_nginx_asks():
    held = dict(re.findall(r"^(\w+)=(.+)$", read("deploy/systemd/cong.socket"), re.MULTILINE))

    assert f"server {held['ListenStream']} " in read("deploy/nginx/cong.conf")
    assert held["ListenStream"] == f"{settings.HOST}:{settings.PORT}"
    assert int(held["Backlog"]) == BACKLOG


def test_pgbouncer_in_the_example_limits_queries_as_the_portal_does():
    assert LIMIT in read("deploy/pgbouncer.ini")  # which a pool is run with
    assert f"SET statement_timeout = ''{STATEMENT_TIMEOUT.seconds}s''" in LIMIT


def test_nginx_before_a_bucket_says_of_uploads_what_the_portal_says():
    example = read("docs/operators.md").partition("```nginx\n")[2].partition("```")[0]
    shown = re.search(r"\\\.\(([\w|?]+\|[\w|?]+)\)\$", example)[1]

    assert f'set $policy "{UPLOAD_POLICY}";' in example
    assert f'if ($uri ~* "\\.pdf$") {{ set $policy "{PDF_POLICY}"; }}' in example
    assert all(f"{name} {value} always" in example for name, value in safety.FILE)
    assert all(re.fullmatch(shown, suffix[1:]) for suffix in SHOWN_IN_THE_BROWSER)


# --- The cluster and the rehearsal, as far as they can be looked at without starting them ---------


def test_patroni_is_pinned_where_no_acknowledged_vote_is_lost():
    """Older versions lose votes when a primary that was paused comes back; and no index is named."""
    text = read("deploy/cluster/requirements.txt")
    version = re.search(r"^patroni==([\d.]+) ", text, re.MULTILINE)[1]

    assert tuple(map(int, version.split("."))) >= (4, 1, 5)
    assert text.count("==") <= text.count("--hash=sha256:")
    assert "index" not in text


def test_the_times_of_patroni_fit_each_other_and_the_promise():
    text = read("deploy/cluster/patroni.yaml")
    ttl, loop_wait, retry_timeout = (
        int(re.search(rf"^\s+{name}: (\d+)$", text, re.MULTILINE)[1]) for name in ("ttl", "loop_wait", "retry_timeout")
    )

    assert ttl == drills.TTL == 20  # the least that Patroni allows
    assert loop_wait + 2 * retry_timeout <= ttl
    for setting in ("synchronous_mode: true", "failsafe_mode: true", "use_pg_rewind: true", "primary_start_timeout: 0"):
        assert setting in text


def test_the_clusters_programs_are_set_up_by_what_stands_in_deploy(tmp_path):
    """The script replaces words of the examples, and fails when they no longer say them."""
    place = engines.Place(
        tmp_path, 9000, "password", "s" * 50, "b" * 50, "f" * 50, binaries=Path("/usr/lib/postgresql/15/bin")
    )

    for number in range(engines.DATABASES):
        engines.patroni(place, number)
    for node in range(engines.NODES):
        engines.haproxy(place, node)
        engines.pgbouncer(place, node)
    engines.nginx(place)

    settings_of = {
        path.name: path.read_text() for path in tmp_path.iterdir() if path.suffix in (".yaml", ".cfg", ".conf")
    }
    assert {"pg0.yaml", "pg2.yaml", "haproxy1.cfg", "nginx.conf"} <= settings_of.keys()
    assert [name for name, text in settings_of.items() if "$name" in text or "server_name xa" in text] == []
    assert settings_of["haproxy0.cfg"].count("\n    server pg") == engines.DATABASES


def outcome(**changes) -> drills.Outcome:
    """A drill in which everything went well, but for `changes`."""
    well = {
        "votes": 100,
        "votes_lost": 0,
        "voters_waiting": 0,
        "saves": 10,
        "saves_lost": 0,
        "views": 50,
        "views_lost": 0,
    }
    statuses = {"vote": Counter({303: 100}), "cached": Counter({200: 500}), "uncached": Counter({200: 60, 503: 9})}
    well |= {"gap": 2.4, "whole_after": 9.0, "statuses": statuses, "slowest_cached": 0.4, "stale": 3}
    return drills.Outcome(drills.DRILLS["postmaster"], **well | changes)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, []),
        ({"votes_lost": 3}, ["3 of 100 acknowledged votes are lost"]),
        ({"saves_lost": 1}, ["1 of 10 acknowledged saves are lost"]),
        ({"voters_waiting": 2}, ["2 voters were never answered"]),
        ({"gap": 6.1}, ["no vote for 6.1 s instead of 6 s at most"]),
        ({"statuses": {"cached": Counter({200: 9, 503: 1, 0: 1})}}, ["2 of 11 cached reads failed"]),
    ],
)
def test_a_drill_says_which_promise_was_broken(changes, said):
    assert outcome(**changes).broken_promises() == said


def test_the_longest_time_without_a_vote_counts_the_ends_too():
    assert drills.longest_gap([3.0, 1.0, 2.5, 9.9], 0.0, 10.0) == pytest.approx(6.9)
    assert drills.longest_gap([], 0.0, 10.0) == 10.0
    assert drills.longest_gap([1.0, 2.0], 0.5, 8.0) == 6.0


def test_the_load_sends_a_form_as_a_browser_does():
    html = (
        '<form><input name="q"></form><form><input type="hidden" name="challenge" value="x&amp;y">'
        '<input type="radio" name="q1" value="7"><input type="checkbox" name="a" checked><input type="submit" name="s">'
        '<select name="k"><option value="1"><option value="2" selected></select><textarea name="t">\nhai\ndòng</textarea></form>'
    )

    assert form_of(html, "challenge") == [("challenge", "x&y"), ("a", "on"), ("k", "2"), ("t", "hai\ndòng")]
    assert form_of(html, "none") == []


def test_every_block_of_the_operators_page_is_rehearsed_and_no_other():
    assert sorted(rehearsal.blocks(read("docs/operators.md"))) == sorted(rehearsal.ORDER)
