"""Several pictures at once: one page that takes the files in and asks what each of them shows."""

from __future__ import annotations

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from library.forms import DescriptionForm
from library.models import Picture
from library.picker_views import numbers_in
from library.pictures import PictureError, own_name_of, store_picture


def pictures_add(library: admin.ModelAdmin, request: HttpRequest) -> HttpResponse:
    """Take in the files `uploads`, and the words of each `picture` whose form the page holds.

    A file that is refused is named with the reason, and costs the others nothing. What is right is stored at once; the
    page comes back as long as a file was refused, is new, or lacks its words. Its script sends file by file, so that
    together they may be larger than one request. From the picker of a text (`cho`) the way leads back there.
    """
    if not library.has_add_permission(request):
        raise PermissionDenied
    field = (request.POST or request.GET).get("cho", "")
    known = numbers_in(request.POST.getlist("picture"))
    new, refusals = _taken_in(request)
    mine = Picture.objects.of(request.commune).describable_by(request.user, timezone.now()).in_bulk({*known, *new})
    described = [
        DescriptionForm(_words(request.POST, key), instance=mine[key], prefix=str(key)) for key in known if key in mine
    ]
    saved = _saved(library, request, described)
    if request.method == "POST" and not new and not refusals and described and len(saved) == len(described):
        text = ngettext("%(count)d picture is in the library.", "%(count)d pictures are in the library.", len(saved))
        messages.success(request, text % {"count": len(saved)})
        if field:
            chosen = QueryDict(mutable=True)
            chosen.update({"cho": field, "nhieu": "1"})
            chosen.setlist("anh", saved)
            return redirect(f"{reverse('admin:library_picture_pick')}?{chosen.urlencode()}")
        return redirect("admin:library_picture_changelist")
    added = [DescriptionForm(instance=mine[key], prefix=str(key)) for key in new if key in mine and key not in known]
    context = library.admin_site.each_context(request) | {
        "title": _("Add several pictures"),
        "opts": library.opts,
        "forms": [*described, *added],
        "refusals": refusals,
        "has_errors": any(form.errors for form in described),
        "field": field,
        "is_popup": bool(field),
    }
    return render(request, "admin/library/picture/add_many.html", context)


def _taken_in(request: HttpRequest) -> tuple[list[int], list[tuple[str, str]]]:
    """The numbers of the pictures that came, each once, and (name, reason) of the files that are refused."""
    taken: list[int] = []
    refusals: list[tuple[str, str]] = []
    for upload in request.FILES.getlist("uploads"):
        try:
            picture = store_picture(upload, request.commune, request.user)
        except PictureError as refusal:
            refusals.append((own_name_of(upload) or upload.name, str(refusal)))
            continue
        if picture.alt or picture.is_decorative:
            sentence = _("This picture is already in the library as “%(name)s”.") % {"name": picture}
            refusals.append((own_name_of(upload) or upload.name, sentence))
        elif picture.pk not in taken:
            taken.append(picture.pk)
    return taken, refusals


def _words(sent: QueryDict, key: int) -> QueryDict:
    """What was sent for one picture; a credit for all stands where it has none of its own."""
    words = sent.copy()
    words.setdefault(f"{key}-credit", "")
    words[f"{key}-credit"] = words[f"{key}-credit"].strip() or words.get("credit_for_all", "")
    return words


def _saved(library: admin.ModelAdmin, request: HttpRequest, forms: list[DescriptionForm]) -> list[int]:
    """Store what is right of what was sent; the numbers of those pictures."""
    right = [form for form in forms if form.is_valid()]
    with transaction.atomic():
        for form in right:
            form.save()
            library.log_change(request, form.instance, library.construct_change_message(request, form, []))
    return [form.instance.pk for form in right]
