"""The guides for staff: Markdown files of docs/, shown as pages of the admin.

The files belong to the project like its templates and are served from where they lie, in a container too; what Markdown
makes of them is cleaned all the same, so that a slip in one cannot break a page.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import nh3
from django.conf import settings
from django.urls import ResolverMatch, reverse
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


# By the beginning of the name of a URL, where the guides speak of that page: a guide and one of its headings.
EDITORS, ADMINISTRATORS = "bien-tap-vien", "quan-tri-vien"
HELP = {
    "index": (EDITORS, "Bàn làm việc"),
    "first_steps": (ADMINISTRATORS, "Những ngày đầu"),
    "news_article_": (EDITORS, "Viết bài"),
    "news_article_changelist": (EDITORS, "Làm với nhiều bài một lúc"),
    "news_article_step": (EDITORS, "Từ bản nháp đến khi đăng"),
    "news_article_agenda": (EDITORS, "Hẹn giờ và hết hạn"),
    "news_article_share": (EDITORS, "Xin ý kiến lãnh đạo"),
    "news_article_history": (EDITORS, "Không mất bài"),
    "news_article_compare": (EDITORS, "Không mất bài"),
    "news_article_reports": (EDITORS, "Thống kê truy cập"),
    "news_featuredarticle": (EDITORS, "Tin nổi bật"),
    "news_tag": (EDITORS, "Tác giả, thẻ và dòng sự kiện"),
    "news_category": (ADMINISTRATORS, "Chuyên mục"),
    "news_groupscope": (ADMINISTRATORS, "Nhóm và chuyên mục của nhóm"),
    "news_newsroomrules": (ADMINISTRATORS, "Quy tắc của ban biên tập"),
    "news_redirect": (ADMINISTRATORS, "Địa chỉ cũ"),
    "news_missingpage": (ADMINISTRATORS, "Địa chỉ cũ"),
    "news_searchmiss": (EDITORS, "Người dân tìm gì"),
    "search_": (EDITORS, "Người dân tìm gì"),
    "library_picture": (EDITORS, "Ảnh"),
    "library_document": (EDITORS, "Tài liệu"),
    "library_recording": (EDITORS, "Video và âm thanh"),
    "pages_": (EDITORS, "Trang thông tin"),
    "alerts_": (EDITORS, "Cảnh báo"),
    "procedures_": (EDITORS, "Thủ tục hành chính"),
    "offices_": (EDITORS, "Tổ chức bộ máy"),
    "schedules_": (EDITORS, "Giờ làm việc và lịch"),
    "schedules_holiday": (ADMINISTRATORS, "Ngày nghỉ lễ"),
    "polls_": (EDITORS, "Bình chọn"),
    "polls_ballot": (ADMINISTRATORS, "Phiếu tạm giữ"),
    "polls_networkallowance": (ADMINISTRATORS, "Máy dùng chung"),
    "visitors_": (EDITORS, "Thống kê truy cập"),
    "visitors_carryover": (ADMINISTRATORS, "Thống kê truy cập"),
    "trash_": (EDITORS, "Thùng rác"),
    "menus_": (ADMINISTRATORS, "Danh mục, dịch vụ, banner, liên kết"),
    "home_": (ADMINISTRATORS, "Trang chủ"),
    "accounts_": (ADMINISTRATORS, "Tài khoản"),
    "account_": (ADMINISTRATORS, "Tài khoản"),
    "mfa_": (ADMINISTRATORS, "Tài khoản"),
    "auth_user": (ADMINISTRATORS, "Tài khoản"),
    "auth_group": (ADMINISTRATORS, "Nhóm và chuyên mục của nhóm"),
    "leaving": (ADMINISTRATORS, "Tài khoản"),
    "trail_": (ADMINISTRATORS, "Tài khoản"),
    "communes_siteidentity": (ADMINISTRATORS, "Những ngày đầu"),
    "upkeep_": (ADMINISTRATORS, "Tự kiểm tra"),
}

# What the files are made of.
TAGS = {
    *("h2", "h3", "h4", "p", "ul", "ol", "li", "a", "strong", "em", "code", "pre", "blockquote", "hr", "br"),
    *("table", "thead", "tbody", "tr", "th", "td"),
}
ATTRIBUTES = {"a": {"href"}, "h2": {"id"}, "h3": {"id"}, "h4": {"id"}, "th": {"align"}, "td": {"align"}}


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
    html = mark_safe(nh3.clean(markdown.convert(text), tags=TAGS, attributes=ATTRIBUTES, link_rel=None))
    return GuidePage(html, markdown.toc_tokens)


def help_for(match: ResolverMatch | None) -> str:
    """The address of what the guides say about the page of the admin that a request found; empty where they say nothing."""
    name = match.url_name or "" if match else ""
    start = max((start for start in HELP if name.startswith(start)), key=len, default=None)
    if start is None:
        return ""
    slug, heading = HELP[start]
    return f"{reverse('admin:guide', args=[slug])}#{anchor_of(heading)}"


def anchor_of(heading: str) -> str:
    """The id that a heading gets."""
    return slugify_unicode(heading, "-")


class LinksBetweenGuides(Treeprocessor):
    """Lead a link from one guide's file to another's to the page that shows it."""

    def run(self, root: Element) -> None:
        slugs = {Path(guide.file).name: slug for slug, guide in GUIDES.items()}
        for link in root.iter("a"):
            file, hash_sign, anchor = link.get("href", "").partition("#")
            if slug := slugs.get(Path(file).name):
                link.set("href", reverse("admin:guide", args=[slug]) + hash_sign + anchor)
