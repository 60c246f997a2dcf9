"""Pages: articles that stand in a tree instead of a category.

What an article can do a page can too; here is only where it stands. Every row keeps its full address, so a
page is found by one look into one index; moving a page moves what stands below it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import OuterRef, Q, Subquery, Value
from django.db.models.functions import Concat, Substr
from django.urls import resolve
from django.utils.translation import gettext_lazy as _

from communes.models import Commune
from news.kinds import MOST_LEVELS
from news.models import Article, ArticleQuerySet, Category, Kind, Language, Revision, RevisionState, Status
from news.models.article_queryset import EveryKindManager
from section import reserved_for_pages
from upkeep.believedtime import believed_now

# The views that take any address, and hand over to a page where they have nothing themselves.
HANDING_OVER = {"news:category_list", "news:article_detail", "news:old_address"}


class PageQuerySet(ArticleQuerySet):
    def at(self, path: str) -> PageQuerySet:
        """The page whose full address is `path`, "gioi-thieu/co-cau-to-chuc"."""
        return self.filter(path=path)

    def in_section(self, path: str) -> PageQuerySet:
        """The page at the top of `path` and all that stand below it."""
        top = path.partition("/")[0]
        return self.filter(Q(path=top) | Q(path__startswith=f"{top}/"))

    def for_citizens(self, at: datetime) -> PageQuerySet:
        """Pages that are, or were, public at the moment `at`: the address of one that is gone says so."""
        return self.filter(Q(status=Status.PUBLISHED, published_at__lte=at) | Q(status=Status.WITHDRAWN))

    def with_changes(self) -> PageQuerySet:
        """With `changed_at`, when its text was last changed by an approval; None while it is the first one."""
        approved = Revision.objects.filter(article=OuterRef("pk"), state=RevisionState.APPROVED)
        return self.annotate(changed_at=Subquery(approved.order_by("-approved_at").values("approved_at")[:1]))

    def in_order(self) -> list[Page]:
        """Every page after the one it stands under, pages beside each other by their position; one query."""
        pages = {page.path: page for page in self}
        return sorted(pages.values(), key=lambda page: [_rank(pages, path) for path in page.trail_of_paths()])


def _rank(pages: dict[str, Page], path: str) -> tuple[int, str]:
    page = pages.get(path)
    return (page.position if page else 0, path)


class PageManager(EveryKindManager.from_queryset(PageQuerySet)):
    def get_queryset(self) -> PageQuerySet:
        return super().get_queryset().filter(kind=Kind.PAGE)


class Page(Article):
    objects = PageManager()

    class Meta:
        proxy = True
        verbose_name = _("page")
        verbose_name_plural = _("pages")
        # Those of articles hold for pages, too.
        default_permissions = ()

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save the page; where its address changed, those below it follow."""
        self.kind = Kind.PAGE
        self.set_slug()
        with transaction.atomic():
            self.hold_tree()
            old = self.saved_path()
            self.set_path()
            self._check_parent()
            super().save(*args, **kwargs)
            if old and old != self.path:
                below = Page.objects.of(self.commune_id).filter(path__startswith=f"{old}/")
                below.update(path=Concat(Value(self.path), Substr("path", len(old) + 1)))

    def clean(self) -> None:
        self.kind = Kind.PAGE
        self.set_slug()
        self.hold_tree()
        self.set_path()
        self._check_parent()
        self._check_address()
        self._check_translation()

    def hold_tree(self) -> None:
        """Let nobody else move a page of the commune before this transaction ends; read where the parent stands now.

        Two pages moved under each other at the same moment would both be gone. Outside a transaction nothing is held.
        """
        if connection.in_atomic_block:
            Commune.objects.select_for_update(no_key=True).get(pk=self.commune_id)
        if self.parent_id:
            # One that lies in the trash is refused by the form.
            self.parent = Page.objects.of(self.commune_id).filter(pk=self.parent_id).first() or self.parent

    def set_path(self) -> None:
        self.path = f"{self.parent.path}/{self.slug}" if self.parent else self.slug

    def saved_path(self) -> str:
        """The address it has in the database; empty while it is new."""
        saved = Page.objects.of(self.commune_id).filter(pk=self.pk) if self.pk else Page.objects.none()
        return saved.values_list("path", flat=True).first() or ""

    @property
    def level(self) -> int:
        """1 at the top."""
        return self.path.count("/") + 1

    def trail_of_paths(self) -> Iterator[str]:
        """gioi-thieu, gioi-thieu/co-cau-to-chuc"""
        parts = self.path.split("/")
        return ("/".join(parts[:count]) for count in range(1, len(parts) + 1))

    def _check_parent(self) -> None:
        old = self.saved_path()
        if self.parent and self.parent.trashed_id:
            text = _("The page above it, “%(title)s”, lies in the trash. Take that one back first.")
            raise ValidationError({"parent": ValidationError(text, params={"title": self.parent.title})})
        if self.parent and old and (self.parent_id == self.pk or f"{self.parent.path}/".startswith(f"{old}/")):
            raise ValidationError({"parent": _("A page cannot stand under itself or under a page below it.")})
        below = Page.objects.of(self.commune_id).filter(path__startswith=f"{old}/") if old else Page.objects.none()
        height = max((path.count("/") - old.count("/") for path in below.values_list("path", flat=True)), default=0)
        if self.level + height > MOST_LEVELS:
            text = _("Pages stand at most %(count)d levels deep; here it would be %(found)d.")
            values = {"count": MOST_LEVELS, "found": self.level + height}
            raise ValidationError({"parent": ValidationError(text, params=values)})

    def _check_address(self) -> None:
        if Page.objects.of(self.commune_id).at(self.path).exclude(pk=self.pk).exists():
            raise ValidationError({"slug": _("Another page already has this address.")})
        is_reserved = not self.parent and self.slug in reserved_for_pages()
        is_kept = self.path == self.saved_path()
        if not is_kept and (is_reserved or resolve(f"/{self.path}/").view_name not in HANDING_OVER):
            raise ValidationError({"slug": _("The portal uses this address itself. Please choose another one.")})
        if not self.parent and Category.objects.of(self.commune_id).filter(slug=self.slug).exists():
            raise ValidationError({"slug": _("A category already has this address. Please choose another one.")})

    def _check_translation(self) -> None:
        other = self.translation_of
        if other and (self.language == Language.VIETNAMESE or other.language != Language.VIETNAMESE):
            text = _("A page in another language is the translation of a Vietnamese one, not the other way round.")
            raise ValidationError({"translation_of": text})


def page_titles(ids: list[int], commune: Commune) -> dict[int, tuple[str, str]]:
    """Title and address of those of the pages `ids` that are there, for the statistics."""
    pages = Page.objects.of(commune).filter(pk__in=ids).only("title", "path", "category_id")
    return {page.pk: (page.title, page.get_absolute_url()) for page in pages}


def public_tree(commune: Commune, at: datetime | None = None) -> list[Page]:
    """The pages a citizen may read, in the order of the tree."""
    pages = Page.objects.of(commune).published(at or believed_now())
    return pages.only("title", "summary", "path", "position", "category_id", "parent_id").in_order()
