"""Administrative procedures in plain words. Nothing is handled here: the pages lead to where it is."""

from __future__ import annotations

from datetime import date
from urllib.parse import quote

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q, Value
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communes.rows import CommuneKey, CommuneQuerySet
from finding import answering, kept_folded
from textfields import LINK, NO_LINK, LineField, LinkField, MultilineField, SlugField
from vietnamese import slugify

# Of the national list, as its portal writes them: 1.001193, and with the province's part 1.001193.000.00.00.H56.
CODE = r"^[0-9]\.[0-9]{6}(\.[0-9]{3}\.[0-9]{2}\.[0-9]{2}\.H[0-9]{2})?$"
NO_CODE = _("A code of the national list looks like 1.001193.")
# An address that ends in a number is a procedure's.
EVENT_SLUG = r"^[a-z0-9]+(-[a-z0-9]+)*$"
MOST_COPIES = 20


class State(models.TextChoices):
    DRAFT = "draft", _("draft")
    PUBLISHED = "published", _("published")


class LifeEventQuerySet(CommuneQuerySet["LifeEvent"]):
    def with_procedures(self) -> LifeEventQuerySet:
        """Those a citizen finds something under."""
        published = Procedure.objects.filter(life_event=models.OuterRef("pk"), commune=models.OuterRef("commune"))
        return self.filter(models.Exists(published.filter(state=State.PUBLISHED)))


