"""What offices, people, posts and villages may be, and what the database refuses."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from offices.models import Office, Person, Post, Village
from tests.communes.factories import first_commune, make_commune
from tests.offices.factories import make_office, make_person, make_post, make_village

pytestmark = pytest.mark.django_db

CHAIRMAN = {"name": "Chủ tịch UBND xã", "is_sole": True}


def errors_of(row) -> dict[str, list[str]]:
    with pytest.raises(ValidationError) as refusal:
        row.full_clean()
    return refusal.value.message_dict


def test_two_chairmen_at_once_are_refused_by_name_and_date():
    office = make_office()
    make_post(make_person("Lương Văn Khải"), office, **CHAIRMAN, begins_on=date(2025, 7, 1), ends_on=date(2026, 6, 30))
    second = Post(person=make_person(), office=office, **CHAIRMAN, begins_on=date(2026, 6, 30))

    assert errors_of(second)["begins_on"] == [
        "Lương Văn Khải giữ chức Chủ tịch UBND xã đến hết ngày 30/06/2026; mỗi thời điểm chỉ một người giữ chức vụ này."
    ]
    second.begins_on = date(2026, 7, 1)
    second.full_clean()


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (CHAIRMAN, CHAIRMAN),
        (CHAIRMAN, CHAIRMAN | {"name": "CHỦ TỊCH UBND xã".replace("CHỦ TỊCH", "chủ tịch")}),
        (CHAIRMAN, CHAIRMAN | {"is_sole": False}),
        (CHAIRMAN | {"is_sole": False}, CHAIRMAN),
        (CHAIRMAN | {"ends_on": date(2026, 6, 30)}, CHAIRMAN | {"begins_on": date(2026, 6, 30)}),
        (CHAIRMAN | {"begins_on": date(2026, 6, 30)}, CHAIRMAN | {"ends_on": date(2026, 6, 30)}),
    ],
)
def test_the_database_refuses_a_second_holder(first, second):
    office = make_office()
    make_post(office=office, **first)

    with pytest.raises(IntegrityError, match="offices_post_one_holder"), transaction.atomic():
        make_post(office=office, **second)
        connection.check_constraints()
    assert "begins_on" in errors_of(Post(person=make_person(), office=office, **second))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (CHAIRMAN, CHAIRMAN | {"name": "Phó Chủ tịch UBND xã"}),
        (CHAIRMAN | {"ends_on": date(2026, 6, 30)}, CHAIRMAN | {"begins_on": date(2026, 7, 1)}),
        (CHAIRMAN | {"is_sole": False}, CHAIRMAN | {"is_sole": False}),
    ],
)
def test_others_may_be_beside_it(first, second):
    office = make_office()
    post = make_post(office=office, **first)

    Post(person=make_person(), office=office, **second).full_clean()
    make_post(office=office, **second)
    make_post(office=make_office(), **first)
    post.full_clean()
    connection.check_constraints()


def test_nobody_holds_one_post_twice_at_once():
    post = make_post(name="Chuyên viên")

    with pytest.raises(IntegrityError, match="offices_post_one_holder"), transaction.atomic():
        make_post(post.person, post.office, name="Chuyên viên")
        connection.check_constraints()
    assert "begins_on" in errors_of(Post(person=post.person, office=post.office, name="Chuyên viên"))


def test_a_post_does_not_end_before_it_begins():
    times = {"begins_on": date(2026, 7, 1), "ends_on": date(2026, 6, 30)}
    post = Post(person=make_person(), office=make_office(), name="Chuyên viên", **times)

    assert errors_of(post)["ends_on"] == ["Ngày thôi giữ chức vụ không thể trước ngày bắt đầu."]


def test_tells_who_held_a_post_on_a_day():
    office = make_office()
    old = make_post(office=office, **CHAIRMAN, ends_on=date(2025, 6, 30))
    new = make_post(office=office, **CHAIRMAN, begins_on=date(2025, 7, 1))
    posts = Post.objects.of(first_commune())

    assert list(posts.held(date(2025, 6, 30))) == [old]
    assert list(posts.held(date(2025, 7, 1))) == list(posts.held()) == [new]
    assert list(posts.past(date(2025, 7, 1))) == [old]
    assert [post.is_held(date(2025, 6, 30)) for post in (old, new)] == [True, False]


def test_an_office_does_not_stand_under_itself():
    top = make_office(name="UBND xã")
    middle = make_office(name="Văn phòng", parent=top)
    below = make_office(name="Tổ văn thư", parent=middle)

    for office, parent in ((top, top), (top, below), (middle, below)):
        office.parent = parent
        assert errors_of(office).keys() == {"parent"}
        with pytest.raises(IntegrityError, match="under itself"), transaction.atomic():
            Office.objects.of(first_commune()).filter(pk=office.pk).update(parent=parent)


def test_there_is_one_one_stop_centre():
    make_office(name="Trung tâm Phục vụ hành chính công xã", is_one_stop=True)
    second = Office(commune=first_commune(), name="Bộ phận một cửa", is_one_stop=True)

    assert errors_of(second)["is_one_stop"] == [
        "“Trung tâm Phục vụ hành chính công xã” đã là nơi tiếp nhận hồ sơ (một cửa). Hãy bỏ đánh dấu ở đó trước."
    ]
    with pytest.raises(IntegrityError, match="offices_office_one_one_stop"), transaction.atomic():
        make_office(is_one_stop=True)
    make_office(commune=make_commune(), is_one_stop=True)
    assert Office.objects.of(first_commune()).one_stop().name == "Trung tâm Phục vụ hành chính công xã"


@pytest.mark.parametrize(
    "number", ["0237 312O 456", "gọi anh Ba", "12", "0000 000 113; 0000 000 114", "0" * 16, "tel:113"]
)
def test_a_telephone_has_no_letters(number):
    for row in (Office(name="x"), Person(given_name="x"), Village(name="x")):
        row.commune, row.telephone = first_commune(), number
        assert errors_of(row).keys() == {"telephone"}


@pytest.mark.parametrize("number", ["113", "0000 000 113", "(0237) 3.123.456", "+84 237-3123-456"])
def test_a_telephone_is_written_as_people_do(number):
    Office(commune=first_commune(), name="x", telephone=number).full_clean()


def test_a_person_needs_a_given_name_and_a_mailbox_an_at_sign():
    assert errors_of(Person(commune=first_commune(), family_name="Lê Văn", given_name=" ")).keys() == {"given_name"}
    assert errors_of(Person(commune=first_commune(), given_name="An", email="an.xa.vn")).keys() == {"email"}
    with pytest.raises(IntegrityError, match="given_name_present"), transaction.atomic():
        make_person(given_name="")


def test_addresses_are_made_of_names_and_differ():
    people = [Person(commune=first_commune(), family_name="Đỗ Thị", given_name="Ý") for _ in range(3)]
    for person in people:
        person.full_clean()
        person.save()

    assert [person.slug for person in people] == ["do-thi-y", "do-thi-y-2", "do-thi-y-3"]
    assert errors_of(Person(commune=first_commune(), given_name="An", slug="do-thi-y"))
    with pytest.raises(IntegrityError, match="offices_person_slug_unique"), transaction.atomic():
        make_person(slug="do-thi-y")
    make_person(commune=make_commune(), slug="do-thi-y")


def test_people_stand_in_the_order_of_given_names():
    names = ["Trần Văn An", "Đặng Thị Ánh", "Lê Thị Bình", "Nguyễn Văn Bình", "Cao Đạt", "Bùi Ý"]
    for name in names[::-1]:
        make_person(name)

    assert [person.name for person in Person.objects.of(first_commune())] == names


def test_a_new_name_has_a_new_place():
    person, other = make_person("Lê An"), make_person("Lê Bình")
    person.given_name = "Chi"
    person.save(update_fields=["given_name"])

    assert list(Person.objects.of(first_commune())) == [other, person]


def test_rows_of_two_communes_do_not_meet():
    here, there = make_person(), make_person(commune=make_commune())
    own, other = make_office(), make_office(commune=there.commune)
    attempts = [
        lambda: make_post(here, other),
        lambda: make_office(parent=other),
        lambda: make_village(head=there),
        lambda: Post.objects.create(commune=there.commune, person=there, office=own, name="x"),
    ]

    for attempt in attempts:
        with pytest.raises(IntegrityError, match="same_commune"), transaction.atomic():
            attempt()
            connection.check_constraints()


def test_a_village_is_called_at_its_own_number_or_its_heads():
    head = make_person(telephone="0000 000 001")

    assert make_village(head=head).call == "0000 000 001"
    assert make_village(head=head, telephone="0000 000 002").call == "0000 000 002"
    assert make_village().call == ""
    assert make_village(head=make_person(telephone="0000 000 001", is_shown=False)).call == ""
    assert make_village(kind="to").head_title == "Tổ trưởng tổ dân phố"
