"""What a query asks for, beside the words it is made of."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.roles import EDITOR, WRITER, create_roles
from news.models import SearchMiss
from news.public.search_words import add_new_words, count_all_words, count_words_of
from search.models import PromotedAnswer, Synonym, Term
from search.reading import read
from search.spelling import typed_without_method
from search.synonyms import shipped
from tests.communes.factories import first_commune, make_commune
from tests.news.factories import make_article, make_user, make_writer
from tests.news.test_revisions import client_of

pytestmark = pytest.mark.django_db


def words_of(text: str) -> list[str]:
    """What is looked for: the words of each group as they were typed."""
    return [" ".join(word.folded for word in group.said) for group in read(text, first_commune(), set).groups]


@pytest.mark.parametrize(
    ("typed", "telling"),
    [
        ("Làm thế nào để đăng ký khai sinh?", ["dang", "ki", "khai", "sinh"]),
        ("đăng ký khai sinh cần những giấy tờ gì", ["dang", "ki", "khai", "sinh"]),
        ("xin hỏi bao giờ trung tâm mở cửa", ["trung", "tam", "mo", "cua"]),
        ("cccd", ["cccd"]),
        ("ở đâu", ["o", "dau"]),
        ("thì là mà", ["thi", "la", "ma"]),
        ("thẻ căn cước công dân", ["the", "can cuoc cong dan"]),
        ("45/QĐ-UBND", ["45 qd ubnd"]),
        ('"sổ đỏ" của tôi', ["so do"]),
        ("", []),
        ("?!,", []),
    ],
)
def test_keeps_the_words_that_tell(typed, telling):
    assert words_of(typed) == telling


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("tieeps", "tiep"),
        ("coong", "cong"),
        ("phuj", "phu"),
        ("giwof", "gio"),
        ("dduowngf", "duong"),
        ("tie6p1", "tiep"),
    ],
)
def test_reads_the_keys_of_an_input_method(typed, meant):
    assert typed_without_method(typed).folded == meant


@pytest.mark.parametrize("typed", ["wifi", "xyzzy", "q", "covid19", "zzz"])
def test_reads_no_keys_where_no_syllable_comes_of_it(typed):
    assert typed_without_method(typed) is None


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("khai sinhh", "khai sinh"),
        ("khaisinh", "khai sinh"),
        ("ngi quyet", "nghị quyết"),
        ("dang ky khai sih", "đăng ký khai sinh"),
    ],
)
def test_says_what_was_meant(client, typed, meant):
    make_article(title="Đăng ký khai sinh")
    make_article(title="Bảy nghị quyết được thông qua")
    count_words_of(first_commune())

    response = client.get("/tim-kiem/", {"q": typed})

    assert response.context["meant"] == meant
    assert f"<strong>{meant}</strong></a>?" in response.content.decode()
    assert response.context["exact"]


def test_offers_another_query_beside_what_is_found(client):
    make_article(title="Xử phạt xe máy không gương")
    count_words_of(first_commune())

    html = client.get("/tim-kiem/", {"q": "xe mày"}).content.decode()
    right = client.get("/tim-kiem/", {"q": "xe máy"})

    assert '<a href="/tim-kiem/?q=xe%20m%C3%A1y"><strong>xe máy</strong></a>?' in html
    assert right.context["exact"]
    assert right.context["suggested"] == ""


def test_does_not_correct_what_an_article_of_today_says(client):
    make_article(title="Đăng ký khai sinh")
    count_words_of(first_commune())
    make_article(title="Đoàn Khaisinh về thăm")

    context = client.get("/tim-kiem/", {"q": "Khaisinh"}).context

    assert context["meant"] == ""
    assert [result.article.title for result in context["exact"]] == ["Đoàn Khaisinh về thăm"]


def test_the_clock_counts_words_and_takes_up_new_ones():
    commune, other = first_commune(), make_commune()
    make_article(title="Trạm bơm")
    count_all_words(timezone.now())
    make_article(title="Cầu phao", published_at=timezone.now())
    make_article(title="Bến đò", commune=other, published_at=timezone.now())

    add_new_words(timezone.now())

    words = set(Term.objects.of(commune).values_list("word", flat=True))
    assert {"tram_bom", "=tramJ", "cau_phao", "=phao"} <= words
    assert not {word for word in words if "ben" in word}
    assert set(Term.objects.of(other).filter(word="ben_do").values_list("articles", flat=True)) == {1}
    count_all_words(timezone.now())
    assert Term.objects.of(commune).get(word="##").articles == 2


def test_counting_again_forgets_words_that_are_gone():
    article = make_article(title="Trạm bơm")
    count_words_of(first_commune())
    article.title = "Cầu phao"
    article.save()
    count_words_of(first_commune())

    assert not Term.objects.of(first_commune()).filter(word="tram_bom").exists()


def test_every_shipped_line_means_something_and_is_there_once():
    firsts = [line.first for line in shipped()]

    assert len(firsts) > 80
    assert len(firsts) == len(set(firsts))
    for line in shipped():
        Synonym(commune=first_commune(), words=line.words, also=line.also).full_clean()


def test_a_line_of_editors_is_used_at_once_and_takes_the_place_of_a_shipped_one(client):
    make_article(title="Cấp thẻ căn cước")
    make_article(title="Cửa hàng cà phê")

    def titles(typed):
        return [result.article.title for result in client.get("/tim-kiem/", {"q": typed}).context["exact"]]

    assert titles("cccd") == ["Cấp thẻ căn cước"]
    Synonym.objects.create(commune=first_commune(), words="cccd, cửa hàng cà phê")
    Synonym.objects.create(commune=make_commune(), words="cccd, chuyện khác")
    assert titles("cccd") == ["Cửa hàng cà phê"]


def test_a_miss_becomes_a_synonym_with_one_press():
    make_article(title="Cấp phiếu lý lịch")
    SearchMiss.objects.create(commune=first_commune(), query="giấy lai lịch")
    client = client_of(make_user(is_superuser=True))

    html = client.get(reverse("admin:news_searchmiss_changelist")).content.decode()
    address = reverse("admin:search_synonym_add")
    form = client.get(address, {"words": "giấy lai lịch"}).content.decode()
    answer = client.post(address, {"words": "giấy lai lịch", "also": "phiếu lý lịch"})

    assert f'href="{address}?words=gi%E1%BA%A5y+lai+l%E1%BB%8Bch"' in html
    assert 'value="giấy lai lịch"' in form
    assert answer.status_code == 302
    found = client.get("/tim-kiem/", {"q": "giay lai lich"}).context["exact"]
    assert [result.article.title for result in found] == ["Cấp phiếu lý lịch"]


@pytest.mark.parametrize(
    ("words", "also", "field"),
    [
        ("", "a", "words"),
        (",;", "a", "words"),
        ("một", "", "also"),
        ("x " * 20, "a", "words"),
        ("một", "b " * 9, "also"),
    ],
)
def test_a_line_that_means_nothing_is_refused_at_its_field(words, also, field):
    client = client_of(make_user(is_superuser=True))

    response = client.post(reverse("admin:search_synonym_add"), {"words": words, "also": also})

    assert response.context["adminform"].form.errors[field]
    assert not Synonym.objects.of(first_commune()).exists()


def test_editors_keep_the_lists_and_writers_do_not():
    groups = create_roles()
    held = {name: set(groups[name].permissions.values_list("codename", flat=True)) for name in (EDITOR, WRITER)}

    assert {"add_synonym", "change_promotedanswer"} <= held[EDITOR]
    assert not {"add_synonym", "view_promotedanswer"} & held[WRITER]
    assert client_of(make_writer()).get(reverse("admin:search_synonym_changelist")).status_code == 403


def test_the_list_shows_the_shipped_lines_that_are_not_replaced():
    client = client_of(make_user(is_superuser=True))
    Synonym.objects.create(commune=first_commune(), words="CCCD, giấy tờ tùy thân")

    html = client.get(reverse("admin:search_synonym_changelist")).content.decode()

    assert "thủ tục hành chính" in html
    assert "thẻ căn cước" not in html


def test_a_promoted_answer_stands_above_the_results(client):
    make_article(title="Giờ mở cửa của chợ")
    answer = {"title": "Giờ làm việc", "address": "/lien-he/", "sentence": "Từ 7 giờ 30."}
    PromotedAnswer.objects.create(commune=first_commune(), queries="giờ mở cửa, mấy giờ làm\ngio lam viec", **answer)

    for typed in ("gio mo cua", "Giờ mở cửa?", "giờ làm việc", "khi nào giờ mở cửa"):
        html = client.get("/tim-kiem/", {"q": typed}).content.decode()
        assert '<a href="/lien-he/">Giờ làm việc</a>' in html
        assert "Từ 7 giờ 30." in html
    assert "/lien-he/" not in client.get("/tim-kiem/", {"q": "chợ"}).content.decode().partition("<main")[2]


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "//evil.example", "/\\evil.example", "ftp://a", "a b", "lien-he"]
)
def test_a_promoted_answer_leads_to_a_page(address):
    client = client_of(make_user(is_superuser=True))

    form = {"queries": "a", "title": "b", "address": address, "sentence": ""}
    response = client.post(reverse("admin:search_promotedanswer_add"), form)

    assert response.context["adminform"].form.errors["address"]
