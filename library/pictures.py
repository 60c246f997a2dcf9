"""Taking pictures in: what is accepted, how it is cleaned, how it enters the library."""

from __future__ import annotations

import hashlib
import io
import logging
import secrets
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

import pillow_heif
from django.contrib.auth.models import AbstractUser
from django.core.files.base import ContentFile, File
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from communes.models import Commune
from library.intake import quota, scanner
from library.intake.keeping import with_its_row
from library.models import Picture
from library.renditions import delete_renditions, make_renditions
from library.uses import replace_address
from serving.outages import is_full
from vietnamese import one_line

logger = logging.getLogger(__name__)
pillow_heif.register_heif_opener()

MAX_BYTES = 15 * 1024 * 1024
MAX_PIXELS = 60_000_000  # a decoded picture of this size needs about 240 MB of memory
MAX_WIDTH = 2560  # pixels; twice the widest place a picture takes on the page
MAX_STORED_PIXELS = 16_000_000  # an infographic is narrow and long: its height alone is no measure
TALLEST = 65_500  # pixels: the longest side that JPEG can hold
# The formats that are read, as Pillow names them, and the one each is stored in. None: JPEG, or PNG
# when something shows through. An animation keeps its first frame: public pages may not carry
# self-moving content (Circular 32/2017/TT-BTTTT). MPO is a JPEG with more pictures behind the first.
STORED_AS = {
    "JPEG": "JPEG",
    "MPO": "JPEG",
    "PNG": "PNG",
    "WEBP": "WEBP",
    "GIF": "PNG",
    "BMP": "PNG",
    "AVIF": None,
    "HEIF": None,
}
READ = [name for name in STORED_AS if name != "MPO"]  # Pillow finds MPO by itself while it reads JPEG
EXTENSIONS = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp"}
SAVE_OPTIONS = {"JPEG": {"quality": 86, "progressive": True}, "PNG": {"optimize": True}, "WEBP": {"quality": 86}}
# What Pillow says of files that are cut off or damaged.
DAMAGE = (OSError, SyntaxError, ValueError)
SRGB = ImageCms.createProfile("sRGB")


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

    def new_name(self) -> str:
        """A name nobody can guess and no other file has. It ends with the size: see renditions.in_text.

        Made of the digest, it would tell everybody with a copy of the file whether it is stored here.
        """
        token = secrets.token_hex(10)
        return f"{token[:2]}/{token}-{self.width}x{self.height}.{self.extension}"


def clean_picture(upload: File) -> CleanPicture:
    """Decode the upload, turn it upright, shrink it, bring it into sRGB, drop its metadata and encode it again.

    Raises PictureError: too large, not one of the formats, damaged.
    """
    return _clean(_content_of(upload))


def _content_of(upload: File) -> bytes:
    upload.seek(0)
    raw = upload.read(MAX_BYTES + 1)
    if not raw:
        raise PictureError(_("The file is empty. Please choose another one."))
    if len(raw) > MAX_BYTES:
        raise PictureError(_("The file is larger than 15 MB. Please make the picture smaller."))
    if refusal := scanner.refusal_of(io.BytesIO(raw)):
        raise PictureError(refusal)
    return raw


def _clean(raw: bytes) -> CleanPicture:
    try:
        image, stored_as = _decode(raw)
        out = io.BytesIO()
        image.save(out, stored_as, **SAVE_OPTIONS[stored_as])
    except PictureError:
        raise
    except Image.DecompressionBombError as error:
        raise PictureError(_("The picture has too many pixels. Please make it smaller.")) from error
    except UnidentifiedImageError as error:
        sentence = _(
            "This is not a JPEG, PNG, WebP, GIF, AVIF, HEIC or BMP picture. "
            "Please open the file in a picture program and save it as JPEG or PNG."
        )
        raise PictureError(sentence) from error
    except Exception as error:
        # Decoders meet files made to break them, and raise whatever they happen to raise.
        if not isinstance(error, DAMAGE):
            logger.exception("A picture could not be read")
        raise PictureError(_("The picture is damaged. Please save it again as JPEG or PNG.")) from error
    return CleanPicture(out.getvalue(), EXTENSIONS[stored_as], hashlib.sha256(raw).hexdigest(), *image.size)


def _decode(raw: bytes) -> tuple[Image.Image, str]:
    """The picture in the file as it will be stored, and the format for it."""
    with Image.open(io.BytesIO(raw), formats=READ) as image:
        if image.width * image.height > MAX_PIXELS:
            raise PictureError(_("The picture has too many pixels. Please make it smaller."))
        image.load()
        kind, profile = image.format or "", image.info.get("icc_profile")
        upright = _upright(image)
    shrunk = _shrunk(_with_plain_channels(upright))
    colours = _in_srgb(shrunk, profile)
    stored_as = STORED_AS[kind] or ("PNG" if colours.mode == "RGBA" else "JPEG")
    if stored_as == "JPEG" and colours.mode == "RGBA":
        colours = colours.convert("RGB")
    clean = Image.new(colours.mode, colours.size)
    clean.paste(colours)
    return clean, stored_as


def _upright(image: Image.Image) -> Image.Image:
    try:
        return ImageOps.exif_transpose(image)
    except Exception:  # noqa: BLE001 - broken metadata of a picture that is whole
        return image.copy()


