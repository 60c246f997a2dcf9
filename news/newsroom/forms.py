"""The forms in which articles and pictures are written."""

from __future__ import annotations

import json
from itertools import count
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from communes.rowadmin import CommuneForm
from communes.work import FORM_FIELD
from library.models import Picture
from library.pictures import PictureError, store_picture
from news import rights
from news.drafts.details import details_of
from news.kinds import NEWS
from news.models import Article, Category, Kind, Status
from news.newsroom.cover import may_focus
from richtext import RichTextEditor, clean_and_count, cleaned, lift_inline_pictures, taken_away
from textfields import LineFormField

MAX_PASTED = 200_000  # characters


class ArticleForm(CommuneForm):
    """Writes an article; `user` and `commune` are set on the class by the admin.

    A published article shows the change that waits for approval, if there is one.
    """

    focus: ClassVar[dict[str, int]] = {}  # of the cover, as it differs from what the library has
    base_version = forms.IntegerField(required=False, min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)
    base_details = LineFormField(required=False, widget=forms.HiddenInput)
    cover_file = forms.FileField(
        label=_("New cover picture"),
        required=False,
        help_text=_("JPEG, PNG, WebP, GIF, AVIF, HEIC or BMP, at most 15 MB. It is stored in the picture library."),
    )
    cover_focal_x = forms.IntegerField(
        label=_("Focal point from the left, per cent"),
        required=False,
        min_value=0,
        max_value=100,
        help_text=_("What lies here stays in view where the picture is cropped. Left empty, it stays as it is."),
    )
    cover_focal_y = forms.IntegerField(
        label=_("Focal point from the top, per cent"), required=False, min_value=0, max_value=100
    )
    is_major = forms.BooleanField(
        label=_("Tell citizens about this change"),
        required=False,
        help_text=_("Not for a spelling mistake. The article then shows “updated” and your note."),
    )
    note = LineFormField(
        label=_("Note for citizens"),
        required=False,
        max_length=250,
        widget=forms.TextInput(attrs={"class": "vLargeTextField"}),
        help_text=_("What was changed, in one sentence."),
    )

    class Meta:
        model = Article
        fields = (
            "title",
            "summary",
            "body",
            "category",
            "kind",
            "deadline_on",
            "cover",
            "cover_alt",
            "cover_caption",
            "cover_credit",
            "byline",
            "source",
            "tags",
            "related",
            "is_featured",
            "published_at",
            "expires_at",
            "review_on",
        )
        widgets: ClassVar[dict[str, forms.Widget]] = {
            "title": forms.TextInput(attrs={"class": "vLargeTextField", "autocomplete": "off"}),
            "summary": forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
            "body": RichTextEditor(
                upload_url=reverse_lazy("library:picture_upload"),
                library_url=reverse_lazy("admin:library_picture_pick"),
                recordings_url=reverse_lazy("admin:library_recording_pick"),
            ),
        }
        help_texts: ClassVar[dict[str, Any]] = {
            "body": _(
                "Drop pictures into the text, or use the picture button. "
                "With the keyboard: Alt+F10 reaches the buttons, Esc leaves the text."
            ),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["base_version"] = self.instance.version
        if "body" in self.fields and self.commune is not None:
            address = f"{reverse('library:picture_upload')}?{FORM_FIELD}={self.commune.pk}"
            self.fields["body"].widget.send_to(address)
        if self.instance.pk:
            self.initial["base_details"] = json.dumps(details_of(self.instance))
        if "category" in self.fields:
            self.fields["category"].required = True
        if "kind" in self.fields:
            self.fields["kind"].choices = [(kind.value, kind.label) for kind in NEWS]
            self.fields["kind"].required = False  # a form without it leaves it as it is
        # Whoever may write in the article leaves it where it is, though they may not put others there.
        self.categories_before = {self.instance.category_id} - {None}
        if self.instance.pk and self.instance.status == Status.PUBLISHED:
            proposal = self.instance.revisions.proposed().first()
            if proposal:
                self.initial |= {name.removesuffix("_id"): value for name, value in proposal.content.items()}
                self.initial |= {"is_major": proposal.is_major, "note": proposal.note}
                self.categories_before.add(proposal.content["category_id"])
        if self.categories_before and "category" in self.fields:
            self.fields["category"].queryset |= Category.objects.of(self.instance.commune_id).filter(
                pk__in=self.categories_before
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        self._take_cover(cleaned)  # first: whatever else is wrong, an upload that arrived is kept
        if self.instance.pk and cleaned.get("base_version") is None:
            raise ValidationError(_("Please open the article again: the form does not say which version it holds."))
        self._check_focus(cleaned)
        category = cleaned.get("category")
        permission = rights.CHANGE if self.instance.pk else rights.WRITE
        is_moved = category is not None and category.pk not in self.categories_before
        if is_moved and not rights.may_in(self.user, permission, category.pk):
            self.add_error("category", ValidationError(_("You do not write in this category.")))
        is_live = self.instance.pk is not None and self.instance.status == Status.PUBLISHED
        if is_live and "published_at" in cleaned and not cleaned["published_at"]:
            self.add_error("published_at", ValidationError(_("A published article needs a publication time.")))
        self._check_deadline(cleaned)
        if cleaned.get("is_major") and not cleaned.get("note"):
            self.add_error("note", ValidationError(_("Tell citizens what was changed.")))
        return cleaned

    def clean_kind(self) -> str:
        return self.cleaned_data["kind"] or self.instance.kind

    def _check_deadline(self, cleaned: dict[str, Any]) -> None:
        deadline = cleaned.get("deadline_on")
        if not deadline:
            return
        published_at = cleaned.get("published_at") or self.instance.published_at
        if cleaned.get("kind") != Kind.NOTICE:
            text = _("Only a notice has a deadline. Choose “notice” as the kind, or leave this empty.")
            self.add_error("deadline_on", ValidationError(text))
        elif published_at and deadline < timezone.localdate(published_at):
            self.add_error("deadline_on", ValidationError(_("The deadline must not lie before the publication.")))

    def clean_body(self) -> str:
        """Pictures pasted as base64 go into the library, so that a page stays light and each has its file.

        `removed` then says what the text lost.
        """
        refusals: list[ValidationError] = []
        numbers = count(1)

        def store(content: bytes) -> str | None:
            number = next(numbers)
            try:
                return store_picture(ContentFile(content, name="pasted"), self.instance.commune, self.user).file.url
            except PictureError as refusal:
                sentence = _(
                    "Picture %(number)d of those pasted into the text: %(refusal)s Or take it out of the text."
                )
                refusals.append(ValidationError(sentence, params={"number": number, "refusal": refusal}))
                return None

        body = lift_inline_pictures(self.cleaned_data["body"], store)
        if refusals:
            raise ValidationError(refusals)
        body, removed = clean_and_count(body)
        self.removed = removed | taken_away(self.pasted)
        return cleaned(body)

    def clean_related(self) -> list[Article]:
        """The articles chosen, and those chosen by a colleague that this person may not read: they stay, unnamed."""
        field, chosen = self.fields["related"], list(self.cleaned_data["related"])
        if self.instance.pk:
            chosen += self.instance.related.exclude(pk__in=field.queryset.values("pk"))
        return chosen

    @property
    def pasted(self) -> str:
        """What was pasted into the text, as it came: the editor drops some things itself."""
        return str(self.data.get("_pasted", ""))[:MAX_PASTED]

    def _check_focus(self, cleaned: dict[str, Any]) -> None:
        cover = cleaned.get("cover")
        places = {axis: cleaned.get(f"cover_{axis}") for axis in ("focal_x", "focal_y")}
        if cover is None:
            return
        self.focus = {axis: place for axis, place in places.items() if place not in (None, getattr(cover, axis))}
        if self.focus and not may_focus(self.user, cover):
            text = _("This picture is not yours: its focal point is set in the library, by those who may change it.")
            self.add_error("cover_focal_x", ValidationError(text))

    def save_focus(self) -> None:
        """Tell the library what of the cover stays in view, where the form says so."""
        if self.focus:
            Picture.objects.of(self.instance.commune_id).filter(pk=self.cleaned_data["cover"].pk).update(**self.focus)

    def _take_cover(self, cleaned: dict[str, Any]) -> None:
        upload = cleaned.get("cover_file")
        if upload:
            try:
                cleaned["cover"] = store_picture(upload, self.instance.commune, self.user)
            except PictureError as refusal:
                self.add_error("cover_file", ValidationError(str(refusal)))
            else:
                # Kept when another field is wrong: nobody uploads the same picture twice.
                self.data = self.data.copy()
                self.data[self.add_prefix("cover")] = str(cleaned["cover"].pk)
                self.fields["cover_file"].help_text = gettext(
                    "“%(name)s” is stored in the picture library and chosen as the cover."
                ) % {"name": upload.name}
        cover = cleaned.get("cover")
        if cover and not cleaned.get("cover_alt"):
            cleaned["cover_alt"] = cover.alt
