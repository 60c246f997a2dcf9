"""Templates whose constant tags are rendered once in each language.

A tenth of the time of an article page went into translations of fixed strings, addresses without arguments and names
of static files. They are found when a template is loaded; templates do not have to say so.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from django.template import Context, Template
from django.template.base import FilterExpression, Node
from django.template.defaulttags import URLNode
from django.template.loaders.cached import Loader as CachedLoader
from django.templatetags.i18n import TranslateNode
from django.templatetags.static import StaticNode
from django.utils.translation import get_language


class ConstantTagLoader(CachedLoader):
    """Django's cached loader; a template's constant tags are changed when it enters the cache."""

    def get_template(self, template_name: str, skip: list[Any] | None = None) -> Template:
        is_known = self.cache_key(template_name, skip) in self.get_template_cache
        template = super().get_template(template_name, skip)
        if not is_known:
            nodes = template.nodelist
            for node in filter(is_constant, nodes.get_nodes_by_type(Node)):
                node.render = once_in_each_language(node.render)  # type: ignore[assignment,method-assign]  # of this node
            # `extends` asks for the blocks whenever a page is rendered; they never change.
            nodes.get_nodes_by_type = cache(nodes.get_nodes_by_type)  # type: ignore[assignment,method-assign]  # of this list
        return template


def once_in_each_language(render: Callable[[Context], str]) -> Callable[[Context], str]:
    texts: dict[str | None, str] = {}

    def rendered(context: Context) -> str:
        language = get_language()
        if language not in texts:
            texts[language] = render(context)
        return texts[language]

    return rendered


def is_constant(node: Node) -> bool:
    """Not the assignments (`as name`): they render nothing and change the context."""
    match node:
        case TranslateNode(asvar=None, message_context=None, filter_expression=said):
            return _is_literal(said)
        case URLNode(asvar=None, args=[], view_name=said):
            return not node.kwargs and _is_literal(said)
        case StaticNode(varname=None, path=said):
            return _is_literal(said)
    return False


def _is_literal(said: FilterExpression) -> bool:
    return not said.filters and (isinstance(said.var, str) or getattr(said.var, "literal", None) is not None)
