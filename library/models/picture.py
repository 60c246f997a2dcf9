"""The picture library. A file is stored once, however often it is uploaded."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib.auth.models import AbstractBaseUser
from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from library import renditions
from library.models.stored_file import StoredFile, StoredFileQuerySet, name_in, stored_once
from textfields import LineField
from trash.rows import KeptManager

OWN_FOR = timedelta(days=1)  # so long who uploads a picture goes on writing what it shows


class PictureQuerySet(StoredFileQuerySet):
    def describable_by(self, user: AbstractBaseUser, at: datetime) -> PictureQuerySet:
        """Pictures whose words `user` may write at the moment `at`: all for who may change them, else the own of a day."""
        if user.has_perm("library.change_picture"):
            return self
        return self.filter(uploaded_by=user.pk, created_at__gt=at - OWN_FOR)


def picture_name(picture: Picture, name: str) -> str:
    """Where the file of a new picture is stored: every commune has a folder."""
    return name_in(Picture.FOLDER, picture, name)


class Picture(StoredFile):
    # The columns it is found by.
    DESCRIPTION = ("alt", "caption", "credit", "tags", "filename")
    # In the folder of the commune; pictures stored before there were several lie in one of this name.
    FOLDER = "anh"

    file = models.ImageField(
        _("picture file"),
        upload_to=picture_name,
        max_length=200,
        help_text=_("JPEG, PNG, WebP, GIF, AVIF, HEIC or BMP, at most 15 MB."),
    )
    width = models.PositiveIntegerField(_("width"), editable=False, help_text=_("In pixels."))
    height = models.PositiveIntegerField(_("height"), editable=False, help_text=_("In pixels."))
    size = models.PositiveIntegerField(
        _("size"), default=0, editable=False, help_text=_("In bytes, with the smaller copies.")
    )
    filename = LineField(
        _("file's own name"),
        max_length=200,
        blank=True,
        editable=False,
        help_text=_("What the file was called where it came from; its address does not tell."),
    )
    alt = LineField(
        _("text alternative"),
        max_length=250,
        blank=True,
        help_text=_("What the picture shows, for people who cannot see it. Not the caption again."),
    )
    is_decorative = models.BooleanField(
        _("decorative"),
        default=False,
        help_text=_("Tick only when the picture says nothing: a screen reader then skips it."),
    )
    caption = LineField(
        _("caption"), max_length=250, blank=True, help_text=_("Shown under the picture when it is chosen.")
    )
    credit = LineField(
        _("credit"), max_length=120, blank=True, help_text=_("Who took or drew it, for example: Ảnh: Thu Hà.")
    )
    focal_x = models.PositiveSmallIntegerField(
        _("focal point from the left"),
        default=50,
        validators=[MaxValueValidator(100)],
        help_text=_("Per cent. What lies here stays visible when the picture is cropped."),
    )
    focal_y = models.PositiveSmallIntegerField(
        _("focal point from the top"),
        default=50,
        validators=[MaxValueValidator(100)],
        help_text=_("Per cent. What lies here stays visible when the picture is cropped."),
    )
    has_renditions = models.BooleanField(
        _("has smaller copies"), default=False, editable=False, help_text=_("Copies in AVIF and WebP were made.")
    )

    objects = KeptManager.from_queryset(PictureQuerySet)()
    with_trashed = PictureQuerySet.as_manager()

    class Meta(StoredFile.Meta):
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        constraints = (
            *stored_once("library_picture", _("This picture is already in the library.")),
            models.CheckConstraint(
                condition=models.Q(focal_x__lte=100, focal_y__lte=100),
                name="library_picture_focal_point_inside",
                violation_error_message=_("The focal point lies outside the picture."),
            ),
        )

    def __str__(self) -> str:
        return self.alt or self.caption or self.filename or self.file.name

    @property
    def sources(self) -> list[tuple[str, str]]:
        """(MIME type, srcset) of every format of the smaller copies, the lightest first."""
        if not self.has_renditions:
            return []
        widths = renditions.widths_of(self.width, self.height)
        url = self.file.storage.url
        return (
            [
                (f"image/{kind}", ", ".join(f"{url(renditions.name_of(self.file.name, w, kind))} {w}w" for w in widths))
                for kind in renditions.FORMATS
            ]
            if widths
            else []
        )

    @property
    def thumbnail_url(self) -> str:
        """The smallest copy, for lists in the admin; the picture itself when it has none."""
        if not self.has_renditions or not renditions.widths_of(self.width, self.height):
            return self.file.url
        return self.file.storage.url(renditions.name_of(self.file.name, renditions.WIDTHS[0], "webp"))

    def url_at(self, width: int) -> str:
        """The lightest copy that is at least `width` pixels wide, in a format that every browser shows; else the picture itself."""
        if self.has_renditions:
            for smaller in renditions.widths_of(self.width, self.height):
                if smaller >= width:
                    return self.file.storage.url(renditions.name_of(self.file.name, smaller, "webp"))
        return self.file.url

    @property
    def focus(self) -> str:
        """Class names that keep the focal point in view when the style sheet crops the picture."""
        return f"focus-x-{_quarter(self.focal_x)} focus-y-{_quarter(self.focal_y)}"


def _quarter(percent: int) -> int:
    return round(percent / 25) * 25
