"""Which articles there are, and the one definition of who may read which of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import F, Func, OuterRef, Q
from django.db.models.functions import JSONObject

from accounts.models import Person
from communes.rows import CommuneQuerySet
from news import kinds, rights
from news.kinds import Kind
from news.models.attachment import Attachment
from news.models.byline import key_of
from news.models.category import Category
from news.models.revision import Revision
from news.models.tag import Tag
from news.status import Status
from trash.rows import KeptManager
from upkeep.believedtime import believed_now


class ArticleQuerySet(CommuneQuerySet["Article"]):
    def in_category(self, category: Any) -> ArticleQuerySet:
        """Those of one category, which is of one commune: no other condition says whose they are."""
        return self.everywhere().filter(category=category)

    def newest_in(self, categories: Any, count: int, at: datetime | None = None) -> ArticleQuerySet:
        """The newest `count` published articles of each of several categories, together, the newest first.

        One index walk for each category, whatever the number of articles.
        """
        newest = self.model.objects.in_category(OuterRef("pk")).published(at).latest_first().values("pk")[:count]
        ids = Func(ArraySubquery(newest), function="unnest", output_field=models.BigIntegerField())
        chosen = Category.objects.everywhere().filter(pk__in=categories).values_list(ids)
        return self.everywhere().filter(pk__in=chosen).latest_first()

    def published(self, at: datetime | None = None) -> ArticleQuerySet:
        """Articles a citizen may read at the moment `at` (default: now)."""
        at = at or believed_now()
        return self.filter(status=Status.PUBLISHED, published_at__lte=at).exclude(expires_at__lte=at)

    def featured(self) -> ArticleQuerySet:
        """Those chosen for the top of the home page, in the editors' order."""
        return self.filter(is_featured=True).order_by("featured_position", "-published_at", "-id")

    def open_notices(self, today: Any, since: Any, count: int) -> ArticleQuerySet:
        """The `count` notices of these that citizens should see on the day `today`: the nearest deadlines first.

        After them the newest without a deadline that appeared after `since`. Each kind is a walk along one index.
        """
        notices = self.filter(kind=Kind.NOTICE)
        dated = notices.filter(deadline_on__gte=today).order_by("deadline_on", "-published_at", "-id")
        newest = notices.filter(deadline_on__isnull=True, published_at__gte=since).latest_first()
        chosen = dated.values("pk")[:count].union(newest.values("pk")[:count], all=True)
        soonest = F("deadline_on").asc(nulls_last=True)
        return notices.filter(pk__in=chosen).order_by(soonest, "-published_at", "-id")[:count]

    def scheduled(self, at: datetime | None = None) -> ArticleQuerySet:
        """Approved articles whose time has not come at the moment `at` (default: now)."""
        return self.filter(status=Status.PUBLISHED, published_at__gt=at or believed_now())

    def withdrawn(self) -> ArticleQuerySet:
        """Articles taken off the portal; citizens read their notice instead."""
        return self.filter(status=Status.WITHDRAWN)

    def expired(self, at: datetime | None = None) -> ArticleQuerySet:
        """Articles whose time on the portal is over at the moment `at` (default: now)."""
        at = at or believed_now()
        return self.filter(status=Status.PUBLISHED, published_at__lte=at, expires_at__lte=at)

    def visible_to(self, user: Person, at: datetime | None = None) -> ArticleQuerySet:
        """What `user` may read: published articles, and for staff what they work on.

        The author sees the own articles, reviewers and publishers all of their categories.
        """
        if not user.is_staff:
            return self.published(at)
        return self.published(at) | self.workable_by(user)

    def workable_by(self, user: Person) -> ArticleQuerySet:
        """What `user` finds in the admin: the own articles, and those of the categories they check."""
        if not user.is_staff:
            return self.none()
        own = Q(author_id=user.pk)
        checked = rights.categories_checked_by(user)
        if checked is None:
            return self
        return self.filter(own | Q(category_id__in=checked))

    def signed_by(self, slug: str) -> ArticleQuerySet:
        """Articles whose byline, accents and capitals aside, is the author's at `slug`."""
        return self.filter(author_key=key_of(slug))

    def latest_first(self) -> ArticleQuerySet:
        return self.order_by("-published_at", "-id")

    def as_cards(self) -> ArticleQuerySet:
        """With what a list shows of each article, and nothing else: the rest is long, and costs time to name."""
        return self.select_related("category", "cover").only(
            "title",
            "slug",
            "summary",
            "published_at",
            "deadline_on",
            "cover_alt",
            "category__name",
            "category__slug",
            "cover__file",
            "cover__width",
            "cover__height",
            "cover__has_renditions",
            "cover__focal_x",
            "cover__focal_y",
        )

    def with_details(self) -> ArticleQuerySet:
        """With what its own page lists: tags, documents and notes on changes, in the same query."""
        tags = Tag.objects.filter(articles=OuterRef("pk")).order_by("-is_story", "name")
        documents = Attachment.objects.filter(article=OuterRef("pk")).order_by("position", "id")
        notes = Revision.objects.filter(article=OuterRef("pk")).noted()
        chosen = self.model.related.through.objects.filter(from_article=OuterRef("pk"))
        return self.select_related("category__parent", "cover").annotate(
            has_chosen=models.Exists(chosen),
            tag_list=ArraySubquery(tags.values(data=JSONObject(name="name", slug="slug", is_story="is_story"))),
            document_list=ArraySubquery(
                documents.values(
                    data=JSONObject(
                        title="title",
                        file="document__file",
                        size="document__size",
                        pages="document__page_count",
                        has_text="document__has_text",
                    )
                )
            ),
            note_list=ArraySubquery(notes.values(data=JSONObject(note="note", at="approved_at"))),
        )

    def around(self, article: Any, category: Any, published_at: Any, count: int) -> ArticleQuerySet:
        """The newest `count` of `category` beside `article` and those just before and after it.

        One query that joins nothing; `part` says of each which it is: newest, previous or next.
        """
        same = self.in_category(category).exclude(pk=article)
        same = same.only("title", "slug", "published_at", "category_id")
        parts = {
            "newest": same.latest_first()[:count],
            "previous": same.before(article, published_at)[:1],
            "next": same.after(article, published_at)[:1],
        }
        first, *rest = [found.annotate(part=models.Value(name)) for name, found in parts.items()]
        return first.union(*rest, all=True)

    def related_to(self, article: Any, count: int) -> ArticleQuerySet:
        """Articles chosen by hand for `article` and, after them, the newest that share a tag with it.

        A tag may stand on any number of articles: the newest `count` of each are looked at, with some to
        spare for those that are not published.
        """
        tags = self.model.tags.through.objects
        newest = tags.filter(tag=OuterRef("tag")).order_by("-article").values("article")[: 5 * count]
        tagged = Func(ArraySubquery(newest), function="unnest", output_field=models.BigIntegerField())
        chosen = self.model.related.through.objects.filter(from_article=article).values_list("to_article")
        return (
            self.filter(pk__in=chosen.union(tags.filter(article=article).values_list(tagged)))
            .exclude(pk=article)
            .select_related("category")
            .annotate(is_chosen=Q(pk__in=chosen))
            .order_by("-is_chosen", "-published_at", "-id")
            .only("title", "slug", "published_at", "category__slug")[:count]
        )

    def newest_per_category(
        self, commune: Any, count: int, at: datetime | None = None, *, but: Any = ()
    ) -> ArticleQuerySet:
        """The newest `count` articles of every category in the menu of `commune`, category by category.

        Those with the ids `but` are passed over. One index walk per category, whatever the number of articles.
        """
        newest = self.model.objects.in_category(OuterRef("pk")).published(at).exclude(pk__in=but)
        newest = newest.latest_first().values("pk")[:count]
        ids = Func(ArraySubquery(newest), function="unnest", output_field=models.BigIntegerField())
        return (
            self.of(commune)
            .filter(pk__in=Category.objects.of(commune).filter(is_in_menu=True).values_list(ids))
            .as_cards()
            .order_by("category__position", "category_id", "-published_at", "-id")
        )

    def before(self, article: Any, published_at: Any) -> ArticleQuerySet:
        """Articles that came before the one with the id `article` and its `published_at`; the nearest first."""
        return (
            self.filter(published_at__lte=published_at)
            .exclude(published_at=published_at, id__gte=article)
            .latest_first()
        )

    def after(self, article: Any, published_at: Any) -> ArticleQuerySet:
        """Articles that came after the one with the id `article` and its `published_at`; the nearest first."""
        found = self.filter(published_at__gte=published_at).exclude(published_at=published_at, id__lte=article)
        return found.order_by("published_at", "id")


class EveryKindManager(KeptManager.from_queryset(ArticleQuerySet)):
    """Articles of all kinds, for the newsroom: its steps, texts, links and piles are the same for all of them.

    It leaves the words for the search, larger than the text itself, in the database. What lies in the trash is a
    draft, as the database holds to: said so, the condition follows from that of an index of published articles.
    """

    IN_TRASH = kinds.IN_TRASH

    def get_queryset(self) -> ArticleQuerySet:
        rows = super().get_queryset().defer("terms", "author_key")
        # As the manager of a relation (`article.related`) it reads the rows of that one's commune.
        owner = getattr(self, "instance", None)
        if owner is not None:
            rows._add_hints(instance=owner)
        return rows


class NewsManager(EveryKindManager):
    """What is shown in categories, lists, feeds, sitemaps and reports: a page is in none of them.

    The manager that Django takes by itself, so that a list which forgets to say what it shows shows no page.
    """

    def get_queryset(self) -> ArticleQuerySet:
        return super().get_queryset().exclude(kind=Kind.PAGE)
