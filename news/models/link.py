"""Links in articles, in menus and elsewhere on the portal, and whether they still lead somewhere."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communes.rows import CommuneKey, CommuneQuerySet
from textfields import LineField

RESTED = timedelta(hours=20)  # a nightly run looks at a link once, and half a day's delay does not matter


class Problem(models.TextChoices):
    MISSING = "missing", _("nothing is at this address")
    ERROR = "error", _("the server reports an error")
    SILENT = "silent", _("the server does not answer")
    UNKNOWN = "unknown", _("there is no server of this name")
    CERTIFICATE = "certificate", _("the server's certificate is not valid")
    CIRCLE = "circle", _("it redirects without end")
    PRIVATE = "private", _("it leads into a closed network")
    MALFORMED = "malformed", _("it is no valid address")


class CheckedQuerySet(models.QuerySet):
    """Of models that are a `CheckedLink`."""

    def due(self, now: datetime) -> CheckedQuerySet:
        """Links to be looked at: new ones, then those that failed once, then the longest unseen."""
        turn = Case(
            When(checked_at=None, then=Value(0)),
            When(failed_since=F("failed_last"), then=Value(1)),
            default=Value(2),
        )
        return self.filter(Q(checked_at=None) | Q(checked_at__lt=now - RESTED), is_ignored=False).order_by(
            turn, "checked_at", "id"
        )

    def record(self, problem: str, now: datetime, status: int | None = None) -> None:
        """Write down what was found at the address of these links; "" means that it answers."""
        day = timezone.localdate(now)
        if problem:
            failed = {"failed_since": Coalesce("failed_since", Value(day)), "failed_last": day}
        else:
            failed = {"failed_since": None, "failed_last": None}
        self.update(problem=problem, status=status, checked_at=now, **failed)


class CheckedLink(models.Model):
    """What was found at an address; each kind has an `address`, and says where it stands."""

    checked_at = models.DateTimeField(_("looked at"), null=True, help_text=_("When it was last looked at."))
    problem = models.CharField(
        _("problem"), max_length=12, choices=Problem.choices, blank=True, help_text=_("Empty while it answers.")
    )
    status = models.PositiveSmallIntegerField(
        _("status"), null=True, help_text=_("The number the other server answered with.")
    )
    failed_since = models.DateField(_("fails since"), null=True, help_text=_("The first day it was found to fail."))
    failed_last = models.DateField(_("failed last"), null=True, help_text=_("The last day it was found to fail."))
    is_ignored = models.BooleanField(
        _("ignored"), default=False, help_text=_("An editor has looked at it and lets it stand.")
    )

    class Meta:
        abstract = True
        ordering = ("-failed_since", "id")
        constraints = (
            models.CheckConstraint(
                condition=Q(problem="", failed_since=None, failed_last=None)
                | (~Q(problem="") & Q(failed_since__lte=F("failed_last"))),
                name="%(app_label)s_%(class)s_problem_has_days",
            ),
        )

    def __str__(self) -> str:
        return self.address

    @property
    def reason(self) -> str:
        """What is wrong with it, in words: "nothing is at this address (404)"."""
        return f"{self.get_problem_display()} ({self.status})" if self.status else self.get_problem_display()


class LinkQuerySet(CheckedQuerySet):
    def broken(self) -> LinkQuerySet:
        """Links that lead nowhere: into the portal itself at once, elsewhere on two different days.

        An article changed since is left out until its links have been looked at again.
        """
        certain = Q(is_own=True) | Q(failed_since__lt=F("failed_last"))
        return self.filter(
            certain, ~Q(problem=""), is_ignored=False, checked_at__gte=F("article__updated_at")
        ).select_related("article")


class Link(CheckedLink):
    article = models.ForeignKey(
        "news.Article",
        verbose_name=_("article"),
        on_delete=models.CASCADE,
        related_name="links",
        help_text=_("The article in whose text it stands."),
    )
    address = LineField(_("address"), max_length=1000, help_text=_("As it is written in the text."))
    is_own = models.BooleanField(_("of this portal"), help_text=_("Leads to a page or file of the portal itself."))

    objects = LinkQuerySet.as_manager()

    class Meta(CheckedLink.Meta):
        verbose_name = _("broken link")
        verbose_name_plural = _("broken links")
        indexes = (models.Index(fields=["-failed_since"], condition=~Q(problem=""), name="news_link_failing"),)
        constraints = (
            *CheckedLink.Meta.constraints,
            models.UniqueConstraint(fields=["article", "address"], name="news_link_once_an_article"),
        )


class OutsideLinkQuerySet(CheckedQuerySet, CommuneQuerySet):
    def broken(self) -> OutsideLinkQuerySet:
        """Links that failed on two different days."""
        return self.filter(~Q(problem=""), is_ignored=False, failed_since__lt=F("failed_last"))


class OutsideLink(CheckedLink):
    """An address of another server in one place beside the articles: the menus, the links to agencies.

    The check writes the rows from what the sections name, every night anew.
    """

    commune = CommuneKey()
    address = LineField(_("address"), max_length=1000, help_text=_("Where it leads."))
    title = LineField(_("title"), max_length=250, help_text=_("What citizens read."))
    form = models.CharField(_("form"), max_length=200, help_text=_("Where staff mend it."))

    objects = OutsideLinkQuerySet.as_manager()

    class Meta(CheckedLink.Meta):
        verbose_name = _("broken link beside the articles")
        verbose_name_plural = _("broken links beside the articles")
        constraints = (
            *CheckedLink.Meta.constraints,
            models.UniqueConstraint(fields=["commune", "form", "address"], name="news_outsidelink_once_a_form"),
        )


class LinkReading(models.Model):
    """When the links of an article were last taken from its text."""

    article = models.OneToOneField(
        "news.Article",
        verbose_name=_("article"),
        primary_key=True,
        on_delete=models.CASCADE,
        related_name="link_reading",
        help_text=_("The article that was read."),
    )
    read_at = models.DateTimeField(_("read"), help_text=_("When it was read."))

    class Meta:
        verbose_name = _("reading of links")
        verbose_name_plural = _("readings of links")

    def __str__(self) -> str:
        return str(self.article_id)
