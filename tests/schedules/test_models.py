"""What the database and the forms hold of hours, days off, receptions and weeks."""

from datetime import date, time

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from schedules.fields import SpansFormField, in_words
from schedules.models import Absence, Holiday, HoursException, OpeningHours, Reception, WorkItem, WorkWeek
from schedules.models.holiday import ConfirmedYear, days_off
from schedules.models.reception import coming
from tests.communes.factories import first_commune, make_commune
from tests.offices.factories import make_post
from tests.schedules.factories import (
    MONDAY,
    make_absence,
    make_chairman,
    make_exception,
    make_holiday,
    make_hours,
    make_one_stop,
    make_reception,
    make_week,
)

pytestmark = pytest.mark.django_db
TUESDAY = date(2026, 12, 1)


def refused(row, field):
    """What the form says at `field`, and that the database refuses the row without a form."""
    with pytest.raises(ValidationError) as error:
        row.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()
        connection.check_constraints()
    return " ".join(error.value.message_dict[field])


# Hours as they are typed


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("7h30-11h30, 13h30-17h", "7:30–11:30, 13:30–17:00"),
        ("7:30 SA – 11:30 SA; 1:30 CH – 5:00 CH", "7:30–11:30, 13:30–17:00"),
        ("7h-9h, 9h-11h", "7:00–11:00"),
        ("Nghỉ", ""),
        ("", ""),
    ],
)
def test_takes_hours_as_vietnamese_write_them(typed, kept):
    assert in_words(SpansFormField(required=False).clean(typed)) == kept


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("7h-12h, 11h-13h", "chồng lên nhau"),
        ("11h-7h", "sau giờ bắt đầu"),
        ("25:00-26:00", "Không hiểu"),
        ("sáng", "Không hiểu"),
    ],
)
def test_says_which_hours_are_wrong(typed, said):
    with pytest.raises(ValidationError, match=said):
        SpansFormField(required=False).clean(typed)


@pytest.mark.parametrize(
    "times", [[time(7)], [time(9), time(7)], [time(7), time(12), time(11), time(13)], [time(7)] * 2]
)
def test_the_database_refuses_hours_out_of_order(times):
    with pytest.raises(IntegrityError, match="schedules_openinghours_monday"), transaction.atomic():
        make_hours(monday=times)


# Opening hours


def test_an_office_has_usual_hours_once():
    usual = make_hours()

    row = OpeningHours(commune=usual.commune, office=usual.office)

    assert "đã có giờ thường ngày" in refused(row, "begins_on")


def test_two_seasons_of_an_office_do_not_overlap():
    office = make_one_stop()
    make_hours(office, name="Mùa đông", begins_on=date(2026, 11, 1), ends_on=date(2027, 4, 15))

    row = OpeningHours(commune=office.commune, office=office, begins_on=date(2027, 4, 15))

    assert "Mùa đông" in refused(row, "begins_on")


def test_a_season_of_one_office_may_overlap_that_of_another():
    office = make_one_stop()
    other = make_one_stop(name="Trạm", slug="tram", is_one_stop=False)
    make_hours(office, begins_on=date(2026, 11, 1))

    OpeningHours(commune=other.commune, office=other, begins_on=date(2026, 11, 1)).full_clean()


def test_a_season_ends_after_it_begins():
    row = OpeningHours(
        commune=first_commune(), office=make_one_stop(), begins_on=date(2027, 1, 1), ends_on=date(2026, 1, 1)
    )

    assert "sớm hơn ngày đầu" in refused(row, "ends_on")


def test_other_hours_on_a_day_are_entered_once():
    make_exception(ends_on=date(2026, 12, 4))

    row = HoursException(commune=first_commune(), begins_on=TUESDAY, ends_on=TUESDAY, reason="bão")

    assert "mất điện" in refused(row, "begins_on")


def test_one_office_may_differ_from_what_holds_for_all():
    make_exception()

    row = HoursException(
        commune=first_commune(), office=make_one_stop(), begins_on=MONDAY, ends_on=MONDAY, reason="trực"
    )

    row.full_clean()
    row.save()


def test_hours_of_an_office_of_another_commune_are_refused():
    office = make_one_stop(make_commune())

    with pytest.raises(IntegrityError, match="same_commune"), transaction.atomic():
        OpeningHours.objects.create(commune=first_commune(), office=office)
        connection.check_constraints()


# Days off


def test_a_holiday_is_entered_once():
    make_holiday(name="Tết Nguyên đán", begins_on=date(2027, 2, 4), ends_on=date(2027, 2, 10))

    row = Holiday(commune=first_commune(), name="Tết", begins_on=date(2027, 2, 10), ends_on=date(2027, 2, 11))

    assert "Tết Nguyên đán" in refused(row, "begins_on")


def test_a_holiday_of_a_year_is_a_mistake():
    row = Holiday(commune=first_commune(), name="Tết", begins_on=date(2027, 2, 4), ends_on=date(2028, 2, 4))

    assert "kiểm tra năm" in refused(row, "ends_on")


def test_two_communes_have_the_same_holiday():
    make_holiday()
    make_holiday(commune=make_commune())


