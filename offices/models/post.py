"""Posts: who held which office from when to when."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Case, Deferrable, F, Func, Q, Value, When
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from communes.ranges import NumberRange, TextRange
from communes.rows import CommuneKey, CommuneQuerySet
from offices.models.office import Office
from offices.models.person import Person
from textfields import LineField
from upkeep.believedtime import believed_now

if TYPE_CHECKING:
    from communes.models import Commune


class DateRange(Func):
    function = "DATERANGE"
    output_field = DateRangeField()


# Everybody's, for a post of one person alone; else one person's. Where these overlap, one must give way.
HOLDERS = Case(
    When(is_sole=True, then=Func(Value(None), Value(None), function="INT8RANGE")), default=NumberRange("person")
)


def today() -> date:
    """The day by which the portal says who holds a post, in Vietnam's time."""
    return timezone.localdate(believed_now())


class PostQuerySet(CommuneQuerySet["Post"]):
    def held(self, on: date | None = None) -> PostQuerySet:
        """Posts that were held on the day `on` (default: today), the first and the last day included."""
        on = on or today()
        return self.filter(Q(begins_on=None) | Q(begins_on__lte=on), Q(ends_on=None) | Q(ends_on__gte=on))

    def past(self, on: date | None = None) -> PostQuerySet:
        """Posts that had ended before the day `on` (default: today)."""
        return self.filter(ends_on__lt=on or today())

    def with_people(self, commune: Commune) -> PostQuerySet:
        """Those of `commune` with their people and offices at hand.

        That these are of the commune too is said for the planner: it would read the people of all communes.
        """
        posts = self.of(commune).filter(person__commune=commune, office__commune=commune)
        return posts.select_related("person", "person__picture", "office")

    def shown(self) -> PostQuerySet:
        """Posts of people and in offices that citizens see."""
        return self.filter(person__is_shown=True, office__is_shown=True)

    def meeting(self, post: Post) -> PostQuerySet:
        """Others of the same name in the same office that keep `post` from being: one of the two is held by one alone."""
        rows = self.filter(office=post.office_id, name__iexact=post.name).exclude(
            pk__in={post.pk, *post.beside} - {None}
        )
        if not post.is_sole:
            rows = rows.filter(Q(is_sole=True) | Q(person=post.person_id))
        if post.begins_on:
            rows = rows.filter(Q(ends_on=None) | Q(ends_on__gte=post.begins_on))
        if post.ends_on:
            rows = rows.filter(Q(begins_on=None) | Q(begins_on__lte=post.ends_on))
        return rows.order_by(F("begins_on").asc(nulls_first=True))


class Post(models.Model):
    commune = CommuneKey()
    person = models.ForeignKey(
        Person, models.CASCADE, related_name="posts", verbose_name=_("person"), help_text=_("Who holds the post.")
    )
    office = models.ForeignKey(
        Office, models.PROTECT, related_name="posts", verbose_name=_("office"), help_text=_("Where the post is.")
    )
    name = LineField(_("post"), max_length=120, help_text=_("For example Chủ tịch UBND xã."))
    duties = LineField(
        _("in charge of"),
        max_length=300,
        blank=True,
        help_text=_("For what citizens turn to this person, in a few words."),
    )
    position = models.PositiveSmallIntegerField(
        _("rank"), default=0, help_text=_("Smaller numbers come first: 1 for the head, 2 for the deputies.")
    )
    is_leading = models.BooleanField(
        _("leader"), default=False, help_text=_("Stands on the page of the commune's leaders.")
    )
    is_sole = models.BooleanField(
        _("one person alone"),
        default=False,
        help_text=_(
            "Tick for a post that one person holds at a time, such as the chairman's. The portal then refuses a second."
        ),
    )
    begins_on = models.DateField(_("from"), null=True, blank=True, help_text=_("The first day. Empty: not known."))
    ends_on = models.DateField(_("until"), null=True, blank=True, help_text=_("The last day. Empty: holds it still."))

    # Keys of posts that are changed together with this one, and so compared with it as they will be.
    beside: Collection[int] = ()

    objects = PostQuerySet.as_manager()

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                name="offices_post_ends_after_beginning",
                condition=Q(begins_on=None) | Q(ends_on=None) | Q(ends_on__gte=F("begins_on")),
                violation_error_message=_("A post cannot end before it begins."),
            ),
            ExclusionConstraint(
                name="offices_post_one_holder",
                expressions=[
                    (NumberRange("office"), RangeOperators.OVERLAPS),
                    (TextRange("name"), RangeOperators.OVERLAPS),
                    (HOLDERS, RangeOperators.OVERLAPS),
                    (
                        DateRange("begins_on", "ends_on", RangeBoundary(inclusive_upper=True)),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                # At the end: one form hands a post from the old chairman to the new one.
                deferrable=Deferrable.DEFERRED,
                violation_error_message=_("Another person holds this post at that time."),
            ),
        ]
        indexes = [models.Index(name="offices_post_commune", fields=["commune", "position"])]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.commune_id is None:
            self.commune_id = self.person.commune_id
        super().save(*args, **kwargs)

    def clean(self) -> None:
        if self.begins_on and self.ends_on and self.ends_on < self.begins_on:
            raise ValidationError({"ends_on": gettext("A post cannot end before it begins.")})
        if self.office_id is None or not self.name:
            return
        other = Post.objects.of(self.office.commune_id).meeting(self).select_related("person").first()
        if other:
            raise ValidationError({"begins_on": self.meets(other)})

    def validate_constraints(self, exclude: Collection[str] | None = None) -> None:
        """As Django does, but for the one holder: `clean` says who it is, and looks in one commune alone."""
        super().validate_constraints({*(exclude or ()), "office"})

    def excludes(self, other: Post) -> bool:
        """As `PostQuerySet.meeting`, for two posts at hand."""
        is_same = self.office_id == other.office_id and self.name.casefold() == other.name.casefold()
        is_alone = self.is_sole or other.is_sole or self.person_id == other.person_id is not None
        return is_same and is_alone and self.begins_by(other.ends_on) and other.begins_by(self.ends_on)

    def begins_by(self, day: date | None) -> bool:
        """Whether the post begins before the end of `day`; None is the end of time."""
        return self.begins_on is None or day is None or self.begins_on <= day

    def meets(self, other: Post) -> str:
        """Why this post cannot be beside `other`, for who writes it."""
        told = {"person": other.person, "post": other.name, "until": other.ends_on and f"{other.ends_on:%d/%m/%Y}"}
        if other.person_id == self.person_id:
            return gettext("%(person)s holds this post at that time already.") % told
        if other.ends_on:
            sentence = gettext("%(person)s is %(post)s until the end of %(until)s; one person alone holds this post.")
            return sentence % told
        return gettext("%(person)s is %(post)s, without an end; one person alone holds this post.") % told

    def is_held(self, on: date | None = None) -> bool:
        """As `PostQuerySet.held`."""
        on = on or today()
        return not (self.begins_on and self.begins_on > on) and not (self.ends_on and self.ends_on < on)

    def is_past(self, on: date | None = None) -> bool:
        """As `PostQuerySet.past`."""
        return self.ends_on is not None and self.ends_on < (on or today())
