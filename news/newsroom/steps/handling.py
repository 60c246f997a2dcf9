"""Steps that change no word of an article: where it stands, who writes it, what it is filed under.

As with the steps in workflow.py, each locks the article, checks right and state, and is logged. Raises PermissionDenied
when the person may not take the step, and StepError, whose message is for the editor, when the article cannot take it.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import AbstractUser
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.people import name_of
from news import rights
from news.drafts import revisions
from news.models import Action, Article, Category, Revision, RevisionState, Status, Tag, Transition
from news.newsroom.steps.workflow import StepError, locked, log


def may_move(user: AbstractUser, article: Article, category: Category) -> bool:
    """Whether `user` may put the article into `category`.

    Where citizens find it is decided by those who publish, in both places; a draft is moved by whoever writes in it.
    """
    if article.status in {Status.PUBLISHED, Status.WITHDRAWN}:
        return all(rights.may_in(user, rights.PUBLISH, place) for place in (article.category_id, category.pk))
    return rights.may_edit(user, article) and rights.may_in(user, rights.CHANGE, category.pk)


def move(article: Article, user: AbstractUser, category: Category) -> Transition:
    """Put an article into another category of its commune; its old address leads to the new one by its number."""
    with transaction.atomic():
        article = locked(article)
        if article.is_page:
            raise StepError(_("A page stands in no category."))
        if article.category_id == category.pk:
            raise StepError(_("It stands there already."))
        if not may_move(user, article, category):
            raise PermissionDenied
        return put(article, user, category)


def put(article: Article, user: AbstractUser, category: Category) -> Transition:
    """Move an article that is locked, whatever the rights; nobody is told, as nothing has to be done."""
    before = article.category
    revisions.keep_first_text(article)
    article.category, article.version = category, article.version + 1
    Article.with_trashed.of(article.commune_id).filter(pk=article.pk).update(
        category=category, version=F("version") + 1
    )
    content = revisions.content_of(article)
    Revision.objects.create(article=article, number=article.version, content=content, saved_by=user)
    # The change that waits would take it back to where it was.
    for proposal in article.revisions.filter(state=RevisionState.PROPOSED, content__category_id=before.pk):
        proposal.content |= {"category_id": category.pk}
        proposal.save(update_fields=["content"])
    reason = f"{before} → {category}"
    return Transition.objects.create(article=article, action=Action.MOVE, made_by=user, reason=reason)


def empty_category(category: Category, user: AbstractUser, target: Category) -> int:
    """Move everything out of a category, also what lies in the trash, and delete it; how many articles that were."""
    with transaction.atomic():
        found = Article.with_trashed.of(category.commune_id).filter(category=category).order_by("pk")
        articles = found.select_for_update(of=("self",)).select_related("category")
        count = 0
        for article in articles.iterator(chunk_size=200):
            put(article, user, target)
            count += 1
        # Changes that wait elsewhere and would put an article here.
        for proposal in Revision.objects.filter(
            article__commune=category.commune_id, state=RevisionState.PROPOSED, content__category_id=category.pk
        ):
            proposal.content |= {"category_id": target.pk}
            proposal.save(update_fields=["content"])
        category.delete()
        return count


def assign(article: Article, user: AbstractUser, author: User) -> Transition:
    """Give a draft to another author, who must write where it stands.

    Not one of one's own, nor that of somebody who publishes there: no longer its author, they could approve their own text.
    """
    with transaction.atomic():
        article = locked(article)
        if article.status != Status.DRAFT:
            raise StepError(_("Only a draft changes its author."))
        if article.author_id == author.pk:
            raise StepError(_("It is this person's already."))
        if not may_assign(user, article):
            raise PermissionDenied
        if not rights.holders(_people(author), rights.CHANGE, article.commune_id, article.category_id).exists():
            raise StepError(_("%(person)s does not write where it stands.") % {"person": name_of(author)})
        before = article.author
        own = article.author_id == user.pk
        if own or rights.holders(_people(before), rights.PUBLISH, article.commune_id, article.category_id).exists():
            raise StepError(_("Its author could then approve the own text."))
        article.author = author
        article.save(update_fields=["author", "updated_at"])
        return log(article, Action.ASSIGN, user, f"{name_of(before)} → {name_of(author)}")


def may_assign(user: AbstractUser, article: Article) -> bool:
    """Whether `user` may say who writes the article: those who check or publish where it stands."""
    return rights.may(user, rights.PUBLISH, article) or rights.may(user, rights.REVIEW, article)


def add_tags(article: Article, user: AbstractUser, tags: Iterable[Tag]) -> None:
    """File the article under more tags."""
    with transaction.atomic():
        article = locked(article)
        if not rights.may_edit(user, article):
            raise PermissionDenied
        new = [tag for tag in tags if not article.tags.filter(pk=tag.pk).exists()]
        if not new:
            raise StepError(_("It has these tags already."))
        article.tags.add(*new)
        _note(article, user, _("Tags added: %(tags)s") % {"tags": ", ".join(tag.name for tag in new)})


def feature(article: Article, user: AbstractUser, *, is_featured: bool) -> None:
    """Put a published article among those at the top of the home page, or take it away from there."""
    with transaction.atomic():
        article = locked(article)
        if article.is_page:
            raise StepError(_("A page is not shown among the news."))
        if not rights.may(user, rights.PUBLISH, article):
            raise PermissionDenied
        if is_featured and article.status != Status.PUBLISHED:
            raise StepError(_("Only a published article can be featured."))
        if article.is_featured == is_featured:
            text = _("It is featured already.") if is_featured else _("It is not featured.")
            raise StepError(text)
        article.is_featured = is_featured
        article.save(update_fields=["is_featured", "updated_at"])
        _note(article, user, _("Featured.") if is_featured else _("No longer featured."))


def copy(article: Article, user: AbstractUser) -> Article:
    """A draft of `user` with the words, pictures, tags and documents of an article they read."""
    if article.is_page:
        raise StepError(_("A page is not copied: two pages of the same address cannot stand side by side."))
    if not rights.may(user, rights.WRITE, article):
        raise PermissionDenied
    with transaction.atomic():
        title = _("%(title)s (copy)") % {"title": article.title}
        new = Article(**revisions.content_of(article) | {"title": title[: Article._meta.get_field("title").max_length]})
        new.commune_id, new.kind = article.commune_id, article.kind
        revisions.create_article(new, user)
        new.tags.set(article.tags.all())
        for attachment in article.attachments.all():
            attachment.pk, attachment.article = None, new
            attachment.save(force_insert=True)
        return new


def _people(person: User) -> QuerySet[User]:
    return User.objects.filter(pk=person.pk)


def _note(article: Article, user: AbstractUser, text: str) -> None:
    """Log what the form logs by itself: what surrounds the text is no step of its life."""
    LogEntry.objects.log_actions(user.pk, [article], CHANGE, change_message=text, single_object=True)
