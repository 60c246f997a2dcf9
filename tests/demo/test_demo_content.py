"""The demonstration articles read well, add up and name nobody real; the drawings repeat exactly."""

import re
import unicodedata
from collections import Counter
from datetime import date, datetime
from pathlib import Path

import nh3
import pytest
from PIL import ImageStat

from demo import site
from demo.articles import CATEGORIES, SUBCATEGORIES, VIETNAM, DemoArticle, load_articles
from demo.loading import load_demo
from demo.painter.art import MOTIFS, draw
from demo.tags import TAGS as DEMO_TAGS
from library.addresses import leads_somewhere
from richtext import clean_html
from tests.communes.factories import first_commune

TODAY = date(2026, 11, 23)
SMALL = (320, 180)

TAGS = {
    "p", "h2", "h3", "ul", "ol", "li", "blockquote", "strong", "em", "a",
    "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
ATTRIBUTES = {"a": {"href"}, "th": {"scope"}}

HEAD = {
    "title": "Đường làng được nâng cấp",
    "summary": "Con đường mới.",
    "category": "kinh-te",
    "byline": "Minh Hạnh",
    "source": "Ban biên tập",
    "days_ago": "3",
    "time": "07:30",
    "featured": "no",
    "motif": "road",
    "cover_alt": "Tranh vẽ con đường",
}


def write_article(directory: Path, body: str = "<p>Thân bài.</p>", **changes: str | None) -> Path:
    """A file with a sound front matter, except for `changes`; None leaves a key out."""
    lines = [f"{key}: {value}" for key, value in (HEAD | changes).items() if value is not None]
    path = directory / "01-duong-lang.html"
    path.write_text("\n".join(lines) + "\n\n" + body, encoding="utf-8")
    return path


def text_of(html: str) -> str:
    return re.sub(r"<[^>]+>", " ", html)


def everything_in(article: DemoArticle) -> str:
    fields = (article.title, article.summary, article.byline, article.source, article.cover_alt)
    return "\n".join([*fields, text_of(article.body)])


@pytest.fixture(scope="module")
def articles() -> list[DemoArticle]:
    return load_articles(TODAY)


def test_holds_at_least_three_articles_in_each_of_eight_categories(articles):
    counts = Counter(article.category for article in articles)

    assert len(articles) >= 28
    assert len(CATEGORIES) == 8
    assert set(counts) == {*CATEGORIES, *SUBCATEGORIES}
    assert min(counts[slug] for slug in CATEGORIES) >= 3


def test_bodies_are_of_varied_length(articles):
    lengths = {article.file_name: len(text_of(article.body).split()) for article in articles}

    assert {name: words for name, words in lengths.items() if not 150 <= words <= 900} == {}
    assert sum(words >= 800 for words in lengths.values()) >= 2
    assert sum(words >= 500 for words in lengths.values()) >= 6
    assert sum(words < 300 for words in lengths.values()) >= 6


def test_summaries_have_one_to_three_sentences(articles):
    for article in articles:
        assert 1 <= len(re.findall(r"[.!?](?:\s|$)", article.summary)) <= 3, article.file_name


def test_titles_are_unique_and_show_the_hard_cases(articles):
    titles = [article.title for article in articles]

    assert len(set(titles)) == len(titles)
    assert max(map(len, titles)) > 120
    assert any("“" in title and "”" in title for title in titles)
    assert any("45/QĐ-UBND" in title for title in titles)
    assert any(title.startswith("Đ") for title in titles)


def test_no_two_articles_open_alike(articles):
    openings = Counter(" ".join(text_of(article.body).split()[:4]) for article in articles)

    assert [opening for opening, count in openings.items() if count > 1] == []


def test_text_is_nfc_with_consistent_tone_marks(articles):
    new_style = re.compile(r"\w*(?:o[àáảãạèéẻẽẹ]|(?<!q)u[ỳýỷỹỵ])\b", re.IGNORECASE)

    for article in articles:
        text = everything_in(article)
        assert unicodedata.is_normalized("NFC", text), article.file_name
        assert new_style.findall(text) == [], article.file_name


def test_typography_is_clean(articles):
    slip = re.compile(r"[^\S\n] [,.;:]|\.\.|,,|['\"]|\[\[|\]\]|\s[,.;:?!](?!/)|“[^”]*$")

    for article in articles:
        for paragraph in re.findall(r"<(?:p|li|h2|td|th)[^>]*>(.*?)</(?:p|li|h2|td|th)>", article.body):
            assert not slip.search(re.sub(r"<[^>]+>", "", paragraph)), (article.file_name, paragraph)


def test_only_official_news_closes_with_the_official_mark(articles):
    closed = sum(article.body.endswith("./.</p>") for article in articles)

    assert 10 <= closed < len(articles)


def test_phone_numbers_are_clearly_fake(articles):
    phone = re.compile(r"(?<![\d.,-])(?:\+84|0)(?:[ .]?\d){8,10}(?!\d)")
    found = [number for article in articles for number in phone.findall(everything_in(article))]

    assert len(found) >= 8
    assert [number for number in [*found, site.PHONE] if not re.fullmatch(r"0000 000 1\d\d", number)] == []


def test_body_passes_the_allow_list_unchanged(articles):
    for article in articles:
        cleaned = nh3.clean(article.body, tags=TAGS, attributes=ATTRIBUTES, link_rel=None)
        assert cleaned == article.body, article.file_name
        written = re.sub(r">\s+<", "><", article.body)  # rows of a table on lines of their own
        assert re.sub(r">\s+<", "><", clean_html(article.body)) == written, article.file_name


@pytest.mark.django_db
def test_links_stay_inside_the_portal(articles, tmp_path):
    load_demo(tmp_path / "accounts.txt")
    commune = first_commune()

    addresses = {link for article in articles for link in re.findall(r'href="([^"]*)"', article.body)}

    assert len(addresses) > 3
    assert [address for address in addresses if not leads_somewhere(address, commune.pk)] == []
    assert not leads_somewhere("/thu-tuc/khong-co/", commune.pk)


def test_sums_in_tables_add_up(articles):
    checked = 0

    for article in articles:
        for table in re.findall(r"<table>.*?</table>", article.body, re.DOTALL):
            rows = [
                [text_of(cell).strip() for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row)]
                for row in re.findall(r"<tr>(.*?)</tr>", table)
            ]
            *lines, total = rows[1:]
            if total[0] not in {"Cộng", "Tổng cộng", "Toàn xã"}:
                continue
            for column, cell in enumerate(total):
                if column and cell:
                    amounts = [int(line[column].replace(".", "")) for line in lines]
                    assert sum(amounts) == int(cell.replace(".", "")), (article.file_name, total)
                    checked += 1

    assert checked >= 10


