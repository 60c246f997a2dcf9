"""Reading a ballot form. The template writes its fields out; this checks what comes back."""

from __future__ import annotations

from collections.abc import Iterable

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from polls.casting.voting import Answers
from polls.models import Choice, Poll, Question
from textfields import LineFormField, MultilineFormField


class BallotForm(forms.Form):
    # The solution of the browser's proof of work, filled in by poll.js.
    proof = LineFormField(max_length=4000, required=False)
    # Set by the button that lets an officer look at the ballot instead of proving.
    wait = LineFormField(max_length=1, required=False)
    # People do not see this field; programs that fill in everything do.
    website = LineFormField(max_length=500, required=False)
    comment = MultilineFormField(max_length=1000, required=False)

    def __init__(self, poll: Poll, questions: Iterable[Question], choices: Iterable[Choice], data=None) -> None:
        super().__init__(data)
        self.poll = poll
        self.questions = list(questions)
        options = [(choice.pk, choice.label) for choice in choices]
        messages = {
            "required": _("Please choose an answer."),
            "invalid_choice": _("This choice is not on the ballot."),
            "invalid_list": _("This choice is not on the ballot."),
        }
        for question in self.questions:
            self.fields[f"q{question.pk}"] = forms.TypedMultipleChoiceField(
                choices=options, coerce=int, required=len(self.questions) == 1, error_messages=messages
            )

    def clean(self) -> None:
        for question in self.questions:
            if len(self.cleaned_data.get(f"q{question.pk}", [])) > self.poll.max_choices:
                message = ngettext(
                    "Please choose only %(count)s answer.",
                    "Please choose at most %(count)s answers.",
                    self.poll.max_choices,
                )
                self.add_error(f"q{question.pk}", message % {"count": self.poll.max_choices})
        if not self.errors and not self.answers:
            self.add_error(None, gettext("Please rate at least one aspect."))

    @cached_property
    def answers(self) -> Answers:
        """The question and choice ids that were ticked and are on the ballot."""
        return frozenset(
            (question.pk, choice)
            for question in self.questions
            for choice in self.cleaned_data.get(f"q{question.pk}", [])
        )
