"""What staff do with hours, days off, receptions and weeks: every button is pressed as its page sends it."""

from datetime import date, datetime

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.test import Client

from accounts.models import User
from accounts.roles import create_roles
from schedules.desk import faults_of, piles_of
from schedules.models import ConfirmedYear, Holiday, OpeningHours, Reception, WorkWeek
from tests.communes.factories import first_commune, join, working
from tests.offered import Form, read_page
from tests.offices.factories import make_post
from tests.schedules.factories import (
    MONDAY,
    make_chairman,
    make_holiday,
    make_hours,
    make_one_stop,
    make_reception,
    make_week,
)
from tests.schedules.test_pasting import table
from vietnamese import VIETNAM

pytestmark = pytest.mark.django_db
WRITER, EDITOR, ADMINISTRATOR = "Phóng viên", "Biên tập viên", "Quản trị viên"
WEEKS = "/quan-tri/schedules/workweek/"
GOOD = table(
    "<td rowspan=2>Thứ Hai 30/11</td><td>7h30</td><td>Giao ban</td><td>CT</td><td>P1</td>",
    "<td>14h</td><td>Họp</td><td></td><td></td>",
)


def staff(role: str) -> User:
    user = User.objects.create_user(role, is_staff=True)
    join(user, create_roles().get(role) or Group.objects.get(name=role))
    return working(user)


@pytest.fixture
def at_work():
    def sign_in(role: str) -> Client:
        client = Client()
        client.force_login(staff(role), backend="communes.work.MembershipBackend")
        return client

    return sign_in


def form_of(client: Client, address: str, action: str = "") -> Form:
    """The form of the page that saves, or the one that goes to an address ending in `action`."""
    response = client.get(address)
    assert response.status_code == 200, address
    forms = [form for form in read_page(response.content.decode(), address).forms if form.method == "post"]
    if action:
        return next(form for form in forms if form.action.endswith(action))
    return next(form for form in forms if any(button.name == "_save" for button in form.buttons))


def press(client: Client, form: Form, step: str, **answers: str):
    button = next(button for button in form.buttons if button.name == step)
    return form.press(client, button, **answers)


def words(response) -> str:
    return response.content.decode()


# Opening hours


def test_an_editor_enters_hours_as_people_write_them(at_work, client):
    office = make_one_stop()
    editor = at_work(EDITOR)

    form = form_of(editor, "/quan-tri/schedules/openinghours/add/")
    days = dict.fromkeys(("monday", "tuesday", "wednesday", "thursday", "friday"), "7h30–11h30; chiều 1h30–5h")
    response = press(
        editor, form, "_save", office=str(office.pk), saturday="7 giờ 30 đến 11 giờ", sunday="Nghỉ", **days
    )

    assert response.status_code == 302
    page = words(client.get("/gio-lam-viec/"))
    assert page.count("7:30–11:30") >= 5
    assert page.count("13:30–17:00") >= 5
    assert "7:30–11:00" in page


def test_wrong_hours_are_told_at_their_field_and_kept(at_work):
    office = make_one_stop()
    editor = at_work(EDITOR)

    form = form_of(editor, "/quan-tri/schedules/openinghours/add/")
    response = press(editor, form, "_save", office=str(office.pk), monday="25:00–26:00", tuesday="7h–12h, 11h–13h")

    assert response.status_code == 200
    assert response.context["adminform"].form.errors.keys() == {"monday", "tuesday"}
    assert 'value="25:00–26:00"' in words(response)
    assert not OpeningHours.objects.of(first_commune()).exists()


def test_hours_come_back_into_the_form_as_they_are_read(at_work):
    hours = make_hours()
    editor = at_work(EDITOR)
    address = f"/quan-tri/schedules/openinghours/{hours.pk}/change/"

    form = form_of(editor, address)
    press(editor, form, "_save")

    assert dict(form.fields)["monday"] == "7:30–11:30, 13:30–17:00"
    assert OpeningHours.objects.of(first_commune()).get().monday == hours.monday


@pytest.mark.parametrize("model", ["openinghours", "hoursexception", "reception"])
def test_a_writer_reads_the_hours_and_changes_none(at_work, model):
    hours = make_hours()
    writer = at_work(WRITER)

    assert writer.get(f"/quan-tri/schedules/{model}/").status_code == 200
    assert writer.get(f"/quan-tri/schedules/{model}/add/").status_code == 403
    assert writer.post(f"/quan-tri/schedules/openinghours/{hours.pk}/change/", {"monday": ""}).status_code == 403


