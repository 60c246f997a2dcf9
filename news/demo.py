"""Articles for a demonstration portal, made like real ones."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from django.contrib.auth.models import AbstractUser
from django.core.files.base import ContentFile

from communes.models import Commune
from library.pictures import store_picture
from news.drafts import revisions
from news.models import Article, Category, Kind, Status, Tag
from vietnamese import slugify


def create_category(
    commune: Commune,
    name: str,
    slug: str,
    description: str = "",
    position: int = 0,
    parent: Category | None = None,
) -> Category:
    """The category of `commune` at `slug`, created when it does not exist; with a `parent` it is not in the menu."""
    values = {"name": name, "description": description, "position": position}
    category, _created = Category.objects.get_or_create(
        commune=commune, slug=slug, defaults=values | {"parent": parent, "is_in_menu": parent is None}
    )
    return category


def create_tag(commune: Commune, name: str, articles: list[Article], *, description: str = "", lead: str = "") -> Tag:
    """The tag of `commune` of this name, created over `articles` when it does not exist; with a `lead` it is a running story."""
    values = {"name": name, "description": description, "lead": lead, "is_story": bool(lead)}
    tag, created = Tag.objects.get_or_create(commune=commune, slug=slugify(name, max_length=60), defaults=values)
    if created:
        tag.articles.set(articles)
    return tag


def create_article(
    *,
    title: str,
    summary: str,
    body: str,
    category: Category,
    author: AbstractUser,
    published_at: datetime,
    kind: str = Kind.ARTICLE,
    deadline_on: date | None = None,
    byline: str = "",
    source: str = "",
    is_featured: bool = False,
    cover: Callable[[], bytes] | None = None,
    cover_alt: str = "",
    cover_caption: str = "",
    cover_credit: str = "",
) -> Article:
    """The published article of this title in `category`, created when it does not exist.

    `cover` makes the content of a picture file when it is needed, and needs `cover_alt`.
    """
    existing = category.articles.filter(title=title).first()
    if existing:
        return existing
    picture = None
    if cover is not None:
        upload = ContentFile(cover(), name="cover")
        picture = store_picture(
            upload, category.commune, author, alt=cover_alt, caption=cover_caption, credit=cover_credit
        )
    return Article.objects.create(
        commune=category.commune,
        title=title,
        summary=summary,
        body=body,
        category=category,
        author=author,
        kind=kind,
        deadline_on=deadline_on,
        byline=byline,
        source=source,
        is_featured=is_featured,
        cover=picture,
        cover_alt=cover_alt,
        cover_caption=cover_caption,
        cover_credit=cover_credit,
        status=Status.PUBLISHED,
        published_at=published_at,
    )


def create_draft(*, title: str, summary: str, body: str, category: Category, author: AbstractUser) -> Article:
    """A new draft with its first revision."""
    article = Article(commune=category.commune, title=title, summary=summary, body=body, category=category)
    article.clean()
    revisions.create_article(article, author)
    return article
