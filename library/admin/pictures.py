"""The picture library."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.forms.widgets import Script
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from accounts.people import name_of
from library.admin.many_pictures import pictures_add
from library.forms import PictureForm
from library.intake import quota
from library.models import Picture
from library.picker_views import picture_pick
from library.uses import is_used, links_to_uses, uses_of
from section import Row
from trash.admin.throwing import TrashableAdmin


@admin.register(Picture)
class PictureAdmin(TrashableAdmin):
    form = PictureForm
    list_display = ("thumbnail", "alt", "filename", "credit", "pixels", "created_at")
    list_display_links = ("thumbnail", "alt")
    list_filter = ("is_decorative", "created_at")
    search_fields = Picture.DESCRIPTION
    search_help_text = _("Words of the description or of the file's name, with or without accents")
    list_per_page = 40
    readonly_fields = ("preview", "filename", "pixels", "uses", "uploader", "created_at")

    def get_fields(self, request: HttpRequest, obj: Picture | None = None) -> tuple[str, ...]:
        shown = ("upload", "alt", "is_decorative", "caption", "credit", "tags", "focal_x", "focal_y")
        described = ("upload", "preview", "focal_x", "focal_y", *shown[1:6])
        return (*described, "uses", "filename", "pixels", "uploader", "created_at") if obj else shown

    class Media:
        css = {"all": ["css/editor.css"]}
        js = [Script("js/focal-point.js", type="module")]

    @admin.display(description=_("picture"))
    def thumbnail(self, picture: Picture) -> str:
        return format_html('<img src="{}" alt="{}" height="60" loading="lazy">', picture.thumbnail_url, picture)

    @admin.display(description=_("picture"))
    def preview(self, picture: Picture) -> str:
        return format_html('<img class="picture-preview" src="{}" alt="{}">', picture.file.url, picture.alt)

    @admin.display(description=_("size"))
    def pixels(self, picture: Picture) -> str:
        return f"{picture.width} × {picture.height}"

    @admin.display(description=_("used in"))
    def uses(self, picture: Picture) -> str:
        return links_to_uses(picture, picture.reader)

    # Not the field itself: Django would link it to an account that only administrators may open.
    @admin.display(description=Picture._meta.get_field("uploaded_by").verbose_name)
    def uploader(self, picture: Picture) -> str:
        return name_of(picture.uploaded_by)

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Picture | None:
        """The picture, knowing its `reader`: the titles of drafts are for those who work on them."""
        picture = super().get_object(request, object_id, from_field)
        if picture is not None:
            picture.reader = request.user
        return picture

    def get_form(self, request: HttpRequest, obj: Picture | None = None, **kwargs: Any) -> type[PictureForm]:
        form = super().get_form(request, obj, **kwargs)
        return type("PictureFormOfUser", (form,), {"user": request.user})

    def uses_of(self, request: HttpRequest, row: Picture) -> list[Row]:
        return uses_of(row, request.user)

    def is_in_use(self, row: Picture) -> bool:
        return is_used(row)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(request, {"subtitle": quota.in_words(request.commune)} | (extra_context or {}))

    def get_urls(self) -> list[URLPattern]:
        pick = path("chon/", self.admin_site.admin_view(picture_pick), name="library_picture_pick")
        many = path("nhieu/", self.admin_site.admin_view(self.add_many), name="library_picture_add_many")
        return [pick, many, *super().get_urls()]

    def add_many(self, request: HttpRequest) -> HttpResponse:
        return pictures_add(self, request)