# Days off


def test_an_administrator_fills_corrects_and_confirms_a_year(at_work):
    commune = first_commune()
    administrator = at_work(ADMINISTRATOR)
    address = "/quan-tri/schedules/holiday/"
    make_holiday(name="Tết của xã", begins_on=date(2027, 2, 3), ends_on=date(2027, 2, 11))

    with time_machine.travel(datetime(2026, 11, 26, 9, tzinfo=VIETNAM)):
        form_of(administrator, address, "2027/dien/").press(administrator)
        names = set(Holiday.objects.of(commune).filter(begins_on__year=2027).values_list("name", flat=True))
        form_of(administrator, address, "2027/xac-nhan/").press(administrator)
        confirmed = ConfirmedYear.objects.of(commune).get()
        page = words(administrator.get(address))

    assert {"Tết của xã", "Quốc khánh 2/9", "Giỗ Tổ Hùng Vương"} <= names
    assert "Tết Nguyên đán" not in names
    assert (confirmed.year, confirmed.confirmed_by.username) == (2027, ADMINISTRATOR)
    assert "Ngày nghỉ lễ năm 2027 đã được xác nhận" in page

    with time_machine.travel(datetime(2026, 11, 26, 9, tzinfo=VIETNAM)):
        form_of(administrator, address, "2027/mo-lai/").press(administrator)
    assert not ConfirmedYear.objects.of(commune).exists()


def test_a_year_without_days_is_not_confirmed(at_work):
    administrator = at_work(ADMINISTRATOR)

    with time_machine.travel(datetime(2026, 11, 26, 9, tzinfo=VIETNAM)):
        page = words(administrator.get("/quan-tri/schedules/holiday/"))
        response = administrator.post("/quan-tri/schedules/holiday/2027/xac-nhan/", follow=True)

    assert "2027/xac-nhan/" not in page, "not offered"
    assert "Chưa nhập ngày nghỉ nào của năm 2027" in words(response)
    assert not ConfirmedYear.objects.of(first_commune()).exists()


@pytest.mark.parametrize("step", ["dien", "xac-nhan", "mo-lai"])
def test_an_editor_confirms_no_year_and_nobody_a_far_one(at_work, step):
    with time_machine.travel(datetime(2026, 11, 26, 9, tzinfo=VIETNAM)):
        assert at_work(EDITOR).post(f"/quan-tri/schedules/holiday/2027/{step}/").status_code == 403
        if step != "mo-lai":
            assert at_work(ADMINISTRATOR).post(f"/quan-tri/schedules/holiday/2031/{step}/").status_code == 404


def test_a_holiday_entered_twice_says_which(at_work):
    make_holiday(name="Hội làng")
    administrator = at_work(ADMINISTRATOR)

    form = form_of(administrator, "/quan-tri/schedules/holiday/add/")
    response = press(administrator, form, "_save", name="Hội", begins_on="30/11/2026", ends_on="30/11/2026")

    assert "“Hội làng” (từ 30/11/2026 đến 30/11/2026)" in words(response)


@pytest.mark.parametrize(
    ("month", "asked"),
    [(10, []), (11, ["Ngày nghỉ lễ năm 2027"]), (12, ["Ngày nghỉ lễ năm 2027"]), (2, ["Ngày nghỉ lễ năm 2026"])],
)
def test_the_desk_asks_for_next_years_days_in_november(month, asked):
    administrator = staff(ADMINISTRATOR)

    piles = piles_of(administrator, datetime(2026, month, 5, 9, tzinfo=VIETNAM))

    assert [row.title for pile in piles if pile.title == "Ngày nghỉ lễ cần xác nhận" for row in pile.rows] == asked


# Receptions


