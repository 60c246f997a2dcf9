"""Opening communes from a list."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from openpyxl import Workbook

from communes.hosts import table
from communes.models import Commune, Host
from communes.opening import RefusedListError, open_communes, rows_of
from tests.communes.factories import make_commune

pytestmark = pytest.mark.django_db
HEAD = ["code", "name", "kind", "host", "parent", "agency"]
PROVINCE = ["38", "Tỉnh Thanh Mẫu", "province", "", "", ""]
GOOD = [
    HEAD,
    ["14812", "Xã An Hòa", "commune", "xa-an-hoa.example.vn", "38", "UBND xã An Hòa"],
    PROVINCE,
    ["14815", "Phường Bình Minh", "ward", "binh-minh.example.vn", "Tỉnh Thanh Mẫu", ""],
]


def errors_of(*rows):
    with pytest.raises(RefusedListError) as caught:
        open_communes([HEAD, *rows])
    return caught.value.errors


def test_a_list_opens_its_communes_with_host_parent_and_identity(client):
    opened = open_communes(GOOD)

    assert {commune.name for commune in opened.created} == {"Xã An Hòa", "Tỉnh Thanh Mẫu", "Phường Bình Minh"}
    commune = Commune.objects.get(code="14812")
    assert (commune.parent.code, commune.slug, commune.site.agency) == ("38", "xa-an-hoa", "UBND xã An Hòa")
    assert Commune.objects.get(code="14815").parent.code == "38"
    assert client.get("/", HTTP_HOST="xa-an-hoa.example.vn").status_code == 200


def test_the_same_list_again_changes_nothing():
    open_communes(GOOD)
    before = list(Commune.objects.order_by("pk").values()), list(Host.objects.order_by("pk").values())

    again = open_communes(GOOD)

    assert (again.created, again.known) == ([], 3)
    assert before == (list(Commune.objects.order_by("pk").values()), list(Host.objects.order_by("pk").values()))


def test_columns_and_kinds_may_be_named_in_vietnamese():
    open_communes(
        [["Mã", "Tên", "Loại", "Tên miền"], ["1", "Xã Một", "Xã", "mot.vn"], ["2", "Đặc khu Hai", "đặc khu", "hai.vn"]]
    )

    assert set(Commune.objects.exclude(code="").values_list("code", "kind")) == {
        ("1", "commune"),
        ("2", "special_zone"),
    }


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (["12a", "Xã A", "commune", "a.vn", "", ""], "chỉ gồm chữ số"),
        (["", "Xã A", "commune", "a.vn", "", ""], "chỉ gồm chữ số"),
        (["1", "", "commune", "a.vn", "", ""], "Thiếu tên"),
        (["1", "Xã A", "kingdom", "a.vn", "", ""], "không phải là loại đơn vị"),
        (["1", "Xã A", "commune", "", "", ""], "Thiếu tên miền"),
        (["1", "Xã A", "commune", "A.vn", "", ""], "Hãy viết tên miền là a.vn"),
        (["1", "Xã A", "commune", "a.vn.", "", ""], "Hãy viết tên miền là a.vn"),
        (["1", "Xã A", "commune", "a.vn:8000", "", ""], "không phải là tên miền"),
        (["1", "Xã A", "commune", "https://a.vn", "", ""], "không phải là tên miền"),
        (["1", "Xã A", "commune", "xã.vn", "", ""], "Hãy viết tên miền là xn--"),
        (["1", "Xã A", "commune", "cu.vn", "", ""], "thuộc về Xã Cũ"),
        (["1", "Xã A", "commune", "a.vn", "99", ""], "không phải là đơn vị"),
        (["1", "Xã A", "commune", "a.vn", "1", ""], "không phải là đơn vị"),
        (["5", "Xã A", "commune", "a.vn", "", ""], "khác với dòng này"),
        (["1", "X" * 121, "commune", "a.vn", "", ""], "120"),
    ],
)
def test_a_wrong_line_is_named_and_nothing_is_stored(row, words):
    make_commune("cu.vn", name="Xã Cũ", code="5")
    good = ["2", "Xã Tốt", "commune", "tot.vn", "", ""]
    before = Commune.objects.count()

    errors = errors_of(good, row)

    assert [line for line, _text in errors] == [3]
    assert words in errors[0][1]
    assert Commune.objects.count() == before


def test_what_stands_twice_is_named_with_both_lines():
    errors = errors_of(["1", "A", "commune", "a.vn", "", ""], ["1", "B", "commune", "a.vn", "", ""])

    assert errors == [(3, "“1” đã có ở dòng 2."), (3, "“a.vn” đã có ở dòng 2.")]


def test_two_communes_of_one_name_are_told_apart():
    open_communes([HEAD, ["1", "Xã A", "commune", "a.vn", "", ""], ["2", "Xã A", "commune", "b.vn", "", ""]])

    assert set(Commune.objects.filter(name="Xã A").values_list("slug", flat=True)) == {"xa-a", "xa-a-2"}


def workbook(rows):
    book, out = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(out)
    return out.getvalue()


def test_a_workbook_is_read_like_a_text_file():
    rows = rows_of("a.xlsx", workbook([HEAD, [14812.0, "Xã A", "commune", "a.vn", None, None]]))

    assert rows[1][:4] == ["14812", "Xã A", "commune", "a.vn"]
    assert rows_of("a.csv", "code;name\n1;Xã A\n".encode("utf-8-sig")) == [["code", "name"], ["1", "Xã A"]]


@pytest.mark.parametrize(("name", "data"), [("a.xlsx", b"PK nothing"), ("a.csv", b"\xff\xfe"), ("a.xlsx", b"")])
def test_a_file_of_another_kind_is_refused(name, data):
    with pytest.raises(RefusedListError):
        rows_of(name, data)


def test_the_command_prints_every_error_by_line(tmp_path):
    file = tmp_path / "xa.csv"
    file.write_text("code,name,kind,host\nx,Xã A,commune,a.vn\n2,Xã B,commune,B.vn\n", encoding="utf-8")

    with pytest.raises(CommandError) as caught:
        call_command("communes_open", str(file))

    assert "xa.csv:2:" in str(caught.value)
    assert "xa.csv:3:" in str(caught.value)
    with pytest.raises(CommandError):
        call_command("communes_open", str(tmp_path / "none.csv"))


def test_the_operator_sends_a_list_in_the_admin(admin_client):
    address = "/quan-tri/communes/commune/mo-tu-danh-sach/"
    assert admin_client.get(address).status_code == 200
    bad = SimpleUploadedFile("a.csv", "code,name,kind,host\nx,Xã A,commune,a.vn\n".encode())
    good = SimpleUploadedFile("a.csv", "code,name,kind,host\n1,Xã A,commune,a.vn\n".encode())

    refused = admin_client.post(address, {"file": bad}).content.decode()
    taken = admin_client.post(address, {"file": good}, follow=True).content.decode()

    assert "chỉ gồm chữ số" in refused
    assert "Đã mở 1 đơn vị" in taken
    assert table.find("a.vn").commune.name == "Xã A"
    # The first commune still answers where the settings say, as it has no host of its own.
    assert admin_client.get(address).status_code == 200
