"""Who may do what to articles, and in which categories.

What a person may do comes from Django's permissions; where, from the categories their groups (GroupScope) and they
themselves (PersonScope) are limited to in the commune, and from those under them. A group without limits there, or a
permission given to the person, holds in all categories of the commune, and for the pages, which stand in none.
"""

from __future__ import annotations

from typing import Any, Protocol

from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BigIntegerField, DateField, Exists, FilteredRelation, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.models import Person, Purpose, User
from communes.hosts import table
from communes.models import Commune, Membership
from communes.work import people_with
from compiledquery import CompiledQuery
from news.status import Status


class Article(Protocol):
    """What a right depends on."""

    author_id: int
    category_id: int | None  # a page stands in none
    status: str


VIEW = "news.view_article"
WRITE = "news.add_article"
CHANGE = "news.change_article"
DELETE = "news.delete_article"
REVIEW = "news.review_article"
PUBLISH = "news.publish_article"
FORCE = "news.force_article"


def categories_of(user: Person, permission: str) -> set[int] | None:
    """Ids of the categories in which `user` holds `permission`; None means all.

    Asked once per user object, which lives as long as the request.
    """
    if not user.has_perm(permission):
        return set()
    if user.is_superuser or permission in user.get_user_permissions():
        return None
    if "_news_categories" not in user.__dict__:
        user.__dict__["_news_categories"] = _read_categories(user)
    return user.__dict__["_news_categories"].get(permission, set())


def _read_categories(user: Person) -> dict[str, set[int] | None]:
    """By permission, where `user` holds it by a group: all of them in one query."""
    rows = _places_of(user=user.pk, commune=user.commune.pk, today=timezone.localdate())
    places: dict[str, set[int] | None] = {}
    limit: set[int] | None = None
    for codename, scope, category, below, *limits in rows:  # the limits are the same in every row
        limit = {place for found in limits for place in found} - {None} if limits[0] else None
        permission = f"news.{codename}"
        known = places.setdefault(permission, set())
        if scope is None:
            places[permission] = None
        elif known is not None and category is not None:
            known.update({category, below} - {None})
    return _narrowed(places, limit)


def _rows_of_places(user: Any, commune: Any, today: Any) -> QuerySet:
    groups = Group.objects.filter(
        memberships__in=Membership.objects.current(today).filter(user=user, commune=commune),
        permissions__content_type__app_label="news",
        permissions__codename__in=[permission.split(".")[1] for permission in (WRITE, CHANGE, REVIEW, PUBLISH, FORCE)],
    )
    here = FilteredRelation("news_scopes", condition=Q(news_scopes__commune=commune))
    own = _scopes_of_people(commune).filter(user=user)
    return groups.alias(scope=here).values_list(
        "permissions__codename",
        "scope",
        "scope__categories",
        "scope__categories__children",
        ArraySubquery(own.values("categories")),
        ArraySubquery(own.values("categories__children")),
    )


_places_of = CompiledQuery(_rows_of_places, user=BigIntegerField(), commune=BigIntegerField(), today=DateField())


def _narrowed(places: dict[str, set[int] | None], limit: set[int] | None) -> dict[str, set[int] | None]:
    """`places` as far as the person is limited to the categories of `limit`, whatever the groups are; None: not at all.

    Somebody whose last category was deleted works nowhere until they are given another.
    """
    if limit is None:
        return places
    return {permission: limit if known is None else known & limit for permission, known in places.items()}


def categories_checked_by(user: Person) -> set[int] | None:
    """Ids of the categories whose articles `user` reviews or publishes; None means all."""
    reviewed, published = categories_of(user, REVIEW), categories_of(user, PUBLISH)
    return None if reviewed is None or published is None else reviewed | published


def may_in(user: Person, permission: str, category_id: int | None) -> bool:
    """Whether `user` holds `permission` in the category; None: for pages."""
    categories = categories_of(user, permission)
    return categories is None or category_id in categories


def may(user: Person, permission: str, article: Article) -> bool:
    """Whether `user` holds `permission` in the category of `article`."""
    return may_in(user, permission, article.category_id)


def publishers(commune: Commune) -> QuerySet[User]:
    """Who can sign in and publishes something in the commune; where there are several, no operator who is no member.

    Whoever was invited and has set no password yet cannot look at anything.
    """
    people = people_with(PUBLISH, commune).filter(is_staff=True).exclude(onetime_links__purpose=Purpose.INVITATION)
    if len(table.communes()) > 1:
        here = Membership.objects.current().filter(commune=commune)
        people = people.filter(Q(is_superuser=False) | Q(pk__in=here.values("user")))
    return people


def publishes_alone(user: Person, commune: Commune) -> bool:
    """Whether there is nobody else who could look at what `user` publishes: then nobody has to."""
    return list(publishers(commune).values_list("pk", flat=True)[:2]) == [user.pk]


def may_edit(user: Person, article: Article) -> bool:
    """Whether `user` may write in the article as it is now.

    Authors write in their drafts and propose changes of what is published; while a text is in
    review it belongs to those who check it. Nobody writes in a withdrawn article, and nobody writes
    without the right to change articles somewhere: checking a text alone is done without its form.
    """
    if article.status == Status.WITHDRAWN or not user.has_perm(CHANGE):
        return False
    if may(user, PUBLISH, article) or may(user, REVIEW, article):
        return True
    return article.status != Status.REVIEW and article.author_id == user.pk and may(user, CHANGE, article)


def may_share(user: Person, article: Article) -> bool:
    """Whether `user` may hand out links to the text: those who write in it, and its author at any time."""
    return article.author_id == user.pk or may_edit(user, article)


def holders(users: QuerySet, permission: str, commune_id: int, category_id: int | None) -> QuerySet:
    """Those of `users` who hold `permission` in a category of their commune, by a group or by themselves."""
    app_label, codename = permission.split(".")
    wanted = Permission.objects.filter(content_type__app_label=app_label, codename=codename)
    here = Membership.objects.current().filter(user=OuterRef("pk"), commune=commune_id)
    scope = FilteredRelation("group__news_scopes", condition=Q(group__news_scopes__commune=commune_id))
    groups = (
        here.filter(group__permissions__in=wanted)
        .alias(scope=scope)
        .filter(
            Q(scope__isnull=True)
            if category_id is None
            else Q(scope__isnull=True) | Q(scope__categories=category_id) | Q(scope__categories__children=category_id)
        )
    )
    own = users.model.user_permissions.through.objects.filter(user=OuterRef("pk"), permission__in=wanted)
    scopes = _scopes_of_people(commune_id).filter(user=OuterRef("pk"))
    is_here = ~Exists(scopes)
    if category_id is not None:
        is_here |= Exists(scopes.filter(Q(categories=category_id) | Q(categories__children=category_id)))
    return users.filter(Exists(groups) & is_here | Exists(own) & Exists(here))


def _scopes_of_people(commune: Commune | int) -> QuerySet:
    """Who is limited to categories in a commune; the models of the news know this module."""
    return apps.get_model("news.PersonScope").objects.of(commune)
