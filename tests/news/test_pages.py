from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.template import Context, Template
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from news.models import Article, Status
from news.models.transition import Action
from news.public.views import article_detail, category_list
from news.templatetags import news as tags
from tests.communes.factories import first_commune
from tests.news.factories import make_article, make_category, make_editor, make_picture, make_writer
from vietnamese import VIETNAM

pytestmark = pytest.mark.django_db


def staff_client(user):
    client = Client()
    client.force_login(user, backend="communes.work.MembershipBackend")
    return client


def asked(rf, path):
    """A request of a citizen that reached the first commune."""
    request = rf.get(path)
    request.commune = first_commune()
    return request


def queries_of(view, path, **kwargs) -> int:
    """How many queries the view itself makes, without the frame of the page."""
    from django.contrib.auth.models import AnonymousUser

    request = RequestFactory().get(path)
    request.user, request.commune = AnonymousUser(), first_commune()
    with CaptureQueriesContext(
        connection,
    ) as captured:
        response = view(request, **kwargs)
    assert response.status_code == 200
    return [query["sql"] for query in captured if "news_" in query["sql"]]


def test_shows_every_element_of_an_article(client):
    article = make_article(
        title="Đổi mới chất lượng hoạt động HĐND",
        summary="Tóm tắt in đậm.",
        body="<p>Nội dung chính.</p>",
        byline="Thu Hà",
        source="Văn phòng UBND xã",
        cover=make_picture(),
        cover_alt="Hội trường",
        cover_caption="Toàn cảnh",
        cover_credit="Ảnh: Hà",
        published_at=timezone.datetime(2020, 6, 30, 3, 0, tzinfo=timezone.get_default_timezone()),
    )

    html = client.get(article.get_absolute_url()).content.decode()

    assert "30 - 06 - 2020" in html
    assert 'datetime="2020-06-30T03:00:00+07:00"' in html
    for text in ("Tóm tắt in đậm.", "Nội dung chính.", "Thu Hà", "Văn phòng UBND xã", "Toàn cảnh", "Ảnh: Hà"):
        assert text in html
    assert 'alt="Hội trường" width="60" height="40"' in html
    assert html.count("<h1") == 1
    assert "A−" in html and "A+" in html


def test_address_is_made_from_the_title_without_marks():
    article = make_article(title="Đường Nguyễn Huệ được nâng cấp", category=make_category(slug="kinh-te"))

    assert article.get_absolute_url() == f"/kinh-te/duong-nguyen-hue-duoc-nang-cap-{article.pk}/"


def test_wrong_slug_or_category_redirects_for_ever(client):
    article = make_article()

    for wrong in (f"/{article.category.slug}/khac-{article.pk}/", f"/muc-khac/{article.slug}-{article.pk}/"):
        response = client.get(wrong)

        assert response.status_code == 301
        assert response["Location"] == article.get_absolute_url()


@pytest.mark.parametrize(
    "changes",
    [
        {"status": Status.DRAFT},
        {"status": Status.REVIEW},
        {"published_at": timezone.now() + timedelta(days=1)},
    ],
)
def test_hides_what_is_not_published(client, changes):
    article = make_article(**changes)

    assert client.get(article.get_absolute_url()).status_code == 404
    assert article not in Article.objects.everywhere().published()


def test_author_sees_the_own_draft_marked_and_uncached(client):
    author = make_writer()
    article = make_article(status=Status.DRAFT, author=author, published_at=None, byline="Thu Hà")

    response = staff_client(author).get(article.get_absolute_url())

    assert response.status_code == 200
    assert "preview-mark" in response.content.decode()
    bar = response.content.decode().partition('<div class="article-bar">')[2].partition("</p>")[0]
    assert "Thu Hà" in bar
    assert "·" not in bar
    assert "no-store" in response["Cache-Control"]


def test_hides_a_draft_from_another_writer():
    article = make_article(status=Status.DRAFT)

    assert staff_client(make_writer()).get(article.get_absolute_url()).status_code == 404
    assert staff_client(make_editor()).get(article.get_absolute_url()).status_code == 200


