"""Rich text: the one place that knows the editor and the sanitiser.

What a person writes in CKEditor is cleaned on the server with an allow-list that matches the
toolbar, whatever the browser sent. Replacing the editor touches this file, its script and its style.
"""

from __future__ import annotations

import base64
import binascii
import html as html_entities
import re
from collections.abc import Callable
from typing import Any

import nh3
from ckeditor.widgets import CKEditorWidget
from django import forms
from django.conf import settings
from django.db import models
from django.forms.widgets import Script
from django.http import JsonResponse
from django.templatetags.static import static
from django.utils.translation import gettext_lazy as _

from textfields import MultilineFormField
from vietnamese import detect_legacy_encoding, repair_legacy, to_nfc

TAGS = {
    "p", "h2", "h3", "h4", "strong", "em", "u", "s", "sub", "sup", "blockquote", "hr", "br",
    "ul", "ol", "li", "a", "img", "figure", "figcaption",
    "table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td",
}  # fmt: skip
ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt", "width", "height"},
    "ol": {"start"},
    "th": {"scope", "colspan", "rowspan"},
    "td": {"colspan", "rowspan"},
}
ALIGNMENTS = ("align-left", "align-center", "align-right", "align-justify")
CLASSES = {tag: set(ALIGNMENTS) for tag in ("p", "h2", "h3", "h4", "figure", "td", "th")}
CLASSES["figure"].add("image")
URL_SCHEMES = {"http", "https", "mailto", "tel"}
# What other programs write for the same meaning. The page's own title is its only <h1>.
# A <div> is how mail and chat programs write a paragraph.
SYNONYMS = {
    "div": "p",
    "b": "strong",
    "i": "em",
    "strike": "s",
    "del": "s",
    "ins": "u",
    "h1": "h2",
    "h5": "h4",
    "h6": "h4",
}

# Google Docs wraps whatever is copied in a <b> that is not bold.
_FALSE_BOLD = re.compile(r"<b\b[^>]*(?<![\w-])font-weight:\s*normal[^>]*>(.*)</b>", re.IGNORECASE | re.DOTALL)
_EMPTY_BLOCK = re.compile(r"<(p|h2|h3|h4|li|strong|em|u|s)(?: class=\"[^\"]*\")?>(?:\s|&nbsp;|<br>)*</\1>")
_NO_BREAK_RUN = re.compile(r"(?:&nbsp;|\u00a0| ){2,}")
# Many programs join all words of a line so that it never breaks; meant is only "Điều 5", "20 km".
_NO_BREAK = re.compile(r"(?<!\d)(?:&nbsp;|\u00a0)(?!\d)")
_UNICODE_VIETNAMESE = re.compile("[ĂăĐđĨĩŨũƠơƯư\u1ea0-\u1ef9]")
_SOFT_HYPHEN = "\u00ad"
_INLINE_PICTURE = re.compile(
    r"<img\b[^>]*?\bsrc=([\"'])data:image/[a-z+.-]+;base64,([A-Za-z0-9+/=\s]+)\1[^>]*>", re.IGNORECASE
)
_ALT = re.compile(r"\balt=([\"'])(.*?)\1", re.IGNORECASE)
_SYNONYM = re.compile(rf"<(/?)({'|'.join(SYNONYMS)})(?=[\s/>])", re.IGNORECASE)
_IMAGE = re.compile(r"<img((?:\s+[a-z]+=\"[^\"]*\")*)\s*/?>")
_ATTRIBUTE = re.compile(r'([a-z]+)="([^"]*)"')
_DIGITS = re.compile(r"[0-9]{1,5}")
_BLOCK_END = re.compile(r"</(?:p|h2|h3|h4|li|figcaption|caption|td|th|blockquote)>|<(?:br|hr)>")
_BLOCK_EDGE = re.compile(r"(</?(?:p|h[1-6]|li|ul|ol|figcaption|caption|t[dhr]|table|blockquote|br|hr)\b[^>]*>)")
_SPACE_AROUND_EDGE = re.compile(rf"\s*{_BLOCK_EDGE.pattern}\s*")
_TAG = re.compile(r"<[^>]*>")
_TAG_OR_TEXT = re.compile(r"(<[^>]*>)")
_SPACE = re.compile(r"\s+")


def clean_html(html: str) -> str:
    """Return the safe part of `html`, in NFC.

    Pictures stay only when they come from this portal's media, so that a page makes no
    third-party request; all but the first load lazily. Cleaning twice changes nothing.
    """
    html = _FALSE_BOLD.sub(r"\1", to_nfc(html))
    html = _SYNONYM.sub(lambda match: f"<{match[1]}{SYNONYMS[match[2].lower()]}", html)
    html = nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        allowed_classes=CLASSES,
        attribute_filter=_filter_attribute,
        clean_content_tags={"script", "style", "title", "xml"},
        url_schemes=URL_SCHEMES,
        link_rel=None,
    )
    seen = 0

    def picture(match: re.Match[str]) -> str:
        nonlocal seen
        attributes = dict(_ATTRIBUTE.findall(match[1]))
        if "src" not in attributes:
            return ""
        attributes.setdefault("alt", "")
        seen += 1
        if seen > 1:
            attributes["loading"] = "lazy"
        return "<img " + " ".join(f'{name}="{value}"' for name, value in attributes.items()) + ">"

    html = _IMAGE.sub(picture, html).replace(' class=""', "")
    html = _NO_BREAK.sub(" ", _NO_BREAK_RUN.sub(" ", html))
    return _without_empty_blocks(_without_soft_hyphens(html)).strip()


