"""The same step for many articles at once, each with its own right and its own line in the log.

An article that cannot take the step is left as it is, and the person reads why.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib.auth.models import AbstractUser
from django.core.exceptions import PermissionDenied
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from accounts.people import name_of
from bulkresult import Result
from communes.models import Membership
from news import rights
from news.models import Article, Category, Tag
from news.newsroom.categorychoice import CategoryChoice
from news.newsroom.steps import handling, workflow
from news.newsroom.steps.step_views import WithdrawForm

# Each takes a few queries, and what was done stands in one message.
MOST_AT_ONCE = 200


class MoveForm(forms.Form):
    """Asks where the articles go: `user` moves nothing to where they do not write."""

    category = CategoryChoice(
        Category.objects.none(),
        label=gettext_lazy("New category"),
        help_text=gettext_lazy("The old addresses lead to the new ones."),
    )

    def __init__(self, *args: Any, user: AbstractUser, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = rights.categories_of(user, rights.CHANGE), rights.categories_of(user, rights.PUBLISH)
        categories = Category.objects.of(user.commune).in_tree()
        if None not in places:
            categories = categories.filter(pk__in=set().union(*places))
        self.fields["category"].queryset = categories


class TagForm(forms.Form):
    tags = forms.ModelMultipleChoiceField(
        Tag.objects.none(),
        label=gettext_lazy("Tags"),
        widget=forms.SelectMultiple(attrs={"size": 10}),
        help_text=gettext_lazy("They are added to those each article has. Hold Ctrl to choose several."),
    )

    def __init__(self, *args: Any, user: AbstractUser, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["tags"].queryset = Tag.objects.of(user.commune)


class PersonField(forms.ModelChoiceField):
    def label_from_instance(self, obj: User) -> str:
        return name_of(obj)


class AssignForm(forms.Form):
    author = PersonField(
        User.objects.none(),
        label=gettext_lazy("New author"),
        help_text=gettext_lazy("The person is told by e-mail, and finds the drafts among their own."),
    )

    def __init__(self, *args: Any, user: AbstractUser, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        here = Membership.objects.current().filter(commune=user.commune).values("user")
        people = User.objects.filter(is_active=True, is_staff=True, pk__in=here)
        self.fields["author"].queryset = people.order_by("first_name", "last_name", "username")


class BulkWithdrawForm(WithdrawForm):
    """The words for one article are the words for all that were chosen."""

    def __init__(self, *args: Any, user: AbstractUser, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)


@dataclass(frozen=True)
class Step:
    """A step for many: its button, what it asks, what it does to one article with the answers, what it says then."""

    title: str | Promise
    run: Callable[[Article, AbstractUser, dict[str, Any]], object]
    said: Callable[[int], str]
    form: type[forms.Form] | None = None


def _withdraw(article: Article, user: AbstractUser, answers: dict[str, Any]) -> object:
    return workflow.withdraw(article, user, answers["notice"], answers["reason"])


STEPS = {
    "move": Step(
        gettext_lazy("Move to another category…"),
        lambda article, user, answers: handling.move(article, user, answers["category"]),
        lambda count: ngettext("%(count)d article was moved.", "%(count)d articles were moved.", count),
        MoveForm,
    ),
    "withdraw": Step(
        gettext_lazy("Withdraw…"),
        _withdraw,
        lambda count: ngettext("%(count)d article was withdrawn.", "%(count)d articles were withdrawn.", count),
        BulkWithdrawForm,
    ),
    "add_tags": Step(
        gettext_lazy("Add tags…"),
        lambda article, user, answers: handling.add_tags(article, user, answers["tags"]),
        lambda count: ngettext("%(count)d article was tagged.", "%(count)d articles were tagged.", count),
        TagForm,
    ),
    "feature": Step(
        gettext_lazy("Feature at the top of the home page"),
        lambda article, user, _answers: handling.feature(article, user, is_featured=True),
        lambda count: ngettext("%(count)d article is featured.", "%(count)d articles are featured.", count),
    ),
    "unfeature": Step(
        gettext_lazy("No longer feature"),
        lambda article, user, _answers: handling.feature(article, user, is_featured=False),
        lambda count: ngettext(
            "%(count)d article is no longer featured.", "%(count)d articles are no longer featured.", count
        ),
    ),
    "assign": Step(
        gettext_lazy("Give to another author…"),
        lambda article, user, answers: handling.assign(article, user, answers["author"]),
        lambda count: ngettext("%(count)d draft was given away.", "%(count)d drafts were given away.", count),
        AssignForm,
    ),
    "copy": Step(
        gettext_lazy("Make a copy as a draft"),
        lambda article, user, _answers: handling.copy(article, user),
        lambda count: ngettext("%(count)d copy was made.", "%(count)d copies were made.", count),
    ),
}


def take(step: Step, articles: Iterable[Article], user: AbstractUser, answers: dict[str, Any]) -> Result:
    """Take a step with each article by itself: what one refuses stops no other."""
    result = Result()
    for article in articles:
        try:
            made = step.run(article, user, answers)
        except workflow.StepError as refusal:
            result.refusals.append((article.title, str(refusal)))
        except (PermissionDenied, Article.DoesNotExist):
            result.refusals.append((article.title, _("your account may not do this")))
        else:
            result.done += 1
            result.made.append(made)
    return result
