from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from news.models import Article, Category, Status
from section import reserved_words
from tests.communes.factories import first_commune
from tests.news.factories import make_article, make_category, make_picture, make_writer

pytestmark = pytest.mark.django_db


def test_category_cannot_take_an_address_of_the_portal():
    words = reserved_words()

    for slug in words:
        with pytest.raises(ValidationError) as caught:
            Category(commune=first_commune(), name="X", slug=slug).full_clean()
        assert list(caught.value.message_dict) == ["slug"]

    assert {"quan-tri", "rss", "media", "tim-kiem", "binh-chon", "static", "van-ban", "robots"} <= words


def test_category_keeps_an_address_that_was_reserved_later():
    category = make_category(slug="van-ban")

    category.full_clean()


def test_category_makes_its_address_from_its_name():
    category = Category(commune=first_commune(), name="Đất đai – Quy hoạch")

    category.full_clean()

    assert category.slug == "dat-dai-quy-hoach"


def test_two_categories_cannot_share_an_address():
    make_category(slug="kinh-te")

    with pytest.raises(ValidationError):
        Category(commune=first_commune(), name="Khác", slug="kinh-te").full_clean()


@pytest.mark.parametrize(
    "changes",
    [
        {"published_at": None},
        {"expires_at": timezone.now() - timedelta(days=9)},
        {"status": "lost"},
        {"status": Status.WITHDRAWN, "withdrawal_notice": ""},
        {"title": ""},
    ],
)
def test_database_refuses_an_impossible_article(changes):
    category, author = make_category(), make_writer()

    with pytest.raises(IntegrityError), transaction.atomic():
        make_article(category=category, author=author, **changes)


def test_cover_needs_a_text_alternative_and_says_so():
    picture = make_picture()
    article = Article(
        commune=first_commune(),
        title="A",
        body="<p>x</p>",
        category=make_category(),
        author=make_writer(),
        cover=picture,
    )

    with pytest.raises(ValidationError):
        article.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        article.save()


def test_slug_follows_the_title_until_the_article_is_public():
    article = make_article(title="Một", status=Status.DRAFT)
    article.title = "Hai"
    article.clean()
    assert article.slug == "hai"

    article.status, article.published_at = Status.PUBLISHED, timezone.now()
    article.title = "Ba"
    article.clean()
    assert article.slug == "hai"


def test_visibility_follows_the_clock_alone():
    now = timezone.now()
    article = make_article(published_at=now + timedelta(hours=1), expires_at=now + timedelta(hours=3))

    seen = [Article.objects.everywhere().published(now + timedelta(hours=hours)).exists() for hours in (0, 1, 2, 3, 4)]

    assert seen == [False, True, True, False, False]
    assert [article.is_published(now + timedelta(hours=hours)) for hours in (0, 1, 2, 3, 4)] == seen


def test_body_is_cleaned_however_it_is_written():
    article = make_article(body="<p>a</p><script>x</script>")
    assert article.body == "<p>a</p>"

    Article.objects.everywhere().filter(pk=article.pk).update(body="<p onclick='x'>b</p>")
    article.refresh_from_db()
    assert article.body == "<p>b</p>"

    Article.objects.bulk_create(
        [
            Article(
                commune=first_commune(),
                title="C",
                slug="c",
                body="<style>a</style><p>c</p>",
                category=article.category,
                author=article.author,
            )
        ]
    )
    assert Article.objects.everywhere().get(slug="c").body == "<p>c</p>"


def test_lists_walk_an_index():
    category = make_category()
    author = make_writer()
    now = timezone.now()
    Article.objects.bulk_create(
        Article(
            commune=first_commune(),
            title=f"Bài {number}",
            slug=f"bai-{number}",
            category=category,
            author=author,
            status=Status.PUBLISHED,
            is_featured=number % 10 == 0,
            byline="Thu Hà" if number % 10 == 1 else f"Tác giả {number}",
            published_at=now - timedelta(minutes=number),
        )
        for number in range(2000)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE news_article")
    published = Article.objects.of(first_commune()).published()
    lists = {
        "news_article_published": published.latest_first()[:6],
        "news_article_in_category": category.articles.published().latest_first()[:20],
        "news_article_featured": published.featured()[:5],
        "news_article_by_author": published.signed_by("thu-ha").latest_first().as_cards()[:20],
    }

    plans = {index: articles.explain() for index, articles in lists.items()}

    faults = {
        index: plan
        for index, plan in plans.items()
        if index not in plan or "Seq Scan on news_article" in plan or "Sort" in plan
    }
    assert faults == {}


def test_the_written_addresses_are_the_ones_the_portal_answers():
    article = make_article(title="Đường Nguyễn Huệ được nâng cấp", byline="Đỗ Thị Tải")
    place = [article.category.slug, article.slug, article.pk]

    assert article.get_absolute_url() == reverse("news:article_detail", args=place)
    assert article.author_address == reverse("news:author_list", args=["do-thi-tai"])
    assert article.category.get_absolute_url() == reverse("news:category_list", args=[article.category.slug])
    assert make_article().author_address == ""


def test_an_article_leads_to_its_copy_and_its_code(client):
    article = make_article()
    place = [article.category.slug, article.slug, article.pk]

    page = client.get(article.get_absolute_url()).content.decode()

    assert f'href="{reverse("news:article_saved", args=place)}"' in page
    assert f'src="{reverse("news:article_qr", args=place)}"' in page
