"""The steps of an article's life. Every change of its status goes through here and is logged.

Each function locks the article, checks right and state, changes it, writes the log and, once the
transaction is committed, tells whoever must act next. Raises PermissionDenied when the person may
not take the step, and StepError, whose message is for the editor, when the article is not ready.
"""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from news import rights
from news.drafts import revisions, typos
from news.models import Action, Article, NewsroomRules, Revision, RevisionState, Status, Transition
from news.newsroom import checklist
from news.newsroom.steps import notices
from upkeep.believedtime import believed_now
from vietnamese import format_datetime_12h


class StepError(Exception):
    """The article cannot take this step now. The message says why, for the editor."""


def submit(article: Article, user: AbstractUser) -> Transition:
    """Send a draft for review."""
    with transaction.atomic():
        article = locked(article)
        _require(article, Status.DRAFT)
        if not rights.may_edit(user, article):
            raise PermissionDenied
        _require_complete(article)
        article.status = Status.REVIEW
        article.submitted_by = user
        article.save(update_fields=["status", "submitted_by", "updated_at"])
        return log(article, Action.SUBMIT, user)


def return_to_author(article: Article, user: AbstractUser, reason: str) -> Transition:
    """Give an article in review back to its author, saying why."""
    with transaction.atomic():
        article = locked(article)
        _require(article, Status.REVIEW)
        if not (rights.may(user, rights.REVIEW, article) or rights.may(user, rights.PUBLISH, article)):
            raise PermissionDenied
        _require_text(reason, _("Say what should be changed."))
        article.status = Status.DRAFT
        article.submitted_by = None
        article.save(update_fields=["status", "submitted_by", "updated_at"])
        return log(article, Action.RETURN, user, reason)


def publish(article: Article, user: AbstractUser, appears_at: datetime | None = None) -> Transition:
    """Approve an article. It appears at `appears_at`, or at the time already set for it, or now.

    Nobody approves the own text: whoever submitted or wrote it needs a second person, or
    `publish_urgently`. Where there is no second person, the log says so.
    """
    with transaction.atomic():
        article = locked(article)
        _require(article, Status.REVIEW, Status.DRAFT)
        if not rights.may(user, rights.PUBLISH, article):
            raise PermissionDenied
        is_alone = is_own(article, user)
        if is_alone and not rights.publishes_alone(user, article.commune):
            raise StepError(_("You wrote or submitted this article: somebody else has to approve it."))
        _publish(article, appears_at)
        is_later = article.published_at > believed_now()
        when = _("(appears %(time)s)") % {"time": format_datetime_12h(article.published_at)} if is_later else ""
        return log(article, Action.PUBLISH, user, when, is_alone=is_alone)


def publish_urgently(
    article: Article, user: AbstractUser, reason: str, appears_at: datetime | None = None
) -> Transition:
    """Publish the own article without a second person; it stays flagged until `confirm`."""
    with transaction.atomic():
        article = locked(article)
        _require(article, Status.REVIEW, Status.DRAFT)
        if not rights.may(user, rights.FORCE, article):
            raise PermissionDenied
        if not is_own(article, user):
            raise StepError(_("This is not your own article: approve it in the ordinary way."))
        if rights.publishes_alone(user, article.commune):
            raise StepError(_("Nobody else publishes here: approve it in the ordinary way."))
        _require_text(reason, _("Say why the article cannot wait."))
        article.is_forced = True
        article.submitted_by = article.submitted_by or user
        _publish(article, appears_at)
        return log(article, Action.FORCE, user, reason)


def confirm(article: Article, user: AbstractUser) -> Transition:
    """A second person stands by an urgent publication."""
    with transaction.atomic():
        article = locked(article)
        if not article.is_forced or article.status != Status.PUBLISHED:
            raise StepError(_("This article needs no confirmation."))
        if not rights.may(user, rights.PUBLISH, article):
            raise PermissionDenied
        if is_own(article, user) or _forced_by(article) == user.pk:
            raise StepError(_("Somebody else has to confirm the urgent publication."))
        article.is_forced = False
        article.save(update_fields=["is_forced", "updated_at"])
        return log(article, Action.CONFIRM, user)


