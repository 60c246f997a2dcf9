"""Villages: the parts of a commune, whose heads citizens call first."""

from __future__ import annotations

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from communes.rows import CommuneKey, CommuneQuerySet
from offices.models.person import Person
from offices.telephones import validate_telephone
from textfields import LineField


class VillageKind(models.TextChoices):
    """What a village is called where it lies, and with it its head."""

    THON = "thon", _("village (thôn)")
    LANG = "lang", _("village (làng)")
    XOM = "xom", _("village (xóm)")
    BAN = "ban", _("village (bản)")
    BUON = "buon", _("village (buôn)")
    AP = "ap", _("village (ấp)")
    GROUP = "to", _("residential group")
    QUARTER = "khu", _("quarter")


HEADS = {
    VillageKind.THON: _("Head of the village (thôn)"),
    VillageKind.LANG: _("Head of the village (làng)"),
    VillageKind.XOM: _("Head of the village (xóm)"),
    VillageKind.BAN: _("Head of the village (bản)"),
    VillageKind.BUON: _("Head of the village (buôn)"),
    VillageKind.AP: _("Head of the village (ấp)"),
    VillageKind.GROUP: _("Head of the residential group"),
    VillageKind.QUARTER: _("Head of the quarter"),
}


class VillageQuerySet(CommuneQuerySet["Village"]):
    def shown(self) -> VillageQuerySet:
        """Villages that citizens see."""
        return self.filter(is_shown=True)


class Village(models.Model):
    commune = CommuneKey()
    name = LineField(_("name"), max_length=100, help_text=_("In full, for example Thôn Khê Thượng."))
    kind = models.CharField(
        _("kind"),
        max_length=4,
        choices=VillageKind,
        default=VillageKind.THON,
        help_text=_("Decides what its head is called."),
    )
    head = models.ForeignKey(
        Person,
        verbose_name=_("head"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="villages",
        help_text=_("Empty while there is none."),
    )
    telephone = LineField(
        _("telephone"),
        max_length=30,
        blank=True,
        validators=[validate_telephone],
        help_text=_("The number that the village publishes for its citizens. Empty: that of the head's office."),
    )
    meeting_place = LineField(
        _("meeting place"), max_length=200, blank=True, help_text=_("For example Nhà văn hóa thôn, cạnh đình làng.")
    )
    households_count = models.PositiveIntegerField(
        _("households"), null=True, blank=True, help_text=_("How many there are. Empty: not said.")
    )
    position = models.PositiveSmallIntegerField(
        _("position"), default=0, help_text=_("Smaller numbers come first; the same number: by name.")
    )
    is_shown = models.BooleanField(_("shown"), default=True, help_text=_("Off: citizens do not see the village."))

    objects = VillageQuerySet.as_manager()

    class Meta:
        verbose_name = _("village")
        verbose_name_plural = _("villages")
        ordering = ["position", "name", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="offices_village_name_unique",
                fields=["commune", "name"],
                violation_error_message=_("There is a village of this name already."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"{reverse('offices:villages')}#thon-{self.pk}"

    @property
    def head_title(self) -> str:
        """What the head is called: "Trưởng thôn"."""
        return str(HEADS[VillageKind(self.kind)])

    @property
    def named_head(self) -> Person | None:
        """The head, where citizens may know."""
        return self.head if self.head and self.head.is_shown else None

    @property
    def call(self) -> str:
        """The number to call: the village's own, or that of its head's office."""
        return self.telephone or (self.named_head.telephone if self.named_head else "")