def test_expected_days_hold_until_the_year_is_confirmed():
    commune = first_commune()
    year = date(2027, 1, 1), date(2027, 12, 31)
    make_holiday(name="Hội làng", begins_on=date(2027, 3, 8), ends_on=date(2027, 3, 9))
    before = days_off(commune, *year)

    ConfirmedYear.objects.create(commune=commune, year=2027)

    assert before[date(2027, 2, 6)] == "Tết Nguyên đán"
    assert before[date(2027, 3, 9)] == "Hội làng"
    assert days_off(commune, *year) == {date(2027, 3, 8): "Hội làng", date(2027, 3, 9): "Hội làng"}


def test_the_days_of_the_province_hold_in_its_communes():
    province = make_commune(kind="province")
    commune = make_commune(parent=province)
    make_holiday(commune=province, name="Lễ của tỉnh")
    ConfirmedYear.objects.create(commune=province, year=2026)

    assert days_off(commune, MONDAY, MONDAY) == {MONDAY: "Lễ của tỉnh"}
    assert days_off(make_commune(), MONDAY, MONDAY) == {}
    assert date(2026, 9, 2) not in days_off(commune, date(2026, 9, 1), date(2026, 9, 3))


# Receptions


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"weekday": None}, "weekday"),
        ({"rhythm": "nth_weekday"}, "nth"),
        ({"rhythm": "day_of_month", "weekday": None}, "day"),
        ({"rhythm": "day_of_month", "weekday": None, "day": 32}, "day"),
        ({"begins_on": TUESDAY, "ends_on": MONDAY}, "ends_on"),
        ({"hours": []}, "hours"),
    ],
)
def test_a_rule_is_whole(changes, field):
    values = {"weekday": 1, "hours": [time(8), time(9)], "place": "P"} | changes
    row = Reception(commune=first_commune(), post=make_chairman(), **values)

    assert refused(row, field)


def test_a_reception_without_a_person_is_refused():
    with pytest.raises(ValidationError) as error:
        Reception(commune=first_commune(), weekday=1, hours=[time(8), time(9)], place="P").full_clean()

    assert "post" in error.value.message_dict


def test_what_the_rhythm_does_not_need_is_dropped():
    row = Reception(
        commune=first_commune(), post=make_chairman(), weekday=1, nth=2, day=5, hours=[time(8), time(9)], place="P"
    )

    row.full_clean()

    assert (row.weekday, row.nth, row.day) == (1, None, None)


def test_an_absence_is_on_a_day_of_its_rule():
    with pytest.raises(ValidationError) as error:
        Absence(reception=make_reception(), on=MONDAY).full_clean()

    assert error.value.message_dict["on"] == ["Ngày 30/11/2026 không phải là ngày tiếp theo lịch này."]


def test_an_absence_is_not_moved_to_a_day_off():
    with pytest.raises(ValidationError) as error:
        Absence(reception=make_reception(), on=TUESDAY, moved_to=date(2027, 1, 1)).full_clean()

    assert "Tết Dương lịch" in error.value.message_dict["moved_to"][0]


@pytest.mark.parametrize("moved_to", [TUESDAY, date(2026, 12, 8)])
def test_an_absence_is_moved_to_another_day_that_is_none_of_the_rule(moved_to):
    with pytest.raises(ValidationError) as error:
        Absence(reception=make_reception(), on=TUESDAY, moved_to=moved_to).full_clean()

    assert "moved_to" in error.value.message_dict


def test_a_deputy_of_another_commune_is_refused():
    reception = make_reception()
    stranger = make_chairman(commune=make_commune())

    with pytest.raises(IntegrityError, match="same_commune"), transaction.atomic():
        make_absence(reception, TUESDAY, deputy=stranger)
        connection.check_constraints()


def test_a_reception_ends_with_the_post():
    reception = make_reception(make_chairman(ends_on=date(2026, 12, 10)))

    days = [meeting.on.day for meeting in coming(reception.commune, MONDAY, 30)]

    assert days == [1, 8]


def test_receptions_to_come_leave_out_days_off_and_hidden_people():
    reception = make_reception()
    hidden = make_chairman("Nguyễn Văn Ẩn", name="Phó Chủ tịch UBND xã")
    make_reception(hidden, weekday=2)
    hidden.person.is_shown = False
    hidden.person.save()
    make_holiday(begins_on=TUESDAY, ends_on=TUESDAY)
    make_absence(reception, date(2026, 12, 8), deputy=make_post(name="Phó Chủ tịch HĐND xã"))

    found = coming(reception.commune, MONDAY, 16)

    assert [meeting.on.day for meeting in found] == [8, 15]
    assert found[0].deputy.endswith("Phó Chủ tịch HĐND xã")


# Weeks


def test_a_week_is_entered_once():
    make_week()

    row = WorkWeek(commune=first_commune(), monday=date(2026, 12, 3))

    with pytest.raises(ValidationError, match="Tuần này đã có lịch"):
        row.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()


def test_any_day_stands_for_its_week():
    row = WorkWeek(commune=first_commune(), monday=date(2026, 12, 6))

    row.full_clean()

    assert row.monday == MONDAY
    assert row.title == "Tuần 49 (từ 30/11 đến 06/12/2026)"
    assert row.get_absolute_url() == "/lich-cong-tac/2026-W49/"


def test_a_week_begins_on_monday_and_a_line_has_a_content():
    with pytest.raises(IntegrityError, match="monday"), transaction.atomic():
        WorkWeek.objects.create(commune=first_commune(), monday=TUESDAY)
    with pytest.raises(IntegrityError, match="content"), transaction.atomic():
        WorkItem.objects.create(week=make_week(), weekday=1, content="")
