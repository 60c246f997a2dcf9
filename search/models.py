"""What editors know of the words of citizens, and what the portal knows of its own."""

from __future__ import annotations

import re
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from communes.rows import CommuneKey, CommuneQuerySet
from search.words import key_of, syllables
from textfields import LineField, MultilineField

SYLLABLE = "^[a-z]+$"  # folded
MOST_WORDS = 8  # of one expression
_COMMA = re.compile(r"[,;\n]")


def expressions(text: str) -> list[str]:
    """What stands between the commas of a list of words."""
    return [part.strip() for part in _COMMA.split(text) if syllables(part)]


def keys_of(text: str) -> list[str]:
    """The expressions of a list as queries are compared with them, without accents."""
    return sorted({key_of(syllables(expression)) for expression in expressions(text)})


def check_expressions(text: str) -> None:
    """Raise ValidationError unless there is an expression, and none is a whole text."""
    found = expressions(text)
    if not found:
        raise ValidationError(_("Write at least one word."))
    if long := next((one for one in found if len(syllables(one)) > MOST_WORDS), None):
        raise ValidationError(
            _("“%(text)s” is too long: at most %(most)d words between two commas."),
            params={"text": long, "most": MOST_WORDS},
        )


class KeyedQuerySet(CommuneQuerySet[Any]):
    def keyed(self, keys: list[str]) -> KeyedQuerySet:
        """The rows with one of these `keys`."""
        return self.filter(keys__overlap=keys)


class Synonym(models.Model):
    """A line of the list of words that mean the same."""

    commune = CommuneKey()
    words = LineField(
        _("words"),
        max_length=300,
        validators=[check_expressions],
        help_text=_(
            "Separated by commas; whoever looks for one of them finds the others, too: cccd, căn cước công dân."
        ),
    )
    also = LineField(
        _("finds also"),
        max_length=300,
        blank=True,
        help_text=_("Found by the words above, but not the other way round: for lừa đảo, for example, giả danh."),
    )
    keys = ArrayField(models.TextField(), editable=False, default=list)

    objects = KeyedQuerySet.as_manager()

    class Meta:
        verbose_name = _("words that mean the same")
        verbose_name_plural = _("words that mean the same")
        ordering = ("words",)
        constraints = (
            models.UniqueConstraint(
                fields=["commune", "words"],
                name="search_synonym_words_unique",
                violation_error_message=_("This line is there already."),
            ),
            models.CheckConstraint(
                condition=~Q(words=""),
                name="search_synonym_words_present",
                violation_error_message=_("Write at least one word."),
            ),
        )

    def __str__(self) -> str:
        return self.words

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.keys = keys_of(self.words)
        super().save(*args, **kwargs)

    def clean(self) -> None:
        if self.also:
            try:
                check_expressions(self.also)
            except ValidationError as error:
                raise ValidationError({"also": error}) from error
        if len(expressions(f"{self.words},{self.also}")) < 2:
            raise ValidationError(
                {"also": _("One word alone means nothing else: add what the texts of the portal say.")}
            )


class PromotedAnswer(models.Model):
    """What editors show above all results of a query."""

    commune = CommuneKey()
    queries = MultilineField(
        _("for these words"),
        max_length=1000,
        validators=[check_expressions],
        help_text=_("What people type, separated by commas or one on a line; accents are not needed."),
    )
    title = LineField(
        _("title"), max_length=150, help_text=_("Says what the page is: Giờ làm việc của bộ phận một cửa.")
    )
    address = LineField(
        _("address"),
        max_length=500,
        validators=[RegexValidator(r"^(/(?![/\\])|https?://)\S*$", _("An address begins with / or with https://."))],
        help_text=_("A page of the portal, from the first / on, or of another server with https://."),
    )
    sentence = LineField(
        _("answer"),
        max_length=300,
        blank=True,
        help_text=_("One sentence that many need no page after: Thứ Hai đến thứ Sáu, 7 giờ 30 đến 17 giờ."),
    )
    keys = ArrayField(models.TextField(), editable=False, default=list)

    objects = KeyedQuerySet.as_manager()

    class Meta:
        verbose_name = _("promoted answer")
        verbose_name_plural = _("promoted answers")
        ordering = ("title", "id")
        indexes = (models.Index(fields=["commune", "title"], name="search_promotedanswer_title"),)
        constraints = (
            models.CheckConstraint(
                condition=~Q(title="") & ~Q(address="") & ~Q(queries=""),
                name="search_promotedanswer_complete",
                violation_error_message=_("An answer needs words, a title and an address."),
            ),
        )

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.keys = keys_of(self.queries)
        super().save(*args, **kwargs)


class Term(models.Model):
    """In how many of a commune's texts a word stands, as its index writes it: "khai", "khai_sinh", "=kiS", "^hop".

    "#" counts the texts that were looked at, "##" all there are.
    """

    commune = CommuneKey()
    word = models.TextField(editable=False, db_collation="C")
    articles = models.PositiveIntegerField(editable=False)

    objects = CommuneQuerySet.as_manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["commune", "word"], name="search_term_word_unique"),)
        indexes = (
            # One word in fifty; all of them are compared with a word that is unknown.
            models.Index(
                fields=["commune", "word"],
                include=["articles"],
                condition=Q(word__regex=SYLLABLE),
                name="search_term_syllable",
            ),
        )

    def __str__(self) -> str:
        return self.word
