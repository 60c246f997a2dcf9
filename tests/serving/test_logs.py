"""One line for an event, a number for its repetitions."""

import json
import logging

import pytest
from django.test import Client

from serving import logs
from serving.logs import Brief, JSONFormatter, Sparing


class Written(logging.Handler):
    """A handler as the settings make it, which keeps its lines."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.setFormatter(logging.Formatter("{levelname} {name}: {message}", style="{"))
        self.addFilter(Sparing())
        self.addFilter(Brief())

    def emit(self, record: logging.LogRecord) -> None:
        self.lines += self.format(record).splitlines()


@pytest.fixture
def written():
    handler = Written()
    logging.getLogger().addHandler(handler)
    yield handler.lines
    logging.getLogger().removeHandler(handler)


@pytest.mark.django_db
def test_a_forged_host_is_one_short_line(written):
    Client().get("/", headers={"host": f"evil.example{'x' * 5000}"})

    assert len(written) == 1
    assert len(written[0]) < 300
    assert "evil.example" in written[0]


@pytest.mark.django_db
def test_a_thousand_forged_hosts_are_a_few_lines_and_a_number(written, monkeypatch):
    now = 1000.0
    monkeypatch.setattr(logs.time, "monotonic", lambda: now)
    client = Client()
    for number in range(1000):
        client.get("/", headers={"host": f"evil-{number}.example"})
    few = len(written)
    now += logs.QUIET
    client.get("/", headers={"host": "evil.example"})

    assert few == logs.LINES
    assert "and 997 more like it were not written" in written[-1]


def test_different_events_do_not_hide_each_other(written):
    logger = logging.getLogger("portal.example")
    for _ in range(10):
        logger.warning("one")
        logger.warning("another %s", "thing")
        logger.info("told")

    assert len([line for line in written if "one" in line]) == logs.LINES
    assert len([line for line in written if "another" in line]) == logs.LINES


def test_a_mistake_of_ours_keeps_its_traceback_once(written):
    for _ in range(50):
        try:
            1 / 0  # noqa: B018 (it fails)
        except ZeroDivisionError:
            logging.getLogger("django.request").exception("Internal Server Error: /", extra={"status_code": 500})

    assert len([line for line in written if "ZeroDivisionError" in line]) == logs.LINES


def test_programs_read_one_object_a_line():
    record = logging.LogRecord("portal", logging.ERROR, __file__, 1, "Không ghi được\n%s", ("tệp",), None)

    line = JSONFormatter().format(record)

    assert "\n" not in line
    entry = json.loads(line)
    assert (entry["level"], entry["logger"], entry["message"]) == ("ERROR", "portal", "Không ghi được\ntệp")
    assert entry["time"].endswith("+00:00")
