"""Pages citizens read: leaders, structure, directory, villages."""

from __future__ import annotations

from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from offices.models import Office, Person, Post
from offices.models.post import today
from offices.public import directory as people
from offices.public.tree import tree_of
from offices.public.vcards import office_vcard, person_vcard
from serving.publiccache import public_page
from vietnamese import one_line, parse_date

QUERY_LENGTH = 80  # characters


@require_safe
@public_page
def leaders(request: HttpRequest) -> HttpResponse:
    """Who leads the commune today, or led it on the day `?ngay=`."""
    text = one_line(request.GET.get("ngay", ""))[:QUERY_LENGTH]
    day, refusal = _past_day(text)
    posts = Post.objects.with_people(request.commune).shown().held(day).filter(is_leading=True)
    posts = posts.order_by("office__position", "office", "position", "person__sorting")
    return render(
        request,
        "offices/leaders.html",
        {
            "groups": people.groups_of(posts),
            "asked_on": day,
            "is_today": day == today(),
            "latest": today(),
            "refusal": refusal,
            "page_key": "leaders",
        },
    )


def _past_day(text: str) -> tuple[date, str]:
    """The day that was asked for, or today and why not."""
    if not text:
        return today(), ""
    try:
        day = parse_date(text)
    except ValueError:
        return today(), gettext("“%(text)s” is no date. Write it as 01/07/2025.") % {"text": text}
    if day > today():
        return today(), gettext("%(day)s is still to come; who leads the commune then is not known.") % {
            "day": f"{day:%d/%m/%Y}"
        }
    return day, ""


@require_safe
@public_page
def structure(request: HttpRequest) -> HttpResponse:
    """The offices as a tree."""
    return render(request, "offices/structure.html", {"branches": tree_of(request.commune), "page_key": "structure"})


@require_safe
@public_page
def office_detail(request: HttpRequest, slug: str) -> HttpResponse:
    office = _office(request, slug)
    posts = people.current_posts(request.commune).filter(office=office).order_by("position", "person__sorting")
    return render(
        request,
        "offices/office_detail.html",
        {
            "office": office,
            "parent": office.parent if office.parent and office.parent.is_shown else None,
            "children": office.children.shown(),
            "entries": people.entries_of(posts),
            "page_key": f"office:{office.pk}",
        },
    )


@require_safe
@public_page
def office_card(request: HttpRequest, slug: str) -> HttpResponse:
    """The office for an address book."""
    office = _office(request, slug)
    address = request.build_absolute_uri(office.get_absolute_url())
    return _vcard(office_vcard(office, _agency(request), address), office.slug)


def _office(request: HttpRequest, slug: str) -> Office:
    office = Office.objects.of(request.commune).shown().select_related("parent").filter(slug=slug).first()
    if office is None:
        raise Http404(slug)
    return office


@require_safe
@public_page
def directory(request: HttpRequest) -> HttpResponse:
    """Offices with their people; by given name with `?xep=ten`, or what has the words `?tim=`."""
    text = one_line(request.GET.get("tim", ""))[:QUERY_LENGTH].rstrip()
    by_name = request.GET.get("xep") == "ten" and not text
    entries = people.people_with(request.commune, text) if text else []
    if by_name:
        entries = people.people_by_name(request.commune)
    return render(
        request,
        "offices/directory.html",
        {
            "text": text,
            "by_name": by_name,
            "parts": [] if text or by_name else people.parts_of(request.commune),
            "entries": entries,
            "offices": people.offices_with(request.commune, text) if text else [],
            "villages": people.villages_of(request.commune, text) if text else [],
            "page_key": "directory",
        },
    )


@require_safe
@public_page
def person_detail(request: HttpRequest, slug: str) -> HttpResponse:
    person = _person(request, slug)
    posts = list(person.posts.shown().select_related("office"))
    return render(
        request,
        "offices/person_detail.html",
        {
            "person": person,
            "posts": [post for post in posts if post.is_held()],
            "past": sorted((post for post in posts if post.is_past()), key=lambda post: post.ends_on, reverse=True),
            "villages": list(person.villages.shown()),
            "page_key": f"person:{person.pk}",
        },
    )


@require_safe
@public_page
def person_card(request: HttpRequest, slug: str) -> HttpResponse:
    """The person for an address book."""
    person = _person(request, slug)
    posts = list(person.posts.shown().held().select_related("office"))
    address = request.build_absolute_uri(person.get_absolute_url())
    return _vcard(person_vcard(person, posts, list(person.villages.shown()), _agency(request), address), person.slug)


def _person(request: HttpRequest, slug: str) -> Person:
    person = Person.objects.of(request.commune).shown().select_related("picture").filter(slug=slug).first()
    if person is None:
        raise Http404(slug)
    return person


@require_safe
@public_page
def villages(request: HttpRequest) -> HttpResponse:
    """Villages and whom to call there."""
    found = people.villages_of(request.commune)
    households = sum(village.households_count or 0 for village in found)
    return render(
        request, "offices/villages.html", {"villages": found, "households": households, "page_key": "villages"}
    )


def _agency(request: HttpRequest) -> str:
    site = request.commune.site
    return site.agency or site.name


def _vcard(text: str, slug: str) -> HttpResponse:
    response = HttpResponse(text, content_type="text/vcard; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{slug}.vcf"'
    return response
