"""What this feature gives to the portal: pages of the portal that are no news: what it is, who works there, privacy."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from communes.models import Commune
from news import rights
from news.kinds import Kind
from news.public import search
from pages.models import Page, page_titles, public_tree
from pages.sitemaps import PageSitemap
from pages.views import answer
from search.reading import Reading
from section import Errand, Finds, Found, MenuTarget, Section

FOUND = 5  # pages a search shows before its articles


def menu_targets(commune: Commune) -> list[MenuTarget]:
    return [
        MenuTarget(page.title, page.get_absolute_url(), page.summary, _("Information pages"), key=f"page:{page.pk}")
        for page in public_tree(commune)
    ]


def errands_of(user: Person) -> list[Errand]:
    if not user.has_perm(rights.VIEW):
        return []
    return [Errand(_("All pages"), reverse("admin:pages_page_changelist"))]


def found_pages(reading: Reading, commune: Commune) -> Finds:
    """The pages that answer to what was read, the best first."""
    pages = Page.objects.of(commune).published().only("title", "summary", "path", "category_id")
    found = search.best_of(pages, reading, commune, Kind.PAGE, FOUND)
    return Finds(_("Information pages"), [Found(page.title, page.get_absolute_url(), page.summary) for page in found])


SECTION = Section(
    urls="pages.urls",
    # What people type, and what pages of other portals have taught them: no category takes it.
    reserved_words=frozenset({"en", "gioi-thieu"}),
    page_words=frozenset({"en", "gioi-thieu"}),
    answer=answer,
    sitemaps={"trang-thong-tin": PageSitemap},
    page_titles={"page": page_titles},
    errands=errands_of,
    search_as_read=found_pages,
    menu_targets=menu_targets,
    uploads=frozenset({"admin:pages_page_add", "admin:pages_page_change"}),
)