def withdraw(article: Article, user: AbstractUser, notice: str, reason: str) -> Transition:
    """Take a published article off the portal; its address shows `notice` from now on."""
    with transaction.atomic():
        article = locked(article)
        _require(article, Status.PUBLISHED)
        if not rights.may(user, rights.PUBLISH, article):
            raise PermissionDenied
        _require_text(notice, _("Write what citizens will read instead of the article."))
        _require_text(reason, _("Say why the article is withdrawn."))
        article.status = Status.WITHDRAWN
        article.withdrawal_notice = notice.strip()
        article.save(update_fields=["status", "withdrawal_notice", "updated_at"])
        return log(article, Action.WITHDRAW, user, reason)


def restore(article: Article, user: AbstractUser) -> Transition:
    """Make a withdrawn article a draft again; it goes through review like any other."""
    with transaction.atomic():
        article = locked(article)
        _require(article, Status.WITHDRAWN)
        if not rights.may(user, rights.PUBLISH, article):
            raise PermissionDenied
        article.status = Status.DRAFT
        article.submitted_by = None
        article.is_forced = False
        article.withdrawal_notice = ""
        article.save(update_fields=["status", "submitted_by", "is_forced", "withdrawal_notice", "updated_at"])
        return log(article, Action.RESTORE, user)


def approve_change(article: Article, user: AbstractUser) -> Transition:
    """Make the proposed text of a published article its public one.

    Not the person who wrote it, unless nobody else could, or they may publish urgently; then the article is flagged.
    """
    with transaction.atomic():
        article = locked(article)
        _require(article, Status.PUBLISHED)
        revision = _proposed(article)
        if not _may_approve(user, article, revision):
            raise PermissionDenied
        is_alone = False
        if revision.saved_by_id == user.pk:
            if rights.publishes_alone(user, article.commune):
                is_alone = True
            elif rights.may(user, rights.FORCE, article):
                article.is_forced = True
                article.save(update_fields=["is_forced"])
            else:
                raise StepError(_("You wrote this change: somebody else has to approve it."))
        revisions.apply_change(article, revision)
        return log(article, Action.CHANGE, user, revision.note, is_alone=is_alone)


def decline_change(article: Article, user: AbstractUser, reason: str) -> Transition:
    """Leave the public text as it is; the proposed one stays in the history. Proposers may take theirs back."""
    with transaction.atomic():
        article = locked(article)
        revision = _proposed(article)
        checks = rights.may(user, rights.PUBLISH, article) or rights.may(user, rights.REVIEW, article)
        if not checks and revision.saved_by_id != user.pk:
            raise PermissionDenied
        _require_text(reason, _("Say why the change is declined."))
        revision.state = RevisionState.DECLINED
        revision.save(update_fields=["state"])
        return log(article, Action.DECLINE, user, reason)


def publish_correction(article: Article, user: AbstractUser) -> Transition:
    """Make the own change of a published article its public text, when only a slip of the pen differs.

    Where the rules of the newsroom allow it; the others find it on their desks until one has looked at it.
    """
    with transaction.atomic():
        article = locked(article)
        _require(article, Status.PUBLISHED)
        revision = _proposed(article)
        if not may_correct(user, article, revision):
            raise PermissionDenied
        try:
            changes = typos.minor_changes(revisions.content_of(article), revision.content)
        except typos.NotMinorError as refusal:
            raise StepError(_("Somebody else has to approve this change. %(why)s") % {"why": refusal}) from refusal
        revisions.apply_change(article, revision)
        return log(article, Action.TYPO, user, "; ".join(map(str, changes)))


def may_correct(user: AbstractUser, article: Article, proposal: Revision) -> bool:
    """Whether `user` may publish the own change alone if it is small enough."""
    is_allowed = NewsroomRules.objects.corrects_alone(article.commune_id)
    is_own_change = proposal.saved_by_id == user.pk and not proposal.is_major
    return is_own_change and is_allowed and _may_approve(user, article, proposal)


def is_own_correction(article: Article, user: AbstractUser, proposal: Revision) -> bool:
    """Whether `user` may publish the own change alone, and it is a mere slip of the pen."""
    if not may_correct(user, article, proposal):
        return False
    public = Article.every_kind.of(article.commune_id).get(pk=article.pk)  # a form may hold the new text
    try:
        typos.minor_changes(revisions.content_of(public), proposal.content)
    except typos.NotMinorError:
        return False
    return True


def look_at_correction(article: Article, user: AbstractUser) -> Transition:
    """A second person has looked at what an editor corrected alone."""
    with transaction.atomic():
        article = locked(article)
        if not rights.may(user, rights.PUBLISH, article):
            raise PermissionDenied
        if not _has_correction_of_another(article, user):
            raise StepError(_("No small correction of this article waits for a look."))
        return log(article, Action.SEEN, user)


