from __future__ import annotations

import re
import unicodedata
from datetime import timedelta
from functools import partial
from urllib.parse import quote

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from news.models import Article, SearchMiss, Status
from news.public import search
from news.public.search_words import count_words_of
from search.reading import read
from tests.communes.factories import first_commune
from tests.news.factories import make_article, make_category, make_editor, make_writer
from tests.news.test_revisions import client_of
from vietnamese import fold

pytestmark = pytest.mark.django_db

# key: (title, summary, body); the first is the newest.
CORPUS = {
    "xuan-tin": ("Đón Tết ở Như Xuân", "Người dân đón Tết.", "<p>Chợ phiên đông vui.</p>"),
    "xuan-than": ("Tin trong huyện", "Các xã thi đua.", "<p>Huyện Như Xuân mở hội nghị.</p>"),
    "nhu-xuan-khong-dau": ("Hop dong nhu xuan 2024", "Ban khong dau.", "<p>x</p>"),
    "ma": ("Chọn giống mạ khỏe", "Vụ chiêm xuân.", "<p>Mạ gieo khay.</p>"),
    "ma-sac": ("Chương trình Tiếp sức cho má", "Phụng dưỡng.", "<p>Má Tư 80 tuổi.</p>"),
    "ma-huyen": ("Nhưng mà vẫn vui", "Chuyện làng.", "<p>Mà thôi.</p>"),
    "ma-hoi": ("Tu sửa mả tổ", "Việc họ.", "<p>Thanh minh.</p>"),
    "ma-tuy": ("Phòng, chống ma túy học đường", "Tuyên truyền.", "<p>Học sinh ký cam kết.</p>"),
    "quyet-dinh": ("Công khai Quyết định số 45/QĐ-UBND", "Hộ nghèo, hộ cận nghèo.", "<p>Ngày 12/11/2026.</p>"),
    "quyet-dinh-khac": ("Quyết định số 46/QĐ-UBND về phân công", "UBND xã.", "<p>Có 45 người dự.</p>"),
    "ke-hoach": ("Kế hoạch 120/KH-UBND", "Ra quân làm thủy lợi.", "<p>Nạo vét kênh mương.</p>"),
    "chuyen-doi-so": ("Chuyển đổi số về từng thôn", "Tổ công nghệ số cộng đồng.", "<p>Cài VNeID.</p>"),
    "so-chuyen": ("Số hộ chuyển cây trồng, đổi giống", "Kinh tế vườn.", "<p>Số liệu mới.</p>"),
    "than-chuyen": ("Hội nghị tháng 11", "Bàn ba việc.", "<p>Bàn về chuyển đổi số trong trường học.</p>"),
    "sapo-chuyen": ("Sơ kết quý", "Chuyển đổi số đạt kết quả.", "<p>Khen thưởng.</p>"),
    "rac": ("Phân loại rác: chuyện nhỏ, đổi khác", "Số hộ tham gia tăng.", "<p>Thùng hai ngăn.</p>"),
    "nuoc": ("Họp thôn", "Nước sinh hoạt, cấp đất sạch.", "<p>Bàn việc chung.</p>"),
    "nuoc-sach": ("Họp chi bộ", "Việc quý tới.", "<p>Dự án cấp nước sạch cho ba thôn.</p>"),
    "hoa": ("Hoà giải cơ sở", "Tổ hoà giải thôn.", "<p>12 vụ việc hoà giải thành.</p>"),
    "hoa-moi": ("Thông báo hòa mạng điện", "Điện lực.", "<p>Hòa lưới.</p>"),
    "uy-ban": ("Uỷ ban nhân dân xã họp", "Phiên thường kỳ.", "<p>Ủy viên dự đủ.</p>"),
    "lua": ("Rầy nâu hại lúa mùa", "Phun đúng lúc.", "<p>Thăm đồng thường xuyên.</p>"),
    "lua-dao": ("Cảnh báo lừa đảo qua mạng", "Giả danh công an.", "<p>Không chuyển tiền.</p>"),
    "dau-gia": ("Đấu giá quyền sử dụng đất thôn Đồng Quýt", "08 lô đất ở.", "<p>Giá khởi điểm.</p>"),
    "khai-sinh": ("Đăng ký khai sinh trực tuyến", "Sáu bước.", "<p>Thẻ bảo hiểm y tế.</p>"),
    "ocop": ("Bốn sản phẩm OCOP đạt 4 sao", "Chè Lũng Chè.", "<p>Hồ sơ OCOP.</p>"),
    "ky-hop": ("Kỳ họp thứ 3 HĐND xã khóa XX", "Thông qua nghị quyết.", "<p>Đại biểu chất vấn.</p>"),
    "cu-tri": ("Cử tri kiến nghị nhiều vấn đề", "Tiếp xúc cử tri.", "<p>Đường, điện, nước.</p>"),
    "ky-tu": ("Giá thịt &amp; trứng < 30.000 đ", "Chợ Khê.", "<p>A &amp; B &lt; C</p>"),
    "nfd": (unicodedata.normalize("NFD", "Lễ hội Đình Phú Vân"), "Rước kiệu.", "<p>Trống hội.</p>"),
    "email": ("Liên hệ bộ phận một cửa", "Giờ làm việc.", "<p>motcua@vankhe.example.vn, 0000 000 113</p>"),
    "so-thap-phan": ("Thu ngân sách đạt 437,9 triệu", "Tăng 3,5 %.", "<p>1.017.728 đồng</p>"),
    "han": ("Chống hạn vụ hè thu", "Thiếu nước.", "<p>Bơm dã chiến.</p>"),
}

