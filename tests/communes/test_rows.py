"""Every row belongs to one commune, and no query reads another's by accident."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction
from django.db.models import Exists, OuterRef

from communes.rows import CommuneKey, UnboundQueryError, path_to_commune
from news.models import Article, Attachment, Autosave, Category, GroupScope, Tag
from tests.communes.factories import first_commune, make_commune
from tests.news.factories import make_article, make_category, make_picture, make_tag, make_writer

pytestmark = pytest.mark.django_db

# How a query names the commune of a row. "commune" is a key of its own.
KNOWN = {
    "alerts.Alert": "commune",
    "home.Placement": "commune",
    "library.Document": "commune",
    "library.Picture": "commune",
    "library.Recording": "commune",
    "menus.Agency": "commune",
    "menus.Banner": "commune",
    "menus.MenuItem": "commune",
    "menus.Service": "commune",
    "menus.SocialLink": "commune",
    "news.Article": "commune",
    "news.Attachment": "article__commune",
    "news.Autosave": "commune",
    "news.Category": "commune",
    "news.GroupScope": "commune",
    "news.Link": "article__commune",
    "news.LinkReading": "article__commune",
    "news.MissingPage": "commune",
    "news.NewsroomRules": "commune",
    "news.PersonScope": "commune",
    "news.OutsideLink": "commune",
    "news.Redirect": "commune",
    "news.Revision": "article__commune",
    "news.SearchMiss": "commune",
    "news.ShareLink": "article__commune",
    "news.Tag": "commune",
    "news.Transition": "article__commune",
    "procedures.LifeEvent": "commune",
    "procedures.Procedure": "commune",
    "procedures.ProcedurePaper": "procedure__commune",
    "offices.Office": "commune",
    "offices.Person": "commune",
    "offices.Post": "commune",
    "offices.Village": "commune",
    "schedules.Absence": "reception__commune",
    "schedules.ConfirmedYear": "commune",
    "schedules.Holiday": "commune",
    "schedules.HoursException": "commune",
    "schedules.OpeningHours": "commune",
    "schedules.Reception": "commune",
    "schedules.WorkItem": "week__commune",
    "schedules.WorkWeek": "commune",
    "search.PromotedAnswer": "commune",
    "search.Synonym": "commune",
    "search.Term": "commune",
    "trash.TrashItem": "commune",
}
# Of no commune, and why.
OF_THE_DEPLOYMENT = {
    "accounts.FactorReset": "of an account, wherever its owner works",
    "accounts.FailureCount": "guesses know no commune",
    "accounts.KnownNetwork": "of an account, wherever its owner works",
    "accounts.OneTimeLink": "of an account, wherever its owner works, or of the first administrator of the deployment",
    "accounts.User": "a person may work for several",
    "admin.LogEntry": "what a person did, wherever that was",
    "auth.Group": "what its members may do is the same everywhere; where they may is their membership",
    "auth.Permission": "a right is the same everywhere",
    "communes.Commune": "the commune itself",
    "contenttypes.ContentType": "names a model",
    "sessions.Session": "of one browser",
}
# Apps whose tables have a test of their own, and those that work for all communes at once.
OTHERS = {"account", "communes", "mfa", "polls", "trail", "upkeep", "usersessions", "visitors"}


def known_models(*, include_through: bool = False) -> Iterator[type[models.Model]]:
    for model in apps.get_models(include_auto_created=include_through):
        if not model._meta.proxy and model._meta.managed and model._meta.app_label not in OTHERS:
            yield model


def roots() -> list[type[models.Model]]:
    return [model for model in known_models() if any(isinstance(f, CommuneKey) for f in model._meta.concrete_fields)]


def references(model: type[models.Model]) -> list[models.ForeignKey]:
    """The keys of `model` that name a row with a commune of its own."""
    keys = [field for field in model._meta.concrete_fields if field.many_to_one or field.one_to_one]
    return [key for key in keys if key.related_model in roots()]


def test_the_commune_of_every_row_is_known():
    found = {model._meta.label: path_to_commune(model) for model in known_models()}

    assert {label: path for label, path in found.items() if path} == KNOWN
    assert {label for label, path in found.items() if not path} <= OF_THE_DEPLOYMENT.keys()


def composite_keys() -> set[tuple[str, str, str]]:
    """(table, column, table referred to) of every key that must not leave its commune."""
    wanted = set()
    for model in known_models(include_through=True):
        keys = references(model)
        # A row that hangs on one row and names no other cannot be between two communes.
        if model in roots() or len(keys) > 1:
            wanted |= {(model._meta.db_table, key.column, key.related_model._meta.db_table) for key in keys}
    return wanted


def test_rows_refer_to_rows_of_their_own_commune_alone():
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT source.relname, attribute.attname, target.relname
            FROM pg_constraint AS one
            JOIN pg_class AS source ON source.oid = one.conrelid
            JOIN pg_class AS target ON target.oid = one.confrelid
            JOIN pg_attribute AS commune ON commune.attrelid = one.conrelid AND commune.attnum = one.conkey[1]
            JOIN pg_attribute AS attribute ON attribute.attrelid = one.conrelid AND attribute.attnum = one.conkey[2]
            WHERE one.contype = 'f' AND array_length(one.conkey, 1) >= 2 AND commune.attname = 'commune_id'
                AND split_part(source.relname, '_', 1) = ANY(%s)
            """,
            [sorted({model._meta.app_label for model in roots()})],
        )
        found = set(cursor.fetchall())

    assert found == composite_keys()
    assert ("news_article_tags", "tag_id", "news_tag") in found