def _has_correction_of_another(article: Article, user: AbstractUser) -> bool:
    return article.transitions.unseen_corrections().exclude(made_by=user).exists()


def is_own(article: Article, user: AbstractUser) -> bool:
    """Whether `user` wrote or submitted the article, and so may not approve it."""
    return user.pk in {article.author_id, article.submitted_by_id}


def steps_open_to(article: Article, user: AbstractUser) -> list[Action]:
    """The steps `user` may take on `article` as it is now, in the order of their buttons."""
    may_publish = rights.may(user, rights.PUBLISH, article)
    may_return = may_publish or rights.may(user, rights.REVIEW, article)
    may_force = rights.may(user, rights.FORCE, article)
    own = is_own(article, user)
    is_open = article.status in {Status.DRAFT, Status.REVIEW}
    is_live = article.status == Status.PUBLISHED
    proposal = article.revisions.proposed().first() if article.status == Status.PUBLISHED else None
    proposed_here = proposal is not None and proposal.saved_by_id == user.pk
    is_alone = may_publish and (own or proposed_here) and rights.publishes_alone(user, article.commune)
    steps = {
        Action.SUBMIT: article.status == Status.DRAFT and rights.may_edit(user, article),
        Action.PUBLISH: is_open and may_publish and (is_alone or not own),
        Action.CHANGE: proposal is not None
        and _may_approve(user, article, proposal)
        and (not proposed_here or may_force or is_alone),
        Action.TYPO: proposed_here and is_own_correction(article, user, proposal),
        Action.DECLINE: proposal is not None and (may_return or proposed_here),
        Action.FORCE: is_open and own and may_force and not is_alone,
        Action.RETURN: article.status == Status.REVIEW and may_return,
        Action.CONFIRM: is_live and article.is_forced and may_publish and not own and _forced_by(article) != user.pk,
        Action.SEEN: is_live and may_publish and _has_correction_of_another(article, user),
        Action.WITHDRAW: article.status == Status.PUBLISHED and may_publish,
        Action.RESTORE: article.status == Status.WITHDRAWN and may_publish,
    }
    return [action for action, offered in steps.items() if offered]


def locked(article: Article) -> Article:
    articles = Article.every_kind.of(article.commune_id).select_for_update(of=("self",))
    return articles.select_related("category").get(pk=article.pk)


def _may_approve(user: AbstractUser, article: Article, proposal: Revision) -> bool:
    """Whether `user` publishes where the article stands, and where the change would put it."""
    places = {article.category_id, proposal.content["category_id"]}
    return all(rights.may_in(user, rights.PUBLISH, place) for place in places)


def _forced_by(article: Article) -> int | None:
    """Id of whoever published last, or approved a change, without a second person."""
    step = article.transitions.filter(action__in=[Action.FORCE, Action.CHANGE]).first()
    return step.made_by_id if step else None


def _proposed(article: Article) -> Revision:
    revision = article.revisions.proposed().first()
    if revision is None:
        raise StepError(_("No change of this article waits for approval."))
    return revision


def _require(article: Article, *states: Status) -> None:
    if article.status not in states:
        message = _("The article is “%(status)s” now; this step is no longer possible.")
        raise StepError(message % {"status": article.get_status_display()})


def _require_text(text: str, message: str) -> None:
    if not text.strip():
        raise StepError(message)


def _require_complete(article: Article) -> None:
    findings = checklist.blocking(revisions.content_of(article) | {"kind": article.kind}, article.commune_id)
    if findings:
        raise StepError(" ".join(finding.text for finding in findings))


def _publish(article: Article, appears_at: datetime | None) -> None:
    _require_complete(article)
    article.published_at = appears_at or article.published_at or believed_now()
    if article.expires_at and article.expires_at <= article.published_at:
        raise StepError(_("The end of publication must lie after the publication time."))
    if article.is_past(article.published_at):
        raise StepError(_("The deadline must not lie before the publication."))
    article.status = Status.PUBLISHED
    article.save(update_fields=["status", "published_at", "is_forced", "submitted_by", "updated_at"])


def log(
    article: Article, action: Action, user: AbstractUser, reason: str = "", *, is_alone: bool = False
) -> Transition:
    """Write down a step that was taken, and tell whoever must act next, in the transaction of the caller."""
    step = Transition.objects.create(
        article=article, action=action, made_by=user, reason=reason.strip(), is_alone=is_alone
    )
    notices.tell(step)
    return step