# (what is typed, what must come first, in order). "-" means nothing is found.
CASES = [
    ("Như Xuân", ["xuan-tin", "xuan-than", "nhu-xuan-khong-dau"]),
    ("như xuân", ["xuan-tin", "xuan-than"]),
    ("NHƯ XUÂN", ["xuan-tin", "xuan-than"]),
    ("nhu xuan", ["nhu-xuan-khong-dau", "xuan-tin", "xuan-than"]),
    ("xuân như", ["xuan-tin", "xuan-than"]),
    ('"Như Xuân"', ["xuan-tin", "xuan-than"]),
    ('"xuân như"', "-"),
    ("“Như Xuân”", ["xuan-tin", "xuan-than"]),
    (unicodedata.normalize("NFD", "Như Xuân"), ["xuan-tin", "xuan-than"]),
    ("Nhu Xuân", ["xuan-tin", "xuan-than", "nhu-xuan-khong-dau"]),
    ("má", ["ma-sac"]),
    ("mà", ["ma-huyen"]),
    ("mả", ["ma-hoi"]),
    ("mạ", ["ma"]),
    ("ma", ["ma-tuy"]),
    ("MÁ", ["ma-sac"]),
    ("ma túy", ["ma-tuy"]),
    ("ma tuý", ["ma-tuy"]),
    ("ma tuy", ["ma-tuy"]),
    ("45/QĐ-UBND", ["quyet-dinh"]),
    ("45/QD-UBND", ["quyet-dinh"]),
    ("45/qd-ubnd", ["quyet-dinh"]),
    ("45 QĐ UBND", ["quyet-dinh", "quyet-dinh-khac"]),
    ("số 45/QĐ-UBND", ["quyet-dinh"]),
    ("46/QĐ-UBND", ["quyet-dinh-khac"]),
    ("120/KH-UBND", ["ke-hoach"]),
    ("120/kh", ["ke-hoach"]),
    ("47/QĐ-UBND", "-"),
    ("QĐ-UBND", ["quyet-dinh", "quyet-dinh-khac"]),
    ("quyết định 45", ["quyet-dinh", "quyet-dinh-khac"]),
    ("chuyển đổi số", ["chuyen-doi-so", "than-chuyen", "sapo-chuyen"]),
    ("chuyen doi so", ["chuyen-doi-so", "than-chuyen", "sapo-chuyen"]),
    ("cap nuoc sach", ["nuoc-sach", "nuoc"]),
    ("cấp nước sạch", ["nuoc-sach", "nuoc"]),
    ("phan loai rac", ["rac"]),
    ('"chuyển đổi số"', ["chuyen-doi-so", "than-chuyen", "sapo-chuyen"]),
    ("Chuyển đổi số về từng thôn", ["chuyen-doi-so"]),
    ("hoà giải", ["hoa"]),
    ("hòa giải", ["hoa"]),
    ("hoa giai", ["hoa"]),
    ("hòa mạng", ["hoa-moi"]),
    ("hoà mạng", ["hoa-moi"]),
    ("ủy ban", ["uy-ban"]),
    ("uỷ ban", ["uy-ban"]),
    ("uy ban nhan dan", ["uy-ban"]),
    ("lúa", ["lua", "lua-dao"]),
    ("lừa", ["lua-dao", "lua"]),
    ("lua", ["lua", "lua-dao"]),
    ("lừa đảo", ["lua-dao"]),
    ("lua dao", ["lua-dao"]),
    ("rầy nâu", ["lua"]),
    ("ray nau", ["lua"]),
    ("đấu giá đất", ["dau-gia"]),
    ("dau gia dat", ["dau-gia"]),
    ("Đấu giá quyền sử dụng đất", ["dau-gia"]),
    ("Đồng Quýt", ["dau-gia"]),
    ("dong quyt", ["dau-gia"]),
    ("08 lô", ["dau-gia"]),
    ("khai sinh", ["khai-sinh"]),
    ("đăng ký khai sinh", ["khai-sinh"]),
    ("dang ky", ["khai-sinh"]),
    ("bảo hiểm y tế", ["khai-sinh"]),
    ("trực tuyến khai sinh", ["khai-sinh"]),
    ("OCOP", ["ocop"]),
    ("ocop 4 sao", ["ocop"]),
    ("chè", ["ocop"]),
    ("HĐND", ["ky-hop"]),
    ("hdnd", ["ky-hop"]),
    ("kỳ họp thứ 3", ["ky-hop"]),
    ("khóa XX", ["ky-hop"]),
    ("khoá XX", ["ky-hop"]),
    ("chất vấn", ["ky-hop"]),
    ("cử tri", ["cu-tri"]),
    ("cu tri", ["cu-tri"]),
    ("tiếp xúc cử tri", ["cu-tri"]),
    ("đường điện nước", ["cu-tri"]),
    ("thịt & trứng", ["ky-tu"]),
    ("thịt trứng", ["ky-tu"]),
    ("thịt | trứng", ["ky-tu"]),
    ("!thịt", ["ky-tu"]),
    ("<b>thịt</b>", "-"),
    ("thịt:*", ["ky-tu"]),
    ("30.000", ["ky-tu"]),
    ("Phú Vân", ["nfd"]),
    ("phu van", ["nfd"]),
    ("lễ hội đình", ["nfd"]),
    ("motcua@vankhe.example.vn", ["email"]),
    ("0000 000 113", ["email"]),
    ("một cửa", ["email"]),
    ("mot cua", ["email"]),
    ("437,9", ["so-thap-phan"]),
    ("1.017.728", ["so-thap-phan"]),
    ("3,5 %", ["so-thap-phan"]),
    ("hạn", ["han"]),
    ("chống hạn", ["han"]),
    ("phòng chống", ["ma-tuy"]),
    ("hè thu", ["han"]),
    ("12/11/2026", ["quyet-dinh"]),
    ("VNeID", ["chuyen-doi-so"]),
    ("vneid", ["chuyen-doi-so"]),
    ("tết", ["xuan-tin"]),
    ("TẾT", ["xuan-tin"]),
    ("tet", ["xuan-tin"]),
    ("không có từ này", "-"),
    ("", "-"),
    ("   ", "-"),
    ("'\"\\;--", "-"),
    ("(((", "-"),
    ("🎉", "-"),
    ("漢字", "-"),
]


