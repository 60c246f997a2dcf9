"""Each test begins with a process that has counted nothing."""

import pytest

from tests.visitors.factories import CHROME, Clock
from visitors.counting import beacon
from visitors.counting.buffer import buffer
from visitors.counting.limits import limiter, private_views
from visitors.counting.presence import memo


@pytest.fixture(autouse=True)
def fresh_process():
    buffer.begin()
    memo.begin()
    limiter.begin()
    private_views.begin()
    yield
    buffer.begin()
    memo.begin()


@pytest.fixture
def clock(monkeypatch):
    """One clock for everything that counts, set to a Wednesday morning in Vietnam."""
    clock = Clock("2026-11-18 09:00")
    monkeypatch.setattr(buffer, "clock", clock)
    monkeypatch.setattr(memo, "clock", clock)
    return clock


@pytest.fixture
def signal(client):
    """Post a beacon as a browser on our own page does; keyword arguments change it."""

    def send(kind="view", *, address="203.0.113.7", agent=CHROME, headers=None, **message):
        return client.post(
            beacon.BEACON_PATH,
            data={"kind": kind, "path": "/", **message},
            content_type="application/json",
            REMOTE_ADDR=address,
            headers={
                "host": "localhost",
                "origin": "http://localhost",
                "sec-fetch-site": "same-origin",
                "user-agent": agent,
                "accept-language": "vi-VN,vi;q=0.9",
                **(headers or {}),
            },
        )

    return send
