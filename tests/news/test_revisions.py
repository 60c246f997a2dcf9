from __future__ import annotations

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.urls import reverse

from news.drafts import revisions
from news.drafts.comparison import compare, compare_words
from news.models import Article, Autosave, GroupScope, Revision, RevisionState, Status, Tag
from news.newsroom.steps import workflow
from tests.communes.factories import first_commune, join
from tests.news.factories import (
    make_article,
    make_category,
    make_chief,
    make_editor,
    make_picture,
    make_user,
    make_writer,
)
from tests.news.test_admin import form_data, messages_of
from tests.offered import read_page

pytestmark = pytest.mark.django_db


def client_of(user) -> Client:
    client = Client()
    client.force_login(user, backend="communes.work.MembershipBackend")
    return client


def change_address(article) -> str:
    return reverse("admin:news_article_change", args=[article.pk])


def propose(article, user, **changes) -> Revision:
    changed = Article.every_kind.everywhere().get(pk=article.pk)
    for name, value in changes.items():
        setattr(changed, name, value)
    return revisions.propose_change(changed, user, changed.version, is_major=bool(changes.get("note")), note="")


def test_every_save_is_a_revision():
    writer = make_writer()
    client = client_of(writer)
    client.post(reverse("admin:news_article_add"), form_data(category=make_category().pk, title="Một", _continue="1"))
    article = Article.objects.everywhere().get()

    client.post(change_address(article), form_data(category=article.category_id, title="Hai", _continue="1"))

    assert [revision.content["title"] for revision in article.revisions.all()] == ["Hai", "Một"]


def test_the_second_of_two_savers_gets_both_texts_and_overwrites_nothing():
    author, editor = make_writer(), make_editor()
    article = make_article(status=Status.DRAFT, author=author, title="Gốc")
    first, second = client_of(author), client_of(editor)

    first.post(change_address(article), form_data(category=article.category_id, title="Bản của tác giả"))
    response = second.post(change_address(article), form_data(category=article.category_id, title="Bản của biên tập"))

    html = response.content.decode()
    article.refresh_from_db()
    assert response.status_code == 409
    assert article.title == "Bản của tác giả"
    assert "Bản của biên tập" in html and "Bản của tác giả" in html
    assert Autosave.objects.everywhere().get(user=editor).content["title"] == "Bản của biên tập"


def test_after_a_conflict_the_own_text_can_be_saved_as_the_newest():
    article = make_article(status=Status.DRAFT)
    client = client_of(make_editor())
    Article.objects.everywhere().filter(pk=article.pk).update(version=2)

    data = form_data(category=article.category_id, title="Của tôi")
    assert client.post(change_address(article), data).status_code == 409
    client.post(change_address(article), data | {"base_version": "2"})

    article.refresh_from_db()
    assert article.title == "Của tôi"
    assert article.version == 3


def test_a_form_without_its_version_is_refused():
    article = make_article(status=Status.DRAFT, title="Cũ")

    client_of(make_editor()).post(
        change_address(article), form_data(category=article.category_id, title="Mới", base_version="")
    )

    article.refresh_from_db()
    assert article.title == "Cũ"


def test_the_public_text_changes_only_when_somebody_else_approves(client):
    author, editor = make_writer(), make_editor()
    article = make_article(author=author, title="Cũ")
    propose(article, author, title="Mới")
    assert "Mới" not in client.get(article.get_absolute_url()).content.decode()

    workflow.approve_change(article, editor)

    article.refresh_from_db()
    assert article.title == "Mới"
    assert "Mới" in client.get(article.get_absolute_url()).content.decode()
    assert article.revisions.first().state == RevisionState.APPROVED


def test_an_editor_approves_a_change_with_the_button_under_its_form():
    author, editor = make_writer(), make_editor()
    article = make_article(author=author, title="Cũ")
    data = form_data(category=article.category_id, title="Mới", body="<p>a</p><p>b</p>", is_major="on", note="Sửa")
    client_of(author).post(change_address(article), data)
    article.refresh_from_db()

    when = {"published_at_0": "01/11/2026", "published_at_1": "08:00"}
    as_the_editor_sends_it = data | when | {"body": "<p>a</p>\r\n\r\n<p>b</p>\r\n", "base_version": article.version}
    client_of(editor).post(change_address(article), as_the_editor_sends_it | {"_step": "change"})

    article.refresh_from_db()
    assert article.title == "Mới"
    assert article.revisions.get(state=RevisionState.APPROVED).saved_by == author


def test_the_proposer_takes_the_change_back_and_an_editor_declines_it():
    author, editor = make_writer(), make_editor()
    article = make_article(author=author)
    propose(article, author, title="Mới")

    buttons = [client_of(user).get(change_address(article)).content.decode() for user in (author, editor)]

    assert ["Rút bản sửa…" in html for html in buttons] == [True, False]
    assert ["Không duyệt bản sửa…" in html for html in buttons] == [False, True]


def test_the_publication_time_of_what_is_public_cannot_be_emptied():
    article = make_article()

    response = client_of(make_editor()).post(change_address(article), form_data(category=article.category_id))

    assert list(response.context["adminform"].form.errors) == ["published_at"]


