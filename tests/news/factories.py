"""Rows for tests: every function makes a valid one, `changes` say what matters to the test."""

from __future__ import annotations

import io
from datetime import timedelta
from itertools import count
from typing import Any

from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from accounts.models import User
from communes.models import Commune
from library.models import Picture
from library.pictures import store_picture
from news.models import Article, Category, Status, Tag
from tests.communes.factories import enrol, first_commune

WRITER = (
    *("add_article", "change_article", "view_article"),
    *("add_picture", "change_picture", "view_picture", "view_document"),
)
EDITOR = (*WRITER, "delete_article", "review_article", "publish_article")
CHIEF = (*EDITOR, "force_article", "add_category", "change_category", "view_category")

_numbers = count(1)


def make_user(*permissions: str, **changes: Any) -> User:
    """A member of staff of a `commune` (the first) holding `permissions`, codenames of the news app and the library."""
    number = next(_numbers)
    commune = changes.pop("commune", None) or first_commune()
    values = {"username": f"user{number}", "email": f"user{number}@example.vn", "is_staff": True} | changes
    user = User.objects.create_user(**values)
    user.user_permissions.set(
        Permission.objects.filter(content_type__app_label__in=["news", "library"], codename__in=permissions)
    )
    return enrol(user, commune)


def make_writer(**changes: Any) -> User:
    return make_user(*WRITER, **changes)


def make_editor(**changes: Any) -> User:
    return make_user(*EDITOR, **changes)


def make_chief(**changes: Any) -> User:
    return make_user(*CHIEF, **changes)


def make_category(**changes: Any) -> Category:
    number = next(_numbers)
    values = {"name": f"Chuyên mục {number}", "slug": f"chuyen-muc-{number}", "position": number} | changes
    values.setdefault("commune", first_commune())
    return Category.objects.create(**values)


def make_tag(name: str = "", **changes: Any) -> Tag:
    number = next(_numbers)
    values = {"name": name or f"Thẻ {number}"} | changes
    values.setdefault("commune", first_commune())
    tag = Tag(**values)
    tag.clean()
    tag.save()
    return tag


def make_article(**changes: Any) -> Article:
    """A published article unless `status` says otherwise, in the commune of its category."""
    number = next(_numbers)
    values: dict[str, Any] = {
        "title": f"Bài viết số {number}",
        "summary": "Tóm tắt.",
        "body": "<p>Nội dung.</p>",
        "status": Status.PUBLISHED,
    } | changes
    if values["status"] == Status.PUBLISHED:
        values.setdefault("published_at", timezone.now() - timedelta(hours=1))
    if values["status"] == Status.WITHDRAWN:
        values.setdefault("withdrawal_notice", "Bài đã được gỡ.")
    if "category" not in values:
        values["category"] = make_category(commune=values.get("commune") or first_commune())
    values.setdefault("commune", values["category"].commune)
    if "author" not in values:
        values["author"] = make_writer(commune=values["commune"])
    return Article.objects.create(**values)


def picture_file(kind: str = "PNG", size: tuple[int, int] = (60, 40), colour: str = "red", **save: Any) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, kind, **save)
    return out.getvalue()


def upload(content: bytes | None = None, name: str = "anh.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, picture_file() if content is None else content)


def make_picture(commune: Commune | None = None, **details: str) -> Picture:
    number = next(_numbers)
    colour = f"#{number % 0xFFFFFF:06x}"
    content = upload(picture_file(colour=colour))
    return store_picture(content, commune or first_commune(), None, **{"alt": "Hội trường xã"} | details)