def _without_soft_hyphens(html: str) -> str:
    """PDF files leave them in the middle of words. In TCVN3 they are the letter ư, so that only Unicode is cleaned."""
    if _SOFT_HYPHEN not in html:
        return html
    blocks = _BLOCK_EDGE.split(html)
    return "".join(block.replace(_SOFT_HYPHEN, "") if _is_unicode(block) else block for block in blocks)


def _is_unicode(block: str) -> bool:
    return _UNICODE_VIETNAMESE.search(block) is not None and _encoding_of(block) is None


def _encoding_of(block: str) -> str | None:
    return detect_legacy_encoding(html_entities.unescape(_TAG.sub(" ", block)))


def _without_empty_blocks(html: str) -> str:
    """Word and chat programs make space with empty paragraphs; the style sheet does it here."""
    while (shorter := _EMPTY_BLOCK.sub("", html)) != html:
        html = shorter
    return html


def lift_inline_pictures(html: str, store: Callable[[bytes], str | None]) -> str:
    """Replace pictures pasted into `html` as base64 by what `store` made of them.

    `store` takes the file's content and returns its address, or None for a file that is no
    picture; that one is left out.
    """

    def lifted(match: re.Match[str]) -> str:
        try:
            address = store(base64.b64decode(match[2], validate=False))
        except binascii.Error:
            return ""
        alt = _ALT.search(match[0])
        return f'<img src="{address}" alt="{html_entities.escape(alt[2]) if alt else ""}">' if address else ""

    return _INLINE_PICTURE.sub(lifted, html)


def _filter_attribute(tag: str, name: str, value: str) -> str | None:
    if name == "src":
        return value if value.startswith(settings.MEDIA_URL) and ".." not in value else None
    if name in {"width", "height", "colspan", "rowspan", "start"}:
        return value if _DIGITS.fullmatch(value) else None
    if name == "scope":
        return value if value in {"col", "row", "colgroup", "rowgroup"} else None
    if name == "alt":
        return _SPACE.sub(" ", value).strip()
    return value


def plain_text(html: str) -> str:
    """The words of `html` on one line, for descriptions, search and comparison."""
    spaced = _BLOCK_END.sub(lambda match: match[0] + " ", html)
    return _SPACE.sub(" ", html_entities.unescape(nh3.clean(spaced, tags=set()))).strip()


def without_breaks(html: str) -> str:
    """`html` without the line breaks and spaces around its blocks, which no reader sees and editors set anew."""
    return _SPACE_AROUND_EDGE.sub(r"\1", _SPACE.sub(" ", html)).strip()


def pictures_in(html: str) -> list[tuple[str, str]]:
    """(address, text alternative) of the pictures in cleaned `html`, in order."""
    found = (dict(_ATTRIBUTE.findall(match[1])) for match in _IMAGE.finditer(html))
    return [
        (html_entities.unescape(picture["src"]), html_entities.unescape(picture.get("alt", "")))
        for picture in found
        if "src" in picture
    ]


def text_blocks(html: str) -> list[str]:
    """The paragraphs, headings, cells and pictures of `html` as lines of text, for comparison."""
    html = _IMAGE.sub(lambda match: f"[{dict(_ATTRIBUTE.findall(match[1])).get('alt') or '▣'}]", html)
    lines = (plain_text(block) for block in _BLOCK_END.split(html))
    return [line for line in lines if line]


def repair_encoding(html: str) -> str:
    """Turn the paragraphs of `html` that are in an encoding of the time before Unicode (TCVN3, VNI) into Unicode.

    Works for plain text, too. What is Unicode already stays as it is.
    """
    blocks = _BLOCK_EDGE.split(html)
    return "".join(_repair_block(block) if index % 2 == 0 else block for index, block in enumerate(blocks))


def _repair_block(block: str) -> str:
    encoding = _encoding_of(block)
    if encoding is None:
        return block
    parts = _TAG_OR_TEXT.split(block)
    return "".join(
        part
        if part.startswith("<")
        else html_entities.escape(repair_legacy(html_entities.unescape(part), encoding), quote=False)
        for part in parts
    )


