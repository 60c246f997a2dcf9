"""Templates whose constant parts are rendered once.

Of the time of an article page, much went into texts that never change: translations of fixed strings,
addresses without arguments, names of static files. They are found when a template is loaded, and
neighbouring ones become one text. Templates do not have to say so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from itertools import chain, groupby
from typing import Any

from django.template import Context, Template
from django.template.base import FilterExpression, Node, NodeList, TextNode
from django.template.defaulttags import CommentNode, LoadNode, URLNode
from django.template.loaders.cached import Loader as CachedLoader
from django.templatetags.i18n import TranslateNode
from django.templatetags.static import StaticNode
from django.utils.translation import get_language


class FoldingLoader(CachedLoader):
    """Django's cached loader; what it keeps is folded."""

    def get_template(self, template_name: str, skip: list[Any] | None = None) -> Template:
        template = super().get_template(template_name, skip)
        if not getattr(template, "is_folded", False):
            fold(template.nodelist)
            # `extends` asks for the blocks whenever a page is rendered; they never change.
            template.nodelist.get_nodes_by_type = cache(template.nodelist.get_nodes_by_type)
            template.is_folded = True
        return template


class ConstantNode(Node):
    """Nodes that render the same text for everybody; in each language once."""

    child_nodelists = ()  # no block is below it

    def __init__(self, nodes: Iterable[Node]) -> None:
        self.nodelist = NodeList(nodes)
        # What a debug page shows of it.
        self.token, self.origin = self.nodelist[0].token, self.nodelist[0].origin
        self._texts: dict[str | None, str] = {}

    def render(self, context: Context) -> str:
        language = get_language()
        if language not in self._texts:
            self._texts[language] = self.nodelist.render(context)
        return self._texts[language]


def fold(nodes: NodeList) -> None:
    """Replace every run of constant nodes in `nodes` and below them by one node, in place."""
    folded: list[Node] = []
    for is_constant, group in groupby(nodes, _is_constant):
        run = list(group)
        if not is_constant:
            for below in chain.from_iterable(map(_node_lists, run)):
                fold(below)
        # A text alone is as quick as it can be.
        elif len(run) > 1 or not isinstance(run[0], TextNode):
            run = [ConstantNode(run)]
        folded += run
    nodes[:] = folded


def _is_constant(node: Node) -> bool:
    """Not the assignments (`as name`): they render nothing and change the context."""
    match node:
        case TextNode() | LoadNode() | CommentNode():
            return True
        case TranslateNode(asvar=None, message_context=None, filter_expression=said):
            return _is_literal(said)
        case URLNode(asvar=None, args=[], view_name=said):
            return not node.kwargs and _is_literal(said)
        case StaticNode(varname=None, path=said):
            return _is_literal(said)
    return False


def _is_literal(said: FilterExpression) -> bool:
    return not said.filters and (isinstance(said.var, str) or getattr(said.var, "literal", None) is not None)


def _node_lists(node: Node) -> Iterator[NodeList]:
    yield from (value for value in vars(node).values() if isinstance(value, NodeList))
    # The branches of `if` stand in pairs with their conditions.
    yield from (branch for _, branch in getattr(node, "conditions_nodelists", ()))
