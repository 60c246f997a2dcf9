"""Old addresses that still work, and addresses people looked for in vain."""

from __future__ import annotations

from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from textfields import LineField


class RedirectQuerySet(models.QuerySet["Redirect"]):
    def lead(self, old_path: str, new_path: str) -> None:
        """Send `old_path` to `new_path` from now on, and what led to `old_path` with it."""
        with transaction.atomic():
            redirect, _created = self.update_or_create(old_path=old_path, defaults={"new_path": new_path})
            self.collapse(redirect)

    def follow_move(self, old_path: str, new_path: str) -> None:
        """A page moved: its new address is alive, whatever once led away from there."""
        with transaction.atomic():
            self.filter(old_path=new_path).delete()
            self.lead(old_path, new_path)

    def collapse(self, redirect: Redirect) -> None:
        """Let a chain of redirects take one hop: whoever leads to its beginning leads to its end."""
        onward = self.filter(old_path=redirect.new_path).exclude(new_path=redirect.old_path).first()
        if onward:
            redirect.new_path = onward.new_path
            redirect.save(update_fields=["new_path"])
        self.filter(new_path=redirect.old_path).exclude(old_path=redirect.new_path).update(new_path=redirect.new_path)
        self.filter(new_path=redirect.old_path).delete()  # it would lead in a circle
        MissingPage.objects.filter(path=redirect.old_path).delete()  # found again


class Redirect(models.Model):
    old_path = LineField(_("old address"), max_length=500, help_text=_("Begins with /, for example /tin-cu/123.html."))
    new_path = LineField(
        _("new address"), max_length=500, help_text=_("Begins with / for a page of this portal, or is a full address.")
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True, help_text=_("When the redirect was made."))

    objects = RedirectQuerySet.as_manager()

    class Meta:
        verbose_name = _("redirect")
        verbose_name_plural = _("redirects")
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=["old_path"],
                name="news_redirect_old_path_unique",
                violation_error_message=_("This old address already leads somewhere."),
            ),
            models.CheckConstraint(
                condition=Q(old_path__startswith="/") & ~Q(old_path=F("new_path")) & ~Q(new_path=""),
                name="news_redirect_leads_elsewhere",
                violation_error_message=_("The old address begins with / and differs from the new one."),
            ),
            models.CheckConstraint(
                condition=Q(new_path__startswith="/")
                | Q(new_path__startswith="https://")
                | Q(new_path__startswith="http://"),
                name="news_redirect_new_path_is_address",
                violation_error_message=_("The new address begins with /, https:// or http://."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.old_path} → {self.new_path}"


class MissingPage(models.Model):
    path = LineField(_("address"), max_length=500, unique=True, help_text=_("What was asked for."))
    hits = models.PositiveIntegerField(_("times"), default=1, help_text=_("How often it was asked for."))
    referrer = LineField(
        _("linked from"), max_length=500, blank=True, help_text=_("The page that last led here, if the browser said.")
    )
    last_at = models.DateTimeField(_("last time"), auto_now=True, help_text=_("When it was last asked for."))

    class Meta:
        verbose_name = _("address not found")
        verbose_name_plural = _("addresses not found")
        ordering = ("-hits",)

    def __str__(self) -> str:
        return self.path


class SearchMiss(models.Model):
    query = LineField(_("searched for"), max_length=120, unique=True, help_text=_("As it was typed."))
    hits = models.PositiveIntegerField(_("times"), default=1, help_text=_("How often it was searched for."))
    last_at = models.DateTimeField(_("last time"), auto_now=True, help_text=_("When it was last searched for."))

    class Meta:
        verbose_name = _("search without result")
        verbose_name_plural = _("searches without result")
        ordering = ("-hits",)

    def __str__(self) -> str:
        return self.query
