"""Where pages stand: addresses that nest, and what may not be."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from news.models import Article, Category, Kind
from pages.models import Page, public_tree
from tests.communes.factories import first_commune, make_commune
from tests.news.factories import make_article, make_category
from tests.pages.factories import make_page

pytestmark = pytest.mark.django_db


def refused(page: Page) -> dict[str, list[str]]:
    with pytest.raises(ValidationError) as refusal:
        page.full_clean()
    return refusal.value.message_dict


def test_the_address_holds_those_of_the_pages_above():
    about = make_page("Giới thiệu")
    structure = make_page("Cơ cấu tổ chức", parent=about)

    assert about.get_absolute_url() == "/gioi-thieu/"
    assert structure.get_absolute_url() == "/gioi-thieu/co-cau-to-chuc/"


def test_what_stands_below_a_page_moves_with_it():
    about, other = make_page("Giới thiệu"), make_page("Chính quyền")
    structure = make_page("Cơ cấu", parent=about)
    office = make_page("Văn phòng", parent=structure)

    structure.parent = other
    structure.save()

    office = Page.objects.of(first_commune()).get(pk=office.pk)
    assert office.path == "chinh-quyen/co-cau/van-phong"


def test_a_page_stands_neither_under_itself_nor_under_one_below_it():
    about = make_page("Giới thiệu")
    below = make_page("Cơ cấu", parent=about)

    about.parent = about
    assert "parent" in refused(about)
    about.parent = below
    assert "parent" in refused(about)


def test_the_database_refuses_a_page_under_itself_and_a_fourth_level():
    about = make_page("Giới thiệu")

    rows = Page.objects.of(first_commune()).filter(pk=about.pk)
    for change in ({"parent": about.pk}, {"path": "a/b/c/d"}, {"path": ""}, {"category": make_category().pk}):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**change)


def test_pages_stand_at_most_three_levels_deep():
    third = make_page("Ba", parent=make_page("Hai", parent=make_page("Một")))

    fourth = Page(commune=first_commune(), title="Bốn", parent=third, author=third.author)

    assert "parent" in refused(fourth)


def test_a_page_with_pages_below_is_not_moved_too_deep():
    make_page("Dưới", parent=(branch := make_page("Nhánh")))
    second = make_page("Hai", parent=make_page("Một"))

    branch.parent = second

    assert "parent" in refused(branch)


def test_two_pages_side_by_side_need_two_addresses():
    about = make_page("Giới thiệu")
    make_page("Cơ cấu", parent=about)

    twin = Page(commune=first_commune(), title="Cơ cấu", parent=about, author=about.author)

    assert "slug" in refused(twin)
    make_page("Cơ cấu")  # elsewhere in the tree it is another address


def test_another_commune_has_addresses_of_its_own():
    make_page("Giới thiệu")

    there = make_page("Giới thiệu", commune=make_commune())

    there.full_clean()


def test_a_page_of_another_commune_is_no_parent():
    about = make_page("Giới thiệu")

    with pytest.raises(IntegrityError), transaction.atomic():
        Article.every_kind.of(first_commune()).filter(pk=about.pk).update(
            parent=make_page("Xa", commune=make_commune()).pk
        )
        from django.db import connection

        connection.check_constraints()


def test_pages_and_categories_do_not_take_each_others_addresses():
    category = make_category(name="Kinh tế", slug="kinh-te")
    about = make_page("Giới thiệu chung")

    page = Page(commune=first_commune(), title="Kinh tế", author=about.author)
    twin = Category(commune=first_commune(), name="Giới thiệu chung")

    assert "slug" in refused(page)
    with pytest.raises(ValidationError) as refusal:
        twin.full_clean()
    assert "slug" in refusal.value.message_dict
    Page(commune=first_commune(), title="Kinh tế", slug=category.slug, parent=about, author=about.author).full_clean()


@pytest.mark.parametrize("slug", ["binh-chon", "tim-kiem", "quan-tri", "media"])
def test_addresses_of_the_portal_itself_are_refused_at_the_top_alone(slug):
    about = make_page("Giới thiệu")

    assert "slug" in refused(Page(commune=first_commune(), title="Trang", slug=slug, author=about.author))
    Page(commune=first_commune(), title="Trang", slug=slug, parent=about, author=about.author).full_clean()


@pytest.mark.parametrize(("above", "slug"), [("Giới thiệu", "rss"), ("Giới thiệu", "atom"), ("Kế hoạch 12", "luu")])
def test_ends_of_addresses_that_mean_something_below_news_are_refused(above, slug):
    parent = make_page(above, parent=make_page("Đầu mục"))
    if slug != "luu":
        parent = parent.parent

    page = Page(commune=first_commune(), title="Trang", slug=slug, parent=parent, author=parent.author)

    assert "slug" in refused(page)


@pytest.mark.parametrize("slug", ["gioi-thieu", "en"])
def test_words_of_pages_are_kept_from_categories(slug):
    Page(commune=first_commune(), title="Trang", slug=slug, author=make_page().author).full_clean()

    with pytest.raises(ValidationError):
        Category(commune=first_commune(), name="Mục", slug=slug).full_clean()


def test_news_and_pages_are_never_in_one_list():
    page, article = make_page(), make_article()

    assert list(Article.objects.of(first_commune())) == [article]
    assert list(Page.objects.of(first_commune())) == [page]
    assert Article.every_kind.of(first_commune()).count() == 2


def test_an_article_needs_a_category():
    article = make_article()

    with pytest.raises(IntegrityError), transaction.atomic():
        Article.objects.of(first_commune()).filter(pk=article.pk).update(category=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        Article.objects.of(first_commune()).filter(pk=article.pk).update(kind=Kind.PAGE)


def test_the_tree_follows_positions_level_by_level():
    about = make_page("Giới thiệu", position=2)
    late = make_page("Lịch sử", parent=about, position=2)
    first = make_page("Tổng quan", parent=about, position=1)
    below = make_page("Chi tiết", parent=first)
    english = make_page("English", position=1, language="en")

    assert public_tree(first_commune()) == [english, about, first, below, late]


def test_a_translation_is_of_a_vietnamese_page():
    about = make_page("Giới thiệu")
    english = make_page("About", language="en", translation_of=about)

    english.full_clean()
    assert "translation_of" in refused(
        Page(commune=first_commune(), title="Tiếng Việt", translation_of=english, author=about.author)
    )


@pytest.mark.django_db(transaction=True)
def test_two_pages_moved_under_each_other_at_once_do_not_vanish():
    about, other = make_page("Giới thiệu"), make_page("Chính quyền")
    both_read, refused_moves = Barrier(2), []

    def move(page: Page, under: Page) -> None:
        page.parent = under
        both_read.wait(10)
        try:
            with transaction.atomic():
                page.full_clean()
                page.save()
        except ValidationError as refusal:
            refused_moves.append(refusal)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        moves = [threads.submit(move, about, other), threads.submit(move, other, about)]
        [each.result(30) for each in moves]

    assert len(refused_moves) == 1
    assert sorted(path.count("/") for path in Page.objects.of(first_commune()).values_list("path", flat=True)) == [0, 1]
