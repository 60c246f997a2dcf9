"""The newsroom in the admin, one module per noun."""

from library.admin import documents
from library.admin import pictures as library
from news.admin import articles, featured, links, places

__all__ = ["articles", "documents", "featured", "library", "links", "places"]