def test_nobody_approves_the_own_change_unless_forced_and_then_it_is_flagged():
    editor, chief = make_editor(), make_chief()
    article = make_article()
    propose(article, editor, title="Mới")
    with pytest.raises(workflow.StepError):
        workflow.approve_change(article, editor)
    workflow.decline_change(article, editor, "thôi")

    propose(article, chief, title="Gấp")
    workflow.approve_change(article, chief)

    article.refresh_from_db()
    assert article.title == "Gấp"
    assert article.is_forced


def test_a_newer_proposal_replaces_the_older_which_stays_in_the_history():
    author = make_writer()
    article = make_article(author=author)
    propose(article, author, title="Một")
    propose(article, author, title="Hai")

    assert article.revisions.proposed().get().content["title"] == "Hai"
    assert article.revisions.filter(state=RevisionState.SUPERSEDED).get().content["title"] == "Một"


def test_a_major_change_is_told_with_its_note(client):
    author, editor = make_writer(), make_editor()
    article = make_article(author=author)
    data = form_data(category=article.category_id, title="Mới", is_major="on", note="Sửa số hộ nghèo.")
    client_of(author).post(change_address(article), data)
    workflow.approve_change(article, editor)

    html = client.get(article.get_absolute_url()).content.decode()

    assert "Sửa số hộ nghèo." in html
    assert 'id="changes"' in html


def test_a_minor_change_is_silent(client):
    author, editor = make_writer(), make_editor()
    article = make_article(author=author)
    propose(article, author, title="Mới")
    workflow.approve_change(article, editor)

    assert 'id="changes"' not in client.get(article.get_absolute_url()).content.decode()


def test_a_major_change_needs_a_note():
    article = make_article()

    response = client_of(make_editor()).post(
        change_address(article), form_data(category=article.category_id, title="Mới", is_major="on")
    )

    assert response.status_code == 200
    assert not article.revisions.proposed().exists()


def test_saving_a_published_article_unchanged_proposes_nothing():
    article = make_article(title="T", summary="S", body="<p>B</p>")

    client_of(make_editor()).post(
        change_address(article),
        form_data(
            category=article.category_id,
            title="T",
            summary="S",
            body="<p>B</p>",
            is_featured="on",
            published_at_0="2024-03-28",
            published_at_1="14:28",
        ),
    )

    article.refresh_from_db()
    assert article.is_featured
    assert not article.revisions.exists()


def test_an_old_text_comes_back_as_a_new_revision():
    author = make_writer()
    article = make_article(status=Status.DRAFT, author=author, title="Một")
    client = client_of(author)
    client.post(change_address(article), form_data(category=article.category_id, title="Hai"))

    client.post(reverse("admin:news_article_restore", args=[article.pk, 1]))

    article.refresh_from_db()
    assert article.title == "Một"
    assert article.revisions.count() == 3


def test_restoring_a_published_article_waits_for_approval():
    author, editor = make_writer(), make_editor()
    article = make_article(author=author, title="Một")
    propose(article, author, title="Hai")
    workflow.approve_change(article, editor)

    client_of(editor).post(reverse("admin:news_article_restore", args=[article.pk, 1]))

    article.refresh_from_db()
    assert article.title == "Hai"
    assert article.revisions.proposed().get().content["title"] == "Một"


def test_comparison_marks_words():
    pieces = compare_words("Xã có 45 hộ nghèo", "Xã có 54 hộ nghèo")

    assert [(piece.kind, piece.text.strip()) for piece in pieces if piece.kind != "same"] == [
        ("removed", "45"),
        ("added", "54"),
    ]


def test_comparison_names_the_fields_that_differ_and_shows_pictures():
    old = revisions.content_of(make_article(title="Một", body="<p>a</p><p>b</p>"))
    new = old | {"body": '<p>a</p><p>c</p><p><img src="/media/x.png" alt="Cầu treo"></p>'}

    changes = compare(old, new, first_commune().pk)

    assert len(changes) == 1
    added = "".join(piece.text for piece in changes[0].pieces if piece.kind == "added")
    assert "c" in added and "[Cầu treo]" in added


def test_comparison_shows_another_picture_of_the_same_name():
    old = revisions.content_of(make_article(body='<p>a</p><p><img src="/media/cu.png" alt="Cầu"></p>'))
    new = old | {"body": old["body"].replace("cu.png", "moi.png")}

    (change,) = compare(old, new, first_commune().pk)

    assert [picture.address for picture in change.removed_pictures] == ["/media/cu.png"]
    assert [picture.address for picture in change.added_pictures] == ["/media/moi.png"]


def test_comparison_shows_another_cover():
    first, second = make_picture(alt="Cầu cũ"), make_picture(alt="Cầu mới")
    old = revisions.content_of(make_article(cover=first, cover_alt="x"))

    (change,) = compare(old, old | {"cover_id": second.pk}, first_commune().pk)

    assert [picture.alt for picture in change.removed_pictures] == ["Cầu cũ"]
    assert [picture.alt for picture in change.added_pictures] == ["Cầu mới"]


