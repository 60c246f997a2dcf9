"""CKEditor 4: its toolbar, its widget and the answers it expects."""

from __future__ import annotations

from typing import Any

from ckeditor.widgets import CKEditorWidget
from django import forms
from django.forms.widgets import Script
from django.http import JsonResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from richtext.sentences import SENTENCES
from richtext.vocabulary import ALIGNMENTS

# Django takes any object that is HTML, its stubs only paths.
_SCRIPT: Any = Script("js/editor-frame.js", type="module")


class RichTextEditor(CKEditorWidget):
    """CKEditor with the toolbar the sanitiser allows, in Vietnamese, without third parties.

    The page with the form has a plain text field; its script puts the editor's frame (frame.py) in its place.
    `upload_url` is where pictures go (POST, field `upload`); without it the editor takes none.
    Its reply is made by `upload_accepted` or `upload_refused`. `library_url` is a window in which
    a picture already there is chosen for the field `?cho=`; it dispatches `picture-picked` to the form's window. `recordings_url`
    is the same for video and sound.
    """

    def __init__(
        self,
        upload_url: str | None = None,
        library_url: str | None = None,
        attrs: dict[str, Any] | None = None,
        recordings_url: str | None = None,
    ) -> None:
        super().__init__(attrs=attrs, template_name="richtext/editor.html")
        self.config = EDITOR_CONFIG.copy()
        if library_url is not None:
            self.config["filebrowserImageBrowseUrl"] = library_url
        if recordings_url is not None:
            self.config["recordingBrowseUrl"] = recordings_url
        if upload_url is not None:
            self.config |= UPLOAD_CONFIG | {"imageUploadUrl": upload_url, "filebrowserImageUploadUrl": upload_url}

    def send_to(self, upload_url: str) -> None:
        """Let this editor send its pictures to another address than the others do."""
        self.config = self.config | {"imageUploadUrl": upload_url, "filebrowserImageUploadUrl": upload_url}

    def format_value(self, value: Any) -> str | None:
        """The HTML as text: the editor's <textarea> needs it escaped, clean or not."""
        shown: str | None = super().format_value(value)
        return None if shown is None else shown + ""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        context["widget"]["frame"] = reverse("richtext:editor_frame")
        return context

    @property
    def media(self) -> forms.Media:
        return forms.Media(css={"all": ["css/editor.css"]}, js=[_SCRIPT])


EDITOR_CONFIG: dict[str, Any] = {
    "skin": "moono-lisa",
    "toolbar": [
        ["Format", "Bold", "Italic", "Underline", "Strike", "Subscript", "Superscript", "RemoveFormat"],
        ["NumberedList", "BulletedList", "Blockquote"],
        ["JustifyLeft", "JustifyCenter", "JustifyRight", "JustifyBlock"],
        ["Link", "Unlink"],
        ["Image", "Album", "Recording", "Table", "HorizontalRule", "SpecialChar"],
        ["PasteText", "PasteFromWord"],
        ["Undo", "Redo", "Find", "Replace"],
        ["ShowBlocks", "Source", "Maximize"],
    ],
    "format_tags": "p;h2;h3;h4",
    # The text is a part of the frame's page: of an opaque origin, it could not reach a frame of its own.
    "extraPlugins": "divarea,image2,uploadimage,album,recording",  # the last two are in editor-inside.js
    # The first group would ask a server outside; the second writes what the sanitiser removes.
    "removePlugins": (
        "exportpdf,scayt,wsc,easyimage,cloudservices,embed,embedbase,autoembed,language,about,"
        "flash,iframe,forms,smiley,font,colorbutton,colordialog,stylescombo,templates,div,bidi,"
        "save,newpage,preview,print,pagebreak,image,elementspath,copyformatting,dialogadvtab,resize"
    ),
    "removeDialogTabs": "link:target;link:advanced;link:upload;table:advanced",
    "linkShowTargetTab": False,
    "justifyClasses": list(ALIGNMENTS),
    "image2_alignClasses": list(ALIGNMENTS[:3]),
    "image2_captionedClass": "image",
    "image2_altRequired": True,
    # Read by editor-inside.js: the editor's own translation calls the text alternative a caption.
    "altLabel": _("What the picture shows (for people who cannot see it)"),
    # Read by the plugins of the album and of the recording.
    "recordingLabel": _("Own video or sound"),
    "albumLabel": _("Album: several pictures side by side"),
    # What the sanitiser knows how to keep, turns into something it keeps, or names as taken away.
    "extraAllowedContent": (
        "th[scope];ol[start,type,reversed]{list-style-type};li[value]{list-style-type};a[!name];a[!id];a[data-player];"
        "p(video,recording);figure(album);p h2 h3 h4 td th{text-align};iframe video audio embed[src,title];img[src]"
    ),
    # In Chromium the editor would take every style from a paste, alignment too; the rules above suffice.
    "pasteFilter": None,
    # Vietnamese letters stay letters, so that search and comparison see them.
    "entities": False,
    "clipboard_handleImages": False,  # uploadimage sends pasted pictures to the library instead
    "disableNativeSpellChecker": False,
    "forcePasteAsPlainText": False,
    "width": "100%",
    "versionCheck": False,
    "sentences": SENTENCES,
}


UPLOAD_CONFIG: dict[str, Any] = {
    # A pattern that every file matches: the server decides, and says why it refuses.
    "uploadImage_supportedTypes": "^",
    # Read by editor-inside.js, in place of the editor's own words: they are English, or numbers.
    "uploadSentences": {
        "uploadwidget": {
            "abort": _("The upload was stopped."),
            "doneOne": _("The picture is in the text and in the library."),
            "doneMany": _("%1 pictures are in the text and in the library."),
            "uploadOne": _("The picture is being sent ({percentage}%)…"),
            "uploadMany": _("Pictures are being sent: {current} of {max} ({percentage}%)…"),
        },
        "filetools": {
            "loadError": _("The file could not be read. Please choose it again."),
            "networkError": _("The connection broke off. The picture was not sent; please try again."),
            "httpError403": _("You are no longer signed in, or may not add pictures. Please sign in again."),
            "httpError409": _(
                "This page was opened for another commune than the one you work for now. The picture was not stored."
            ),
            "httpError413": _("The file is larger than 15 MB. Please make the picture smaller."),
            "httpError": _("The server could not take the picture (%1). Please try again in a moment."),
            "responseError": _("You are no longer signed in, or may not add pictures. Please sign in again."),
        },
    },
}


def upload_accepted(url: str, name: str, width: int, height: int, **more: Any) -> JsonResponse:
    """The reply the editor expects when a picture was stored at `url`, `width` × `height` pixels large.

    Without the size the editor takes that of the file, which it cannot read in every format. It reads nothing of `more`.
    """
    return JsonResponse({"uploaded": 1, "fileName": name, "url": url, "width": width, "height": height} | more)


def upload_refused(message: str) -> JsonResponse:
    """The reply the editor expects when a picture was refused; `message` is shown to the writer.

    It is 200: of any other status CKEditor 4 shows the number, and never reads the message.
    """
    return JsonResponse({"uploaded": 0, "error": {"message": message}})