@pytest.fixture
def corpus():
    category, author, now = make_category(), make_writer(), timezone.now()
    Article.objects.bulk_create(
        Article(
            commune=first_commune(),
            title=title,
            slug=key,
            summary=summary,
            body=body,
            category=category,
            author=author,
            status=Status.PUBLISHED,
            published_at=now - timedelta(days=day + 1),
        )
        for day, (key, (title, summary, body)) in enumerate(CORPUS.items())
    )
    count_words_of(first_commune())


def found_by(typed: str) -> list[str]:
    """The slugs that answer, the best first."""
    commune = first_commune()
    reading = read(typed, commune, partial(search.in_use, commune))
    ids = search.find(Article.objects.of(commune).published(), reading, search.Scope(commune)).ids
    slugs = dict(Article.objects.of(commune).filter(pk__in=ids).values_list("pk", "slug"))
    return [slugs[pk] for pk in ids]


@pytest.mark.parametrize(("typed", "expected"), CASES, ids=[case[0] or "blank" for case in CASES])
def test_finds_the_right_articles_in_the_right_order(corpus, typed, expected):
    found = found_by(typed)

    if expected == "-":
        assert found == []
    else:
        assert found[: len(expected)] == expected


def test_there_are_a_hundred_cases():
    assert len(CASES) >= 100