def test_what_is_unique_is_unique_in_a_commune():
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT source.relname, named.relname FROM pg_index AS one
            JOIN pg_class AS source ON source.oid = one.indrelid
            JOIN pg_class AS named ON named.oid = one.indexrelid
            JOIN pg_attribute AS first ON first.attrelid = one.indrelid AND first.attnum = one.indkey[0]
            WHERE one.indisunique AND NOT one.indisprimary AND first.attname <> 'commune_id' AND source.relname = ANY(%s)
            """,
            [[model._meta.db_table for model in roots()]],
        )
        found = cursor.fetchall()

    assert found == []


@pytest.mark.parametrize(
    "read",
    [
        lambda: list(Article.objects.published()),
        lambda: Article.objects.count(),
        lambda: Article.objects.exists(),
        lambda: Article.objects.filter(title="x").first(),
        lambda: Article.objects.values_list("pk", flat=True).iterator().__next__(),
        lambda: Article.objects.aggregate(models.Max("pk")),
        lambda: Article.objects.update(title="x"),
        lambda: Article.objects.filter(title="x").delete(),
        lambda: list(Category.objects.of(first_commune()).filter(articles__in=Article.objects.published())),
        lambda: list(Article.objects.of(first_commune()) | Article.objects.withdrawn()),
        lambda: list(Article.objects.withdrawn() | Article.objects.of(first_commune())),
        lambda: list(Article.objects.exclude(commune=first_commune())),
        lambda: list(make_article().author.articles.all()),  # a person works for several
    ],
)
def test_a_query_that_does_not_say_whose_rows_it_wants_is_refused(read):
    with pytest.raises(UnboundQueryError):
        read()


def test_a_query_that_says_whose_rows_it_wants_is_answered():
    article, tag = make_article(), make_tag()
    article.tags.add(tag)
    here = first_commune()

    assert list(Article.objects.of(here)) == list(Article.objects.of(here.pk)) == [article]
    assert list(Article.objects.filter(commune=here).order_by("title")) == [article]
    assert list(article.category.articles.published()) == list(tag.articles.all()) == [article]
    assert list(Article.objects.everywhere().published() | Article.objects.of(here).withdrawn()) == [article]
    assert list(Tag.objects.of(here).filter(Exists(Article.objects.filter(tags=OuterRef("pk"))))) == [tag]


def test_no_row_is_without_a_commune():
    tables = {model._meta.db_table for model in roots()}
    tables |= {table for table, _column, _target in composite_keys()}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.columns"
            " WHERE column_name = 'commune_id' AND is_nullable = 'NO' AND table_schema = current_schema()"
        )
        found = {name for (name,) in cursor.fetchall()}

    assert tables - found == set()
    category = make_category()
    with pytest.raises(IntegrityError, match="commune_id"), transaction.atomic():
        Article.objects.create(title="x", category=category, author=make_writer())


def test_the_database_refuses_a_row_that_points_into_another_commune():
    here, there = make_commune(), make_commune()
    own, other = make_article(commune=here), make_article(commune=there)
    group = make_writer(commune=here).memberships.get().group
    scope = GroupScope.objects.create(commune=here, group=group)
    cover = {"cover": make_picture(there), "cover_alt": "x"}
    attempts = {
        "category": lambda: Article.objects.of(here).update(category=other.category),
        "cover": lambda: Article.objects.of(here).update(**cover),
        "tag": lambda: own.tags.add(make_tag(commune=there)),
        "related": lambda: own.related.add(other),
        "unsaved work": lambda: Autosave.objects.create(
            commune=here, user=own.author, article=other, seen_at=own.created_at
        ),
        "scope": lambda: scope.categories.add(make_category(commune=there)),
        "document": lambda: Attachment.objects.create(article=own, document=document_of(there)),
    }

    for name, attempt in attempts.items():
        with pytest.raises(IntegrityError, match="same_commune"), transaction.atomic():
            attempt()
            connection.check_constraints()
            pytest.fail(name)


def document_of(commune):
    from library.models import Document

    return Document.objects.create(commune=commune, file="tep/a.pdf", title="x", size=1, digest="0")
