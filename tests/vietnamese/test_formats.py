from datetime import date, datetime, time

import pytest
from django import forms
from django.template import Context, Template
from django.utils import formats, translation


@pytest.fixture(autouse=True)
def vietnamese_formats(settings):
    settings.FORMAT_MODULE_PATH = "portal.formats"
    settings.USE_THOUSAND_SEPARATOR = False
    formats.reset_format_cache()
    with translation.override("vi"):
        yield
    formats.reset_format_cache()


def test_the_portal_uses_these_formats(settings):
    from portal import settings as portal_settings

    assert portal_settings.FORMAT_MODULE_PATH == "portal.formats"
    assert portal_settings.LANGUAGE_CODE == "vi"


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("28/03/2024", date(2024, 3, 28)),
        ("03/04/2024", date(2024, 4, 3)),
        ("03-04-2024", date(2024, 4, 3)),
        ("2024-04-03", date(2024, 4, 3)),
    ],
)
def test_a_form_reads_the_day_before_the_month(text, day):
    assert forms.DateField().clean(text) == day


@pytest.mark.parametrize("text", ["04/28/2024", "28/03/24", "Oct 25 2006"])
def test_a_form_refuses_american_dates(text):
    with pytest.raises(forms.ValidationError):
        forms.DateField().clean(text)


@pytest.mark.parametrize("text", ["03/04/2024 14:28", "03-04-2024 14:28:00", "2024-04-03 14:28", "2024-04-03T14:28"])
def test_a_form_reads_date_and_time(text):
    assert forms.DateTimeField().clean(text).replace(tzinfo=None) == datetime(2024, 4, 3, 14, 28)


def test_a_form_shows_what_it_reads():
    moment = datetime(2024, 4, 3, 14, 28, 59)

    shown = forms.DateTimeInput().format_value(moment)

    assert shown == "03/04/2024 14:28:59"
    assert forms.DateTimeField().clean(shown).replace(tzinfo=None) == moment
    assert forms.DateInput().format_value(moment.date()) == "03/04/2024"
    assert forms.TimeField().clean(forms.TimeInput().format_value(time(14, 28))) == time(14, 28)


def test_the_week_begins_on_monday():
    assert formats.get_format("FIRST_DAY_OF_WEEK") == 1


def test_writes_moments_as_the_pages_do():
    moment = datetime(2024, 4, 3, 14, 28)

    assert formats.date_format(moment) == "03/04/2024"
    assert formats.date_format(moment, "DATETIME_FORMAT") == "03/04/2024 2:28 CH"
    assert formats.date_format(moment, "YEAR_MONTH_FORMAT") == "tháng 4 năm 2024"
    assert formats.date_format(moment, "MONTH_DAY_FORMAT") == "ngày 3 tháng 4"
    assert formats.date_format(moment, "SHORT_DATE_FORMAT") == "03/04/2024"
    assert formats.date_format(moment, "SHORT_DATETIME_FORMAT") == "03/04/2024 2:28 CH"
    assert formats.time_format(moment) == "2:28 CH"


def test_years_have_no_thousand_separator():
    assert Template("{{ year }}").render(Context({"year": 2026})) == "2026"
    assert formats.number_format(437.9) == "437,9"
    assert formats.number_format(1017728, force_grouping=True) == "1.017.728"
