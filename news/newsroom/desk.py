"""What waits for whom in the newsroom: its piles on the desk, and the agenda."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib.auth import get_permission_codename
from django.contrib.auth.models import AbstractUser
from django.db.models import Model, OuterRef, Q, Subquery
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.people import name_of
from news import rights
from news.kinds import ADMINS
from news.models import (
    Action,
    Article,
    ArticleQuerySet,
    Autosave,
    Kind,
    Link,
    MissingPage,
    OutsideLink,
    Revision,
    SearchMiss,
    ShareLink,
    Status,
    Transition,
)
from section import Errand, Pile, Row
from upkeep.believedtime import believed_now
from upkeep.models import Letter

ROWS = 10
AHEAD = timedelta(days=14)
OLD_REVIEW = timedelta(days=3)
OLD_DRAFT = timedelta(days=14)
RECENT = timedelta(days=14)
ON_ITS_WAY = timedelta(minutes=2)  # a message that waits longer than this was lost with its process


def piles_of(user: AbstractUser, at: datetime) -> list[Pile]:
    """The lists that hold something for `user`. A fixed number of queries, each a few rows."""
    if not user.has_perm("news.view_article"):
        return []
    mine = (
        Article.every_kind.of(user.commune)
        .workable_by(user)
        .only("title", "kind", "status", "published_at", "expires_at", "updated_at", "is_forced")
    )
    piles = [
        _waiting(user),
        Pile(_("Changes that wait for approval"), _proposals(user), is_urgent=True),
        Pile(_("Published urgently, to be confirmed"), _forced(user), is_urgent=True),
        Pile(_("Small corrections to look at"), _corrections(user)),
        Pile(_("Returned to you"), _returned(user)),
        Pile(_("Answers through shared links"), _answers(mine, at)),
        *_unsaved(user),
        Pile(
            _("Appears soon"),
            [_row(a, moment=a.published_at) for a in mine.scheduled(at).order_by("published_at")[:ROWS]],
        ),
        Pile(_("Ends soon"), [_row(a, moment=a.expires_at) for a in _ending(mine, at)[:ROWS]]),
        Pile(_("Waiting for more than three days"), _old_reviews(mine, at), is_urgent=True),
        Pile(_("Your drafts that rest"), _old_drafts(user, at)),
        Pile(_("To be checked again"), _due(mine, at)),
    ]
    if rights.categories_of(user, rights.PUBLISH) != set():
        piles += [
            Pile(_("Messages that could not be sent"), _failed_mails(mine, at), is_urgent=True),
            Pile(_("Broken links"), _broken_links(user, mine, at), is_urgent=True),
            Pile(
                _("Searched for in vain"),
                [_row(miss, f"{miss.hits} ×") for miss in SearchMiss.objects.of(user.commune)[:5]],
            ),
            Pile(
                _("Addresses not found"),
                [_row(page, f"{page.hits} ×") for page in MissingPage.objects.of(user.commune)[:5]],
            ),
        ]
    return [pile for pile in piles if pile.rows]


def errands_of(user: AbstractUser) -> list[Errand]:
    """Writing, looking over the articles, what comes and goes, and the reports for those who publish."""
    errands = []
    if user.has_perm("news.add_article"):
        errands.append(Errand(_("Write an article"), reverse("admin:news_article_add"), is_main=True))
    if user.has_perm("news.view_article"):
        errands.append(Errand(_("All articles"), reverse("admin:news_article_changelist")))
        errands.append(Errand(_("Agenda"), reverse("admin:news_article_agenda")))
        if rights.categories_of(user, rights.PUBLISH) != set():
            errands.append(Errand(_("Reports"), reverse("admin:news_article_reports")))
    return errands


def _row(thing: Model, note: str = "", moment: datetime | None = None) -> Row:
    return Row(str(thing), _address_of(thing), note, moment)


def _address_of(thing: Model) -> str:
    """Where the admin deals with what lies on the desk."""
    if isinstance(thing, Autosave):
        return reverse(f"admin:{ADMINS[Kind.PAGE if thing.is_page else Kind.ARTICLE]}_add")
    if isinstance(thing, Article):
        return thing.form_address
    return reverse(f"admin:news_{thing._meta.model_name}_changelist")


def agenda(user: AbstractUser, at: datetime | None = None) -> tuple[list[Article], list[Article]]:
    """What goes live and what ends in the next 14 days, in order."""
    at = at or believed_now()
    articles = Article.every_kind.of(user.commune).workable_by(user).select_related("category", "author")
    appearing = articles.scheduled(at).filter(published_at__lte=at + AHEAD).order_by("published_at")
    return list(appearing[:200]), list(_ending(articles, at)[:200])


def _checked(user: AbstractUser) -> Q:
    categories = rights.categories_checked_by(user)
    return Q() if categories is None else Q(category_id__in=categories)


def waiting_for(articles: ArticleQuerySet, user: AbstractUser) -> ArticleQuerySet:
    """Those of `articles` that wait for a word of `user`: texts in review that are not the own."""
    return articles.filter(_checked(user), status=Status.REVIEW).exclude(submitted_by=user).exclude(author=user)


def _waiting(user: AbstractUser) -> Pile:
    articles = waiting_for(Article.every_kind.of(user.commune), user)
    return Pile(
        _("Waiting for you"),
        [
            _row(a, name_of(a.author), a.updated_at)
            for a in articles.select_related("author").order_by("updated_at")[:ROWS]
        ],
        is_urgent=True,
    )


def _proposals(user: AbstractUser) -> list[Row]:
    places = rights.categories_of(user, rights.PUBLISH)
    revisions = (
        Revision.objects.filter(article__commune=user.commune)
        .proposed()
        .exclude(saved_by=user)
        .select_related("article", "saved_by")
    )
    if places is not None:
        revisions = revisions.filter(article__category_id__in=places)
    return [_row(r.article, name_of(r.saved_by), r.saved_at) for r in revisions.order_by("saved_at")[:ROWS]]


def _forced(user: AbstractUser) -> list[Row]:
    places = rights.categories_of(user, rights.PUBLISH)
    articles = Article.every_kind.of(user.commune).filter(is_forced=True, status=Status.PUBLISHED).exclude(author=user)
    if places is not None:
        articles = articles.filter(category_id__in=places)
    return [_row(a, moment=a.published_at) for a in articles.order_by("-published_at")[:ROWS]]


def _corrections(user: AbstractUser) -> list[Row]:
    """What others corrected alone, where the person publishes."""
    places = rights.categories_of(user, rights.PUBLISH)
    if places == set():
        return []
    live = Article.every_kind.of(user.commune).filter(status=Status.PUBLISHED)
    if places is not None:
        live = live.filter(category_id__in=places)
    steps = Transition.objects.unseen_corrections().exclude(made_by=user).filter(article__in=live.values("pk"))
    return [
        _row(step.article, f"{name_of(step.made_by)}: {step.reason}", step.made_at)
        for step in steps.select_related("article", "made_by").order_by("-id")[:ROWS]
    ]


def _returned(user: AbstractUser) -> list[Row]:
    last = Transition.objects.filter(article=OuterRef("pk")).order_by("-id")
    drafts = (
        Article.every_kind.of(user.commune)
        .filter(author=user, status=Status.DRAFT)
        .annotate(
            last_action=Subquery(last.values("action")[:1]),
            last_reason=Subquery(last.values("reason")[:1]),
            last_at=Subquery(last.values("made_at")[:1]),
        )
    )
    returned = drafts.filter(last_action=Action.RETURN).order_by("-last_at")
    return [_row(article, article.last_reason, article.last_at) for article in returned[:ROWS]]


def _answers(mine: ArticleQuerySet, at: datetime) -> list[Row]:
    links = ShareLink.objects.filter(answered_at__gt=at - RECENT, article__in=mine.values("pk"))
    rows = links.select_related("article").order_by("-answered_at")[:ROWS]
    return [_row(link.article, f"{link.recipient}: {link.get_verdict_display()}", link.answered_at) for link in rows]


def _unsaved(user: AbstractUser) -> list[Pile]:
    """Kept work, apart from that on articles which a colleague has saved since."""
    kept = (
        Autosave.objects.of(user.commune)
        .filter(user=user, saved_at__isnull=False, article__trashed__isnull=True)
        .select_related("article")
        .order_by("-saved_at")
    )
    rows: dict[bool, list[Row]] = {True: [], False: []}
    for copy in kept[:ROWS]:
        is_conflict = copy.article is not None and copy.article.version > copy.base_version
        rows[is_conflict].append(_row(copy.article or copy, copy.content.get("title", ""), copy.saved_at))
    return [
        Pile(_("In conflict: a colleague has saved since you wrote"), rows[True], is_urgent=True),
        Pile(_("Your unsaved work"), rows[False]),
    ]


def _ending(articles: ArticleQuerySet, at: datetime) -> ArticleQuerySet:
    soon = articles.filter(status=Status.PUBLISHED, expires_at__gt=at, expires_at__lte=at + AHEAD)
    return soon.order_by("expires_at")


def _old_reviews(mine: ArticleQuerySet, at: datetime) -> list[Row]:
    old = mine.filter(status=Status.REVIEW, updated_at__lt=at - OLD_REVIEW).order_by("updated_at")
    return [_row(article, moment=article.updated_at) for article in old[:ROWS]]


def _old_drafts(user: AbstractUser, at: datetime) -> list[Row]:
    old = Article.every_kind.of(user.commune).filter(author=user, status=Status.DRAFT, updated_at__lt=at - OLD_DRAFT)
    return [_row(article, moment=article.updated_at) for article in old.order_by("updated_at")[:ROWS]]


def _due(mine: ArticleQuerySet, at: datetime) -> list[Row]:
    due = mine.filter(status=Status.PUBLISHED, review_on__lte=timezone.localdate(at)).order_by("review_on")
    return [_row(article, moment=article.updated_at) for article in due[:ROWS]]


def _failed_mails(mine: ArticleQuerySet, at: datetime) -> list[Row]:
    letters = Letter.objects.about(Transition.LETTERS)
    errors = dict(letters.filter(~Q(error="") | Q(created_at__lt=at - ON_ITS_WAY)).values_list("number", "error"))
    steps = Transition.objects.filter(pk__in=errors, made_at__gt=at - RECENT, article__in=mine.values("pk"))
    return [
        _row(step.article, errors[step.pk] or _("The message has not been sent yet."), step.made_at)
        for step in steps.select_related("article")[:ROWS]
    ]


def _broken_links(user: AbstractUser, mine: ArticleQuerySet, at: datetime) -> list[Row]:
    """Those of articles lead to the list of them, those of the menus and other sections to the form they stand in."""
    links = Link.objects.broken().filter(article__in=mine.published(at).values("pk"))
    outside = [link for link in OutsideLink.objects.of(user.commune).broken()[:ROWS] if _may_open(user, link.form)]
    return [
        *(_row(link, f"{link.article} · {link.reason}", link.checked_at) for link in links[:ROWS]),
        *(Row(link.title, link.form, f"{link.address} · {link.reason}", link.checked_at) for link in outside),
    ]


def _may_open(user: AbstractUser, form: str) -> bool:
    """Whether the form of the admin at this address is one that `user` may change."""
    try:
        opts = resolve(form).func.model_admin.opts
    except (Resolver404, AttributeError):  # of a section that is gone
        return False
    return user.has_perm(f"{opts.app_label}.{get_permission_codename('change', opts)}")
