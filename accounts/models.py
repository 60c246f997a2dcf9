"""Who works on the portal."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import AbstractBaseUser, AbstractUser, AnonymousUser
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import models
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from textfields import EmailField, LineField

# Whoever asks for a page, signed in or not.
Person = AbstractBaseUser | AnonymousUser


class User(AbstractUser):
    """A member of staff. Vietnamese write the family name first: Trần Thị (last) Hạnh (first)."""

    username = LineField(
        _("username"),
        max_length=150,
        unique=True,
        validators=[UnicodeUsernameValidator()],
        help_text=_("Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only."),
        error_messages={"unique": _("A user with that username already exists.")},
    )
    first_name = LineField(_("first name"), max_length=150, blank=True)
    last_name = LineField(_("last name"), max_length=150, blank=True)
    email = EmailField(_("email address"), blank=True)

    # Written by the clock; communes/idle.py says when.
    idle_noticed_at = models.DateTimeField(
        _("told of being disabled at"), null=True, editable=False, help_text=_("A mail said so. Empty after a sign-in.")
    )
    idle_disabled_at = models.DateTimeField(
        _("disabled for idleness at"), null=True, editable=False, help_text=_("Nobody had signed in for long.")
    )

    factor_asked_at = models.DateTimeField(
        _("asked for a second factor at"),
        null=True,
        editable=False,
        help_text=_("First signed in with a right that needs one. The days to set one up count from here."),
    )

    # The commune they work for in a request; communes/work.py says what follows. No column.
    commune: Any = None

    @cached_property
    def groups_held(self) -> dict[int, list[int]]:
        """The groups by commune, as far as they were asked for."""
        return {}

    def __str__(self) -> str:
        return self.get_full_name() or self.get_username()

    def get_full_name(self) -> str:
        return f"{self.last_name} {self.first_name}".strip()


class KnownNetwork(models.Model):
    """Where somebody has signed in from: there, what strangers do elsewhere slows nobody down."""

    user = models.ForeignKey(User, verbose_name=_("person"), on_delete=models.CASCADE, related_name="networks")
    network = models.CharField(
        _("network"), max_length=43, help_text=_("An address of version 4, or the /64 around one of version 6.")
    )
    seen_at = models.DateTimeField(_("last signed in at"), db_index=True, help_text=_("The last time from there."))

    class Meta:
        verbose_name = _("network of a sign-in")
        verbose_name_plural = _("networks of sign-ins")
        default_permissions = ()  # no page of the admin asks for one
        constraints = (models.UniqueConstraint(fields=["user", "network"], name="accounts_known_network_once"),)

    def __str__(self) -> str:
        return self.network


class FactorResetQuerySet(models.QuerySet["FactorReset"]):
    def open(self, at: datetime | None = None) -> FactorResetQuerySet:
        """What was asked for, waits for a second person, and is not too old."""
        return self.filter(decided_at=None, asked_at__gt=(at or timezone.now()) - FactorReset.LASTS)


class FactorReset(models.Model):
    """Two people remove the second factors of a third, who has lost them: one asks, another confirms."""

    LASTS = timedelta(days=3)

    user = models.ForeignKey(User, verbose_name=_("person"), on_delete=models.CASCADE, related_name="factor_resets")
    reason = LineField(
        _("reason"),
        max_length=200,
        help_text=_("How you know that it is this person who asks, for example “came to the office in person”."),
    )
    asked_by = models.ForeignKey(
        User, verbose_name=_("who asked"), on_delete=models.PROTECT, related_name="+", help_text=_("Who asked for it.")
    )
    asked_at = models.DateTimeField(_("asked at"), help_text=_("It waits three days for a second person."))
    decided_by = models.ForeignKey(
        User,
        verbose_name=_("decided by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("The second person; whoever asked may take it back."),
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True, help_text=_("Empty while it waits."))
    is_confirmed = models.BooleanField(_("confirmed"), default=False, help_text=_("The factors were removed."))

    objects = FactorResetQuerySet.as_manager()

    class Meta:
        verbose_name = _("removal of a lost second factor")
        verbose_name_plural = _("removals of lost second factors")
        default_permissions = ()  # no page of the admin asks for one
        ordering = ("-asked_at", "-id")
        constraints = (
            models.UniqueConstraint(
                fields=["user"],
                condition=models.Q(decided_at=None),
                name="accounts_factor_reset_one_open",
                violation_error_message=_("This was already asked for, and waits for a second person."),
            ),
            models.CheckConstraint(
                condition=models.Q(decided_by=None, decided_at=None)
                | models.Q(decided_by__isnull=False, decided_at__isnull=False),
                name="accounts_factor_reset_decided",
                violation_error_message=_("Who decided and when belong together."),
            ),
            models.CheckConstraint(
                condition=models.Q(is_confirmed=False)
                | (~models.Q(asked_by=models.F("decided_by")) & ~models.Q(user=models.F("decided_by"))),
                name="accounts_factor_reset_two_people",
                violation_error_message=_("Another person than the one who asked, and than the owner, confirms it."),
            ),
            models.CheckConstraint(
                condition=~models.Q(user=models.F("asked_by")),
                name="accounts_factor_reset_not_for_oneself",
                violation_error_message=_("Another person asks for it, not the owner."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.user}"


class FailureCount(models.Model):
    """How often signing in failed lately, for one thing that is counted; accounts/access/guessing.py says which."""

    kind = models.CharField(_("what is counted"), max_length=8, help_text=_("Account, network, or both together."))
    name = models.CharField(
        _("name"), max_length=32, blank=True, help_text=_("A code of the name that was typed, not the name itself.")
    )
    place = models.CharField(
        _("counted place"), max_length=43, blank=True, help_text=_("A network, or the mark of a browser.")
    )
    failures = models.PositiveIntegerField(_("number of failures"), default=0, help_text=_("Since the last quiet day."))
    failed_at = models.DateTimeField(_("last failed at"), db_index=True, help_text=_("The last failure."))
    open_at = models.DateTimeField(_("open again at"), help_text=_("Until then no password is looked at."))

    class Meta:
        verbose_name = _("count of failed sign-ins")
        verbose_name_plural = _("counts of failed sign-ins")
        default_permissions = ()  # no page of the admin asks for one
        constraints = (models.UniqueConstraint(fields=["kind", "name", "place"], name="accounts_failure_count_once"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.place}: {self.failures}"


class Purpose(models.TextChoices):
    """What a one-time link is for."""

    INVITATION = "invitation", _("invitation")
    ADDRESS = "address", _("new e-mail address")
    FIRST = "first", _("first administrator")


class OneTimeLink(models.Model):
    """A link that whoever holds it may use once, in time; accounts/links/onetime.py makes and looks them up."""

    LASTS = {
        Purpose.INVITATION: timedelta(days=7),
        Purpose.ADDRESS: timedelta(days=1),
        Purpose.FIRST: timedelta(days=1),
    }

    purpose = models.CharField(_("purpose"), max_length=10, choices=Purpose, help_text=_("What the link is for."))
    user = models.ForeignKey(
        User,
        verbose_name=_("person"),
        null=True,
        on_delete=models.CASCADE,
        related_name="onetime_links",
        help_text=_("Whose account it is about; of the first administrator there is none yet."),
    )
    email = EmailField(_("e-mail"), blank=True, help_text=_("Where it was sent."))
    digest = models.CharField(
        _("digest"), max_length=64, unique=True, help_text=_("SHA-256 of the secret in the link, which is not stored.")
    )
    made_by = models.ForeignKey(
        User, verbose_name=_("made by"), null=True, on_delete=models.SET_NULL, related_name="+", help_text=_("By whom.")
    )
    made_at = models.DateTimeField(_("made at"), help_text=_("The time in which it is good counts from here."))

    class Meta:
        verbose_name = _("one-time link")
        verbose_name_plural = _("one-time links")
        default_permissions = ()  # no page of the admin asks for one
        constraints = (
            models.UniqueConstraint(fields=["user", "purpose"], name="accounts_link_one_of_a_kind"),
            models.UniqueConstraint(
                fields=["purpose"], condition=models.Q(user=None), name="accounts_link_one_first_administrator"
            ),
            models.CheckConstraint(
                condition=models.Q(purpose=Purpose.FIRST, user=None)
                | models.Q(purpose__in=[Purpose.INVITATION, Purpose.ADDRESS], user__isnull=False),
                name="accounts_link_known",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_purpose_display()} {self.email}".strip()

    @property
    def ends_at(self) -> datetime:
        return self.made_at + self.LASTS[Purpose(self.purpose)]

    def is_over(self, at: datetime | None = None) -> bool:
        return self.ends_at <= (at or timezone.now())