def test_an_expired_article_says_so_and_nothing_of_its_text(client):
    end = timezone.datetime(2026, 1, 31, 17, 0, tzinfo=VIETNAM)
    article = make_article(
        title="Mời thầu", published_at=end - timedelta(days=9), expires_at=end, body="<p>Bí mật</p>", summary="Kín"
    )

    response = client.get(article.get_absolute_url())
    main = response.content.decode().partition("<main")[2].partition("</main>")[0]

    assert response.status_code == 410
    assert "Mời thầu" in main and "22 - 01 - 2026" in main and "31/01/2026 5:00 CH" in main
    assert "Bí mật" not in main and "Kín" not in main
    assert article not in Article.objects.everywhere().published()
    assert client.get(article.get_absolute_url() + "luu/").status_code == 404
    staff = staff_client(make_editor()).get(article.get_absolute_url())
    assert "preview-mark" in staff.content.decode()


def test_a_withdrawn_article_names_itself_and_the_days(client):
    article = make_article(
        title="Giá đất",
        status=Status.WITHDRAWN,
        withdrawal_notice="Số liệu sai.",
        published_at=timezone.datetime(2026, 1, 22, 8, 0, tzinfo=VIETNAM),
    )
    with time_machine.travel(timezone.datetime(2026, 2, 3, 14, 28, tzinfo=VIETNAM), tick=False):
        article.transitions.create(action=Action.WITHDRAW, made_by=article.author, reason="x")

    main = client.get(article.get_absolute_url()).content.decode().partition("<main")[2]

    assert "Giá đất" in main and "22 - 01 - 2026" in main and "03/02/2026 2:28 CH" in main


def test_withdrawn_article_shows_only_its_notice(client):
    article = make_article(status=Status.WITHDRAWN, withdrawal_notice="Số liệu sai.", body="<p>Bí mật</p>")

    response = client.get(article.get_absolute_url())

    assert response.status_code == 410
    assert "Số liệu sai." in response.content.decode()
    assert "Bí mật" not in response.content.decode()


def test_public_pages_set_no_cookie_and_may_be_shared(client):
    article = make_article()

    for address in ("/", article.get_absolute_url(), article.category.get_absolute_url(), "/rss/", "/tim-kiem/"):
        response = client.get(address)

        assert response.status_code == 200, address
        assert not response.cookies
        assert "Cookie" not in response.get("Vary", "")
        assert "s-maxage" in response["Cache-Control"]


def test_previous_and_next_follow_the_category_in_time(client):
    category = make_category()
    now = timezone.now()
    first, middle, last = (
        make_article(category=category, published_at=now - timedelta(days=days)) for days in (3, 2, 1)
    )
    make_article(published_at=now - timedelta(days=2))

    context = client.get(middle.get_absolute_url()).context

    assert context["previous"] == first
    assert context["next"] == last


def test_neighbours_of_the_same_moment_do_not_skip_or_repeat(client):
    category = make_category()
    moment = timezone.now() - timedelta(days=1)
    articles = [make_article(category=category, published_at=moment) for _ in range(3)]

    context = client.get(articles[1].get_absolute_url()).context

    assert context["previous"] == articles[0]
    assert context["next"] == articles[2]


def test_category_pages_are_bounded_and_complete(client):
    category = make_category()
    for _ in range(21):
        make_article(category=category)

    first = client.get(category.get_absolute_url())
    second = client.get(category.get_absolute_url(), {"trang": "2"})

    assert len(first.context["page"].object_list) == 20
    assert len(second.context["page"].object_list) == 1
    assert 'rel="next"' in first.content.decode()


@pytest.mark.parametrize("page", ["0", "3", "-1", "x", "", "99999999999999999999", "²"])
def test_page_that_does_not_exist_is_not_found(client, page):
    article = make_article()

    assert client.get(article.category.get_absolute_url(), {"trang": page}).status_code == 404


