"""A demonstration province: several invented communes in one deployment."""

from __future__ import annotations

import random
from functools import partial
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from accounts import roles
from accounts.models import User
from communes.hosts import table
from communes.models import Commune, Host, Kind, Membership, SiteIdentity
from demo import articles, site
from demo.alerts import load_demo_alerts
from demo.loading import VISIT_DAYS, cover_of, create_categories, load_demo, new_password, write_accounts
from demo.menus import load_menus
from demo.pages import load_pages
from demo.people import load_few_people
from demo.procedures import load_demo_procedures
from demo.schedules import load_few_schedules
from news.demo import create_article
from polls.demo import load_demo_poll
from trail import recording
from vietnamese import slugify
from visitors.demo import load_demo_days

PROVINCE = "Tỉnh Thanh Mẫu"
# Name, kind, colour of the masthead; no unit is called so.
PLACES = [
    ("Thạch Mây", Kind.COMMUNE, "#0b5394"),
    ("Suối Hạc", Kind.COMMUNE, "#1f6b3a"),
    ("Bến Trúc Xanh", Kind.WARD, "#5b2a86"),
    ("Đồng Quạt", Kind.COMMUNE, "#8a4b08"),
    ("Hồ Sen Bạc", Kind.WARD, "#00596b"),
    ("Gò Phượng", Kind.COMMUNE, "#9c1f4a"),
    ("Cồn Diều", Kind.SPECIAL_ZONE, "#17506b"),
    ("Lũng Trăng", Kind.COMMUNE, "#3b4a8c"),
    ("Đèo Chim", Kind.COMMUNE, "#4a5a1f"),
    ("Cửa Sóng", Kind.WARD, "#0a5c5c"),
    ("Làng Nón", Kind.COMMUNE, "#7a3b1e"),
    ("Rừng Lim Xanh", Kind.COMMUNE, "#2d5a27"),
    ("Bãi Diệc", Kind.COMMUNE, "#38506a"),
    ("Vườn Quế", Kind.WARD, "#85331f"),
    ("Sông Lụa", Kind.WARD, "#6a2f6a"),
    ("Nà Khèn", Kind.COMMUNE, "#7b2d43"),
    ("Đá Bàn Cờ", Kind.COMMUNE, "#4b4b4b"),
    ("Ghềnh Mơ", Kind.COMMUNE, "#8c1d5b"),
    ("Thung Bướm", Kind.COMMUNE, "#5a4a00"),
    ("Trại Ong", Kind.COMMUNE, "#7a5200"),
    ("Mỏ Nước", Kind.COMMUNE, "#005a8c"),
    ("Chợ Nổi", Kind.WARD, "#275a7a"),
    ("Bình Gốm", Kind.WARD, "#8a3b2a"),
]
MOST = len(PLACES) + 1
ARTICLES = 12
COVERS = 3  # articles of a commune with a picture: painting takes most of the time
PREFIXES = {Kind.COMMUNE: "Xã", Kind.WARD: "Phường", Kind.SPECIAL_ZONE: "Đặc khu"}


def load_province(count: int, accounts_file: Path) -> list[Commune]:
    """The communes of a province of `count` (2 to MOST) communes, the first of them the usual demonstration.

    Each answers at `<short name>.localhost`. Running it again, or with a larger count, adds what is missing.
    """
    first = Commune.objects.order_by("pk")[0]
    if not SiteIdentity.objects.filter(commune=first).exists():
        load_demo(accounts_file)
        first.refresh_from_db()
    with transaction.atomic():
        province, _created = Commune.objects.get_or_create(
            slug=slugify(PROVINCE), defaults={"name": PROVINCE, "kind": Kind.PROVINCE}
        )
        if first.parent is None:
            first.parent = province
            first.save(update_fields=["parent"])
        _answer_at_localhost(first)
        communes = [first, *(_load(province, *place, accounts_file) for place in PLACES[: count - 1])]
    table.forget()
    return communes


def _load(province: Commune, place: str, kind: Kind, colour: str, accounts_file: Path) -> Commune:
    name = f"{PREFIXES[kind]} {place}"
    commune = Commune.objects.filter(slug=slugify(name)).first()
    if commune is not None:
        return commune
    commune = Commune.objects.create(name=name, slug=slugify(name), kind=kind, parent=province)
    _answer_at_localhost(commune)
    SiteIdentity.objects.create(
        commune=commune,
        name=f"Trang thông tin điện tử {name[0].lower()}{name[1:]}",
        agency=f"Ủy ban nhân dân {name[0].lower()}{name[1:]}",
        address=f"Trụ sở UBND, {name[0].lower()}{name[1:]}, {PROVINCE[0].lower()}{PROVINCE[1:]}",
        phone=site.PHONE,
        email=f"bbt@{slugify(place).replace('-', '')}.example",
        colour=colour,
    )
    author = _administrator(commune, accounts_file)
    _articles(commune, place, author)
    load_demo_alerts(commune, author, author)
    load_demo_procedures(commune)
    load_pages(commune, author, place)
    load_few_people(commune, place, f"{slugify(place).replace('-', '')}.example")
    load_few_schedules(commune)
    load_demo_poll(commune, site.POLL_QUESTION, _answers(place))
    load_demo_days(commune, VISIT_DAYS, pages=["home"])
    load_menus(commune)
    return commune


def _answer_at_localhost(commune: Commune) -> None:
    Host.objects.get_or_create(name=f"{commune.slug}.localhost", defaults={"commune": commune, "is_main": True})


def _administrator(commune: Commune, accounts_file: Path) -> User:
    """One person for each commune, with a password that stands in the file alone."""
    user = User(username=commune.slug, last_name="Quản trị", first_name=commune.name, is_staff=True)
    password = new_password()
    user.set_password(password)
    user.save()
    group = roles.create_roles(recording.operator())[roles.ADMINISTRATOR]
    Membership.objects.create(user=user, commune=commune, group=group)
    by = recording.operator()
    recording.record(recording.Kind.ADD, about=user, after={"group": group.name}, commune=commune.pk, by=by)
    write_accounts(accounts_file, [f"{user.username:<24} {password}   {roles.ADMINISTRATOR}, {commune.name}\n"])
    user.commune = commune
    return user


def _articles(commune: Commune, place: str, author: User) -> None:
    """The newest articles of the usual demonstration, told of another place."""
    today = timezone.localdate()
    categories = create_categories(commune)
    for number, article in enumerate(reversed(articles.load_articles(today)[:ARTICLES])):
        has_cover = number >= ARTICLES - COVERS
        create_article(
            title=article.title.replace(site.COMMUNE, place),
            summary=article.summary.replace(site.COMMUNE, place),
            body=article.body.replace(site.COMMUNE, place),
            category=categories[article.category],
            author=author,
            published_at=min(article.published_at(today), timezone.now()),
            kind=article.kind,
            deadline_on=article.deadline_on(today),
            byline=article.byline,
            source=article.source.replace(site.COMMUNE, place),
            is_featured=article.featured,
            cover=partial(cover_of, article, seed=place) if has_cover else None,
            cover_alt=article.cover_alt.replace(site.COMMUNE, place) if has_cover else "",
            cover_credit=articles.COVER_CREDIT if has_cover else "",
        )


def _answers(place: str) -> list[tuple[str, int]]:
    """Ballots of each answer, fewer than in the usual demonstration and different in each commune."""
    dice = random.Random(place)
    return [(label, round(count * dice.uniform(0.1, 0.5))) for label, count in site.POLL_CHOICES.items()]
