"""Numbers for Prometheus: of the database, and of the requests of a process."""

import pytest
from prometheus_client import CollectorRegistry, generate_latest

from operation.metrics import PortalCollector
from serving.metrics import Requests
from tests.communes.factories import first_commune
from tests.polls.factories import Voter, choice, make_poll
from tests.serving.pagecache_client import get
from upkeep.models import Letter, TaskState
from upkeep.tasks import registered_tasks


@pytest.mark.django_db
def test_the_database_is_told_in_numbers(client, settings, tmp_path):
    settings.BACKUP_TO = tmp_path
    (tmp_path / "cong-20261101T000000Z.tar").write_text("")
    poll, slug = make_poll(), first_commune().slug
    for number in range(2):
        assert Voter(f"198.51.100.{number}").vote(poll, choice(poll)).status_code == 303
    TaskState.objects.ensure_exists(list(registered_tasks())[:1], poll.created_at)
    for given_up_at in (None, poll.created_at):
        Letter.objects.create(
            subject="s", body="b", recipients=["a@xa.example"], next_at=poll.created_at, given_up_at=given_up_at
        )
    registry = CollectorRegistry()
    registry.register(PortalCollector())

    lines = generate_latest(registry).decode().splitlines()

    assert "cong_database_up 1.0" in lines
    assert lines.count(f'cong_ballots{{commune="{slug}",status="counted"}} 2.0') == 1
    assert f'cong_people_online{{commune="{slug}"}} 0.0' in lines
    assert ("cong_mails_waiting 1.0" in lines, "cong_mails_given_up 1.0" in lines) == (True, True)
    assert any(line.startswith("cong_database_bytes ") for line in lines)
    assert f'cong_task_failures{{task="{registered_tasks()[0].name}"}} 0.0' in lines
    assert any(line.startswith("cong_backup_age_seconds ") for line in lines)


def test_requests_are_counted_by_status_and_time_whatever_is_asked():
    requests = Requests(beacons=["/1"])

    def application(environ, start_response):
        start_response("404 Not Found", [])
        return []

    def broken(environ, start_response):
        raise RuntimeError

    for number in range(3):
        get(requests.counted(application), f"/{number}")
    with pytest.raises(RuntimeError):
        get(requests.counted(broken))

    assert requests.by_status == {"4xx": 3, "5xx": 1}
    assert sum(requests.by_bound.values()) == 4
    assert requests.seconds > 0
    assert requests.beacons == 1


def test_what_waits_for_django_is_seen_at_its_most():
    requests = Requests()

    def application(environ, start_response):
        if environ["PATH_INFO"] == "/":
            get(requests.counted(requests.asking_django(application)), "/another")
        start_response("200 OK", [])
        return []

    get(requests.counted(requests.asking_django(application)), "/")

    assert (requests.in_server.most_since(), requests.at_django.most_since()) == (2, 2)
    assert (requests.in_server.most_since(), requests.at_django.most_since()) == (0, 0)
