"""Days and times in forms."""

from datetime import date, datetime, time

import pytest
from django import forms
from django.contrib import admin
from django.db import models
from django.http import QueryDict
from django.utils import timezone

from datefields import ClockField, ClockInput, DayField, DayInput, MomentField, MomentInput
from vietnamese import format_datetime_12h

AFTERNOON = timezone.make_aware(datetime(2026, 12, 1, 14, 30))


class Form(forms.Form):
    at = MomentField(required=False)
    on = DayField(required=False)
    clock = ClockField(required=False)


def sent(**values):
    data = QueryDict(mutable=True)
    data.update(values)
    return Form(data)


@pytest.mark.parametrize(
    ("day", "clock"),
    [
        (format_datetime_12h(AFTERNOON), ""),
        ("1.12.2026", "2:30 CH"),
        ("1/12/2026", "14h30"),
        ("01/12/2026 14:30", ""),
        ("14h30 ngày 1/12/2026", " "),
        ("14h30 nga\u0300y 1/12/2026", ""),
        ("2026-12-01T14:30", ""),
        ("2026-12-01", "14:30:00"),
    ],
)
def test_reads_what_pages_show_and_people_write(day, clock):
    form = sent(at_0=day, at_1=clock)

    assert form.is_valid(), form.errors
    assert form.cleaned_data["at"] == AFTERNOON


def test_what_cannot_be_read_stays_with_a_sentence_that_shows_how():
    form = sent(at_0="1/12/2026", at_1="25h", on="ngày mai", clock="17:00 SA")

    page = str(form)

    assert "“25h” không phải là giờ" in form.errors["at"][0]
    assert "“ngày mai” không phải là ngày" in form.errors["on"][0]
    assert "17:00 SA" in form.errors["clock"][0]
    assert all(f'value="{typed}"' in page for typed in ("1/12/2026", "25h", "ngày mai", "17:00 SA"))


def test_no_day_or_time_is_taken_that_nobody_means():
    for day, clock in (
        ("31/2/2026", "8h"),
        ("29/02/2025", "8h"),
        ("1/1/0001", "8h"),
        ("1/1/3000", "8h"),
        ("1/12/99999", "8h"),
        ("1/12/26", "8h"),
        ("１/12/2026", "8h"),
        ("1/12/2026", "24h"),
        ("1/12/2026", "13:00 SA"),
        ("1/12/2026", "12 giờ tối"),
    ):
        assert "at" in sent(at_0=day, at_1=clock).errors, (day, clock)


def test_a_day_alone_asks_for_the_time():
    assert "giờ" in sent(at_0="1/12/2026", at_1="").errors["at"][0]


def test_a_form_shows_what_it_reads_and_keeps_the_seconds():
    moment = AFTERNOON.replace(second=7)
    form = Form(initial={"at": moment, "on": date(2026, 12, 1), "clock": time(0, 5)})

    page = str(form)
    again = sent(at_0="01/12/2026", at_1="2:30:07 CH", on="01/12/2026", clock="12:05 SA")

    assert all(f'value="{shown}"' in page for shown in ("01/12/2026", "2:30:07 CH", "12:05 SA"))
    assert again.is_valid()
    assert again.cleaned_data == {"at": moment, "on": date(2026, 12, 1), "clock": time(0, 5)}


def test_every_admin_asks_for_days_and_times_this_way():
    """Rows under a form included; so a new feature needs not know of it."""
    kinds = {models.DateTimeField: MomentInput, models.DateField: DayInput, models.TimeField: ClockInput}
    admins = list(admin.site._registry.values())
    admins += [inline(one.model, admin.site) for one in admins for inline in one.inlines]

    other = [
        (one, kind)
        for one in admins
        for kind, widget in kinds.items()
        if one.formfield_overrides[kind]["widget"] is not widget
    ]

    assert len(admins) > 40
    assert other == []
