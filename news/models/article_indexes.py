"""What PostgreSQL finds articles by."""

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from news.kinds import IN_TRASH, Kind
from news.status import Status

# What the lists of the news walk along: a condition as their queries say it, or the index is not used.
PUBLISHED_NEWS = Q(status=Status.PUBLISHED) & ~Q(kind=Kind.PAGE)

INDEXES = (
    GinIndex(fields=["terms"], name="news_article_terms"),
    # With the end of publication inside, a page far back passes over its predecessors in the index alone.
    models.Index(
        fields=["commune", "-published_at", "-id"],
        include=["expires_at"],
        condition=PUBLISHED_NEWS,
        name="news_article_published",
    ),
    models.Index(
        fields=["category", "-published_at", "-id"],
        include=["expires_at"],
        condition=PUBLISHED_NEWS,
        name="news_article_in_category",
    ),
    models.Index(
        fields=["commune", "author_key", "-published_at", "-id"],
        include=["expires_at"],
        condition=PUBLISHED_NEWS,
        name="news_article_by_author",
    ),
    models.Index(
        fields=["commune", "featured_position", "-published_at", "-id"],
        condition=PUBLISHED_NEWS & Q(is_featured=True),
        name="news_article_featured",
    ),
    models.Index(
        fields=["commune", "expires_at"],
        condition=Q(status=Status.PUBLISHED, expires_at__isnull=False),
        name="news_article_expiring",
    ),
    # For the number of articles above the list of the newsroom, which would else be read through.
    models.Index(fields=["commune"], condition=~IN_TRASH & ~Q(kind=Kind.PAGE), name="news_article_listed"),
    models.Index(fields=["commune", "review_on"], condition=Q(review_on__isnull=False), name="news_article_to_check"),
    models.Index(fields=["commune", "-published_at"], condition=Q(is_forced=True), name="news_article_forced"),
    models.Index(
        fields=["commune", "status", "-updated_at"],
        condition=~Q(status=Status.PUBLISHED),
        name="news_article_unpublished",
    ),
    models.Index(
        fields=["commune", "deadline_on", "-published_at", "-id"],
        condition=Q(status=Status.PUBLISHED, kind=Kind.NOTICE),
        name="news_article_notices",
    ),
    models.Index(fields=["parent"], condition=Q(parent__isnull=False), name="news_article_children"),
    models.Index(
        fields=["translation_of"], condition=Q(translation_of__isnull=False), name="news_article_translations"
    ),
)