def test_an_editor_enters_a_reception_and_an_absence(at_work, client):
    chairman, deputy = make_chairman(), make_post(name="Phó Chủ tịch UBND xã")
    editor = at_work(EDITOR)
    answers = {"post": str(chairman.pk), "weekday": "1", "hours": "sáng 7h30-11h30, chiều 1h30-4h30", "place": "Tầng 1"}

    added = press(editor, form_of(editor, "/quan-tri/schedules/reception/add/"), "_save", **answers)
    reception = Reception.objects.of(first_commune()).get()
    form = form_of(editor, f"/quan-tri/schedules/reception/{reception.pk}/change/")
    row = {
        "absences-TOTAL_FORMS": "1",
        "absences-0-reception": str(reception.pk),
        "absences-0-on": "01/12/2026",
        "absences-0-deputy": str(deputy.pk),
        "absences-0-moved_to": "",
        "absences-0-reason": "họp tỉnh",
    }
    saved = press(editor, form, "_save", **row)

    assert (added.status_code, saved.status_code) == (302, 302)
    assert "Lương Văn Khải, Chủ tịch UBND xã" in words(editor.get("/quan-tri/schedules/reception/add/"))
    with time_machine.travel(datetime(2026, 11, 30, 9, tzinfo=VIETNAM)):
        page = words(client.get("/lich-tiep-cong-dan/"))
    assert "7:30–11:30, 13:30–16:30" in page
    assert "Tiếp thay Lương Văn Khải, Chủ tịch UBND xã" in page


def test_an_absence_outside_its_rule_is_told_at_its_line_and_kept(at_work):
    reception = make_reception()
    editor = at_work(EDITOR)

    form = form_of(editor, f"/quan-tri/schedules/reception/{reception.pk}/change/")
    response = press(
        editor,
        form,
        "_save",
        **{"absences-TOTAL_FORMS": "1", "absences-0-reception": str(reception.pk), "absences-0-on": "30/11/2026"},
        **{"absences-0-deputy": "", "absences-0-moved_to": "", "absences-0-reason": "bận họp"},
    )

    assert "Ngày 30/11/2026 không phải là ngày tiếp theo lịch này." in words(response)
    assert 'value="bận họp"' in words(response)


def test_a_reception_without_a_person_is_told_at_its_field(at_work):
    editor = at_work(EDITOR)

    response = press(editor, form_of(editor, "/quan-tri/schedules/reception/add/"), "_save", place="Tầng 1")

    assert {"post", "hours", "weekday"} <= response.context["adminform"].form.errors.keys() | {"weekday"}
    assert 'value="Tầng 1"' in words(response)


def test_the_list_and_the_desk_warn_when_the_chairman_receives_nobody_weekly(at_work):
    chairman = make_chairman()
    make_reception(chairman, rhythm="nth_weekday", nth=1)
    editor = at_work(EDITOR)

    assert "Chủ tịch chưa có buổi tiếp công dân hằng tuần" in words(editor.get("/quan-tri/schedules/reception/"))

    make_reception(chairman, weekday=3)

    assert faults_of(first_commune()) == []
    assert "Chủ tịch chưa có" not in words(editor.get("/quan-tri/schedules/reception/"))


def test_a_reception_of_someone_who_left_is_told():
    make_reception(make_chairman(ends_on=date(2026, 1, 1)))

    assert any("không còn giữ chức vụ" in fault for fault in faults_of(first_commune()))


# Weeks


def test_a_writer_pastes_a_week_and_an_editor_publishes_it(at_work, client):
    writer, editor = at_work(WRITER), at_work(EDITOR)

    pasted = press(writer, form_of(writer, f"{WEEKS}add/"), "_save", monday="02/12/2026", pasted=GOOD)
    week = WorkWeek.objects.of(first_commune()).get()
    address = f"{WEEKS}{week.pk}/change/"

    assert pasted.status_code == 302
    assert pasted.url == address, "to the lines that were read"
    assert week.monday == MONDAY
    assert [item.content for item in week.items.all()] == ["Giao ban", "Họp"]
    assert "_publish" not in [button.name for button in form_of(writer, address).buttons]
    assert writer.post(address, form_of(writer, address).filled(_publish="1")).status_code == 403
    preview = words(editor.get(f"{WEEKS}{week.pk}/xem-truoc/"))
    assert "Xem trước" in preview
    assert "Giao ban" in preview
    assert client.get("/lich-cong-tac/2026-W49/").status_code == 404

    published = press(editor, form_of(editor, address), "_publish")

    assert published.status_code == 302
    assert "Giao ban" in words(client.get("/lich-cong-tac/2026-W49/"))


