"""Which articles show a file of the library."""

from __future__ import annotations

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext

from accounts.models import Person
from library.models import Document, Picture, Recording
from news.models import Article, ArticleQuerySet, Revision
from section import Row

MOST_LISTED = 50
_LISTED = ("title", "kind", "path", "slug", "category__slug", "trashed")


def articles_using(file: Picture | Document | Recording) -> ArticleQuerySet:
    """Articles of its commune with the file, or that will have it once a change is approved, also those in the trash.

    A picture stands on the cover or in the text; a document under the article or in its text; video and sound in the text.
    """
    url = file.file.url
    holds, will_hold = Q(body__contains=url), Q(content__body__icontains=url)
    if isinstance(file, Picture):
        holds |= Q(cover=file)
        will_hold |= Q(content__cover_id=file.pk)
    elif isinstance(file, Document):
        holds |= Q(attachments__document=file)
    waiting = Revision.objects.filter(article__commune=file.commune_id).proposed().filter(will_hold).values("article")
    articles = Article.with_trashed.of(file.commune_id)
    return articles.filter(pk__in=articles.filter(holds | Q(pk__in=waiting)).values("pk")).order_by("-id")


def uses_of(file: Picture | Document | Recording, reader: Person | None) -> list[Row]:
    """The articles that use the file as `reader` may see them (nobody: all), each with its address for that person.

    That is the form where the person works on the article, else its page.
    """
    articles = articles_using(file).select_related("category").only(*_LISTED)
    if reader is None:
        return [Row(article.title, article.get_absolute_url()) for article in articles[:MOST_LISTED]]
    everything = Article.with_trashed.of(file.commune_id)
    shown = list(articles.filter(pk__in=everything.visible_to(reader).values("pk"))[:MOST_LISTED])
    own = set(everything.workable_by(reader).filter(pk__in=[item.pk for item in shown]).values_list("pk", flat=True))
    return [_use(item, is_own=item.pk in own) for item in shown]


def _use(article: Article, *, is_own: bool) -> Row:
    if article.trashed_id:
        address = reverse("admin:trash_trashitem_change", args=[article.trashed_id])
        return Row(article.title, address, gettext("in the trash"))
    return Row(article.title, article.form_address if is_own else article.get_absolute_url())
