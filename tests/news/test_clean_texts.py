"""Rich text is clean where it is stored and where it is read, by whatever way it comes."""

from __future__ import annotations

import json
from importlib import import_module

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.template import Context, Template
from django.utils.safestring import SafeString
from hypothesis import given
from hypothesis import strategies as st

from demo.articles import load_articles
from news.models import Article, Autosave, Revision, Status
from richtext import CleanHtml, RichTextEditor, clean_html, cleaned, still_clean
from tests.communes.factories import first_commune
from tests.news.factories import make_article, make_editor, make_writer
from tests.news.test_hostile_texts import stored, write
from tests.news.test_revisions import propose

HOSTILE = '<p onclick="a()">Giữ</p><svg onload="a()"></svg><meta http-equiv="refresh" content="0;url=//x"><form></form>'


def shown(value) -> str:
    return Template("{{ value }}").render(Context({"value": value}))


def test_only_clean_html_is_printed_as_it_is():
    text = cleaned("<p>a</p>")

    assert shown(text) == "<p>a</p>"
    for derived in (text + "<b>", text[:3], text.replace("a", "b"), text.lower()):
        assert type(derived) is str
        assert "&lt;p" in shown(derived)


def test_a_clean_text_is_text_in_the_field_of_the_editor():
    html = RichTextEditor().render("body", cleaned("<p>&lt;img src=x onerror=a()&gt;</p>"))

    assert "&lt;p&gt;&amp;lt;img" in html


@given(st.text(alphabet=st.sampled_from("<>/&\"'=; aáđhrefsctyl\u00a0\u0301"), max_size=60))
def test_what_was_cleaned_once_stays_letter_for_letter(html):
    clean = clean_html(html)

    assert still_clean(still_clean(clean)) == still_clean(clean)
    assert type(still_clean(clean)) is CleanHtml


def test_articles_as_they_are_written_pass_the_second_look_unchanged():
    bodies = [clean_html(article.body) for article in load_articles()]

    assert bodies and [still_clean(body) for body in bodies] == bodies


@pytest.mark.django_db
def test_an_article_gives_clean_text_whatever_was_put_into_it():
    article = make_article(status=Status.DRAFT)
    article.body = HOSTILE

    assert type(article.body) is CleanHtml and article.body == "<p>Giữ</p>"

    for change in (
        lambda: Article.objects.everywhere().update(body=HOSTILE),
        article.save,
        lambda: _bulk_update(article),
    ):
        article.body = HOSTILE
        change()
        assert stored("news_article", article.pk) == "<p>Giữ</p>"

    write("news_article", article.pk, HOSTILE)
    assert Article.objects.everywhere().get(pk=article.pk).body == "<p>Giữ</p>"
    assert Article.objects.everywhere().values_list("body", flat=True).get() == "<p>Giữ</p>"
    assert Article.objects.everywhere().defer("body").get(pk=article.pk).body == "<p>Giữ</p>"


def _bulk_update(article: Article) -> None:
    Article.objects.everywhere().bulk_update([article], ["body"])


@pytest.mark.django_db
def test_the_copies_of_a_text_are_clean_where_they_are_stored_and_where_they_are_read():
    article = make_article(author=make_writer())
    content = {"title": "<b>Tên</b>", "body": HOSTILE}
    revision = propose(article, article.author, body="<p>Mới</p>")
    autosave = Autosave(
        commune=first_commune(), user=make_editor(), article=article, seen_at=article.created_at, content=content
    )
    autosave.save()

    assert autosave.content["body"] == stored("news_autosave", autosave.pk) == "<p>Giữ</p>"
    for change in ({"content": content}, {"content": revision.content | {"body": HOSTILE}}):
        Revision.objects.filter(pk=revision.pk).update(**change)
        assert stored("news_revision", revision.pk) == "<p>Giữ</p>"

    write("news_revision", revision.pk, HOSTILE)
    body = Revision.objects.get(pk=revision.pk).content["body"]
    assert type(body) is CleanHtml and body == "<p>Giữ</p>"
    # A part of the object, picked out by the database, is an ordinary string.
    assert not isinstance(Revision.objects.values_list("content__body", flat=True).get(pk=revision.pk), SafeString)
    assert json.loads(json.dumps(revision.content)) == revision.content


@pytest.mark.django_db
def test_the_migration_cleans_what_was_stored_as_it_came():
    article = make_article(author=make_writer())
    revision = propose(article, article.author, body="<p>Mới</p>")
    autosave = Autosave.objects.create(
        commune=first_commune(), user=article.author, seen_at=article.created_at, content={"body": "", "tags": []}
    )
    for table, row in (("news_article", article), ("news_revision", revision), ("news_autosave", autosave)):
        write(table, row.pk, HOSTILE)
    loader = MigrationExecutor(connection).loader
    cleaning = next(
        each for (_app, name), each in loader.disk_migrations.items() if name.endswith("clean_stored_texts")
    )
    migration, before = import_module(type(cleaning).__module__), loader.project_state(cleaning.dependencies).apps

    with connection.schema_editor() as editor:
        migration.clean_copies(before, editor)
        migration.clean_articles(before, editor)

    for table, row in (("news_article", article), ("news_revision", revision), ("news_autosave", autosave)):
        assert stored(table, row.pk) == "<p>Giữ</p>"
    assert Autosave.objects.everywhere().get(pk=autosave.pk).content == {"body": "<p>Giữ</p>", "tags": []}
