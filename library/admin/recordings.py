"""The library of video and sound."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from accounts.people import name_of
from library.forms import RecordingForm
from library.intake import quota
from library.models import Recording
from library.picker_views import recording_pick
from library.uses import is_used, links_to_uses, uses_of
from section import Row
from trash.admin.throwing import TrashableAdmin
from vietnamese import format_file_size


@admin.register(Recording)
class RecordingAdmin(TrashableAdmin):
    form = RecordingForm
    list_display = ("title", "kind", "length", "shown_size", "has_transcript", "created_at")
    list_filter = ("created_at",)
    search_fields = ("title", "tags", "transcript")
    search_help_text = _("Words of the title or of the transcript, with or without accents")
    list_per_page = 50
    autocomplete_fields = ("poster",)
    readonly_fields = ("present_file", "uses", "uploader", "created_at")

    def get_fields(self, request: HttpRequest, obj: Recording | None = None) -> tuple[str, ...]:
        shown = ("upload", "title", "poster", "transcript", "tags")
        return ("present_file", *shown, "uses", "uploader", "created_at") if obj else shown

    @admin.display(description=_("type"))
    def kind(self, recording: Recording) -> str:
        return recording.kind

    @admin.display(description=_("duration"), ordering="seconds")
    def length(self, recording: Recording) -> str:
        return recording.length

    @admin.display(description=_("size"), ordering="size")
    def shown_size(self, recording: Recording) -> str:
        return format_file_size(recording.size)

    @admin.display(description=_("transcript"), boolean=True)
    def has_transcript(self, recording: Recording) -> bool:
        return bool(recording.transcript)

    @admin.display(description=_("present file"))
    def present_file(self, recording: Recording) -> str:
        tag = "video" if recording.is_video else "audio"
        player = format_html(
            '<{} class="recording-preview" controls preload="metadata" src="{}"></{}>', tag, recording.file.url, tag
        )
        return format_html("{} {}, {}, {}", player, recording.kind, recording.length, format_file_size(recording.size))

    @admin.display(description=_("used in"))
    def uses(self, recording: Recording) -> str:
        return links_to_uses(recording, recording.reader)

    # Not the field itself: Django would link it to an account that only administrators may open.
    @admin.display(description=Recording._meta.get_field("uploaded_by").verbose_name)
    def uploader(self, recording: Recording) -> str:
        return name_of(recording.uploaded_by)

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Recording | None:
        """The recording, knowing its `reader`: the titles of drafts are for those who work on them."""
        recording = super().get_object(request, object_id, from_field)
        if recording is not None:
            recording.reader = request.user
        return recording

    def get_form(self, request: HttpRequest, obj: Recording | None = None, **kwargs: Any) -> type[RecordingForm]:
        form = super().get_form(request, obj, **kwargs)
        return type("RecordingFormOfUser", (form,), {"user": request.user})

    def save_model(self, request: HttpRequest, obj: Recording, form: RecordingForm, change: bool) -> None:  # noqa: FBT001
        super().save_model(request, obj, form, change)
        if obj.advice:
            messages.warning(request, obj.advice)

    def uses_of(self, request: HttpRequest, row: Recording) -> list[Row]:
        return uses_of(row, request.user)

    def is_in_use(self, row: Recording) -> bool:
        return is_used(row)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(request, {"subtitle": quota.in_words(request.commune)} | (extra_context or {}))

    def get_urls(self) -> list[URLPattern]:
        pick = path("chon/", self.admin_site.admin_view(recording_pick), name="library_recording_pick")
        return [pick, *super().get_urls()]

    class Media:
        css = {"all": ["css/library-admin.css"]}
