"""Who may do what to articles, and in which categories.

What a person may do comes from Django's permissions; where, from the categories their groups are
limited to. A group without limits works in all categories.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, Permission
from django.db.models import Q, QuerySet

if TYPE_CHECKING:
    from news.models import Article

Person = AbstractBaseUser | AnonymousUser

WRITE = "news.add_article"
CHANGE = "news.change_article"
REVIEW = "news.review_article"
PUBLISH = "news.publish_article"
FORCE = "news.force_article"


def categories_checked_by(user: Person) -> set[int] | None:
    """Ids of the categories whose articles `user` reviews or publishes; None means all."""
    if user.has_perm(REVIEW) or user.has_perm(PUBLISH):
        return None
    return set()


def may(user: Person, permission: str, article: Article) -> bool:
    """Whether `user` holds `permission` in the category of `article`."""
    return user.has_perm(permission)


def may_edit(user: Person, article: Article) -> bool:
    """Authors edit their own articles until somebody else takes over; checkers edit in their categories."""
    if may(user, PUBLISH, article):
        return True
    if article.status == "review":
        return may(user, REVIEW, article)
    own = article.author_id == user.pk and user.has_perm(CHANGE)
    return article.status == "draft" and (own or may(user, REVIEW, article))


def holders(users: QuerySet, permission: str, category_id: int) -> QuerySet:
    """Those of `users` who hold `permission` in the category by a group or by themselves."""
    app_label, codename = permission.split(".")
    granted = {"content_type__app_label": app_label, "codename": codename}
    permissions = Permission.objects.filter(**granted)
    return users.filter(Q(groups__permissions__in=permissions) | Q(user_permissions__in=permissions)).distinct()
