"""Which articles show a file of the library."""

from __future__ import annotations

from django.db.models import Q

from accounts.models import Person
from library.models import Document, Picture
from news.models import Article, ArticleQuerySet, Revision


def articles_using(file: Picture | Document, reader: Person | None) -> ArticleQuerySet:
    """Articles with the file, or that will have it once a change is approved; of those `reader` may see, if given.

    A picture stands on the cover or in the text; a document under the article or in its text.
    """
    url = file.file.url
    holds, will_hold = Q(body__contains=url), Q(content__body__icontains=url)
    if isinstance(file, Picture):
        holds |= Q(cover=file)
        will_hold |= Q(content__cover_id=file.pk)
    else:
        holds |= Q(attachments__document=file)
    waiting = Revision.objects.proposed().filter(will_hold).values("article")
    articles = Article.objects.filter(pk__in=Article.objects.filter(holds | Q(pk__in=waiting)).values("pk"))
    if reader is not None:
        articles = articles.filter(pk__in=Article.objects.visible_to(reader).values("pk"))
    return articles.only("title").order_by("-id")