class FoldTests(TestCase):
    @given(st.text(alphabet="aăâbcđeêghiklmnoôơpqrstuưvxyàảãáạứừựếễĐÀẢÃÁẠƯỜỚÐðƉɖ xyz019/-.,", max_size=60))
    def test_database_folds_like_python(self, text):
        with connection.cursor() as cursor:
            cursor.execute("SELECT news_fold(%s)", [text])
            folded = cursor.fetchone()[0]

        assert folded.split() == re.findall("[a-z0-9]+", fold(text))


def test_a_backup_can_be_restored():
    """pg_dump restores with an empty search path; what the functions call must be found all the same."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL search_path = ''")
        cursor.execute(
            "SELECT public.news_terms(7, 3, 'news', '2026-11-30 18:00+00', 'Lúa', 'mùa', '<p>tốt tươi</p>')::text"
        )
        terms = cursor.fetchone()[0]

    days = ["@d2026_12_01", "@m2026_12", "@y2026"]
    exact = ["=luaS", "=muaF", "=toAtS", "=tuHoHi"]
    folded = ["lua", "mua", "tot", "tot_tuoi", "tuoi"]
    assert terms.replace("'", "").split() == sorted(["#7", "@c3", "@knews", *days, *exact, *folded, "^=luaS", "^lua"])


def test_hides_what_is_not_published(client):
    make_article(title="Bí mật làng", status=Status.DRAFT)

    assert "Bí mật làng" not in client.get("/tim-kiem/", {"q": "bí mật"}).content.decode()


def test_page_marks_the_words_and_escapes_the_rest(client):
    make_article(title="Lúa & <mì>", summary="", body="<p>" + "x " * 200 + "cây lúa &lt;b&gt; tốt</p>")

    html = client.get("/tim-kiem/", {"q": "lua"}).content.decode()

    assert "<mark>Lúa</mark> &amp; &lt;mì&gt;" in html
    assert "cây <mark>lúa</mark> &lt;b&gt; tốt" in html


def test_what_is_shown_of_an_article_ends_with_a_whole_word(client):
    make_article(title="Mùa vụ", summary="", body="<p>" + "trước mùa " * 40 + "cấy lúa " + "nghiêng " * 60 + "</p>")

    html = client.get("/tim-kiem/", {"q": "lúa"}).content.decode()

    assert re.search(r"…(trước|mùa)( (trước|mùa))* cấy <mark>lúa</mark>( nghiêng)+…", html)


def test_filters_by_category_and_day(client):
    first, second = make_category(), make_category()
    old = timezone.datetime(2024, 3, 28, 23, 30, tzinfo=timezone.get_default_timezone())
    make_article(title="Lúa một", category=first, published_at=old)
    make_article(title="Lúa hai", category=second)

    def titles(**filters):
        return [article.title for article in client.get("/tim-kiem/", {"q": "lúa"} | filters).context["page"]]

    assert titles(**{"chuyen-muc": first.slug}) == ["Lúa một"]
    assert titles(**{"tu-ngay": "2024-03-28", "den-ngay": "2024-03-28"}) == ["Lúa một"]
    assert titles(**{"tu-ngay": "29/03/2024"}) == ["Lúa hai"]
    assert len(titles(**{"chuyen-muc": "khong-co", "tu-ngay": "hôm qua"})) == 2


def test_helps_and_remembers_when_nothing_is_found(client):
    for _ in range(2):
        html = client.get("/tim-kiem/", {"q": "Xyzzy"}).content.decode()

    assert "Xyzzy" in html
    miss = SearchMiss.objects.everywhere().get()
    assert (miss.query, miss.hits) == ("xyzzy", 2)


HOSTILE = [
    *(
        "x" * 5000,
        "\x00",
        "a" * 120 + " b",
        "' OR 1=1 --",
        "%",
        "\\",
        "a & | ! b",
        "&",
        ":*",
        "a:* & !b | 'c'",
        "'",
        "''",
    ),
    *("\ud800", "a\udfffb", "e" + "\u0301" * 2000, "| | |", '"', '""', '"a', '"' * 50, "(" * 500, "#1", "@c1 & ^a"),
    *(unicodedata.normalize("NFD", "đường Như Xuân"), "từ " * 10_000, "abc" * 266, "nông thôn mới " * 60, "1 " * 400),
    *(
        "của",
        "là gì",
        "ở đâu",
        "và và và",
        "làm thế nào để",
        "^khai =khai",
        "khai_sinh",
        "a|b",
        "\u200b",
        "\u00ad",
        "😀 lúa",
    ),
]


@pytest.mark.parametrize("typed", HOSTILE, ids=range(len(HOSTILE)))
def test_no_input_is_an_error(client, django_assert_max_num_queries, typed):
    make_article(title="Nông thôn mới: của dân, là gì và ở đâu")
    count_words_of(first_commune())

    with django_assert_max_num_queries(40):
        assert client.get(f"/tim-kiem/?q={quote(typed, errors='surrogatepass')}").status_code == 200


def test_a_filter_alone_gives_a_list_by_date(client):
    category, now = make_category(), timezone.now()
    for number in range(25):
        make_article(title=f"Tin {number}", category=category, published_at=now - timedelta(days=number + 1))
    make_article(title="Tin khác")

    first = client.get("/tim-kiem/", {"chuyen-muc": category.slug})
    second = client.get("/tim-kiem/", {"q": "", "chuyen-muc": category.slug, "trang": "2"})

    assert [article.title for article in first.context["page"]] == [f"Tin {number}" for number in range(20)]
    assert [article.title for article in second.context["page"]] == [f"Tin {number}" for number in range(20, 25)]
    assert "<details" in first.content.decode()
    assert SearchMiss.objects.everywhere().count() == 0


def test_pages_through_results_and_ends(client):
    for number in range(45):
        make_article(title=f"Lúa {number}")

    pages = [client.get("/tim-kiem/", {"q": "lúa", "trang": str(number)}) for number in (1, 2, 3, 4)]

    assert [page.status_code for page in pages] == [200, 200, 200, 404]
    assert len({article.pk for page in pages[:3] for article in page.context["page"]}) == 45
    assert "45 bài viết" in pages[0].content.decode()


def test_without_a_query_there_is_a_form_alone(client):
    make_article(title="Lúa")

    html = client.get("/tim-kiem/").content.decode()

    assert "search-form" in html
    assert "teasers" not in html.partition("<main")[2].partition("</main")[0]


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_no_day_is_an_error(client, day):
    make_article(title="Lúa")

    for name in ("tu-ngay", "den-ngay"):
        assert client.get("/tim-kiem/", {"q": "lúa", name: day}).status_code == 200


@pytest.mark.parametrize("wide", [0, search.WIDE], ids=["looked for in days", "looked for at once"])
def test_finds_a_word_of_every_text_in_the_one_old_title_that_has_it(monkeypatch, wide):
    monkeypatch.setattr(search, "WIDE", wide)
    monkeypatch.setattr(search, "STEP", 3)
    category, now = make_category(), timezone.now()
    make_article(title="Trạm bơm", slug="cu", category=category, published_at=now - timedelta(days=90))
    for number in range(6):
        published = now - timedelta(days=number)
        make_article(
            title=f"Tin {number}",
            slug=f"tin-{number}",
            body="<p>trạm bơm</p>",
            category=category,
            published_at=published,
        )

    assert found_by("tram bom") == ["cu", "tin-0", "tin-1", "tin-2"]


def test_finds_the_one_old_text_with_these_accents(monkeypatch):
    monkeypatch.setattr(search, "STEP", 3)
    category, now = make_category(), timezone.now()
    make_article(slug="cu", body="<p>bán má</p>", category=category, published_at=now - timedelta(days=90))
    for number in range(6):
        make_article(body="<p>ban mà</p>", category=category, published_at=now - timedelta(days=number))

    assert found_by("má")[0] == "cu"


def test_names_what_only_comes_near(client):
    make_article(title="Bán má")
    make_article(title="Ban mà")

    context = client.get("/tim-kiem/", {"q": "má"}).context

    assert [result.article.title for result in context["exact"]] == ["Bán má"]
    assert [result.article.title for result in context["near"]] == ["Ban mà"]


def test_admin_searches_with_the_same_engine():
    make_article(title="Đường Nguyễn Huệ", body="<p>nâng cấp mặt đường</p>")
    make_article(title="Khác")

    html = client_of(make_editor()).get(reverse("admin:news_article_changelist"), {"q": "mat duong"}).content.decode()

    assert "Nguyễn Huệ" in html
    assert "Khác" not in html


def test_search_makes_a_bounded_number_of_queries(client, django_assert_max_num_queries):
    for _ in range(25):
        make_article(title="Lúa")

    with django_assert_max_num_queries(26):
        client.get("/tim-kiem/", {"q": "lúa"})
