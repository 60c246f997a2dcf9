"""Telephones, heads of pages and the box of the home page, for the templates of offices and people."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context
from django.urls import reverse
from django.utils.translation import gettext

from offices.models import Kind, Office
from offices.public import structured
from offices.telephones import telephone_uri

register = template.Library()

# Whom citizens call most, beside the one-stop centre.
CALLED = (Kind.COMMITTEE, Kind.POLICE, Kind.HEALTH, Kind.MILITARY)
MOST_CALLED = 6


@register.filter
def telephone_link(number: str) -> str:
    """The address that dials a number."""
    return telephone_uri(number)


@register.inclusion_tag("offices/_directory_head.html", takes_context=True)
def directory_head(context: Context, title: str, description: str = "") -> dict[str, Any]:
    """What a page of people and offices says of itself to machines; its own `person` or `office` with it."""
    request, site = context["request"], context["site"]
    crumbs = [(gettext("Home"), reverse("portal:home"))]
    data = []
    if person := context.get("person"):
        crumbs.append((gettext("Directory"), reverse("offices:directory")))
        data.append(structured.person_data(person, context["posts"], request.build_absolute_uri))
    elif office := context.get("office"):
        crumbs.append((gettext("Structure of the administration"), reverse("offices:structure")))
        data.append(structured.office_data(office, str(site.agency), request.build_absolute_uri))
    crumbs.append((title, request.path))
    return {
        "title": title,
        "description": description,
        "address": request.build_absolute_uri(request.path),
        "site": site,
        "structured": structured.as_script([structured.trail_data(crumbs, request.build_absolute_uri), *data]),
    }


@register.inclusion_tag("offices/_main_telephones.html", takes_context=True)
def main_telephones(context: Context) -> dict[str, Any]:
    """The telephones that citizens call most, the one-stop centre first."""
    called = Office.objects.of(context["request"].commune).shown().called(CALLED)
    return {"offices": called[:MOST_CALLED]}