def test_tables_have_headings_with_a_scope(articles):
    with_table = [article for article in articles if "<table>" in article.body]

    assert len(with_table) >= 3
    for article in with_table:
        assert article.body.count("<table>") == article.body.count("<thead>")
        assert "<th>" not in article.body


def test_dates_span_two_years_and_none_is_in_the_future(articles):
    midnight = datetime(2026, 11, 23, 0, 10, tzinfo=VIETNAM)
    ages = [article.days_ago for article in articles]

    assert ages == sorted(ages)
    assert ages[0] == 0
    assert 600 <= ages[-1] <= 720
    assert articles[0].published_at(TODAY) < midnight
    assert 4 <= sum(article.featured for article in articles) <= 7


def test_dates_in_the_text_follow_the_day_of_loading(tmp_path):
    write_article(tmp_path, title="Lịch tháng [[m+1]]/[[my+1]]", body="<p>Từ [[-2|d/m]] đến [[+12]], năm [[y]]</p>")

    [article] = load_articles(date(2026, 12, 23), tmp_path)

    assert article.title == "Lịch tháng 1/2027"
    assert article.body == "<p>Từ 18/12 đến 01/01/2027, năm 2026</p>"
    assert article.published_at(date(2026, 12, 23)) == datetime(2026, 12, 20, 7, 30, tzinfo=VIETNAM)


@pytest.mark.parametrize(
    ("changes", "line", "problem"),
    [
        ({"title": ""}, 1, "expected 'key: value'"),
        ({"colour": "red"}, 11, "unknown key 'colour'"),
        ({"byline": None}, 9, "missing byline"),
        ({"category": "the-thao"}, 3, "unknown category 'the-thao'"),
        ({"featured": "maybe"}, 8, "featured is 'yes' or 'no'"),
        ({"days_ago": "-3"}, 6, "days_ago is a whole number"),
        ({"time": "24:00"}, 7, "time is HH:MM"),
        ({"body": " \n"}, 10, "no body"),
        ({"summary": "Ngày [[mai]]."}, 2, "unknown placeholder '[[mai]]'"),
        ({"body": "<p>Một</p>\n<p>[[+x]]</p>"}, 13, "unknown placeholder '[[+x]]'"),
    ],
)
def test_refuses_a_malformed_file_naming_the_line(tmp_path, changes, line, problem):
    write_article(tmp_path, **changes)

    with pytest.raises(ValueError, match=re.escape(f"01-duong-lang.html, line {line}: {problem}")):
        load_articles(TODAY, tmp_path)


def test_refuses_a_key_given_twice(tmp_path):
    path = write_article(tmp_path)
    path.write_text("title: Một\n" + path.read_text(encoding="utf-8"), encoding="utf-8")

    with pytest.raises(ValueError, match="line 2: key 'title' given twice"):
        load_articles(TODAY, tmp_path)


def test_every_article_has_a_drawing_described_in_words(articles):
    for article in articles:
        assert article.motif in MOTIFS, article.file_name
        assert article.cover_alt.startswith("Tranh vẽ "), article.file_name
    assert {article.motif for article in articles} == set(MOTIFS)


@pytest.mark.parametrize("motif", MOTIFS)
def test_draws_the_same_pixels_for_the_same_seed(motif):
    first = draw(motif, "một", SMALL)

    assert first.size == SMALL
    assert first.tobytes() == draw(motif, "một", SMALL).tobytes()
    assert first.tobytes() != draw(motif, "hai", SMALL).tobytes()
    assert max(ImageStat.Stat(first).stddev) > 20


def test_draws_each_motif_differently():
    assert len({draw(motif, "một", SMALL).tobytes() for motif in MOTIFS}) == len(MOTIFS) >= 10


def test_fills_any_shape_asked_for():
    for size in ((600, 600), (900, 300)):
        assert draw("hills", "một", size).size == size


def test_refuses_an_unknown_motif():
    with pytest.raises(ValueError, match="unknown motif 'dragon'"):
        draw("dragon", "một")


def test_poll_spread_is_518_people_over_five_choices():
    assert len(site.POLL_CHOICES) == 5
    assert sum(site.POLL_CHOICES.values()) == 518
    assert site.EMAIL.endswith(".example")


def test_tags_name_articles_that_exist_and_one_tells_a_story(articles):
    numbers = {article.file_name[:2] for article in articles}

    assert all(set(tag.articles) <= numbers and len(tag.articles) > 1 for tag in DEMO_TAGS)
    assert [tag.name for tag in DEMO_TAGS if tag.lead] == ["Chuyển đổi số về từng nhà"]
    assert all(unicodedata.is_normalized("NFC", tag.name + tag.description + tag.lead) for tag in DEMO_TAGS)