def test_what_is_public_changes_only_who_may_publish(at_work, client):
    week = make_week()
    writer, editor = at_work(WRITER), at_work(EDITOR)
    address = f"{WEEKS}{week.pk}/change/"

    assert writer.get(address).status_code == 200
    assert writer.post(address, {"monday": "30/11/2026"}).status_code == 403
    assert editor.post(f"{WEEKS}{week.pk}/delete/", {"post": "yes"}).status_code == 403

    press(editor, form_of(editor, address), "_withdraw")

    assert client.get("/lich-cong-tac/2026-W49/").status_code == 404
    assert editor.post(f"{WEEKS}{week.pk}/delete/", {"post": "yes"}).status_code == 302


def test_bad_lines_are_named_and_what_was_pasted_stays(at_work):
    writer = at_work(WRITER)
    bad = "Thứ\tGiờ\tNội dung\nThứ 2\t25h\tHọp A\nThứ 3 9/12\t8h\tHọp B\nThứ 4\t8h\tHọp C"

    response = press(writer, form_of(writer, f"{WEEKS}add/"), "_save", monday="30/11/2026", pasted=bad)

    assert response.status_code == 200
    assert response.context["adminform"].form.errors["pasted"] == [
        "Dòng 2: “25h” không phải là giờ.",
        "Dòng 3: “Thứ 3 9/12” không thuộc tuần này.",
    ]
    assert "Họp C" in words(response)
    assert not WorkWeek.objects.of(first_commune()).exists()


@pytest.mark.parametrize(
    ("pasted", "said"),
    [
        ("   \t  x", "Không nhận ra các cột"),
        ("<table></table>", "Không tìm thấy dòng lịch nào"),
        ("x" * 3_000_000, "quá dài: hơn 300.000 ký tự"),
    ],
)
def test_what_is_no_schedule_is_refused_with_a_reason(at_work, pasted, said):
    writer = at_work(WRITER)

    response = press(writer, form_of(writer, f"{WEEKS}add/"), "_save", monday="30/11/2026", pasted=pasted)

    assert response.status_code == 200
    assert said in str(response.context["adminform"].form.errors["pasted"])


def test_an_empty_week_is_not_published(at_work):
    editor = at_work(EDITOR)
    press(editor, form_of(editor, f"{WEEKS}add/"), "_save", monday="30/11/2026")
    week = WorkWeek.objects.of(first_commune()).get()

    response = press(editor, form_of(editor, f"{WEEKS}{week.pk}/change/"), "_publish")

    week.refresh_from_db()
    assert response.status_code == 302
    assert not week.is_published


def test_a_line_is_corrected_and_one_is_added(at_work):
    week = make_week(is_published=False)
    writer = at_work(WRITER)

    form = form_of(writer, f"{WEEKS}{week.pk}/change/")
    new = {"items-TOTAL_FORMS": "2", "items-1-week": str(week.pk), "items-1-weekday": "2", "items-1-session": ""}
    new |= {"items-1-starts_at": "1:30 CH", "items-1-content": "Tiếp dân", "items-1-hours": ""}
    response = press(writer, form, "_save", **new, **{"items-0-content": "Giao ban tuần", "items-0-starts_at": "8h"})

    assert response.status_code == 302
    assert [(item.weekday, item.when, item.content, item.position) for item in week.items.all()] == [
        (0, "8:00", "Giao ban tuần", 1),
        (2, "13:30", "Tiếp dân", 2),
    ]


def test_a_wrong_time_of_a_line_is_told_and_kept(at_work):
    week = make_week(is_published=False)
    writer = at_work(WRITER)

    form = form_of(writer, f"{WEEKS}{week.pk}/change/")
    response = press(writer, form, "_save", **{"items-0-starts_at": "25:00"})

    assert "“25:00” không phải là giờ trong ngày" in words(response)
    assert 'value="25:00"' in words(response)


def test_the_desk_shows_drafts_to_who_may_publish(at_work):
    week = make_week(is_published=False)
    now = datetime(2026, 11, 30, 9, tzinfo=VIETNAM)

    assert [row.title for pile in piles_of(staff(EDITOR), now) for row in pile.rows] == [week.title]
    assert piles_of(staff(WRITER), now) == []
