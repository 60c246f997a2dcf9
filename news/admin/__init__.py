"""The newsroom in the admin, one module per noun."""

from news.admin import articles, library, links, places

__all__ = ["articles", "library", "links", "places"]
