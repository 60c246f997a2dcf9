"""Own video and sound, played by the browser itself."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from communes.rows import CommuneKey, CommuneQuerySet
from textfields import LineField, MultilineField
from trash.rows import KeptManager, TrashKey, one_row

POSTER_WIDTH = 960  # pixels


class RecordingQuerySet(CommuneQuerySet):
    def visible_to(self, user: AbstractBaseUser | None) -> RecordingQuerySet:
        """Recordings that `user` may know of: all of a commune for those who look into its library, else the own; None is the portal."""
        looks = ("library.view_recording", "library.change_recording")
        if user is None or any(user.has_perm(permission) for permission in looks):
            return self
        return self.filter(uploaded_by=user.pk)


def recording_name(recording: Recording, name: str) -> str:
    """Where the file of a new recording is stored: every commune has a folder."""
    return f"{recording.commune.slug}/{Recording.FOLDER}/{name}"


class Recording(models.Model):
    FOLDER = "phim"

    commune = CommuneKey()
    trashed = TrashKey()
    file = models.FileField(_("file"), upload_to=recording_name, max_length=200, help_text=_("MP4 or MP3."))
    title = LineField(
        _("title"), max_length=200, help_text=_("What is seen or heard, as citizens read it under the player.")
    )
    poster = models.ForeignKey(
        "library.Picture",
        verbose_name=_("poster"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("The picture of the library that stands in the place of a video until it is played."),
    )
    transcript = MultilineField(
        _("transcript"),
        blank=True,
        help_text=_(
            "What is said, for people who cannot hear it and for the search engines. It stands below the player."
        ),
    )
    tags = LineField(
        _("keywords"), max_length=250, blank=True, help_text=_("Words to find it by, separated by commas.")
    )
    size = models.PositiveIntegerField(_("size"), editable=False, help_text=_("In bytes."))
    seconds = models.PositiveIntegerField(_("duration"), editable=False, help_text=_("In seconds."))
    width = models.PositiveIntegerField(
        _("width"), default=0, editable=False, help_text=_("Of a video, in pixels; else 0.")
    )
    height = models.PositiveIntegerField(
        _("height"), default=0, editable=False, help_text=_("Of a video, in pixels; else 0.")
    )
    digest = LineField(
        _("content digest"),
        max_length=64,
        editable=False,
        help_text=_("SHA-256 of the file as it was uploaded; the same file is recognised by it."),
    )
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("uploaded by"),
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="recordings",
        help_text=_("The account that uploaded the file."),
    )
    created_at = models.DateTimeField(_("uploaded"), auto_now_add=True, help_text=_("When the file was uploaded."))

    objects = KeptManager.from_queryset(RecordingQuerySet)()
    with_trashed = RecordingQuerySet.as_manager()

    class Meta:
        verbose_name = _("video or sound")
        verbose_name_plural = _("video and sound")
        ordering = ("-id",)
        constraints = (
            one_row("library_recording"),
            models.UniqueConstraint(
                fields=["commune", "uploaded_by", "digest"],
                condition=models.Q(trashed__isnull=True),
                name="library_recording_uploader_digest_unique",
                violation_error_message=_("This file is already in the library."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.title} ({self.kind})"

    @property
    def kind(self) -> str:
        """MP4 or MP3."""
        return self.file.name.rsplit(".", 1)[-1].upper()

    @property
    def is_video(self) -> bool:
        return self.kind == "MP4"

    @property
    def poster_url(self) -> str:
        """The poster as large as a player is on most screens."""
        return self.poster.url_at(POSTER_WIDTH) if self.poster else ""

    @property
    def length(self) -> str:
        """3:05, or 1:02:30."""
        minutes, seconds = divmod(self.seconds, 60)
        hours, minutes = divmod(minutes, 60)
        return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"

    @property
    def advice(self) -> str:
        """What it lacks for citizens, in a sentence for the editor; empty for nothing."""
        if self.transcript:
            return ""
        return gettext("“%(title)s” has no transcript: who cannot hear it learns nothing of it.") % {
            "title": self.title
        }
