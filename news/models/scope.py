"""Where in a commune a group or a person works, and by which rules the newsroom there does."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import models
from django.utils.translation import gettext_lazy as _

from communes.rows import CommuneKey, CommuneQuerySet
from news.models.category import Category


class GroupScope(models.Model):
    commune = CommuneKey()
    group = models.ForeignKey(
        Group,
        verbose_name=_("group"),
        on_delete=models.CASCADE,
        related_name="news_scopes",
        help_text=_("What the group may do is set by its permissions; here is where."),
    )
    categories = models.ManyToManyField(
        Category,
        verbose_name=_("categories"),
        related_name="group_scopes",
        help_text=_("The group writes, reviews and publishes in these categories only."),
    )

    objects = CommuneQuerySet.as_manager()

    class Meta:
        verbose_name = _("categories of a group")
        verbose_name_plural = _("categories of groups")
        constraints = (
            models.UniqueConstraint(
                fields=["commune", "group"],
                name="news_groupscope_once",
                violation_error_message=_("The categories of this group are set already."),
            ),
        )

    def __str__(self) -> str:
        return str(self.group)


class PersonScope(models.Model):
    commune = CommuneKey()
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        on_delete=models.CASCADE,
        related_name="news_scopes",
        help_text=_("What the person may do is set by their groups; here is where."),
    )
    categories = models.ManyToManyField(
        Category,
        verbose_name=_("categories"),
        related_name="person_scopes",
        help_text=_("The person writes, reviews and publishes in these categories only, as far as their groups may."),
    )

    objects = CommuneQuerySet.as_manager()

    class Meta:
        verbose_name = _("categories of a person")
        verbose_name_plural = _("categories of people")
        default_permissions = ()  # whoever may change the account sets them
        constraints = (
            models.UniqueConstraint(
                fields=["commune", "user"],
                name="news_personscope_once",
                violation_error_message=_("The categories of this person are set already."),
            ),
        )

    def __str__(self) -> str:
        return str(self.user)


class NewsroomRulesQuerySet(CommuneQuerySet["NewsroomRules"]):
    def corrects_alone(self, commune_id: int) -> bool:
        """Whether a small correction may be published by its editor alone there."""
        return self.of(commune_id).filter(is_correcting_alone=True).exists()


class NewsroomRules(models.Model):
    commune = CommuneKey()
    is_correcting_alone = models.BooleanField(
        _("small corrections alone"),
        default=False,
        help_text=_(
            "Whoever may publish corrects a typing error in a published article without a second person: at most a few"
            " letters, no number, date, name or link. The correction stands in the log, and on the desk of the others"
            " until one of them has looked at it."
        ),
    )

    objects = NewsroomRulesQuerySet.as_manager()

    class Meta:
        verbose_name = _("rules of the newsroom")
        verbose_name_plural = _("rules of the newsroom")
        default_permissions = ("change",)
        constraints = (
            models.UniqueConstraint(
                fields=["commune"],
                name="news_newsroomrules_once",
                violation_error_message=_("The rules of this commune are set already."),
            ),
        )

    def __str__(self) -> str:
        return str(self._meta.verbose_name)