class LifeEvent(models.Model):
    """Why a person comes: a child is born, a house is built."""

    commune = CommuneKey()
    name = LineField(_("name"), max_length=60, help_text=_("As people say it, e.g. “Có con”."))
    slug = SlugField(
        _("address"),
        max_length=60,
        blank=True,
        help_text=_("Made from the name: /thu-tuc/co-con/. Letters and hyphens."),
    )
    description = LineField(
        _("description"), max_length=200, blank=True, help_text=_("What is found under it, in one sentence.")
    )
    position = models.PositiveSmallIntegerField(_("order"), default=0, help_text=_("Smaller numbers come first."))

    objects = LifeEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("life event")
        verbose_name_plural = _("life events")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="procedures_lifeevent_commune_slug",
                fields=["commune", "slug"],
                violation_error_message=_("Another life event has this address."),
            ),
            models.UniqueConstraint(
                name="procedures_lifeevent_commune_name",
                fields=["commune", "name"],
                violation_error_message=_("There is a life event of this name."),
            ),
            models.CheckConstraint(
                name="procedures_lifeevent_slug_is_no_procedure",
                condition=Q(slug__regex=EVENT_SLUG) & ~Q(slug__regex=r"-[0-9]+$"),
                violation_error_message=_("The address holds small letters and hyphens, and does not end in a number."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("procedures:life_event", args=[self.slug])

    def clean(self) -> None:
        self.slug = self.slug or slugify(self.name, max_length=60)


# Columns in which a citizen's words are looked for: first those that name a procedure.
TITLES, OTHERS = ("title", "official_name", "code"), ("field", "summary")


class ProcedureQuerySet(CommuneQuerySet["Procedure"]):
    def published(self) -> ProcedureQuerySet:
        """Procedures a citizen may read."""
        return self.filter(state=State.PUBLISHED)

    def answering(self, each: Value, together: Value) -> ProcedureQuerySet:
        """Those that answer to the patterns of what a citizen typed (finding.py)."""
        return answering(self, each, together, "folded_titles", "folded")

    def due(self, on: date | None = None) -> ProcedureQuerySet:
        """Published procedures whose words are to be looked at again on the day `on` (default: today) or before."""
        return self.published().filter(review_on__lte=on or timezone.localdate())


class Procedure(models.Model):
    commune = CommuneKey()
    title = LineField(
        _("name in plain words"),
        max_length=150,
        help_text=_("In plain words, as people ask for it, e.g. “Đăng ký khai sinh”."),
    )
    slug = SlugField(_("slug"), max_length=80, editable=False, help_text=_("Made from the title."))
    life_event = models.ForeignKey(
        LifeEvent,
        verbose_name=_("life event"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="procedures",
        help_text=_("Where people look for it."),
    )
    position = models.PositiveSmallIntegerField(
        _("order"), default=0, help_text=_("Within its life event; smaller numbers come first.")
    )
    official_name = LineField(
        _("official name"), max_length=300, blank=True, help_text=_("As the decision that announces it calls it.")
    )
    code = LineField(
        _("code of the procedure"),
        max_length=30,
        blank=True,
        validators=[RegexValidator(CODE, NO_CODE)],
        help_text=_("Of the national list, e.g. 1.001193. The link to the national service portal is made of it."),
    )
    field = LineField(_("field"), max_length=100, blank=True, help_text=_("E.g. “Hộ tịch”, “Đất đai”."))
    summary = MultilineField(
        _("what it is"), help_text=_("Two or three sentences: what a person gets, and when they need it.")
    )
    audience = MultilineField(_("who may"), blank=True, help_text=_("Who does it, and for whom; one a line."))
    steps = MultilineField(_("steps to take"), blank=True, help_text=_("One step a line, in order. They are numbered."))
    duration = LineField(_("how long it takes"), max_length=200, blank=True, help_text=_("E.g. “Trong ngày làm việc”."))
    fee = LineField(_("fee"), max_length=300, blank=True, help_text=_("Who pays what, and who pays nothing."))
    place = MultilineField(_("where to go"), blank=True, help_text=_("Where it is handed in, with the hours."))
    result = LineField(_("result"), max_length=200, blank=True, help_text=_("What one takes home."))
    legal_grounds = MultilineField(
        _("legal grounds"), blank=True, help_text=_("One document a line: kind, number, what it is about.")
    )
    state = models.CharField(
        _("state"),
        max_length=9,
        choices=State,
        default=State.DRAFT,
        help_text=_("Citizens read what is published."),
    )
    reviewed_on = models.DateField(
        _("checked on"), null=True, blank=True, help_text=_("When somebody last compared it with the law.")
    )
    review_on = models.DateField(
        _("check the procedure again on"),
        null=True,
        blank=True,
        help_text=_("From this day on it lies on the work desk."),
    )
    updated_at = models.DateTimeField(_("changed at"), auto_now=True, help_text=_("Set by the portal."))
    folded_titles = models.GeneratedField(
        verbose_name=_("folded titles"),
        help_text=_("Kept by the database for the search."),
        expression=kept_folded(TITLES),
        output_field=models.TextField(),
        db_persist=True,
    )
    folded = models.GeneratedField(
        verbose_name=_("folded words"),
        help_text=_("Kept by the database for the search."),
        expression=kept_folded([*TITLES, *OTHERS]),
        output_field=models.TextField(),
        db_persist=True,
    )

    objects = ProcedureQuerySet.as_manager()

    class Meta:
        verbose_name = _("procedure")
        verbose_name_plural = _("procedures")
        ordering = ["life_event__position", "position", "title"]
        permissions = [("publish_procedure", _("Can publish procedures"))]
        constraints = [
            models.UniqueConstraint(
                name="procedures_procedure_commune_title",
                fields=["commune", "title"],
                violation_error_message=_("There is a procedure of this title."),
            ),
            models.UniqueConstraint(
                name="procedures_procedure_commune_code",
                fields=["commune", "code"],
                condition=~Q(code=""),
                violation_error_message=_("Another procedure has this code."),
            ),
            models.CheckConstraint(
                name="procedures_procedure_code_of_the_list",
                condition=Q(code="") | Q(code__regex=CODE),
                violation_error_message=NO_CODE,
            ),
            models.CheckConstraint(
                name="procedures_procedure_has_words",
                condition=~Q(title="") & ~Q(summary=""),
                violation_error_message=_("A procedure needs a title and a sentence that says what it is."),
            ),
            models.CheckConstraint(
                name="procedures_procedure_known_state",
                condition=Q(state__in=State.values),
                violation_error_message=_("Unknown state."),
            ),
            models.CheckConstraint(
                name="procedures_procedure_checked_again_later",
                condition=Q(reviewed_on=None) | Q(review_on=None) | Q(review_on__gt=models.F("reviewed_on")),
                violation_error_message=_("It is checked again after it was checked."),
            ),
        ]
        indexes = [
            models.Index(name="procedures_of_life_event", fields=["commune", "life_event", "position"]),
            models.Index(name="procedures_of_state", fields=["commune", "state", "title"]),
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: object, **kwargs: object) -> None:
        self.slug = slugify(self.title)
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("procedures:procedure_detail", args=[self.slug, self.pk])

    @property
    def service_address(self) -> str:
        """Where it is handed in on the national service portal; empty without a code, or where no pattern is set."""
        pattern: str = settings.PROCEDURE_LINK
        return pattern.replace("{code}", quote(self.code)) if self.code else ""

    @property
    def step_lines(self) -> list[str]:
        return lines_of(self.steps)

    @property
    def audience_lines(self) -> list[str]:
        return lines_of(self.audience)

    @property
    def legal_lines(self) -> list[str]:
        return lines_of(self.legal_grounds)


class ProcedurePaper(models.Model):
    """Something to bring."""

    class Kind(models.TextChoices):
        ORIGINAL = "original", _("original paper")
        COPY = "copy", _("plain copy")
        CERTIFIED = "certified", _("certified copy")
        SHOWN = "shown", _("only to be shown")

    procedure = models.ForeignKey(
        Procedure,
        models.CASCADE,
        related_name="papers",
        verbose_name=_("procedure"),
        help_text=_("What it is needed for."),
    )
    name = LineField(_("paper"), max_length=200, help_text=_("E.g. “Giấy chứng sinh”."))
    kind = models.CharField(
        _("kind of paper"),
        max_length=9,
        choices=Kind,
        default=Kind.ORIGINAL,
        help_text=_("In which form it is brought."),
    )
    count = models.PositiveSmallIntegerField(
        _("how many"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_COPIES)],
        help_text=_("How many of it."),
    )
    note = LineField(_("note"), max_length=200, blank=True, help_text=_("When it is needed, or what else will do."))
    link = LinkField(
        _("address of the form"),
        max_length=300,
        blank=True,
        help_text=_("Where the form is: /… of this portal, or https://…"),
    )
    position = models.PositiveSmallIntegerField(
        _("order"), default=0, blank=True, help_text=_("Smaller numbers come first; empty: as written.")
    )

    class Meta:
        verbose_name = _("paper to bring")
        verbose_name_plural = _("papers to bring")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="procedures_paper_once",
                fields=["procedure", "name"],
                violation_error_message=_("This paper is already in the list."),
            ),
            models.CheckConstraint(
                name="procedures_paper_count",
                condition=Q(count__gte=1, count__lte=MOST_COPIES),
                violation_error_message=_("Between 1 and 20 of a paper."),
            ),
            models.CheckConstraint(
                name="procedures_paper_has_name",
                condition=~Q(name=""),
                violation_error_message=_("A paper needs a name."),
            ),
            models.CheckConstraint(
                name="procedures_paper_link_is_safe",
                condition=Q(link="") | Q(link__regex=LINK),
                violation_error_message=NO_LINK,
            ),
        ]

    def __str__(self) -> str:
        return self.name


def lines_of(text: str) -> list[str]:
    """The lines that say something."""
    return [line.strip() for line in text.split("\n") if line.strip()]
