"""What is kept of the frame around a page, for how long, and for whom."""

import time_machine
from django.template import Context, Template

from serving import frame

MENU = Template('{% load frame %}{% kept "menu" place %}{{ text }}{% endkept %}')


def render(text, place="home", seconds=1):
    return MENU.render(Context({"text": text, "place": place, "frame_seconds": seconds, "frame_owner": 1}))


def test_keeps_a_text_for_its_time():
    with time_machine.travel("2026-03-02T08:00:00+07:00", tick=False) as clock:
        assert render("first") == "first"
        clock.shift(0.9)
        assert render("second") == "first"
        clock.shift(0.1)
        assert render("third") == "third"


def test_keeps_a_text_for_each_value():
    assert render("home") == "home"
    assert render("news", place="news") == "news"
    assert render("later") == "home"


def test_keeps_nothing_for_staff():
    render("old")

    assert render("new", seconds=0) == "new"
    assert render("newer") == "old"


def test_a_clock_set_back_does_not_keep_a_text_for_hours():
    with time_machine.travel("2026-03-02T08:00:00+07:00", tick=False) as clock:
        render("first")
        clock.shift(-3600)
        assert render("second") == "second"


def test_its_memory_is_bounded():
    for number in range(frame.MOST_KEPT + 10):
        render("text", place=number)

    assert len(frame._kept) <= frame.MOST_KEPT