def test_comparison_says_when_only_the_formatting_differs():
    old = revisions.content_of(make_article(body="<p>Thông báo</p>"))

    (change,) = compare(old, old | {"body": "<p><strong>Thông báo</strong></p>"}, first_commune().pk)

    assert change.is_only_formatting


def test_the_history_of_an_article_that_came_without_revisions_shows():
    article = make_article()

    response = client_of(make_editor()).get(reverse("admin:news_article_history", args=[article.pk]))

    assert response.status_code == 200


def test_any_two_texts_can_be_chosen_for_comparison():
    author = make_writer()
    article = make_article(author=author)
    for number in range(3):
        propose(article, author, title=f"Bản {number}")

    html = client_of(author).get(reverse("admin:news_article_history", args=[article.pk])).content.decode()

    for name in ("cu", "moi"):
        for number in (1, 2, 3, 4):
            assert f'name="{name}" value="{number}"' in html


def test_history_and_comparison_pages_show(django_assert_max_num_queries):
    author, editor = make_writer(), make_editor()
    article = make_article(author=author, title="Một")
    for number in range(5):
        propose(article, author, title=f"Bản {number}")
    client = client_of(editor)

    with django_assert_max_num_queries(12):
        history = client.get(reverse("admin:news_article_history", args=[article.pk]))
    comparison = client.get(reverse("admin:news_article_compare", args=[article.pk]), {"cu": "1", "moi": "6"})

    assert history.status_code == comparison.status_code == 200
    assert "<ins>Bản 4" in comparison.content.decode()


@pytest.mark.parametrize("query", [{}, {"cu": "1"}, {"cu": "x", "moi": "1"}, {"cu": "99", "moi": "1"}])
def test_comparison_with_unknown_versions_is_not_found(query):
    article = make_article()

    response = client_of(make_editor()).get(reverse("admin:news_article_compare", args=[article.pk]), query)

    assert response.status_code == 404


def scoped_writer(category):
    """Somebody who writes in `category` alone."""
    group = Group.objects.create(name="Phóng viên một mục")
    group.permissions.set(Permission.objects.filter(codename__in=["view_article", "change_article"]))
    GroupScope.objects.create(commune=first_commune(), group=group).categories.add(category)
    user = make_user()
    join(user, group)
    return user


def test_an_old_text_does_not_carry_the_article_where_its_writer_has_no_right():
    here, elsewhere = make_category(name="Văn hoá"), make_category()
    writer = scoped_writer(here)
    article = make_article(status=Status.DRAFT, author=writer, category=elsewhere, title="Một")
    revisions.save_draft(article, writer, 1)
    article.category, article.title = here, "Hai"
    revisions.save_draft(article, writer, 2)

    response = client_of(writer).post(reverse("admin:news_article_restore", args=[article.pk, 2]))

    article.refresh_from_db()
    assert (article.title, article.category) == ("Một", here)
    assert "Bài vẫn ở chuyên mục “Văn hoá”" in messages_of(response)


def test_an_old_text_goes_back_to_its_category_with_the_right():
    here, elsewhere = make_category(), make_category()
    editor = make_editor()
    article = make_article(status=Status.DRAFT, category=elsewhere)
    revisions.save_draft(article, editor, 1)
    article.category = here
    revisions.save_draft(article, editor, 2)

    client_of(editor).post(reverse("admin:news_article_restore", args=[article.pk, 2]))

    article.refresh_from_db()
    assert article.category == elsewhere


def test_the_category_of_a_change_that_waits_can_be_left_by_one_who_does_not_write_there():
    here, elsewhere = make_category(), make_category()
    writer = scoped_writer(here)
    article = make_article(author=writer, category=here)
    propose(article, make_chief(), title="Mới", category=elsewhere)

    html = client_of(writer).get(change_address(article)).content.decode()
    form = next(form for form in read_page(html, change_address(article)).forms if "title" in form.kinds)
    response = form.press(client_of(writer), form.buttons[0], summary="Thêm một câu.")

    assert response.status_code == 302
    content = article.revisions.proposed().get().content
    assert (content["category_id"], content["summary"]) == (elsewhere.pk, "Thêm một câu.")


def test_a_refused_form_keeps_every_tag_and_related_article():
    author = make_writer()
    article = make_article(author=author, status=Status.DRAFT)
    tags = [str(Tag.objects.create(commune=first_commune(), name=name, slug=name).pk) for name in ("lua", "ca", "go")]
    others = [str(make_article(title=f"Bài kèm {number}").pk) for number in range(2)]
    Article.objects.everywhere().filter(pk=article.pk).update(status=Status.REVIEW)

    data = form_data(category=article.category_id, title="Viết khi đã gửi", tags=tags, related=others)
    response = client_of(author).post(change_address(article), data)

    kept = Autosave.objects.everywhere().get(user=author).content
    assert response.status_code == 403
    assert (kept["title"], kept["tags"], kept["related"]) == ("Viết khi đã gửi", tags, others)
    assert kept["related:words"] == ["Bài kèm 0", "Bài kèm 1"]
