"""Steps for many from the list: the right, the log and the refusal of each article as if it were alone."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from news import rights
from news.models import Action, Article, Category, Revision, Status
from news.newsroom.steps import workflow
from tests.communes.factories import first_commune
from tests.news.factories import make_article, make_category, make_chief, make_editor, make_tag, make_user, make_writer
from tests.news.test_offered import ROLES, STATES, WRITES, World, worlds
from tests.news.test_revisions import client_of, propose
from tests.offered import read_page, undone
from trash.models import TrashItem
from visitors.models import PageHour

pytestmark = pytest.mark.django_db

LIST = reverse("admin:news_article_changelist")


def press(client, name, articles, **answers):
    data = {"action": name, "_selected_action": [article.pk for article in articles], "_answered": "1"} | answers
    return client.post(LIST, data, follow=True)


def told(response) -> str:
    return " ".join(str(message) for message in response.context["messages"])


@pytest.fixture(scope="module", params=ROLES)
def world(request, django_db_setup, django_db_blocker):
    yield from worlds(request, django_db_blocker)


def test_a_step_for_many_is_open_where_the_single_one_is(world: World):
    """Every role, every state, the own article and that of somebody else: one press for each step."""
    person, client = world.person, world.visitor.client
    client.handler.enforce_csrf_checks = False
    target = make_category_once()
    is_publisher = {place: rights.may_in(person, rights.PUBLISH, place) for place in (world.here.pk, target.pk)}

    def may_move(article):
        if article.status in {Status.PUBLISHED, Status.WITHDRAWN}:
            return all(is_publisher.values())
        return rights.may_edit(person, article) and rights.may_in(person, rights.CHANGE, target.pk)

    def may_throw(article):
        never_public = article.status == Status.DRAFT and article.published_at is None
        return never_public and person.has_perm(rights.DELETE) and rights.may_edit(person, article)

    steps = {
        "move": ({"category": target.pk}, may_move, {"category": target}),
        "withdraw": (
            {"notice": "Đã gỡ.", "reason": "Sai"},
            lambda article: Action.WITHDRAW in workflow.steps_open_to(article, person),
            {"withdrawal_notice": "Đã gỡ."},
        ),
        "feature": (
            {},
            lambda article: article.status == Status.PUBLISHED and is_publisher[world.here.pk],
            {"is_featured": True},
        ),
        "throw_selected": ({"reason": "Thừa"}, may_throw, {"trashed__isnull": False}),
        "copy": (
            {},
            lambda _article: rights.may_in(person, rights.WRITE, world.here.pk),
            {"title__endswith": "(bản sao)"},
        ),
    }
    with undone():
        authors = (person, world.somebody) if world.role in WRITES else (world.somebody,)
        made = [STATES[state](author, world.here).pk for state in STATES for author in authors]
        for name, (answers, is_open, mark) in steps.items():
            with undone():
                mine = Article.every_kind.of(first_commune()).workable_by(person).filter(pk__in=made)
                open_to = [article for article in mine.order_by("-pk") if is_open(article)]
                press(client, name, Article.every_kind.of(first_commune()).filter(pk__in=made), **answers)
                found = Article.with_trashed.of(first_commune()).filter(**mark)
                if name == "copy":
                    assert found.filter(author=person).count() == len(open_to)
                else:
                    assert set(found.filter(pk__in=made)) == set(open_to), name
    client.handler.enforce_csrf_checks = True


def make_category_once() -> Category:
    return Category.objects.of(first_commune()).order_by("-pk").first()


def test_each_article_is_told_apart():
    chief = make_chief()
    live, draft = make_article(title="Cầu"), make_article(title="Đập", status=Status.DRAFT)

    response = press(client_of(chief), "withdraw", [live, draft], notice="Bài đã gỡ.", reason="Nhầm số")

    assert "1 bài viết đã gỡ" in told(response)
    assert "“Đập”: " in told(response)
    assert "Cầu" not in told(response)
    step = live.transitions.get()
    assert (step.action, step.made_by, step.reason) == (Action.WITHDRAW, chief, "Nhầm số")


def test_the_form_asks_before_anything_happens():
    live = make_article()
    client = client_of(make_chief())

    asked = client.post(LIST, {"action": "withdraw", "_selected_action": live.pk})
    refused = press(client, "withdraw", [live], notice="", reason="")

    assert 'name="notice"' in asked.content.decode()
    assert refused.context["form"].errors.keys() == {"notice", "reason"}
    live.refresh_from_db()
    assert live.status == Status.PUBLISHED


def test_a_moved_article_is_found_at_both_addresses_and_its_change_waits_where_it_is(client):
    author, chief = make_writer(), make_chief()
    article, target = make_article(author=author), make_category(name="Kinh tế")
    before = article.get_absolute_url()
    propose(article, author, title="Tên mới")
    opened = client_of(chief).get(article.form_address).context["adminform"].form.initial["base_version"]

    press(client_of(chief), "move", [article], category=target.pk)

    moved = Article.objects.everywhere().get(pk=article.pk)
    assert client.get(before)["Location"] == moved.get_absolute_url()
    assert moved.category == target
    assert moved.revisions.proposed().get().content["category_id"] == target.pk
    assert moved.version == opened + 1
    assert moved.transitions.first().action == Action.MOVE
    assert Revision.objects.filter(article=moved, number=moved.version, saved_by=chief).exists()


def test_a_draft_is_given_to_somebody_who_writes_there_and_never_to_approve_the_own_text():
    editor, heir, stranger = make_editor(), make_writer(), make_user("view_article")
    draft = make_article(status=Status.DRAFT)
    own, of_a_publisher = (make_article(status=Status.DRAFT, author=a) for a in (editor, make_editor()))

    refused = press(client_of(editor), "assign", [draft], author=stranger.pk)
    response = press(client_of(editor), "assign", [draft, own, of_a_publisher], author=heir.pk)

    assert "không viết" in told(refused)
    assert [
        a.author
        for a in Article.objects.everywhere().filter(pk__in=[draft.pk, own.pk, of_a_publisher.pk]).order_by("pk")
    ] == [
        heir,
        editor,
        of_a_publisher.author,
    ]
    assert told(response).count("tự duyệt") == 2
    assert draft.transitions.get().action == Action.ASSIGN


def test_a_copy_has_the_words_and_the_tags_and_begins_as_a_draft():
    writer, tag = make_writer(), make_tag()
    article = make_article(author=writer, title="Lịch tiêm chủng", is_featured=True)
    article.tags.add(tag)

    client = client_of(writer)
    page = read_page(client.get(article.form_address).content.decode(), article.form_address)
    form = next(form for form in page.forms if ("action", "copy") in form.fields)

    response = form.press(client, form.buttons[0])

    copy = Article.objects.everywhere().get(title="Lịch tiêm chủng (bản sao)")
    assert (copy.status, copy.author, copy.body, copy.is_featured) == (Status.DRAFT, writer, article.body, False)
    assert (list(copy.tags.all()), copy.revisions.count(), copy.published_at) == ([tag], 1, None)
    assert response["Location"] == copy.form_address


def test_views_of_the_list_and_its_numbers(django_assert_max_num_queries):
    editor = make_editor()
    own = make_article(author=editor, title="Của mình", status=Status.DRAFT)
    waiting = make_article(title="Chờ duyệt", status=Status.REVIEW)
    later = make_article(title="Hẹn giờ", published_at=timezone.now() + timedelta(days=1))
    gone = make_article(title="Hết hạn", expires_at=timezone.now() - timedelta(minutes=5))
    PageHour.objects.create(
        commune=first_commune(), hour_at=timezone.now() - timedelta(days=3), page=f"article:{gone.pk}", views=1234
    )
    client = client_of(editor)

    for view, article in {"cua-toi": own, "cho-toi": waiting, "hen-gio": later, "het-han": gone}.items():
        assert [row.pk for row in client.get(LIST, {"xem": view}).context["cl"].result_list] == [article.pk], view
    with django_assert_max_num_queries(30):
        assert "1.234" in client.get(LIST).content.decode()
    response = client.post(LIST, {"action": "export", "_selected_action": [own.pk, gone.pk]})
    rows = list(load_workbook(BytesIO(response.content)).active.values)
    assert [row[0] for row in rows if row[0] in {"Của mình", "Hết hạn"}] == ["Hết hạn", "Của mình"]
    assert 1234 in {cell for row in rows for cell in row}


def test_a_category_is_deleted_when_its_articles_are_told_where_to_go(client):
    chief = make_user("delete_category", "view_category", "change_category", "view_article")
    old, target = make_category(name="Cũ", slug="cu"), make_category(name="Mới", slug="moi")
    live, draft = make_article(category=old), make_article(category=old, status=Status.DRAFT)
    draft.trashed = TrashItem.objects.create(commune=first_commune(), kind="news.article", title="x", reason="y")
    draft.save()
    address = reverse("admin:news_category_delete", args=[old.pk])
    staff = client_of(chief)

    asked = staff.get(address).content.decode()
    staff.post(address, {"post": "yes"})
    assert "Chuyển 2 bài viết" in asked
    assert Category.objects.everywhere().filter(pk=old.pk).exists()
    response = staff.post(address, {"target": target.pk}, follow=True)

    assert "2 bài viết" in told(response)
    assert set(Article.with_trashed.of(first_commune()).filter(category=target)) == {live, draft}
    assert not Category.objects.everywhere().filter(pk=old.pk).exists()
    assert client.get("/cu/")["Location"] == "/moi/"
    assert client.get(f"/cu/{live.slug}-{live.pk}/")["Location"] == f"/moi/{live.slug}-{live.pk}/"
    assert live.transitions.get().reason == "Cũ → Mới"
