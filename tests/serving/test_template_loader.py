"""Constant tags of templates are rendered once, and nothing else is."""

import pytest
from django.template import Context, Engine
from django.templatetags.i18n import TranslateNode
from django.utils.translation import override

TAGS = {
    "i18n": "django.templatetags.i18n",
    "static": "django.templatetags.static",
    "frame": "serving.frame",
}


def engine_with(**templates):
    source = ("django.template.loaders.locmem.Loader", templates)
    return Engine(loaders=[("serving.template_loader.ConstantTagLoader", [source])], libraries=TAGS)


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
def test_it_renders_the_same_as_a_plain_template(values):
    changed = engine_with(page=MIXED).get_template("page")
    plain = plain_engine_with(page=MIXED).get_template("page")

    for _ in range(2):
        assert changed.render(Context(values)) == plain.render(Context(values))


def test_a_constant_tag_is_rendered_once_wherever_it_stands(monkeypatch):
    source = '{% load i18n %}{% translate "Menu" %}{% if name %}{% translate "Home" %}{% else %}{% translate "Tags" %}{% endif %}'
    rendered, render = [], TranslateNode.render
    monkeypatch.setattr(TranslateNode, "render", lambda node, context: rendered.append(node) or render(node, context))
    template = engine_with(page=source).get_template("page")

    pages = {template.render(Context({"name": name})) for name in ("an", "", "binh", "")}

    assert len(pages) == 2
    assert len(rendered) == 3


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


def test_blocks_and_their_heirs_are_rendered():
    engine = engine_with(
        base='{% load i18n %}{% translate "Menu" %}{% block main %}{% translate "Home" %}{% endblock %}{% translate "Tags" %}',
        page='{% extends "base" %}{% load i18n %}{% block main %}{% translate "Print" %}{{ block.super }}{% endblock %}',
    )
    with override("en"):
        assert engine.get_template("page").render(Context()) == "MenuPrintHomeTags"
        assert engine.get_template("base").render(Context()) == "MenuHomeTags"


def test_a_template_is_changed_once():
    engine = engine_with(page='{% load i18n %}{% translate "Menu" %}')

    first = engine.get_template("page")
    render = first.nodelist[-1].render

    assert engine.get_template("page") is first
    assert first.nodelist[-1].render is render
