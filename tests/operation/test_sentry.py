"""What is reported of a mistake: where it is, and nothing about who met it."""

import json

import pytest
import sentry_sdk
from django.core.exceptions import ImproperlyConfigured
from sentry_sdk.transport import Transport

from operation import sentry
from operation.sentry import report_mistakes

# Here, because a report shows the lines of code around the mistake.
WORDS, ADDRESS, PHONE = "benh-tat", "203.0.113.8", "0912345678"
HEADERS = {"user-agent": "own browser", "cookie": "phieu=token", "x-forwarded-for": "203.0.113.9"}


class Kept(Transport):
    """Keeps what would be sent."""

    sent = ""

    def capture_envelope(self, envelope):
        self.sent += "".join(json.dumps(item.payload.json) for item in envelope.items)


@pytest.fixture
def kept(settings, monkeypatch):
    settings.SENTRY_DSN = "https://key@sentry.example/1"
    begin, transport = sentry_sdk.init, Kept()
    monkeypatch.setattr(sentry_sdk, "init", lambda *args, **options: begin(*args, transport=transport, **options))
    report_mistakes()
    yield transport
    sentry_sdk.get_client().close()
    begin()


@pytest.mark.django_db
def test_a_mistake_is_told_without_who_met_it(kept, client, monkeypatch):
    def broken(request):
        phone = PHONE
        raise ValueError(len(phone))

    monkeypatch.setattr("portal.views.render", lambda request, *args, **options: broken(request))
    client.raise_request_exception = False

    client.get(f"/so-do-trang/?q={WORDS}", headers=HEADERS, REMOTE_ADDR=ADDRESS)

    assert "ValueError" in kept.sent
    assert "/so-do-trang/" in kept.sent
    assert [secret for secret in (WORDS, ADDRESS, *HEADERS.values(), PHONE) if secret in kept.sent] == []


def test_nonsense_is_one_line(settings):
    settings.SENTRY_DSN = "nonsense"
    with pytest.raises(ImproperlyConfigured, match="SENTRY_DSN"):
        report_mistakes()


def test_nothing_is_reported_unless_it_is_asked_for(settings, monkeypatch):
    settings.SENTRY_DSN = ""
    monkeypatch.setattr(sentry_sdk, "init", lambda *args, **options: pytest.fail("nobody asked"))

    report_mistakes()
    assert sentry.without_people({"user": {"id": 1}}, {}) == {}
