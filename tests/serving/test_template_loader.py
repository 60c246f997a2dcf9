"""Constant parts of templates are rendered once, and nothing else is."""

import pytest
from django.template import Context, Engine
from django.template.base import TextNode, VariableNode
from django.template.defaulttags import IfNode
from django.utils.translation import override

from serving.template_loader import ConstantNode

TAGS = {
    "i18n": "django.templatetags.i18n",
    "static": "django.templatetags.static",
    "frame": "serving.frame",
}


def engine_with(**templates):
    source = ("django.template.loaders.locmem.Loader", templates)
    return Engine(loaders=[("serving.template_loader.FoldingLoader", [source])], libraries=TAGS)


def plain_engine_with(**templates):
    return Engine(loaders=[("django.template.loaders.locmem.Loader", templates)], libraries=TAGS)


MIXED = """{% load i18n static %}
<p>{% translate "Menu" %} <a href="{% url "portal:home" %}">{% trans "100% Home & more" %}</a> {{ name }}</p>
{# a remark #}{% comment %}{{ nothing }}{% endcomment %}
{% if name %}{% translate "Search" %}{% elif other %}{% translate "Polls" %}{% else %}<b>{% static "img/cong.svg" %}</b>{% endif %}
{% for item in items %}{% translate "Tags" %}: {{ item }}; {% empty %}{% translate "Home" %}{% endfor %}
{% with name="x" %}{% translate "Print" %}{{ name }}{% endwith %}{% autoescape off %}{% translate "Print" %}{{ name }}{% endautoescape %}"""


@pytest.mark.parametrize(
    "values",
    [
        {"name": "<An>", "items": [1, 2]},
        {"other": True},
        {},
    ],
)
def test_a_folded_template_renders_the_same(values):
    folded = engine_with(page=MIXED).get_template("page")
    plain = plain_engine_with(page=MIXED).get_template("page")

    for _ in range(2):
        assert folded.render(Context(values)) == plain.render(Context(values))


def test_neighbouring_constants_become_one_node():
    source = '{% load i18n %}<p>{% translate "Menu" %}</p>{{ name }}<b>{% if name %}{% translate "Home" %}!{% endif %}'
    nodes = engine_with(page=source).get_template("page").nodelist

    assert [type(node) for node in nodes] == [ConstantNode, VariableNode, TextNode, IfNode]
    assert [type(node) for node in nodes[3].conditions_nodelists[0][1]] == [ConstantNode]


@pytest.mark.parametrize(
    "source",
    [
        "{% load i18n %}{% translate word %}",
        '{% load i18n %}{% translate "Menu" as word %}{{ word }}',
        "{% load static %}{% static word %}",
        '{% load static %}{% static "img/cong.svg" as word %}{{ word }}',
        "{% url word %}",
        '{% url "portal:home" as word %}{{ word }}',
        '{% url "news:category_list" word %}',
        '{% url "news:category_list" slug=word %}',
    ],
)
def test_what_depends_on_the_context_is_rendered_each_time(source):
    template, plain = engine_with(page=source).get_template("page"), plain_engine_with(page=source).get_template("page")

    for word in ("portal:home", "news:feed") if "{% url word" in source else ("mot", "hai"):
        assert template.render(Context({"word": word})) == plain.render(Context({"word": word}))


def test_a_constant_is_rendered_in_each_language():
    template = engine_with(page='{% load i18n %}{% translate "Menu" %}, {% translate "Search" %}').get_template("page")

    with override("vi"):
        vietnamese = template.render(Context())
    with override("en"):
        english = template.render(Context())

    assert english == "Menu, Search"
    assert vietnamese != english


def test_blocks_and_their_heirs_are_folded():
    folded = engine_with(
        base='{% load i18n %}{% translate "Menu" %}{% block main %}{% translate "Home" %}{% endblock %}{% translate "Tags" %}',
        page='{% extends "base" %}{% load i18n %}{% block main %}{% translate "Print" %}{{ block.super }}{% endblock %}',
    )
    with override("en"):
        assert folded.get_template("page").render(Context()) == "MenuPrintHomeTags"
        assert folded.get_template("base").render(Context()) == "MenuHomeTags"


def test_a_template_is_folded_once():
    engine = engine_with(page=MIXED)

    first = engine.get_template("page")
    nodes = list(first.nodelist)

    assert engine.get_template("page") is first
    assert list(first.nodelist) == nodes
