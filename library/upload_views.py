"""Where the editor sends pictures."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from communes.work import FORM_FIELD, opened_for_another
from library.models import Picture
from library.pictures import PictureError, store_picture
from richtext import upload_accepted, upload_refused


def as_picked(picture: Picture) -> dict[str, Any]:
    """What the picker's window hands over of a picture, for a form that took it in by itself."""
    return {
        "id": str(picture.pk),
        "name": str(picture),
        "thumbnail": picture.thumbnail_url,
        "alt": picture.alt,
        "caption": picture.caption,
        "credit": picture.credit,
        "focalX": str(picture.focal_x),
        "focalY": str(picture.focal_y),
    }


@require_POST
@never_cache
def picture_upload(request: HttpRequest) -> JsonResponse:
    """Store the file `upload` in the picture library and answer in the editor's format.

    Only for staff who may add pictures. A refusal is a sentence for the writer, and 200: see upload_refused; 409
    where the form was opened for another commune (`?_commune=`) than the one worked for now.
    """
    if not (request.user.is_staff and request.user.has_perm("library.add_picture")):
        raise PermissionDenied
    if refusal := opened_for_another(request, request.GET.get(FORM_FIELD, "")):
        return JsonResponse({"uploaded": 0, "error": {"message": refusal}}, status=409)
    upload = request.FILES.get("upload")
    if upload is None:
        return upload_refused(_("No file arrived. Please choose the picture again."))
    try:
        picture = store_picture(upload, request.commune, request.user)
    except PictureError as refusal:
        return upload_refused(str(refusal))
    name = picture.file.name.rsplit("/", 1)[-1]
    return upload_accepted(picture.file.url, name, picture.width, picture.height, picture=as_picked(picture))
