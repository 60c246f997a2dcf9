"""What the news keep about people, for how long, and what a person who leaves hands over."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.contrib.auth.models import AbstractUser
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.people import name_of
from communes.models import Commune
from news import rights
from news.models import Article, Autosave, MissingPage, SearchMiss, ShareLink, Status
from section import Holding, OpenWork, Whom

# A search that found nothing, and an address that led nowhere, are to be mended; later they tell nothing any more.
MISSES_KEPT = timedelta(days=180)
# Long enough to know who approved what of the year's texts.
LINKS_KEPT = timedelta(days=365)


def forget_old_misses(at: datetime) -> int:
    """Delete what people looked for and did not find, when nobody has for MISSES_KEPT before `at`; how many rows."""
    old = [model.objects.everywhere().filter(last_at__lt=at - MISSES_KEPT) for model in (SearchMiss, MissingPage)]
    return sum(rows.delete()[0] for rows in old)


def forget_old_links(at: datetime) -> int:
    """Delete the links by which drafts were shared, LINKS_KEPT after they ended; how many."""
    return ShareLink.objects.filter(expires_at__lt=at - LINKS_KEPT).delete()[0]


def _links_of(whom: Whom) -> QuerySet[ShareLink]:
    return ShareLink.objects.filter(whom.named_in("recipient", "comment"))


def _misses_of(whom: Whom) -> QuerySet[SearchMiss]:
    return SearchMiss.objects.everywhere().filter(whom.named_in("query"))


def _unsaved_of(whom: Whom) -> QuerySet[Autosave]:
    return Autosave.objects.everywhere().filter(user=whom.account)


PERSONAL_DATA = [
    Holding(
        what=_("Words looked for that the search found nothing for, without who looked for them"),
        why=_("To add what citizens look for"),
        span=_("180 days after they were last looked for"),
        task="news-misses",
        rows=lambda whom: [_misses_of(whom)],
        erase=lambda whom: _misses_of(whom).delete()[0],
    ),
    Holding(
        what=_("Names of those to whom a draft was shown by a link, with what they answered"),
        why=_("To know who approved a text"),
        span=_("365 days after the link ended; the answer stays in the history of the article"),
        task="news-links-kept",
        is_of_citizens=False,
        rows=lambda whom: [_links_of(whom)],
        erase=lambda whom: _links_of(whom).delete()[0],
    ),
    Holding(
        what=_("Who wrote, changed, approved or withdrew an article, and when"),
        why=_("To answer for what was published"),
        span=_("As long as the article"),
        is_of_citizens=False,
        rows=lambda whom: [Article.every_kind.everywhere().filter(author=whom.account).defer("body")],
    ),
    Holding(
        what=_("Work that was typed and not saved"),
        why=_("So that none is lost"),
        span=_("Until it is saved or thrown away"),
        is_of_citizens=False,
        rows=lambda whom: [_unsaved_of(whom)],
        erase=lambda whom: _unsaved_of(whom).delete()[0],
    ),
]


def _texts_of(person: AbstractUser, commune: Commune) -> QuerySet[Article]:
    return Article.every_kind.of(commune).filter(author=person, status__in=[Status.DRAFT, Status.REVIEW])


def _give_texts(texts: QuerySet[Article], giver: AbstractUser, taker: AbstractUser) -> None:
    """The taker writes on; of what was submitted the taker is told, and cannot approve it, as its author."""
    texts.filter(submitted_by=giver).update(submitted_by=taker)
    texts.update(author=taker)


def _unsaved_in(person: AbstractUser, commune: Commune) -> QuerySet[Autosave]:
    return Autosave.objects.of(commune).filter(user=person, saved_at__isnull=False)


def _give_unsaved(copies: QuerySet[Autosave], _giver: AbstractUser, taker: AbstractUser) -> None:
    """Where the taker has unsaved work on the same text, theirs stays, and the giver's goes."""
    for copy in copies:
        same = Autosave.objects.of(copy.commune_id).filter(user=taker, article=copy.article_id, is_page=copy.is_page)
        if same.exists():
            copy.delete()
        else:
            copy.user = taker
            copy.save(update_fields=["user"])


def _links_in(person: AbstractUser, commune: Commune) -> QuerySet[ShareLink]:
    return ShareLink.objects.open().filter(article__commune=commune, created_by=person)


def _refusal_of_texts(texts: Iterable[Article], giver: AbstractUser, taker: AbstractUser) -> str:
    """The taker must be able to write in each of them, as the new author of those that are handed over too."""
    closed = [text for text in texts if not _may_go_on(text, giver, taker)]
    if not closed:
        return ""
    places = {text.category.name if text.category else gettext("Information pages") for text in closed}
    return gettext("%(person)s may not write there: %(places)s.") % {
        "person": name_of(taker),
        "places": ", ".join(sorted(places)),
    }


def _may_go_on(text: Article, giver: AbstractUser, taker: AbstractUser) -> bool:
    is_handed_over = text.author_id == giver.pk and text.status in (Status.DRAFT, Status.REVIEW)
    return (is_handed_over and rights.may(taker, rights.CHANGE, text)) or rights.may_edit(taker, text)


def _refusal_of_unsaved(copies: QuerySet[Autosave], giver: AbstractUser, taker: AbstractUser) -> str:
    """Of a text that was never saved, the taker must be able to begin one like it."""
    found = list(copies.select_related("article__category"))
    for copy in found:
        if copy.article is None and not (
            rights.may_in(taker, rights.WRITE, None) if copy.is_page else taker.has_perm(rights.WRITE)
        ):
            return gettext("%(person)s may not begin new texts.") % {"person": name_of(taker)}
    return _refusal_of_texts([copy.article for copy in found if copy.article], giver, taker)


def _refusal_of_links(links: QuerySet[ShareLink], giver: AbstractUser, taker: AbstractUser) -> str:
    return _refusal_of_texts([link.article for link in links.select_related("article__category")], giver, taker)


OPEN_WORK = [
    OpenWork(_("Unsaved work"), _unsaved_in, _give_unsaved, _refusal_of_unsaved),
    OpenWork(
        _("Links by which drafts are shared"),
        _links_in,
        lambda links, _giver, taker: links.update(created_by=taker),
        _refusal_of_links,
    ),
    OpenWork(
        _("Drafts and texts in review"),
        _texts_of,
        _give_texts,
        lambda texts, giver, taker: _refusal_of_texts(texts.select_related("category"), giver, taker),
    ),
]