def _with_plain_channels(image: Image.Image) -> Image.Image:
    """The picture in 8 bits a channel: grey, CMYK, RGB or RGBA."""
    if image.mode.startswith("I"):  # 16 bits of grey, which Pillow would cut off instead of scaling
        return image.convert("I").point(lambda value: value * (1 / 257)).convert("L")
    if image.has_transparency_data:
        return image.convert("RGBA")
    if image.mode == "1":
        return image.convert("L")
    return image if image.mode in {"L", "RGB", "CMYK"} else image.convert("RGB")


def _shrunk(image: Image.Image) -> Image.Image:
    width, height = image.size
    scale = min(1, MAX_WIDTH / width, (MAX_STORED_PIXELS / (width * height)) ** 0.5, TALLEST / height)
    if scale == 1:
        return image
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return image.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """The picture in the colours of the web, by its own profile if that is usable: grey, RGB or RGBA."""
    mode = "RGBA" if image.mode == "RGBA" else "L" if image.mode == "L" else "RGB"
    if not profile:
        return image.convert(mode)
    try:
        seen = ImageCms.profileToProfile(
            image.convert("RGB") if mode == "RGBA" else image,
            ImageCms.ImageCmsProfile(io.BytesIO(profile)),
            SRGB,
            ImageCms.Intent.RELATIVE_COLORIMETRIC,
            outputMode="RGB",
            flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
        )
    except (ImageCms.PyCMSError, OSError, TypeError, ValueError):  # damaged, or for another kind of picture
        return image.convert(mode)
    if mode == "RGBA":
        seen.putalpha(image.getchannel("A"))
    return seen.convert(mode)


def store_picture(upload: File, commune: Commune, user: AbstractUser | None, **details: str) -> Picture:
    """Put an uploaded picture into the library of `commune`, or return it when `user` may see that it is there.

    `details` are alt, caption and credit of a new picture. Raises PictureError.
    """
    raw = _content_of(upload)
    return _present(raw, commune, user) or _add(raw, commune, user, details | {"filename": own_name_of(upload)})


def add_picture(upload: File, commune: Commune, user: AbstractUser | None, **details: str) -> Picture:
    """Put a picture into the library of `commune` that is not there yet. Raises PictureError, also when it is."""
    raw = _content_of(upload)
    if _present(raw, commune, user):
        raise PictureError(_("This picture is already in the library."))
    return _add(raw, commune, user, details | {"filename": own_name_of(upload)})


def own_name_of(upload: File) -> str:
    """What the file is called where it came from, without folders; empty for a part of a text, which has no ending."""
    path = PurePosixPath(one_line(upload.name or "").replace("\\", "/"))
    return path.name[-200:] if path.suffix else ""


def _present(raw: bytes, commune: Commune, user: AbstractUser | None) -> Picture | None:
    digest = hashlib.sha256(raw).hexdigest()
    return Picture.objects.of(commune).visible_to(user).filter(digest=digest).order_by("id").first()


def _add(raw: bytes, commune: Commune, user: AbstractUser | None, details: dict[str, str]) -> Picture:
    clean = _clean(raw)
    picture = Picture(commune=commune, uploaded_by=user, **_stored(clean, commune), **details)
    try:
        with with_its_row(commune, lambda: _forget_files(picture), PictureError):
            picture.save()
    except IntegrityError:  # sent twice at once
        return Picture.objects.of(commune).get(uploaded_by=user, digest=clean.digest)
    return picture


def replace_file(picture: Picture, upload: File) -> None:
    """Put another file in the place of the picture's, in the library and in every text of its commune that shows it.

    Raises PictureError, also when the file is already another picture of the library.
    """
    clean = clean_picture(upload)
    if Picture.objects.of(picture.commune_id).filter(digest=clean.digest).exclude(pk=picture.pk).exists():
        raise PictureError(_("This picture is already in the library."))
    old = Picture(file=picture.file.name, width=picture.width, height=picture.height)
    for name, value in _stored(clean, picture.commune, freed=picture.size).items():
        setattr(picture, name, value)
    picture.filename = own_name_of(upload)
    try:
        with with_its_row(picture.commune, lambda: _forget_files(picture), PictureError):
            picture.save()
            replace_address(picture.commune_id, old.file.url, picture.file.url)
            # Until the commit the old row is the true one, and needs its file.
            transaction.on_commit(lambda: _forget_files(old))
    except IntegrityError as error:
        raise PictureError(_("This picture is already in the library.")) from error


def _stored(clean: CleanPicture, commune: Commune, *, freed: int = 0) -> dict[str, Any]:
    """Store the file and its smaller copies in the folder of `commune`; the fields that describe them. Raises PictureError.

    The row is saved last: what is left of an interrupted upload is referred to by nothing.
    """
    if refusal := quota.refusal_of(commune, len(clean.content), freed=freed):
        raise PictureError(refusal)
    picture = Picture(commune=commune)
    try:
        picture.file.save(clean.new_name(), ContentFile(clean.content), save=False)
        copies = make_renditions(picture.file.storage, picture.file.name, clean.content)
    except (OSError, ValueError) as error:
        logger.exception("A picture could not be stored")
        if is_full(error):
            raise PictureError(
                _("The server's disk is full. Nothing was stored; please tell the administrator.")
            ) from error
        raise PictureError(
            _("The picture could not be stored. Please try again, or tell the administrator.")
        ) from error
    return {
        "file": picture.file.name,
        "size": len(clean.content) + copies,
        "digest": clean.digest,
        "width": clean.width,
        "height": clean.height,
        "has_renditions": True,
    }


def _forget_files(picture: Picture) -> None:
    storage = picture.file.storage
    delete_renditions(storage, picture.file.name, picture.width, picture.height)
    storage.delete(picture.file.name)
