"""Categories under others: one level, whose articles the page and the feed of the parent show too."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from news import rights
from news.admin.places import CategoryForm
from news.models import Category, Status
from news.public.views import article_detail, category_list
from tests.news.factories import EDITOR, make_article, make_category, make_chief, make_user
from tests.news.test_pages import CHROME_QUERIES, queries_of
from tests.news.test_permissions import make_member
from tests.news.test_revisions import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def parent() -> Category:
    return make_category(name="Kinh tế", slug="kinh-te")


@pytest.fixture
def child(parent) -> Category:
    return make_category(name="Nông nghiệp", slug="nong-nghiep", parent=parent, is_in_menu=False)


def titles(response) -> list[str]:
    return [article.title for article in response.context["page"].object_list]


def test_the_parent_shows_the_articles_of_both_the_newest_first(client, parent, child):
    now = timezone.now()
    for hours, (title, category) in enumerate(
        [("Lúa mùa", child), ("Chợ phiên", parent), ("Cà phê", child), ("Ở nơi khác", make_category())]
    ):
        make_article(title=title, category=category, published_at=now - timedelta(hours=hours))
    make_article(title="Bản nháp", category=child, status=Status.DRAFT, published_at=None)

    page = client.get("/kinh-te/")

    assert titles(page) == ["Lúa mùa", "Chợ phiên", "Cà phê"]
    assert 'href="/nong-nghiep/"' in page.content.decode()
    assert titles(client.get("/nong-nghiep/")) == ["Lúa mùa", "Cà phê"]
    feed = client.get("/kinh-te/rss/").content.decode()
    assert [title in feed for title in ("Lúa mùa", "Chợ phiên", "Ở nơi khác", "Bản nháp")] == [True, True, False, False]
    found = client.get(reverse("news:search"), {"chuyen-muc": "kinh-te"})
    assert titles(found) == ["Lúa mùa", "Chợ phiên", "Cà phê"]


def test_an_article_below_stands_at_a_flat_address_and_names_both(client, child):
    article = make_article(category=child)

    page = client.get(article.get_absolute_url())

    assert article.get_absolute_url().startswith("/nong-nghiep/")
    way = page.content.decode().partition('class="trail"')[2].partition("</nav>")[0]
    assert way.index("/kinh-te/") < way.index("/nong-nghiep/")


def test_the_level_costs_no_query(parent, child):
    article = make_article(category=child)
    kwargs = {"category_slug": child.slug, "slug": article.slug, "pk": article.pk}

    assert len(queries_of(article_detail, article.get_absolute_url(), **kwargs)) - CHROME_QUERIES <= 4
    assert len(queries_of(category_list, "/kinh-te/", slug="kinh-te")) - CHROME_QUERIES <= 3


def test_there_is_one_level_in_the_form_and_in_the_database(parent, child):
    below = Category(commune=parent.commune, name="Lúa", parent=child)
    parent.parent = make_category()

    for wrong in (below, parent):
        with pytest.raises(ValidationError) as refusal:
            wrong.full_clean()
        assert list(refusal.value.message_dict) == ["parent"]
        with pytest.raises(IntegrityError, match="one_level"), transaction.atomic():
            wrong.save()
            connection.check_constraints()


def test_of_two_who_save_contradictory_parents_the_second_is_told(parent, child, monkeypatch):
    """The parent goes under another category between the choice of it and the look at its place."""
    client, other = client_of(make_chief()), make_category()
    below = make_category(name="Lúa")
    choose = CategoryForm.clean

    def clean(form):
        Category.objects.of(parent.commune_id).filter(pk=child.pk).update(parent=None)
        Category.objects.of(parent.commune_id).filter(pk=parent.pk).update(parent=other)
        return choose(form)

    monkeypatch.setattr(CategoryForm, "clean", clean)
    address = reverse("admin:news_category_change", args=[below.pk])
    data = {"name": "Lúa", "slug": below.slug, "parent": parent.pk, "position": 0}

    with CaptureQueriesContext(connection) as queries:
        page = client.post(address, data)

    assert page.context["adminform"].form.errors.keys() == {"parent"}
    assert any("NO KEY UPDATE" in query["sql"] and str(parent.pk) in query["sql"] for query in queries)


def test_whoever_works_in_the_parent_works_below_it(parent, child):
    other = make_category()
    editor = make_member(EDITOR, [parent])

    assert rights.categories_of(editor, rights.PUBLISH) == {parent.pk, child.pk}
    people = type(editor).objects.filter(pk=editor.pk)
    places = (parent, child, other)
    assert [rights.holders(people, rights.PUBLISH, place.commune_id, place.pk).exists() for place in places] == [
        True,
        True,
        False,
    ]


def test_choices_show_the_level_and_a_filter_takes_it_along(parent, child):
    article = make_article(category=child, title="Lúa mùa")
    client = client_of(make_chief())

    form = client.get(reverse("admin:news_article_add")).content.decode()
    listed = client.get(reverse("admin:news_article_changelist"), {"category__id__exact": parent.pk})
    names = client.get(reverse("admin:news_category_changelist")).content.decode()
    group = client_of(make_user("add_groupscope")).get(reverse("admin:news_groupscope_add")).content.decode()

    assert "Kinh tế › Nông nghiệp</option>" in form and "Kinh tế › Nông nghiệp</option>" in group
    assert [row.pk for row in listed.context["cl"].result_list] == [article.pk]
    assert names.index("Kinh tế</a>") < names.index("Kinh tế › Nông nghiệp</a>")


def test_what_stood_under_a_deleted_category_stands_at_the_top(parent, child):
    parent.delete()

    assert Category.objects.of(child.commune_id).get(pk=child.pk).parent is None