def test_article_view_makes_at_most_four_queries_whatever_the_number():
    category = make_category()
    article = make_article(category=category, cover=make_picture(), cover_alt="x")
    path = article.get_absolute_url()
    kwargs = {"category_slug": category.slug, "slug": article.slug, "pk": article.pk}
    few = queries_of(article_detail, path, **kwargs)
    for _ in range(15):
        make_article(category=category, cover=make_picture(), cover_alt="x")

    many = queries_of(article_detail, path, **kwargs)

    assert len(few) == len(many)
    assert len(many) - CHROME_QUERIES <= 4


def test_category_view_makes_at_most_three_queries():
    category = make_category()
    for _ in range(5):
        make_article(category=category, cover=make_picture(), cover_alt="x")

    queries = queries_of(category_list, category.get_absolute_url(), slug=category.slug)

    assert len(queries) - CHROME_QUERIES <= 3


CHROME_QUERIES = 2  # the menu and the latest titles


@pytest.mark.parametrize("tag", ["latest_articles 6", "latest_unseen 6 as articles", "categories_unseen as blocks"])
def test_each_tag_runs_one_query_and_renders_on_an_empty_database(tag, rf, django_assert_num_queries):
    template, request = Template("{% load news %}{% " + tag + " %}"), asked(rf, "/")

    def render():
        return template.render(Context({"request": request, "shown": set()}))

    with django_assert_num_queries(1):
        render()
    for _ in range(3):
        category = make_category()
        for _ in range(6):
            make_article(category=category, is_featured=True, cover=make_picture(), cover_alt="x")
    with django_assert_num_queries(1):
        render()


def test_latest_titles_are_cut_and_carry_the_twelve_hour_time(rf):
    title = "Hội đồng nhân dân xã tổ chức kỳ họp chuyên đề " * 4
    make_article(
        title=title.strip(),
        published_at=timezone.datetime(2024, 3, 28, 14, 28, tzinfo=timezone.get_default_timezone()),
    )

    html = Template("{% load news %}{% latest_articles 6 %}").render(Context({"request": asked(rf, "/")}))

    assert "(28/03/2024 2:28 CH)" in html
    assert "…" in html
    assert title.strip() not in html


def test_category_blocks_hold_the_newest_three_of_each_menu_category(rf):
    shown, hidden = make_category(), make_category(is_in_menu=False)
    now = timezone.now()
    articles = [make_article(category=shown, published_at=now - timedelta(days=day)) for day in range(1, 7)]
    make_article(category=shown, status=Status.DRAFT)
    make_article(category=hidden)

    context = Context({"request": asked(rf, "/"), "shown": {articles[1].pk}})
    blocks = tags.categories_unseen(context)

    assert blocks == [(shown, [articles[0], *articles[2:4]])]
    assert context["shown"] == {article.pk for article in articles[:4]}


def test_feeds_carry_published_articles_only(client):
    article = make_article(title="Tin đã đăng")
    make_article(title="Tin nháp", status=Status.DRAFT)

    site = client.get("/rss/").content.decode()
    one = client.get(f"/{article.category.slug}/rss/").content.decode()
    other = client.get(f"/{make_category().slug}/rss/").content.decode()

    assert "Tin đã đăng" in site and "Tin đã đăng" in one
    assert "Tin nháp" not in site
    assert "Tin đã đăng" not in other
    assert client.get("/khong-co/rss/").status_code == 404


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_refuses_other_methods(client, method):
    article = make_article()

    for address in (article.get_absolute_url(), article.category.get_absolute_url(), "/rss/", "/tim-kiem/"):
        assert getattr(client, method)(address).status_code == 405


@pytest.mark.parametrize(
    "address", ["/khong-co/", "/khong-co/bai-999999/", "/a/b/c/", "/x/y-99999999999999999999999/", "/x/y-0/"]
)
def test_unknown_addresses_are_not_found(client, address):
    assert client.get(address).status_code == 404
