"""Who is here now: keyed hashes, emptied within two days.

The hashes are written with every batch. Their communes are not checked by the database, which would
look each one up and lock it for each new row.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from communes.rows import CommuneKey, CommuneQuerySet


class Salt(models.Model):
    """The secret of one salt day (03:30 to 03:30); whoever lacks it cannot link a hash to a person.

    It is the deployment's: what is hashed names the commune, so the hashes of two are not alike.
    """

    day = models.DateField(_("day"), primary_key=True, help_text=_("The day on which it comes into use, at 03:30."))
    secret = models.BinaryField(_("secret"), help_text=_("Random; deleted within 48 hours."))

    class Meta:
        verbose_name = _("daily salt")
        verbose_name_plural = _("daily salts")

    def __str__(self) -> str:
        return self.day.isoformat()


class Presence(models.Model):
    """Who was here in the last half hour. The table is UNLOGGED: a crash of the server empties it."""

    pk = models.CompositePrimaryKey("commune", "visitor")
    commune = CommuneKey(db_constraint=False)
    visitor = models.BigIntegerField(_("visitor"), help_text=_("A keyed hash, no address."))
    network = models.BigIntegerField(_("network"), help_text=_("A keyed hash of the neighbourhood."))
    is_staff = models.BooleanField(_("staff"), help_text=_("Staff are counted apart."))
    visit = models.BigIntegerField(_("visit"), help_text=_("The batch in which the running visit began."))
    visit_began_at = models.DateTimeField(_("visit began at"), help_text=_("First sign of life of this visit."))
    last_seen_at = models.DateTimeField(_("last seen at"), help_text=_("Last page view or heartbeat."))

    objects = CommuneQuerySet.as_manager()

    class Meta:
        verbose_name = _("visitor online")
        verbose_name_plural = _("visitors online")
        indexes = [models.Index(fields=["commune", "network"], name="visitors_presence_network")]

    def __str__(self) -> str:
        return str(self.visitor)


class Seen(models.Model):
    """That a visitor was here on a day: makes the day's visitors distinct. Deleted after two days."""

    pk = models.CompositePrimaryKey("commune", "day", "visitor")
    commune = CommuneKey(db_constraint=False)
    day = models.DateField(_("day"), help_text=_("Calendar day in Vietnam."))
    visitor = models.BigIntegerField(_("visitor"), help_text=_("A keyed hash, no address."))

    objects = CommuneQuerySet.as_manager()

    class Meta:
        verbose_name = _("visitor of a day")
        verbose_name_plural = _("visitors of a day")

    def __str__(self) -> str:
        return f"{self.day}: {self.visitor}"


class Reading(models.Model):
    """That a visitor has opened a page; the same again within half an hour is no new view. UNLOGGED."""

    pk = models.CompositePrimaryKey("commune", "reading")
    commune = CommuneKey(db_constraint=False)
    reading = models.BigIntegerField(_("reading"), help_text=_("A hash of visitor and page."))
    counted_at = models.DateTimeField(_("counted at"), help_text=_("When this view was counted."))

    objects = CommuneQuerySet.as_manager()

    class Meta:
        verbose_name = _("page read by a visitor")
        verbose_name_plural = _("pages read by visitors")
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.reading)


class Writer(models.Model):
    """The last batch each process has written: a batch that comes again is recognised. It counts for all communes."""

    process = models.BigIntegerField(_("process"), primary_key=True, help_text=_("Random, drawn when it starts."))
    sequence = models.BigIntegerField(_("sequence"), help_text=_("Number of its last written batch."))
    written_at = models.DateTimeField(_("written at"), help_text=_("When that was."))

    class Meta:
        verbose_name = _("counting process")
        verbose_name_plural = _("counting processes")

    def __str__(self) -> str:
        return f"{self.process}: {self.sequence}"
