"""The guides for staff: Markdown files of docs/, shown as pages of the admin.

The files belong to the project like its templates, so their markup is trusted as it stands.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from markdown import Markdown
from markdown.extensions.toc import slugify_unicode
from markdown.treeprocessors import Treeprocessor

DOCS = settings.BASE_DIR / "docs"


@dataclass(frozen=True)
class Guide:
    """One file, and how pages name it: in its own language, whatever the reader's."""

    file: str  # below docs/
    title: str
    language: str


# By the last part of the address; the first is shown where none is named.
GUIDES = {
    "bien-tap-vien": Guide("vi/bien-tap-vien.md", "Hướng dẫn cho biên tập viên", "vi"),
    "quan-tri-vien": Guide("vi/quan-tri-vien.md", "Hướng dẫn cho quản trị viên", "vi"),
    "cach-dem-phieu": Guide("vi/cach-dem-phieu.md", "Cách đếm phiếu bình chọn", "vi"),
    "nhieu-xa-phuong": Guide("vi/nhieu-xa-phuong.md", "Nhiều xã, phường trên một hệ thống", "vi"),
    "editors": Guide("editors.md", "For editors", "en"),
    "administrators": Guide("administrators.md", "For administrators", "en"),
    "poll-method": Guide("poll-method.md", "How a poll is counted", "en"),
    "communes": Guide("communes.md", "Several communes in one deployment", "en"),
}


@dataclass(frozen=True)
class GuidePage:
    """A guide as HTML without its first heading, and its sections: `id` of the heading, `name`, `children`."""

    html: SafeString
    sections: list[dict[str, Any]]


def read_guide(guide: Guide) -> GuidePage:
    """The guide's file as it is now; anchors are those that other readers of Markdown make of its headings."""
    _title, _, text = (DOCS / guide.file).read_text(encoding="utf-8").partition("\n")
    markdown = Markdown(
        extensions=["tables", "toc"],
        extension_configs={
            # Inline styles are not allowed by the pages' policy.
            "tables": {"use_align_attribute": True},
            "toc": {"slugify": slugify_unicode, "toc_depth": "2-3"},
        },
    )
    markdown.treeprocessors.register(LinksBetweenGuides(), "links_between_guides", 0)
    html = mark_safe(markdown.convert(text))
    return GuidePage(html, markdown.toc_tokens)


class LinksBetweenGuides(Treeprocessor):
    """Lead a link from one guide's file to another's to the page that shows it."""

    def run(self, root: Element) -> None:
        slugs = {Path(guide.file).name: slug for slug, guide in GUIDES.items()}
        for link in root.iter("a"):
            file, hash_sign, anchor = link.get("href", "").partition("#")
            if slug := slugs.get(Path(file).name):
                link.set("href", reverse("admin:guide", args=[slug]) + hash_sign + anchor)
