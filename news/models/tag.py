"""Tags and running stories ("dòng sự kiện")."""

from __future__ import annotations

from django.db import models, transaction
from django.db.models import OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from communes.rows import CommuneKey, CommuneQuerySet
from news.models.redirect import Redirect
from textfields import LineField, MultilineField, SlugField
from vietnamese import slugify


class TagQuerySet(CommuneQuerySet["Tag"]):
    def carried_by(self, articles: models.QuerySet) -> TagQuerySet:
        """Tags that at least one of `articles` carries.

        Of each tag one article is looked for: joined, PostgreSQL would read all of a large archive. It is asked for as
        a range of one, since PostgreSQL takes a row that equals an unknown for one in so many tags, and with few tags
        reads the whole table for one that few articles carry; of an unknown range it expects little, and takes the index.
        """
        one = articles.filter(tags__pk__range=(OuterRef("pk"), OuterRef("pk"))).order_by().values("pk")[:1]
        return self.alias(one=Subquery(one)).filter(one__isnull=False)

    def stories(self) -> TagQuerySet:
        return self.filter(is_story=True)

    def merge_into(self, kept: Tag) -> None:
        """Give the articles of these tags to `kept`, and let their addresses lead to it for ever."""
        with transaction.atomic():
            for tag in self.exclude(pk=kept.pk).select_for_update():
                kept.articles.add(*tag.articles.values_list("pk", flat=True))
                tag.delete()
                Redirect.objects.follow_move(kept.commune_id, tag.get_absolute_url(), kept.get_absolute_url())


class Tag(models.Model):
    commune = CommuneKey()
    name = LineField(_("name"), max_length=60, help_text=_("One idea in a few words."))
    slug = SlugField(_("address"), max_length=60, blank=True, help_text=_("Made from the name."))
    is_story = models.BooleanField(
        _("running story"),
        default=False,
        help_text=_("A story followed over weeks; its articles link to its page, which tells it day by day."),
    )
    description = LineField(
        _("description"),
        max_length=250,
        blank=True,
        help_text=_("One sentence at the top of its page, also shown by search engines."),
    )
    lead = MultilineField(
        _("the story so far"),
        blank=True,
        help_text=_("For a running story: what it is about and where it stands, for readers who meet it today."),
    )

    objects = TagQuerySet.as_manager()

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        ordering = ("name",)
        constraints = (
            models.UniqueConstraint(
                fields=["commune", "name"],
                name="news_tag_name_unique",
                violation_error_message=_("Another tag already has this name."),
            ),
            models.UniqueConstraint(
                fields=["commune", "slug"],
                name="news_tag_slug_unique",
                violation_error_message=_("Another tag already has this address."),
            ),
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
        self.slug = self.slug or slugify(self.name, max_length=60)
