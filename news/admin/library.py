"""The picture library."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from news.forms import PictureForm
from news.models import Picture


@admin.register(Picture)
class PictureAdmin(admin.ModelAdmin):
    form = PictureForm
    list_display = ("thumbnail", "alt", "credit", "size", "created_at")
    list_display_links = ("thumbnail", "alt")
    search_fields = ("alt", "caption", "credit", "tags")
    list_per_page = 40
    readonly_fields = ("preview", "size", "uploaded_by", "created_at")

    def get_fields(self, request: HttpRequest, obj: Picture | None = None) -> tuple[str, ...]:
        shown = ("alt", "is_decorative", "caption", "credit", "tags")
        return ("preview", *shown, "size", "uploaded_by", "created_at") if obj else ("upload", *shown)

    @admin.display(description=_("picture"))
    def thumbnail(self, picture: Picture) -> str:
        return format_html('<img src="{}" alt="" height="60" loading="lazy">', picture.file.url)

    @admin.display(description=_("picture"))
    def preview(self, picture: Picture) -> str:
        return format_html('<img class="picture-preview" src="{}" alt="{}">', picture.file.url, picture.alt)

    @admin.display(description=_("size"))
    def size(self, picture: Picture) -> str:
        return f"{picture.width} × {picture.height}"

    def get_form(self, request: HttpRequest, obj: Picture | None = None, **kwargs: Any) -> type[PictureForm]:
        form = super().get_form(request, obj, **kwargs)
        return type("PictureFormOfUser", (form,), {"user": request.user})
