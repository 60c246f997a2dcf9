"""Writing people, offices and villages in the admin, as the pages send it."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.test import Client

from accounts.models import User
from accounts.roles import ADMINISTRATOR, EDITOR, WRITER, create_roles
from offices.models import Office, Person, Post, Village
from tests.communes.factories import first_commune, join, make_commune, working
from tests.news.factories import make_picture
from tests.offered import Form, read_page
from tests.offices.factories import make_office, make_person, make_post, make_village

pytestmark = pytest.mark.django_db

NEW = {
    "office": "/quan-tri/offices/office/add/",
    "person": "/quan-tri/offices/person/add/",
    "village": "/quan-tri/offices/village/add/",
}


def client_of(role: str) -> Client:
    person = User.objects.create_user(f"user-{User.objects.count()}", is_staff=True)
    join(person, create_roles()[role])
    client = Client()
    client.force_login(working(person), backend="communes.work.MembershipBackend")
    return client


@pytest.fixture
def editor() -> Client:
    return client_of(EDITOR)


def errors_of(response) -> list[str]:
    """The sentences at the fields of a form that was refused, and nothing typed is lost."""
    assert response.status_code == 200
    context = response.context
    found = [error for errors in context["adminform"].form.errors.values() for error in errors]
    for formset in context["inline_admin_formsets"]:
        found += [error for form in formset.formset.forms for errors in form.errors.values() for error in errors]
        found += list(formset.formset.non_form_errors())
    return found


def the_form(client: Client, address: str) -> Form:
    page = read_page(client.get(address).content.decode(), address)
    (form,) = [form for form in page.forms if "_save" in {button.name for button in form.buttons}]
    return form


def posts(*rows: dict[str, str], initial: int = 0) -> dict[str, str]:
    """The rows of posts under a form."""
    data = {"posts-TOTAL_FORMS": str(len(rows)), "posts-INITIAL_FORMS": str(initial)}
    for number, row in enumerate(rows):
        data |= {f"posts-{number}-{name}": value for name, value in ({"position": "0"} | row).items()}
    return data


def test_a_person_is_written_with_a_post_on_one_page(editor):
    office = make_office()
    form = the_form(editor, NEW["person"])

    response = form.press(
        editor,
        family_name="Nguyễn Thị",
        given_name="Hoa",
        telephone="0000 000 101",
        **{"posts-0-office": str(office.pk), "posts-0-name": "Trưởng phòng", "posts-0-begins_on": "01/07/2025"},
    )

    assert response.status_code == 302
    person = Person.objects.of(first_commune()).get()
    assert (person.name, person.slug) == ("Nguyễn Thị Hoa", "nguyen-thi-hoa")
    assert person.posts.get().begins_on == date(2025, 7, 1)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"given_name": " "}, "bắt buộc"),
        ({"telephone": "0000 OOO 101"}, "chỉ gồm chữ số"),
        ({"email": "hoa.xa.vn"}, "thư điện tử"),
        ({"slug": "trung"}, "Một người khác đã dùng địa chỉ này."),
        ({"slug": "có dấu"}, ""),
        ({"picture": "THEIRS"}, "hợp lệ"),
        ({"picture": "x"}, "hợp lệ"),
        ({"posts-0-begins_on": "01/07/2025", "posts-0-ends_on": "30/06/2025"}, "không thể trước ngày bắt đầu"),
        ({"posts-0-begins_on": "hôm qua"}, "ngày"),
        ({"posts-0-office": "THEIRS"}, "hợp lệ"),
    ],
)
def test_bad_input_gets_a_sentence_and_loses_nothing(editor, change, sentence):
    other = make_commune()
    theirs = {"picture": make_picture(other).pk, "posts-0-office": make_office(commune=other).pk}
    make_person(slug="trung")
    data = {"family_name": "Nguyễn Thị", "given_name": "Hoa", "telephone": "", "email": ""}
    data |= posts({"office": str(make_office().pk), "name": "Trưởng phòng văn hóa"})

    response = editor.post(
        NEW["person"],
        data | {name: str(theirs[name]) if value == "THEIRS" else value for name, value in change.items()},
    )

    assert any(sentence in error for error in errors_of(response))
    assert 'value="Nguyễn Thị"' in response.content.decode()
    assert 'value="Trưởng phòng văn hóa"' in response.content.decode()
    assert not Person.objects.of(first_commune()).filter(given_name="Hoa").exists()


def chairman(person: Person, **changes: str) -> dict[str, str]:
    return {"person": str(person.pk), "name": "Chủ tịch UBND xã", "is_sole": "on", "is_leading": "on"} | changes


def office_data(**changes: str) -> dict[str, str]:
    return {"name": "UBND xã", "kind": "committee", "position": "0", "is_shown": "on"} | changes


def test_two_chairmen_on_one_page_are_refused(editor):
    first, second = make_person("Hà Đình Tám"), make_person("Lương Văn Khải")
    data = office_data() | posts(chairman(first, ends_on="30/06/2025"), chairman(second, begins_on="30/06/2025"))

    response = editor.post(NEW["office"], data)

    assert errors_of(response) == [
        "Hà Đình Tám giữ chức Chủ tịch UBND xã đến hết ngày 30/06/2025; mỗi thời điểm chỉ một người giữ chức vụ này."
    ]
    assert not Post.objects.of(first_commune()).exists()
    assert editor.post(NEW["office"], data | {"posts-1-begins_on": "01/07/2025"}).status_code == 302


def test_a_second_chairman_written_under_the_person_reads_who_is_chairman(editor):
    post = make_post(make_person("Lương Văn Khải"), name="Chủ tịch UBND xã", is_sole=True)
    row = {"office": str(post.office_id), "name": "Chủ tịch UBND xã", "begins_on": "01/01/2026"}

    response = editor.post(NEW["person"], {"family_name": "Đỗ", "given_name": "Ánh"} | posts(row))

    assert errors_of(response) == [
        "Lương Văn Khải đang giữ chức Chủ tịch UBND xã, chưa ghi ngày thôi; mỗi thời điểm chỉ một người giữ chức vụ này."
    ]


def test_the_post_goes_over_from_one_to_the_next_in_one_step(editor):
    post = make_post(make_person("Hà Đình Tám"), make_office(slug="ubnd"), name="Chủ tịch UBND xã", is_sole=True)
    successor = make_person("Lương Văn Khải")
    rows = posts(
        chairman(post.person, id=str(post.pk), ends_on="30/06/2025"),
        chairman(successor, begins_on="01/07/2025"),
        initial=1,
    )

    response = editor.post(f"/quan-tri/offices/office/{post.office_id}/change/", office_data() | rows)

    assert response.status_code == 302
    assert Post.objects.of(first_commune()).held(date(2025, 6, 30)).get().person == post.person
    assert Post.objects.of(first_commune()).held(date(2025, 7, 1)).get().person == successor


def test_an_office_is_not_put_under_itself(editor):
    top = make_office(name="UBND xã")
    below = make_office(parent=make_office(parent=top))

    response = editor.post(f"/quan-tri/offices/office/{top.pk}/change/", office_data(parent=str(below.pk)) | posts())

    assert "Một cơ quan không thể trực thuộc chính mình." in errors_of(response)[0]
    assert Office.objects.of(first_commune()).get(pk=top.pk).parent is None


def test_a_second_one_stop_centre_is_refused(editor):
    make_office(name="Trung tâm Phục vụ hành chính công xã", is_one_stop=True)

    response = editor.post(NEW["office"], office_data(is_one_stop="on") | posts())

    assert "“Trung tâm Phục vụ hành chính công xã” đã là nơi tiếp nhận hồ sơ" in errors_of(response)[0]


def test_a_village_is_written(editor):
    head = make_person("Mạc Đình Khánh")
    form = the_form(editor, NEW["village"])

    assert form.press(editor, name="Thôn Gò Mơ", head=str(head.pk), telephone="0000 000 201").status_code == 302
    assert Village.objects.of(first_commune()).get().head == head
    response = editor.post(NEW["village"], {"name": "Thôn  Gò Mơ", "kind": "thon", "position": "0"})
    assert errors_of(response) == ["Đã có thôn mang tên này."]


def test_an_address_stays_when_the_name_changes(editor):
    person = make_person("Lê Văn An", slug="le-van-an")
    form = the_form(editor, f"/quan-tri/offices/person/{person.pk}/change/")
    assert "slug" not in form.filled()

    form.press(editor, given_name="Ân", slug="khac")

    person.refresh_from_db()
    assert (person.name, person.slug) == ("Lê Văn Ân", "le-van-an")


def test_an_office_with_people_is_not_deleted(editor):
    office = make_post().office

    page = editor.get(f"/quan-tri/offices/office/{office.pk}/delete/").content.decode()
    editor.post(f"/quan-tri/offices/office/{office.pk}/delete/", {"post": "yes"})

    assert "Chuyên viên" in page
    assert Office.objects.of(first_commune()).filter(pk=office.pk).exists()


@pytest.mark.parametrize("role", [WRITER, EDITOR, ADMINISTRATOR])
def test_editors_write_and_writers_look(role):
    client = client_of(role)
    make_post()
    make_village(head=make_person())
    may_write = role != WRITER

    for model, rows in (("office", Office), ("person", Person), ("village", Village)):
        page = client.get(f"/quan-tri/offices/{model}/")
        assert page.status_code == 200
        assert (f"/quan-tri/offices/{model}/add/" in page.content.decode()) == may_write
        row = rows.objects.of(first_commune()).first()
        form = client.get(f"/quan-tri/offices/{model}/{row.pk}/change/")
        assert form.status_code == 200
        assert ('name="_save"' in form.content.decode()) == may_write
        assert (client.get(f"/quan-tri/offices/{model}/add/").status_code == 200) == may_write
        before = list(rows.objects.of(first_commune()).values())
        if not may_write:
            answer = client.post(f"/quan-tri/offices/{model}/{row.pk}/change/", {"name": "x", "given_name": "x"})
            assert answer.status_code == 403
            assert list(rows.objects.of(first_commune()).values()) == before


def test_lists_find_without_accents_and_by_office(editor):
    office = make_office(name="Phòng Kinh tế")
    make_post(make_person("Nguyễn Văn Ích"), office, name="Trưởng phòng")
    make_post(make_person("Đỗ Thị Ánh"), name="Phó Chủ tịch")
    make_village(name="Thôn Gò Mơ", head=make_person("Mạc Đình Khánh"))
    other = make_office(commune=make_commune(), name="Phòng của xã khác")

    everybody = editor.get("/quan-tri/offices/person/").content.decode()
    found = editor.get("/quan-tri/offices/person/?q=anh").content.decode()
    of_office = editor.get(f"/quan-tri/offices/person/?posts__office__id__exact={office.pk}").content.decode()

    assert everybody.index("Đỗ Thị Ánh") < everybody.index("Nguyễn Văn Ích")
    assert "Trưởng phòng (Phòng Kinh tế)" in everybody
    assert "Trưởng thôn (Thôn Gò Mơ)" in everybody
    assert str(other) not in everybody
    assert "Đỗ Thị Ánh" in found
    assert "Nguyễn Văn Ích" not in found
    assert re.search("Nguyễn Văn Ích</a>", of_office)
    assert not re.search("Đỗ Thị Ánh</a>", of_office)


def test_a_portrait_is_in_use(editor):
    picture = make_picture()
    person = make_person("Lê Văn An", picture=picture)

    page = client_of(ADMINISTRATOR).get(f"/quan-tri/library/picture/{picture.pk}/change/").content.decode()

    assert f'<a href="/quan-tri/offices/person/{person.pk}/change/">Lê Văn An</a>' in page
    refused = client_of(ADMINISTRATOR).post(f"/quan-tri/library/picture/{picture.pk}/delete/", {"reason": "Cũ"})
    assert "Lê Văn An" in refused.content.decode()
    assert type(picture).objects.everywhere().filter(pk=picture.pk).exists()


def test_lists_ask_as_much_for_many(editor, django_assert_max_num_queries):
    make_post(make_person(picture=make_picture()))
    make_village(head=make_person())
    counts = {}
    for more in range(2):
        for _ in range(5 * more):
            make_post(make_person(picture=make_picture()), make_office(parent=make_office()))
            make_village(head=make_person())
        for model in NEW:
            with django_assert_max_num_queries(counts.get(model, 25)) as asked:
                editor.get(f"/quan-tri/offices/{model}/")
            counts[model] = len(asked)
