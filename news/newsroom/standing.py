"""Where an article stands, in words for the top of its form: its state, who waits for whom, why it came back."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractUser
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.people import name_of
from news import rights
from news.models import Action, Article, Revision, Status, Transition
from upkeep.believedtime import believed_now
from vietnamese import format_datetime_12h

MOST_NAMES = 3
# Steps that say nothing about where the article stands.
ASIDE = (Action.ENDORSE, Action.REQUEST, Action.MOVE, Action.ASSIGN, Action.TRASH, Action.UNTRASH, Action.SEEN)
# Steps whose reason somebody has to read before going on.
TOLD = {Action.RETURN, Action.DECLINE, Action.WITHDRAW}


@dataclass
class Standing:
    """`state` is a name for the style sheet, `label` the state in words; `told` the step whose reason is to be read."""

    state: str
    label: str
    sentences: list[str] = field(default_factory=list)
    told: Transition | None = None


def standing_of(article: Article | None, user: AbstractUser, proposal: Revision | None = None) -> Standing:
    """How `article` stands, said to `user`; None is one that was never saved. `proposal` is its change that waits."""
    if article is None:
        return Standing("new", _("Not saved yet"), [_("Saved, it is a draft: citizens do not see it.")])
    steps = article.transitions.exclude(action__in=ASIDE).select_related("made_by")
    last = steps.first()
    said = {Status.DRAFT: _draft, Status.REVIEW: _in_review, Status.WITHDRAWN: _withdrawn}
    describe = said.get(Status(article.status))
    standing = describe(article, user, last) if describe else _approved(article, user, proposal, last)
    is_read = last is not None and last.action in TOLD and bool(last.reason) and proposal is None
    standing.told = last if is_read else None
    return standing


def _draft(article: Article, user: AbstractUser, last: Transition | None) -> Standing:
    if article.author_id == user.pk:
        sentence = _("It is with you. Send it for review when it is ready.")
    else:
        sentence = _("%(person)s is writing it.") % {"person": name_of(article.author)}
    is_returned = last is not None and last.action == Action.RETURN
    return Standing("draft", _("Draft, returned") if is_returned else _("Draft"), [sentence])


def _in_review(article: Article, user: AbstractUser, last: Transition | None) -> Standing:
    sentences = []
    if last is not None and last.action == Action.SUBMIT:
        text = _("%(person)s sent it for review on %(time)s.")
        sentences.append(text % {"person": name_of(last.made_by), "time": format_datetime_12h(last.made_at)})
    own = {article.author_id, article.submitted_by_id}
    sentences.append(_waits(article, user, own))
    return Standing("review", _("Waiting for approval"), sentences)


def _withdrawn(article: Article, user: AbstractUser, last: Transition | None) -> Standing:
    return Standing(
        "withdrawn",
        _("Withdrawn"),
        [_("Citizens read instead: “%(notice)s”") % {"notice": article.withdrawal_notice}],
    )


def _approved(article: Article, user: AbstractUser, proposal: Revision | None, last: Transition | None) -> Standing:
    """A published article, which may be to come, over, or waiting with a change."""
    now = believed_now()
    appears = format_datetime_12h(article.published_at)
    if article.published_at > now:
        label = _("Scheduled: %(time)s") % {"time": appears}
        standing = Standing("scheduled", label, [_("It is approved, and appears by itself at that time.")])
    elif article.has_expired(now):
        text = _("Citizens have not seen it since %(time)s.")
        standing = Standing("expired", _("Expired"), [text % {"time": format_datetime_12h(article.expires_at)}])
    else:
        standing = Standing(
            "published", _("Public now"), [_("Citizens have read it since %(time)s.") % {"time": appears}]
        )
    if proposal:
        if standing.state == "published":
            standing.label = _("Published, a change waits for approval")
        text = _("Below is the change by %(person)s of %(time)s; citizens still read the earlier text.")
        values = {"person": name_of(proposal.saved_by), "time": format_datetime_12h(proposal.saved_at)}
        standing.state = "changed"
        standing.sentences = [text % values, _waits(article, user, {proposal.saved_by_id})]
    elif article.is_forced:
        by = last.made_by_id if last is not None else None
        standing.sentences.append(_("It was published urgently."))
        standing.sentences.append(_waits(article, user, {article.author_id, article.submitted_by_id, by}))
    return standing


def _waits(article: Article, user: AbstractUser, own: set[int | None]) -> str:
    """Whose word it waits for: those who publish where it stands, but for its `own` people."""
    active = get_user_model().objects.filter(is_active=True).exclude(pk__in=[pk for pk in own if pk])
    found = list(rights.holders(active, rights.PUBLISH, article.commune_id, article.category_id).order_by("pk"))
    names = [name_of(person) for person in found if person.pk != user.pk]
    if len(names) < len(found):
        names.insert(0, _("you"))
    if not names:
        return _("It waits for somebody else who may approve it; there is nobody yet.")
    if len(names) > MOST_NAMES:
        count = len(names) - MOST_NAMES
        text = ngettext(
            "It waits for one of these people: %(names)s and %(count)d other.",
            "It waits for one of these people: %(names)s and %(count)d others.",
            count,
        )
        return text % {"names": ", ".join(names[:MOST_NAMES]), "count": count}
    if len(names) == 1:
        return _("It waits for %(person)s.") % {"person": names[0]}
    return _("It waits for one of these people: %(names)s.") % {"names": ", ".join(names)}
