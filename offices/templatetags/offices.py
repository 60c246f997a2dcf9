"""Telephones, data for machines and the box of the home page, for the templates of offices and people."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString

from communes.templatetags.heads import script_data
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


@register.filter
def breaking_at_sign(email: str) -> SafeString:
    """An address of e-mail that a narrow column parts behind its "@", and not before its last letter."""
    name, sign, host = email.partition("@")
    return format_html("{}{}<wbr>{}", name, sign, host)


@register.simple_tag(takes_context=True)
def person_data(context: Context) -> SafeString:
    """The page's `person` with the current `posts`, as JSON-LD."""
    return _script(structured.person_data(context["person"], context["posts"], _absolute(context)))


@register.simple_tag(takes_context=True)
def office_data(context: Context) -> SafeString:
    """The page's `office`, as JSON-LD."""
    return _script(structured.office_data(context["office"], str(context["site"].agency), _absolute(context)))


def _absolute(context: Context) -> structured.Absolute:
    return context["request"].build_absolute_uri


def _script(data: dict[str, Any]) -> SafeString:
    return format_html('<script type="application/ld+json">{}</script>', script_data(data))


@register.inclusion_tag("offices/_main_telephones.html", takes_context=True)
def main_telephones(context: Context) -> dict[str, Any]:
    """The telephones that citizens call most, the one-stop centre first."""
    called = Office.objects.of(context["request"].commune).shown().called(CALLED)
    return {"offices": called[:MOST_CALLED]}
