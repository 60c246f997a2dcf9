"""The newsroom in the admin, one module per noun."""

from library.admin import documents
from library.admin import pictures as library
from news.admin import articles, links, places

__all__ = ["articles", "documents", "library", "links", "places"]
