"""Taking video and sound in: what is accepted, how it is named, how it enters the library and changes there."""

from __future__ import annotations

import logging
from pathlib import PurePosixPath
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from communes.models import Commune
from library.intake import mp3, mp4, scanner
from library.intake.keeping import digest_of, stored, with_its_row
from library.models import Recording
from library.uses import replace_address
from vietnamese import to_nfc

logger = logging.getLogger(__name__)

MEGABYTE = 1024 * 1024
LONGEST = 12 * 60 * 60  # seconds


def add_recording(upload: UploadedFile, commune: Commune, user: AbstractUser | None, **details: Any) -> Recording:
    """Put video or sound into the library of `commune`. Raises ValidationError, also when the file is there already.

    `details` are title, poster, transcript and tags; without a title it is called like its file.
    """
    facts = _facts_of(upload)
    taken = ValidationError(_("This file is already in the library."))
    if Recording.objects.of(commune).visible_to(user).filter(digest=facts["digest"]).exists():
        raise taken
    stem = PurePosixPath(to_nfc(upload.name or "")).stem
    details["title"] = details.get("title") or stem[:200]
    recording = Recording(commune=commune, uploaded_by=user, **facts, **details)
    recording.file = stored(Recording, upload, commune)
    try:
        with with_its_row(commune, lambda: recording.file.storage.delete(recording.file.name)):
            recording.save()
    except IntegrityError as error:  # sent twice at once
        raise taken from error
    return recording


def replace_recording(recording: Recording, upload: UploadedFile) -> None:
    """Put another file in the place of the recording's, in every text of its commune that plays it. Raises ValidationError."""
    facts = _facts_of(upload)
    if facts["digest"] == recording.digest:
        return
    taken = ValidationError(_("This file is already in the library."))
    if Recording.objects.of(recording.commune_id).filter(digest=facts["digest"]).exists():
        raise taken
    storage, old_name, old_address = recording.file.storage, recording.file.name, recording.file.url
    recording.file = stored(Recording, upload, recording.commune, freed=recording.size)
    for name, value in facts.items():
        setattr(recording, name, value)
    try:
        with with_its_row(recording.commune, lambda: storage.delete(recording.file.name)):
            recording.save()
            replace_address(recording.commune_id, old_address, recording.file.url)
            # Until the commit the old row is the true one, and needs its file.
            transaction.on_commit(lambda: storage.delete(old_name))
    except IntegrityError as error:
        raise taken from error


def _facts_of(upload: UploadedFile) -> dict[str, Any]:
    """What the file says of itself, by its content. What a camera wrote of the place is taken out. Raises ValidationError."""
    if upload.size > settings.RECORDING_MB * MEGABYTE:
        text = _("The file is larger than %(limit)d MB. Please make it shorter, or save it smaller.")
        raise ValidationError(text, params={"limit": settings.RECORDING_MB})
    if refusal := scanner.refusal_of(upload):
        raise ValidationError(refusal)
    digest = digest_of(upload)
    suffix = PurePosixPath(upload.name or "").suffix.lower()
    try:
        if suffix == ".mp4" and (video := mp4.read_mp4(upload, upload.size)):
            mp4.without_place(upload, video)
            seconds, width, height = video.seconds, video.width, video.height
        elif suffix == ".mp3" and (played := mp3.seconds_of_mp3(upload)):
            seconds, width, height = played, 0, 0
        else:
            raise ValidationError(
                _("Only MP4 videos and MP3 sound can be played. Please save the file as one of them.")
            )
    except ValidationError:
        raise
    except Exception as error:
        # Readers meet files made to break them, and raise whatever they happen to raise.
        logger.info("A recording could not be read: %r", error)
        raise ValidationError(_("The file is damaged. Please save it again as MP4 or MP3.")) from error
    finally:
        upload.seek(0)
    size = {"width": min(width, 10_000), "height": min(height, 10_000)}
    return {"size": upload.size, "digest": digest, "seconds": round(min(seconds, LONGEST)), **size}