class RichTextField(models.TextField):
    """Text column that can only hold sanitised HTML, however it is written."""

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:  # noqa: FBT001 - Django's signature
        value = super().pre_save(model_instance, add)
        if isinstance(value, str):
            value = clean_html(value)
            setattr(model_instance, self.attname, value)
        return value

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        if isinstance(value, str):
            value = clean_html(value)
        return super().get_db_prep_save(value, connection)

    def formfield(self, **kwargs: Any) -> forms.Field | None:
        if not isinstance(kwargs.get("widget"), RichTextEditor):  # the admin offers its plain textarea
            kwargs["widget"] = RichTextEditor()
        return super().formfield(**{"form_class": MultilineFormField, **kwargs})


class RichTextEditor(CKEditorWidget):
    """CKEditor with the toolbar the sanitiser allows, in Vietnamese, without third parties.

    `upload_url` is where pictures go (POST, field `upload`); without it the editor takes none.
    Its reply is made by `upload_accepted` or `upload_refused`. `library_url` is a window in which
    a picture already there is chosen; it calls CKEDITOR.tools.callFunction.
    """

    def __init__(
        self, upload_url: str | None = None, library_url: str | None = None, attrs: dict[str, Any] | None = None
    ) -> None:
        super().__init__(attrs=attrs)
        self.config = EDITOR_CONFIG.copy()
        if library_url is not None:
            self.config["filebrowserImageBrowseUrl"] = library_url
        if upload_url is not None:
            self.config |= UPLOAD_CONFIG | {"imageUploadUrl": upload_url, "filebrowserImageUploadUrl": upload_url}

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        self.config["contentsCss"] = [static("css/editor-content.css")]
        return super().get_context(name, value, attrs)

    @property
    def media(self) -> forms.Media:
        return super().media + forms.Media(css={"all": ["css/editor.css"]}, js=[Script("js/editor.js", type="module")])


EDITOR_CONFIG: dict[str, Any] = {
    "skin": "moono-lisa",
    "toolbar": [
        ["Format", "Bold", "Italic", "Underline", "Strike", "Subscript", "Superscript", "RemoveFormat"],
        ["NumberedList", "BulletedList", "Blockquote"],
        ["JustifyLeft", "JustifyCenter", "JustifyRight", "JustifyBlock"],
        ["Link", "Unlink"],
        ["Image", "Table", "HorizontalRule", "SpecialChar"],
        ["PasteText", "PasteFromWord"],
        ["Undo", "Redo", "Find", "Replace"],
        ["ShowBlocks", "Source", "Maximize"],
    ],
    "format_tags": "p;h2;h3;h4",
    "extraPlugins": "image2,uploadimage,autogrow",
    # The first group would ask a server outside; the second writes what the sanitiser removes.
    "removePlugins": (
        "exportpdf,scayt,wsc,easyimage,cloudservices,embed,embedbase,autoembed,language,about,"
        "flash,iframe,forms,smiley,font,colorbutton,colordialog,stylescombo,templates,div,bidi,"
        "save,newpage,preview,print,pagebreak,image,elementspath,copyformatting,dialogadvtab"
    ),
    "removeDialogTabs": "link:target;link:advanced;table:advanced",
    "linkShowTargetTab": False,
    "justifyClasses": list(ALIGNMENTS),
    "image2_alignClasses": list(ALIGNMENTS[:3]),
    "image2_captionedClass": "image",
    "image2_altRequired": True,
    # Read by editor.js: the editor's own translation calls the text alternative a caption.
    "altLabel": _("What the picture shows (for people who cannot see it)"),
    "extraAllowedContent": "th[scope]",
    # Vietnamese letters stay letters, so that search and comparison see them.
    "entities": False,
    "clipboard_handleImages": False,  # uploadimage sends pasted pictures to the library instead
    "disableNativeSpellChecker": False,
    "forcePasteAsPlainText": False,
    "autoGrow_minHeight": 320,
    "autoGrow_maxHeight": 900,
    "autoGrow_onStartup": True,
    "width": "100%",
    "height": 360,
    "bodyClass": "richtext",
    "versionCheck": False,
}


UPLOAD_CONFIG: dict[str, Any] = {
    # A pattern that every file matches: the server decides, and says why it refuses.
    "uploadImage_supportedTypes": "^",
    # Read by editor.js, in place of the editor's own words: they are English, or numbers.
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
            "httpError413": _("The file is larger than 15 MB. Please make the picture smaller."),
            "httpError": _("The server could not take the picture (%1). Please try again in a moment."),
            "responseError": _("You are no longer signed in, or may not add pictures. Please sign in again."),
        },
    },
}


def upload_accepted(url: str, name: str, width: int, height: int) -> JsonResponse:
    """The reply the editor expects when a picture was stored at `url`, `width` × `height` pixels large.

    Without the size the editor takes that of the file, which it cannot read in every format.
    """
    return JsonResponse({"uploaded": 1, "fileName": name, "url": url, "width": width, "height": height})


def upload_refused(message: str) -> JsonResponse:
    """The reply the editor expects when a picture was refused; `message` is shown to the writer.

    It is 200: of any other status CKEditor 4 shows the number, and never reads the message.
    """
    return JsonResponse({"uploaded": 0, "error": {"message": message}})
