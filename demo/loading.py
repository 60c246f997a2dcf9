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
from communes.models import Commune, Membership, SiteIdentity
from demo import articles, site, tags
from demo.alerts import load_demo_alerts
from demo.media.albums import body_of
from demo.media.recordings import with_recording
from demo.menus import load_menus
from demo.newsroom import load_newsroom
from demo.pages import load_pages
from demo.painter import art
from demo.people import load_people
from demo.procedures import load_demo_procedures
from demo.schedules import load_schedules
from news.demo import create_article, create_category, create_tag
from news.models import Article, Category
from polls.demo import load_demo_poll
from trail.recording import Kind, operator, record
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
    """Create what is missing of the demonstration in the first commune; again, it changes nothing.

    Passwords are made here and written only to `accounts_file`, readable by its owner alone.
    """
    commune = Commune.objects.order_by("pk")[0]
    with transaction.atomic():
        staff, passwords = _staff(commune)
        _identity(commune)
        load_people(commune)
        load_schedules(commune)
        pages = [f"article:{article.pk}" for article in _articles(commune, staff["phongvien"])]
        load_pages(commune, staff["bientapvien"])
        load_newsroom(staff["phongvien"], staff["bientapvien"])
        load_demo_procedures(commune)
        load_demo_alerts(commune, staff["phongvien"], staff["bientapvien"])
        load_demo_poll(commune, site.POLL_QUESTION, list(site.POLL_CHOICES.items()), in_quarantine=1)
        load_demo_days(commune, VISIT_DAYS, pages=["home", *pages])
        load_menus(commune)  # last: it leads to what is there
    write_accounts(accounts_file, passwords)


def write_accounts(accounts_file: Path, lines: list[str]) -> None:
    """Add lines with passwords to the file that its owner alone reads."""
    if lines:
        accounts_file.touch(mode=0o600)
        with accounts_file.open("a", encoding="utf-8") as file:
            file.writelines(lines)


def _staff(commune: Commune) -> tuple[dict[str, User], list[str]]:
    """The demonstration's people by user name, and a line for each one that is new."""
    groups = roles.create_roles(operator())
    people = {}
    lines = []
    for name, family_name, given_name, role in STAFF:
        user, created = User.objects.get_or_create(
            username=name, defaults={"last_name": family_name, "first_name": given_name, "is_staff": True}
        )
        if created:
            password = new_password()
            user.set_password(password)
            user.save(update_fields=["password"])
            Membership.objects.create(user=user, group=groups[role], commune=commune)
            record(Kind.ADD, about=user, after={"group": role}, commune=commune.pk, by=operator())
            lines.append(f"{name:<12} {password}   {role}\n")
        user.commune = commune
        people[name] = user
    return people, lines


def new_password() -> str:
    """A password that nobody has to remember: it stands in the file of the accounts."""
    letters = string.ascii_letters + string.digits
    return "".join(secrets.choice(letters) for _ in range(PASSWORD_LENGTH))


def _identity(commune: Commune) -> None:
    if not SiteIdentity.objects.filter(commune=commune).exists():
        commune.name, commune.slug = site.COMMUNE, ""
        commune.full_clean()
        commune.save()
        SiteIdentity(
            commune=commune,
            name=site.NAME,
            agency=site.AGENCY,
            responsible_editor=f"{site.EDITOR}, {site.EDITOR_TITLE}",
            address=site.ADDRESS,
            phone=site.PHONE,
            email=site.EMAIL,
            reuse_notice=site.SOURCE_NOTICE,
        ).save()


def create_categories(commune: Commune) -> dict[str, Category]:
    """The categories of the demonstration's articles, by their slugs."""
    categories = {
        slug: create_category(commune, name, slug, position=position)
        for position, (slug, name) in enumerate(articles.CATEGORIES.items(), start=1)
    }
    for position, (slug, (name, above)) in enumerate(articles.SUBCATEGORIES.items(), start=1):
        categories[slug] = create_category(commune, name, slug, position=position, parent=categories[above])
    return categories


def _articles(commune: Commune, author: User) -> list[Article]:
    """The demonstration's articles, the newest first; created in the order they appeared."""
    today = timezone.localdate()
    categories = create_categories(commune)
    sources = articles.load_articles(today)[::-1]
    created = [
        create_article(
            title=article.title,
            summary=article.summary,
            body=with_recording(body_of(article, commune, author), commune, author),
            category=categories[article.category],
            author=author,
            published_at=min(article.published_at(today), timezone.now()),
            kind=article.kind,
            deadline_on=article.deadline_on(today),
            byline=article.byline,
            source=article.source,
            is_featured=article.featured,
            cover=partial(cover_of, article),
            cover_alt=article.cover_alt,
            cover_credit=articles.COVER_CREDIT,
        )
        for article in sources
    ]
    for tag in tags.TAGS:
        told = [
            article for article, source in zip(created, sources, strict=True) if source.file_name[:2] in tag.articles
        ]
        create_tag(commune, tag.name, told, description=tag.description, lead=tag.lead)
    return created[::-1]


def cover_of(article: articles.DemoArticle, seed: str = "") -> bytes:
    """The cover as a JPEG file; another `seed` paints the same scene differently."""
    file = io.BytesIO()
    art.draw(article.motif, article.file_name + seed).save(file, "JPEG", quality=86)
    return file.getvalue()
