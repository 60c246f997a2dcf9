"""What a page key of the visitor statistics is called, and where it is."""

from django.utils.translation import gettext as _

from news.models import Article, Category

# Pages that exist once; the others are named by their row.
SINGLE_PAGES = {"home": (_("Home"), "/"), "sitemap": (_("Site map"), "/so-do-trang/")}
