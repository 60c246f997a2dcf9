"""The newsroom in the admin, one module per noun."""

from news.admin import articles, documents, library, links, places

__all__ = ["articles", "documents", "library", "links", "places"]
