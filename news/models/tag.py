"""Tags and running stories ("dòng sự kiện")."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from vietnamese import slugify, to_nfc


class Tag(models.Model):
    name = models.CharField(_("name"), max_length=60, unique=True, help_text=_("One idea in a few words."))
    slug = models.SlugField(_("address"), max_length=60, unique=True, blank=True, help_text=_("Made from the name."))
    is_story = models.BooleanField(
        _("running story"),
        default=False,
        help_text=_("A story followed over weeks; its articles link to its page at their end."),
    )
    description = models.CharField(
        _("description"), max_length=250, blank=True, help_text=_("One sentence at the top of its page.")
    )

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        ordering = ("name",)
        constraints = (
            models.CheckConstraint(
                condition=~Q(slug=""),
                name="news_tag_slug_present",
                violation_error_message=_("A tag needs an address."),
            ),
        )

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("news:tag_list", args=[self.slug])

    def clean(self) -> None:
        self.name = to_nfc(self.name).strip()
        self.slug = self.slug or slugify(self.name, max_length=60)
