"""The people of the demonstration: complete, made once, and at odds with nothing that the articles say."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.utils import timezone

from demo import site
from demo.articles import load_articles
from demo.people import OFFICES, POSTS, TELEPHONES, VILLAGES, load_few_people, load_people
from offices.models import Office, Person, Post, Village
from tests.communes.factories import first_commune, make_commune

pytestmark = pytest.mark.django_db

NAME = r"[^\W\d_a-zà-ỹ][^\W\d_]+(?: [^\W\d_a-zà-ỹ][^\W\d_]+){2,3}"


def test_a_second_run_changes_nothing():
    commune = first_commune()
    load_people(commune)
    before = [list(model.objects.of(commune).values()) for model in (Office, Person, Post, Village)]

    load_people(commune)

    assert [list(model.objects.of(commune).values()) for model in (Office, Person, Post, Village)] == before
    assert len(before[0]) == len(OFFICES)
    assert len(before[3]) == 9
    assert Office.objects.of(commune).one_stop().name == "Trung tâm Phục vụ hành chính công xã"


def test_somebody_is_chairman_on_every_day_since_the_commune_was_founded():
    load_people(first_commune())
    chairmen = Post.objects.of(first_commune()).filter(name="Chủ tịch UBND xã")

    for day in (date(2025, 7, 1), date(2026, 2, 28), date(2026, 3, 1), timezone.localdate()):
        assert chairmen.held(day).count() == 1
    assert chairmen.held().get().person.name == "Lương Văn Khải"


def test_the_articles_name_the_same_people_in_the_same_posts():
    """Where an article gives somebody a post of the commune's leaders, it is the one that the directory knows."""
    held = {(post.person, post.name) for post in POSTS if post.is_leading}
    posts = "|".join(sorted({post for _person, post in held}, key=len, reverse=True))
    told = set()
    for article in load_articles(date(2026, 11, 23)):
        text = re.sub(r"<[^>]+>", " ", f"{article.summary} {article.body}")
        told |= {(name, post) for post, name in re.findall(rf"({posts}) ({NAME})", text)}
        told |= {(name, post) for name, post in re.findall(rf"({NAME}), ({posts})\b", text)}

    assert ("Lương Văn Khải", "Chủ tịch UBND xã") in told
    assert {(name, post) for name, post in told if name != site.COMMUNE} <= held


def test_numbers_are_clearly_fake_and_households_add_up():
    numbers = [*(row.telephone for row in (*OFFICES, *VILLAGES)), *TELEPHONES.values()]

    assert [number for number in numbers if number and not re.fullmatch(r"0000 000 1\d\d", number)] == []
    assert sum(village.households_count for village in VILLAGES) == 2846


def test_every_commune_of_a_province_has_people_of_its_own():
    here, there = make_commune(), make_commune()
    load_few_people(here, "Thạch Mây", "thachmay.example")
    load_few_people(there, "Suối Hạc", "suoihac.example")

    names = [{person.name for person in Person.objects.of(commune)} for commune in (here, there)]
    assert all(len(people) == 9 for people in names)
    assert names[0] != names[1]
    assert all(Office.objects.of(commune).one_stop() for commune in (here, there))
