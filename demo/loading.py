"""Filling an empty portal with the demonstration commune."""

from __future__ import annotations

import io
import secrets
import string
from functools import partial
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from accounts import roles
from accounts.models import User
from communes.models import SiteIdentity
from demo import art, articles, site, tags
from demo.newsroom import load_newsroom
from news.demo import create_article, create_category, create_tag
from news.models import Article
from polls.demo import load_demo_poll
from visitors.demo import load_demo_days

# User name, name in full (family name, given name), role.
STAFF = [
    ("phongvien", "Trần Thị Minh", "Hạnh", roles.WRITER),
    ("bientapvien", "Lê Quang", "Thành", roles.EDITOR),
    ("quantri", "Phạm Đức", "Long", roles.ADMINISTRATOR),
]
PASSWORD_LENGTH = 14
VISIT_DAYS = 30


def load_demo(accounts_file: Path) -> None:
    """Create what is missing of the demonstration; running it again changes nothing.

    Passwords are made here and written only to `accounts_file`, readable by its owner alone.
    """
    with transaction.atomic():
        staff, passwords = _staff()
        _identity()
        pages = [f"article:{article.pk}" for article in _articles(staff["phongvien"])]
        load_newsroom(staff["phongvien"], staff["bientapvien"])
        load_demo_poll(site.POLL_QUESTION, list(site.POLL_CHOICES.items()), in_quarantine=1)
        load_demo_days(VISIT_DAYS, pages=["home", *pages])
    if passwords:
        accounts_file.touch(mode=0o600)
        with accounts_file.open("a", encoding="utf-8") as file:
            file.writelines(passwords)


def _staff() -> tuple[dict[str, User], list[str]]:
    """The demonstration's people by user name, and a line for each one that is new."""
    groups = roles.create_roles()
    people = {}
    lines = []
    for name, family_name, given_name, role in STAFF:
        user, created = User.objects.get_or_create(
            username=name, defaults={"last_name": family_name, "first_name": given_name, "is_staff": True}
        )
        if created:
            password = _password()
            user.set_password(password)
            user.save(update_fields=["password"])
            user.groups.add(groups[role])
            lines.append(f"{name:<12} {password}   {role}\n")
        people[name] = user
    return people, lines


def _password() -> str:
    letters = string.ascii_letters + string.digits
    return "".join(secrets.choice(letters) for _ in range(PASSWORD_LENGTH))


def _identity() -> None:
    if not SiteIdentity.objects.exists():
        SiteIdentity(
            name=site.NAME,
            agency=site.AGENCY,
            responsible_editor=f"{site.EDITOR}, {site.EDITOR_TITLE}",
            address=site.ADDRESS,
            phone=site.PHONE,
            email=site.EMAIL,
            reuse_notice=site.SOURCE_NOTICE,
        ).save()


def _articles(author: User) -> list[Article]:
    """The demonstration's articles, the newest first; created in the order they appeared."""
    today = timezone.localdate()
    categories = {
        slug: create_category(name, slug, position=position)
        for position, (slug, name) in enumerate(articles.CATEGORIES.items(), start=1)
    }
    sources = articles.load_articles(today)[::-1]
    created = [
        create_article(
            title=article.title,
            summary=article.summary,
            body=article.body,
            category=categories[article.category],
            author=author,
            published_at=min(article.published_at(today), timezone.now()),
            byline=article.byline,
            source=article.source,
            is_featured=article.featured,
            cover=partial(_cover, article),
            cover_alt=article.cover_alt,
            cover_credit=articles.COVER_CREDIT,
        )
        for article in sources
    ]
    for tag in tags.TAGS:
        told = [
            article for article, source in zip(created, sources, strict=True) if source.file_name[:2] in tag.articles
        ]
        create_tag(tag.name, told, description=tag.description, lead=tag.lead)
    return created[::-1]


def _cover(article: articles.DemoArticle) -> bytes:
    file = io.BytesIO()
    art.draw(article.motif, article.file_name).save(file, "JPEG", quality=86)
    return file.getvalue()
