"""What happened to an article: one row for every step of its life."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from textfields import MultilineField


class Action(models.TextChoices):
    SUBMIT = "submit", _("sent for review")
    RETURN = "return", _("returned to the author")
    PUBLISH = "publish", _("approved and published")
    FORCE = "force", _("published urgently without a second person")
    CONFIRM = "confirm", _("urgent publication confirmed")
    WITHDRAW = "withdraw", _("withdrawn")
    RESTORE = "restore", _("restored as a draft")
    PROPOSE = "propose", _("change sent for approval")
    CHANGE = "change", _("change approved")
    DECLINE = "decline", _("change declined")
    ENDORSE = "endorse", _("endorsed through a link")
    REQUEST = "request", _("changes asked for through a link")
    MOVE = "move", _("moved to another category")
    ASSIGN = "assign", _("given to another author")
    TYPO = "typo", _("small correction published by its editor alone")
    SEEN = "seen", _("small correction looked at")
    TRASH = "trash", _("thrown into the trash")
    UNTRASH = "untrash", _("taken back from the trash")


class TransitionQuerySet(models.QuerySet["Transition"]):
    def unseen_corrections(self) -> TransitionQuerySet:
        """Small corrections that their editors published alone and at which nobody else has looked since."""
        later = Transition.objects.filter(article=OuterRef("article"), action=Action.SEEN, pk__gt=OuterRef("pk"))
        return self.filter(~Exists(later), action=Action.TYPO)


class Transition(models.Model):
    # What the outbox calls messages about a step.
    LETTERS = "news.transition"

    article = models.ForeignKey(
        "news.Article",
        verbose_name=_("article"),
        on_delete=models.CASCADE,
        related_name="transitions",
        help_text=_("The article that changed its state."),
    )
    action = models.CharField(_("action"), max_length=10, choices=Action.choices, help_text=_("What was done."))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("Who did it."),
    )
    reason = MultilineField(_("reason"), blank=True, help_text=_("Why, in the words of who did it."))
    is_alone = models.BooleanField(
        _("alone"),
        default=False,
        db_default=False,
        help_text=_("Without a second person, since nobody else publishes here."),
    )
    made_at = models.DateTimeField(_("when"), auto_now_add=True, help_text=_("When it was done."))

    objects = TransitionQuerySet.as_manager()

    class Meta:
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        ordering = ("-id",)
        indexes = (
            models.Index(fields=["article", "-id"], name="news_transition_of_article"),
            models.Index(fields=["-id"], condition=models.Q(action="typo"), name="news_transition_typos"),
        )
        constraints = (
            models.CheckConstraint(condition=models.Q(action__in=Action.values), name="news_transition_action_known"),
        )

    def __str__(self) -> str:
        return f"{self.get_action_display()} – {self.made_by}"

    @property
    def remark(self) -> str:
        """What the log says beside the step: the reason, and whether nobody else could look at it."""
        alone = gettext("(alone: nobody else publishes here)") if self.is_alone else ""
        return f"{self.reason} {alone}".strip()
