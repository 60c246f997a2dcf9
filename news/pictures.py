"""Taking pictures in: what is accepted, how it is cleaned, how it enters the library."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass

from django.contrib.auth.models import AbstractUser
from django.core.files.base import ContentFile, File
from django.db import IntegrityError, transaction
from django.db.models import JSONField, Q, TextField, Value
from django.db.models.functions import Cast, Replace
from django.utils import timezone
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from news.models import Article, ArticleQuerySet, Autosave, Picture, Revision
from news.renditions import delete_renditions, make_renditions

MAX_BYTES = 15 * 1024 * 1024
MAX_PIXELS = 60_000_000  # a decoded picture of this size needs about 240 MB of memory
MAX_SIDE = 2560  # pixels; twice the widest place a picture takes on the page
# Format as Pillow names it → format and extension it is stored in. An animation keeps its first
# frame: public pages may not carry self-moving content (Circular 32/2017/TT-BTTTT).
STORED_AS = {"JPEG": ("JPEG", "jpg"), "PNG": ("PNG", "png"), "WEBP": ("WEBP", "webp"), "GIF": ("PNG", "png")}
SAVE_OPTIONS = {"JPEG": {"quality": 86, "progressive": True}, "PNG": {"optimize": True}, "WEBP": {"quality": 86}}


class PictureError(Exception):
    """The file cannot become a picture of the library. The message is for the person uploading."""


@dataclass(frozen=True)
class CleanPicture:
    """A picture as it will be stored, without metadata, and the digest of the file it came from."""

    content: bytes
    extension: str
    digest: str
    width: int  # pixels
    height: int

    @property
    def name(self) -> str:
        """Where the library stores it. The size is part of the name: see renditions.in_text."""
        return f"{self.digest[:2]}/{self.digest[:20]}-{self.width}x{self.height}.{self.extension}"


def clean_picture(upload: File) -> CleanPicture:
    """Decode the upload, turn it upright, shrink it to MAX_SIDE, drop its metadata and encode it again.

    Raises PictureError: too large, not one of the formats, damaged.
    """
    if upload.size is not None and upload.size > MAX_BYTES:
        raise PictureError(_("The file is larger than 15 MB. Please make the picture smaller."))
    raw = upload.read(MAX_BYTES + 1)
    try:
        with Image.open(io.BytesIO(raw), formats=list(STORED_AS)) as image:
            if image.width * image.height > MAX_PIXELS:
                raise PictureError(_("The picture has too many pixels. Please make it smaller."))
            name, extension = STORED_AS[image.format or ""]
            upright = ImageOps.exif_transpose(image)
            profile = image.info.get("icc_profile")
    except PictureError:
        raise
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise PictureError(_("This is not a JPEG, PNG, WebP or GIF picture, or it is damaged.")) from error
    if name == "JPEG" and upright.mode != "RGB":
        upright, profile = upright.convert("RGB"), None
    elif upright.mode in {"P", "LA", "PA"}:
        upright = upright.convert("RGBA")
    upright.thumbnail((MAX_SIDE, MAX_SIDE), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    clean = Image.new(upright.mode, upright.size)
    clean.paste(upright)
    clean.save(out, name, icc_profile=profile, **SAVE_OPTIONS[name])
    return CleanPicture(out.getvalue(), extension, hashlib.sha256(raw).hexdigest(), *clean.size)


def store_picture(upload: File, user: AbstractUser | None, **details: str) -> Picture:
    """Put an uploaded picture into the library, or return it when it is already there.

    `details` are alt, caption and credit of a new picture. Raises PictureError.
    """
    clean = clean_picture(upload)
    picture = Picture(digest=clean.digest, width=clean.width, height=clean.height, uploaded_by=user, **details)
    try:
        with transaction.atomic():
            picture.file.save(clean.name, ContentFile(clean.content), save=False)
            make_renditions(picture.file.storage, picture.file.name, clean.content)
            picture.has_renditions = True
            picture.save()
    except IntegrityError:
        present = Picture.objects.get(digest=clean.digest)
        if picture.file.name != present.file.name:
            _forget_files(picture)
        return present
    return picture


def replace_file(picture: Picture, upload: File) -> None:
    """Put another file in the place of the picture's, in the library and in every text that shows it.

    Raises PictureError, also when the file is already another picture of the library.
    """
    clean = clean_picture(upload)
    if Picture.objects.filter(digest=clean.digest).exclude(pk=picture.pk).exists():
        raise PictureError(_("This picture is already in the library."))
    old = Picture(file=picture.file.name, width=picture.width)
    picture.file.save(clean.name, ContentFile(clean.content), save=False)
    make_renditions(picture.file.storage, picture.file.name, clean.content)
    picture.digest, picture.has_renditions = clean.digest, True
    picture.width, picture.height = clean.width, clean.height
    with transaction.atomic():
        picture.save()
        replace_address(old.file.url, picture.file.url)
    if old.file.name != picture.file.name:
        _forget_files(old)


def articles_using(picture: Picture) -> ArticleQuerySet:
    """Articles that show the picture as their cover or in their text, or will once a change is approved."""
    url = picture.file.url
    proposed = Revision.objects.proposed().filter(Q(content__cover_id=picture.pk) | Q(content__body__icontains=url))
    return Article.objects.filter(
        Q(cover=picture) | Q(body__contains=url) | Q(pk__in=proposed.values("article"))
    ).order_by("-id")


def replace_address(old: str, new: str) -> None:
    """Let every text name the file at `new`, also changes that wait, earlier texts and unsaved work: `old` goes."""
    using = Article.objects.filter(body__contains=old)
    body = Replace("body", Value(old), Value(new))
    Article.objects.filter(pk__in=using.values("pk")).update(body=body, updated_at=timezone.now())
    changed = Cast(Replace(Cast("content", TextField()), Value(old), Value(new)), JSONField())
    for kept in (Revision, Autosave):
        kept.objects.filter(content__body__icontains=old).update(content=changed)


def _forget_files(picture: Picture) -> None:
    storage = picture.file.storage
    delete_renditions(storage, picture.file.name, picture.width)
    storage.delete(picture.file.name)
