"""Who may open and do what, in the own categories and in others: every side view like the form itself."""

from __future__ import annotations

import json

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractUser, Group, Permission
from django.test import Client
from django.urls import reverse

from news import rights
from news.models import GroupScope, Status
from news.newsroom.steps import workflow
from tests.communes.factories import first_commune, join, working
from tests.news.factories import CHIEF, EDITOR, WRITER, make_article, make_category, make_user, make_writer
from tests.news.test_revisions import client_of, propose

pytestmark = pytest.mark.django_db


def make_member(codenames, categories=None) -> AbstractUser:
    """A member of staff whose group holds the permissions, in `categories` only if any are given."""
    user = make_user()
    group = Group.objects.create(name=f"Nhóm của {user.username}")
    group.permissions.set(
        Permission.objects.filter(content_type__app_label__in=["news", "library"], codename__in=codenames)
    )
    if categories is not None:
        GroupScope.objects.create(commune=first_commune(), group=group).categories.set(categories)
    join(user, group)
    return working(get_user_model().objects.get(pk=user.pk))


def get(name, *extra, query=None):
    def visit(client: Client, article):
        return client.get(reverse(name, args=[article.pk, *extra]), query)

    return visit


def post(name, *extra, data=None):
    def visit(client: Client, article):
        return client.post(reverse(name, args=[article.pk, *extra]), data or {})

    return visit


def autosave(client: Client, article):
    message = json.dumps({"article": article.pk, "version": 1, "content": {"title": "x"}})
    return client.post(reverse("admin:news_article_autosave"), message, content_type="application/json")


def discard(client: Client, article):
    message = json.dumps({"article": article.pk})
    return client.post(reverse("admin:news_article_autosave_discard"), message, content_type="application/json")


def preview(client: Client, article):
    return client.get(article.get_absolute_url())


# view → what it answers to: (own author, reviewer/publisher of the category, publisher of another
# category, writer of the category who is not the author, staff without rights, citizen)
VIEWS = {
    "form": (get("admin:news_article_change"), (200, 200, 404, 404, 403, 302)),
    "preview": (preview, (200, 200, 404, 404, 404, 404)),
    "history": (get("admin:news_article_history"), (200, 200, 404, 404, 404, 302)),
    "compare": (get("admin:news_article_compare", query={"cu": "1", "moi": "1"}), (200, 200, 404, 404, 404, 302)),
    "restore": (post("admin:news_article_restore", 1), (302, 302, 404, 404, 404, 302)),
    "autosave": (autosave, (200, 200, 404, 404, 404, 302)),
    "share": (get("admin:news_article_share"), (200, 200, 404, 404, 404, 302)),
    "share revoke": (post("admin:news_article_share_revoke", 1), (404, 404, 404, 404, 404, 302)),
    "withdraw step": (get("admin:news_article_step", "withdraw"), (403, 403, 404, 404, 404, 302)),
    "discard of unsaved work": (discard, (200, 200, 404, 404, 404, 302)),
    "new link": (
        post("admin:news_article_share", data={"recipient": "x", "days": "7"}),
        (200, 200, 404, 404, 404, 302),
    ),
    "schedule step": (get("admin:news_article_step", "schedule"), (403, 200, 404, 404, 404, 302)),
    "force step": (get("admin:news_article_step", "force"), (403, 403, 404, 404, 404, 302)),
    "decline step": (get("admin:news_article_step", "decline"), (403, 403, 404, 404, 404, 302)),
    "saving": (post("admin:news_article_change"), (200, 200, 404, 404, 403, 302)),
    "deletion": (get("admin:news_article_delete"), (403, 200, 404, 403, 403, 302)),
    "return step": (get("admin:news_article_step", "return"), (403, 403, 404, 404, 404, 302)),
}
ROLES = ("author", "editor here", "editor elsewhere", "other writer", "staff", "citizen")


@pytest.fixture
def scene():
    here, elsewhere = make_category(), make_category()
    author = make_member(WRITER, [here])
    article = make_article(status=Status.DRAFT, author=author, category=here)
    from news.drafts.revisions import save_draft

    save_draft(article, author, 1)
    people = {
        "author": author,
        "editor here": make_member(EDITOR, [here]),
        "editor elsewhere": make_member(EDITOR, [elsewhere]),
        "other writer": make_member(WRITER, [here]),
        "staff": make_user(),
        "citizen": None,
    }
    return article, people


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("view", VIEWS)
def test_every_view_checks_the_same_right(scene, view, role):
    article, people = scene
    visit, expected = VIEWS[view]
    client = client_of(people[role]) if people[role] else Client()

    response = visit(client, article)

    assert response.status_code == expected[ROLES.index(role)]
    if role == "citizen" and response.status_code == 302:
        assert "login" in response["Location"]


def test_a_group_publishes_in_its_categories_only():
    here, elsewhere = make_category(), make_category()
    editor = make_member(EDITOR, [here])

    workflow.publish(make_article(status=Status.REVIEW, category=here), editor)

    with pytest.raises(workflow.PermissionDenied):
        workflow.publish(make_article(status=Status.REVIEW, category=elsewhere), editor)


def test_a_group_without_limits_works_everywhere():
    assert rights.categories_of(make_member(EDITOR), rights.PUBLISH) is None
    assert rights.categories_of(make_member(EDITOR, []), rights.PUBLISH) == set()


