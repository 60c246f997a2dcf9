"""The articles that use a picture or a document, as links for the person who reads them."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.html import format_html_join

from news.models import Article

LISTED = 50


def links_to(articles: QuerySet[Article], reader: AbstractUser) -> str:
    """Links to those of `articles` that `reader` may read: to the form where they work on one, else to its page."""
    shown = articles.filter(pk__in=Article.objects.visible_to(reader).values("pk")).select_related("category")[:LISTED]
    own = set(
        Article.objects.workable_by(reader).filter(pk__in=[item.pk for item in shown]).values_list("pk", flat=True)
    )
    links = (
        (
            reverse("admin:news_article_change", args=[item.pk]) if item.pk in own else item.get_absolute_url(),
            item.title,
        )
        for item in shown
    )
    return format_html_join(", ", '<a href="{}">{}</a>', links) or "–"
