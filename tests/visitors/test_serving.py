"""The layer in front of Django, and the thread that writes."""

import io

import pytest

from tests.visitors.factories import CHROME, GOOGLEBOT, shares
from tests.waiting import eventually
from visitors.counting import background, beacon
from visitors.counting.buffer import buffer
from visitors.counting.limits import Limiter
from visitors.counting.presence import memo
from visitors.models import Day, Dimension


def ask(path, *, method="GET", agent=CHROME, body=b"", **headers):
    """The answer of the layer around an application that says "Django"."""
    environ = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "HTTP_HOST": "localhost",
        "HTTP_USER_AGENT": agent,
        "REMOTE_ADDR": "203.0.113.7",
        "HTTP_SEC_FETCH_SITE": "same-origin",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body),
        **headers,
    }
    answer = {}

    def start_response(status, headers):
        answer.update(status=status, headers=dict(headers))

    def django(environ, start_response):
        start_response("200 OK", [])
        return [b"Django"]

    answer["body"] = b"".join(beacon.counting(django)(environ, start_response))
    return answer


@pytest.mark.django_db
def test_answers_the_beacon_like_the_view(client, clock):
    body = b'{"kind": "view", "path": "/"}'

    layer = ask(beacon.BEACON_PATH, method="POST", body=body)
    view = client.post(
        beacon.BEACON_PATH,
        body,
        content_type="text/plain",
        headers={"sec-fetch-site": "same-origin", "host": "localhost", "user-agent": CHROME},
    )
    buffer.flush()

    assert layer["status"] == "200 OK"
    assert layer["body"] == view.content
    assert {name: view.headers[name] for name, _ in beacon.HEADERS} == {
        name: layer["headers"][name] for name, _ in beacon.HEADERS
    }
    assert Day.objects.everywhere().get().views == 2


@pytest.mark.parametrize(
    ("path", "method"), [(beacon.BEACON_PATH, "GET"), (beacon.IMAGE_PATH, "POST"), ("/", "GET"), ("/nhip/x", "POST")]
)
def test_leaves_everything_else_to_django(path, method):
    assert ask(path, method=method)["body"] == b"Django"


@pytest.mark.django_db
def test_refuses_an_unknown_host():
    assert ask(beacon.BEACON_PATH, method="POST", body=b"{}", HTTP_HOST="evil.example")["status"] == "400 Bad Request"


@pytest.mark.django_db
def test_notes_bots_by_the_pages_they_fetch(clock):
    for path in ("/", "/tin-tuc/", "/static/css/base.css", "/healthz"):
        ask(path, agent=GOOGLEBOT)
        ask(path)
    buffer.flush()

    assert shares(Dimension.BOT) == {"Googlebot": 2}
    assert Day.objects.everywhere().get().bot_requests == 2


def test_a_test_has_no_background_thread():
    background.ensure_running()

    assert not background.loop.is_running


@pytest.mark.django_db(transaction=True)
def test_the_thread_writes_and_stops(monkeypatch):
    monkeypatch.setattr(background, "_is_allowed", True)
    monkeypatch.setattr(background.loop, "seconds", 0.05)
    ask(beacon.BEACON_PATH, method="POST", body=b'{"kind": "view", "path": "/"}')

    eventually(lambda: memo.is_renewed_in_background)
    in_background = Day.objects.everywhere().get().views
    ask(
        beacon.BEACON_PATH,
        method="POST",
        body=b'{"kind": "view", "path": "/"}',
        HTTP_USER_AGENT=CHROME + " Edg/142.0.0.0",
    )
    background.loop.stop()

    day = Day.objects.everywhere().get()
    assert in_background == 1
    assert (day.views, day.visitors) == (2, 2)
    assert not background.loop.is_running


@pytest.mark.django_db
def test_a_household_that_floods_is_answered_and_not_counted(clock, monkeypatch):
    monkeypatch.setattr(beacon, "limiter", Limiter(5, 60))
    bodies = [b'{"kind": "view", "path": "/%d/"}' % number for number in range(8)]
    answers = [ask(beacon.BEACON_PATH, method="POST", body=body) for body in bodies]
    buffer.flush()

    assert {answer["status"] for answer in answers} == {"200 OK"}
    assert Day.objects.everywhere().get().views == 5
    assert shares(Dimension.EXCLUDED) == {"rate": 3}
