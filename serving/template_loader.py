"""Templates whose constant parts are rendered once.

A fifth of the time of an article page went into texts that never change: translations of fixed
strings, addresses without arguments, names of static files. They are found when a template is loaded,
and neighbouring ones become one text. Templates do not have to say so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
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
            template.nodelist = _UnchangingNodeList(template.nodelist)
            template.is_folded = True
        return template


class _UnchangingNodeList(NodeList):
    """A list that looks for its blocks once: `extends` asks for them whenever a page is rendered."""

    def __init__(self, nodes: NodeList) -> None:
        super().__init__(nodes)
        self.contains_nontext = nodes.contains_nontext
        self._found: dict[type[Node], list[Node]] = {}

    def get_nodes_by_type(self, nodetype: type[Node]) -> list[Node]:
        found = self._found.get(nodetype)
        if found is None:
            found = self._found[nodetype] = super().get_nodes_by_type(nodetype)
        return found


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
        text = self._texts.get(language)
        if text is None:
            text = self._texts[language] = self.nodelist.render(context)
        return text


def fold(nodes: NodeList) -> None:
    """Replace every run of constant nodes in `nodes` and below them by one node, in place."""
    folded: list[Node] = []
    run: list[Node] = []
    for node in [*nodes, None]:
        if node is not None and _is_constant(node):
            run.append(node)
            continue
        if run:
            # A single text cannot be made quicker.
            folded.append(run[0] if len(run) == 1 and isinstance(run[0], TextNode) else ConstantNode(run))
            run = []
        if node is not None:
            folded.append(node)
            for below in _node_lists(node):
                fold(below)
    nodes[:] = folded


def _is_constant(node: Node) -> bool:
    """Not the assignments (`as name`): they render nothing and change the context."""
    match node:
        case TextNode() | LoadNode() | CommentNode():
            return True
        case TranslateNode():
            return not node.asvar and not node.message_context and _is_literal(node.filter_expression)
        case URLNode():
            return not (node.asvar or node.args or node.kwargs) and _is_literal(node.view_name)
        case StaticNode():
            return node.varname is None and _is_literal(node.path)
    return False


def _is_literal(expression: FilterExpression) -> bool:
    if expression.filters:
        return False
    return isinstance(expression.var, str) or getattr(expression.var, "literal", None) is not None


def _node_lists(node: Node) -> Iterator[NodeList]:
    for value in vars(node).values():
        if isinstance(value, NodeList):
            yield value
    # The branches of `if` stand in pairs with their conditions.
    for _, branch in getattr(node, "conditions_nodelists", ()):
        yield branch