def test_rights_of_two_groups_add_up():
    here, there = make_category(), make_category()
    user = make_member(EDITOR, [here])
    group = Group.objects.create(name="Hai")
    group.permissions.set(Permission.objects.filter(codename__in=WRITER, content_type__app_label="news"))
    GroupScope.objects.create(commune=first_commune(), group=group).categories.set([there])
    join(user, group)
    user = working(get_user_model().objects.get(pk=user.pk))

    assert rights.categories_of(user, rights.PUBLISH) == {here.pk}
    assert rights.categories_of(user, rights.WRITE) == {here.pk, there.pk}


def test_the_form_offers_and_takes_only_the_own_categories():
    here, elsewhere = make_category(), make_category()
    client = client_of(make_member(WRITER, [here]))
    from tests.news.test_admin import form_data

    html = client.get(reverse("admin:news_article_add")).content.decode()
    response = client.post(reverse("admin:news_article_add"), form_data(category=elsewhere.pk))

    assert here.name in html and elsewhere.name not in html
    assert response.status_code == 200


def test_messages_go_to_publishers_of_the_category_only():
    here, elsewhere = make_category(), make_category()
    mine, _other, everywhere = make_member(EDITOR, [here]), make_member(EDITOR, [elsewhere]), make_member(CHIEF)

    found = rights.holders(get_user_model().objects.all(), rights.PUBLISH, here.commune_id, here.pk)

    assert set(found) == {mine, everywhere}


def test_an_editor_elsewhere_cannot_approve_a_change():
    here, elsewhere = make_category(), make_category()
    author = make_writer()
    article = make_article(author=author, category=here)
    propose(article, author, title="Mới")

    with pytest.raises(workflow.PermissionDenied):
        workflow.approve_change(article, make_member(EDITOR, [elsewhere]))


def test_a_change_into_another_category_needs_the_right_there():
    here, elsewhere = make_category(), make_category()
    author, editor = make_member(WRITER), make_member(EDITOR, [here])
    article = make_article(author=author, category=here)
    propose(article, author, category=elsewhere)

    with pytest.raises(workflow.PermissionDenied):
        workflow.approve_change(article, editor)


def test_rights_are_asked_once_per_request(django_assert_max_num_queries):
    user = make_member(EDITOR, [make_category()])
    articles = [make_article() for _ in range(5)]
    rights.may_edit(user, articles[0])

    with django_assert_max_num_queries(0):
        for article in articles:
            rights.may_edit(user, article)


def test_visible_to_agrees_with_workable_by_on_drafts():
    from news.models import Article

    here, elsewhere = make_category(), make_category()
    drafts = [make_article(status=Status.DRAFT, category=category) for category in (here, elsewhere)]
    editor = make_member(EDITOR, [here])

    assert set(Article.objects.everywhere().visible_to(editor)) == {drafts[0]}
    assert set(Article.objects.everywhere().workable_by(editor)) == {drafts[0]}


SIDE_VIEWS = {
    "agenda": ("get", "admin:news_article_agenda", (200, 200, 403)),
    "reports": ("get", "admin:news_article_reports", (403, 200, 403)),
    "picture picker": ("get", "admin:library_picture_pick", (200, 200, 403)),
    "several pictures": ("get", "admin:library_picture_add_many", (200, 200, 403)),
    "picture list": ("get", "admin:library_picture_changelist", (200, 200, 403)),
    # A refused picture is a sentence in a 200, the only answer whose words the editor shows.
    "picture upload": ("post", "library:picture_upload", (200, 200, 403)),
    "article list": ("get", "admin:news_article_changelist", (200, 200, 403)),
    "new article": ("get", "admin:news_article_add", (200, 200, 403)),
    "order of featured": ("get", "admin:news_featuredarticle_changelist", (403, 200, 403)),
    "broken links": ("get", "admin:news_link_changelist", (403, 200, 403)),
    "export of reports": ("get", "admin:news_article_reports", (403, 200, 403), {"tep": "xlsx"}),
    "document library": ("get", "admin:library_document_changelist", (200, 200, 403)),
    "new document": ("get", "admin:library_document_add", (403, 403, 403)),
    "new picture": ("get", "admin:library_picture_add", (200, 200, 403)),
    "checklist": ("post", "admin:news_article_check", (400, 400, 403)),
    "repair": ("post", "admin:news_article_repair", (400, 400, 403)),
    "autosave": ("post", "admin:news_article_autosave", (400, 400, 400)),
    "categories": ("get", "admin:news_category_changelist", (403, 403, 403)),
    "tags": ("get", "admin:news_tag_changelist", (403, 403, 403)),
    "addresses not found": ("get", "admin:news_missingpage_changelist", (403, 403, 403)),
    "searches without result": ("get", "admin:news_searchmiss_changelist", (403, 403, 403)),
    "redirects": ("get", "admin:news_redirect_changelist", (403, 403, 403)),
    "import of redirects": ("get", "admin:news_redirect_import", (403, 403, 403)),
    "groups": ("get", "admin:news_groupscope_changelist", (403, 403, 403)),
}


@pytest.mark.parametrize("name", SIDE_VIEWS)
def test_views_without_an_article_check_rights_too(name):
    method, address, expected, *query = SIDE_VIEWS[name]
    people = (make_member(WRITER), make_member(EDITOR), make_user())

    answers = tuple(getattr(client_of(person), method)(reverse(address), *query).status_code for person in people)

    assert answers == expected
    assert getattr(Client(), method)(reverse(address)).status_code in {302, 403}
