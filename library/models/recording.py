"""Own video and sound, played by the browser itself."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from library.models.stored_file import StoredFile, StoredFileQuerySet, name_in, stored_once
from textfields import LineField, MultilineField
from trash.rows import KeptManager

POSTER_WIDTH = 960  # pixels


def recording_name(recording: Recording, name: str) -> str:
    """Where the file of a new recording is stored: every commune has a folder."""
    return name_in(Recording.FOLDER, recording, name)


class Recording(StoredFile):
    FOLDER = "phim"

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
    seconds = models.PositiveIntegerField(_("duration"), editable=False, help_text=_("In seconds."))
    width = models.PositiveIntegerField(
        _("width"), default=0, editable=False, help_text=_("Of a video, in pixels; else 0.")
    )
    height = models.PositiveIntegerField(
        _("height"), default=0, editable=False, help_text=_("Of a video, in pixels; else 0.")
    )

    objects = KeptManager.from_queryset(StoredFileQuerySet)()
    with_trashed = StoredFileQuerySet.as_manager()

    class Meta(StoredFile.Meta):
        verbose_name = _("video or sound")
        verbose_name_plural = _("video and sound")
        constraints = stored_once("library_recording", _("This file is already in the library."))

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
