"""Where in a commune a group works."""

from __future__ import annotations

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
