"""The text of an article at one moment, and the copies that keep unsaved work."""

from __future__ import annotations

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from communes.rows import CommuneKey, CommuneQuerySet
from richtext import RichTextJSONField
from textfields import LineField

# What makes up the text of an article; everything else is about its publication.
CONTENT_FIELDS = (
    "title",
    "summary",
    "body",
    "category_id",
    "byline",
    "source",
    "cover_id",
    "cover_alt",
    "cover_caption",
    "cover_credit",
)


class RevisionState(models.TextChoices):
    SAVED = "saved", _("saved")
    PROPOSED = "proposed", _("waiting for approval")
    APPROVED = "approved", _("change approved")
    DECLINED = "declined", _("change declined")
    SUPERSEDED = "superseded", _("replaced by a newer change")


class RevisionQuerySet(models.QuerySet["Revision"]):
    def proposed(self) -> RevisionQuerySet:
        """Changes of published articles that wait for approval; at most one of each article."""
        return self.filter(state=RevisionState.PROPOSED)

    def noted(self) -> RevisionQuerySet:
        """Approved changes that citizens are told about, the newest first."""
        return self.filter(state=RevisionState.APPROVED, is_major=True).order_by("-approved_at")


class Revision(models.Model):
    article = models.ForeignKey(
        "news.Article",
        verbose_name=_("article"),
        on_delete=models.CASCADE,
        related_name="revisions",
        help_text=_("The article this is a text of."),
    )
    number = models.PositiveIntegerField(_("number"), help_text=_("The article's version when this text was saved."))
    content = RichTextJSONField(
        _("content"),
        keys=["body"],
        encoder=DjangoJSONEncoder,
        help_text=_("Title, summary, text, category, signature and cover."),
    )
    state = models.CharField(
        _("state"),
        max_length=10,
        choices=RevisionState.choices,
        default=RevisionState.SAVED,
        help_text=_("A change of a published article waits for approval."),
    )
    is_major = models.BooleanField(
        _("tell citizens"),
        default=False,
        help_text=_("A major change is listed under the article with its note; a minor one is silent."),
    )
    note = LineField(
        _("note for citizens"), max_length=250, blank=True, help_text=_("What was changed, in one sentence.")
    )
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("saved by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("Who wrote this text."),
    )
    saved_at = models.DateTimeField(_("saved"), auto_now_add=True, help_text=_("When it was saved."))
    approved_at = models.DateTimeField(
        _("approved"), null=True, blank=True, help_text=_("When the change became the public text.")
    )

    objects = RevisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        ordering = ("-number",)
        indexes = (models.Index(fields=["-saved_at"], condition=Q(state="proposed"), name="news_revision_waiting"),)
        constraints = (
            models.UniqueConstraint(fields=["article", "number"], name="news_revision_number_unique"),
            models.UniqueConstraint(
                fields=["article"],
                condition=Q(state="proposed"),
                name="news_revision_one_proposed",
                violation_error_message=_("Another change of this article already waits for approval."),
            ),
            models.CheckConstraint(
                condition=Q(is_major=False) | ~Q(note=""),
                name="news_revision_major_has_note",
                violation_error_message=_("Tell citizens what was changed."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.content.get('title', '')} ({self.number})"


class Autosave(models.Model):
    """Unsaved work of one person on one article, or on a new one; also says who is at work."""

    commune = CommuneKey()
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        on_delete=models.CASCADE,
        related_name="+",
        help_text=_("Whose unsaved work this is."),
    )
    article = models.ForeignKey(
        "news.Article",
        verbose_name=_("article"),
        null=True,
        on_delete=models.CASCADE,
        related_name="autosaves",
        help_text=_("Empty for an article that was never saved."),
    )
    is_page = models.BooleanField(
        _("of a page"), default=False, db_default=False, help_text=_("Whether it is, or was to become, a page.")
    )
    content = RichTextJSONField(
        _("content"), keys=["body"], default=dict, help_text=_("The fields of the form as they were typed.")
    )
    base_version = models.PositiveIntegerField(
        _("based on version"), default=0, help_text=_("The version of the article the work began from.")
    )
    saved_at = models.DateTimeField(_("saved"), null=True, help_text=_("When the work was last kept."))
    seen_at = models.DateTimeField(_("last seen"), help_text=_("When the form was last open."))

    objects = CommuneQuerySet.as_manager()

    class Meta:
        verbose_name = _("unsaved work")
        verbose_name_plural = _("unsaved work")
        constraints = (
            models.UniqueConstraint(
                fields=["commune", "user", "article", "is_page"],
                nulls_distinct=False,
                name="news_autosave_one_per_person",
            ),
        )

    def __str__(self) -> str:
        return self.content.get("title") or str(self.article or "…")
