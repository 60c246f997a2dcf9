"""`python -m benchmarks.studies.commune_plans`: the plans of one commune's pages among 166 communes of 1,000 articles.

Every public page, feed and sitemap, the searches, and every list of the admin, on the data of
`benchmarks.studies.communes`. Ends with status 1 where a query reads a large table through, or more rows than a few
times those of its commune: one that reads the rows of others as well reads 166 times as many.
"""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import quote_plus

from benchmarks.studies.communes import EACH, MANY, host_of, world

# All articles of a commune, some of them looked at in an index and in the table, and once more by a second search.
OWN = 5 * EACH


def main() -> None:
    with world(MANY):
        from django.test import Client

        from benchmarks import plans
        from benchmarks.data import staff_cookie

        host = {"host": host_of(0)}
        citizen, author = Client(headers=host), Client(headers=host | {"cookie": staff_cookie()})
        pages = [replace(page, rows=max(page.rows, OWN)) for page in plans.public_pages()]
        faults = [*plans.check(pages, citizen), *plans.check(_lists(), author)]
    if faults:
        raise SystemExit(f"{len(faults)} queries read too much")


def _lists() -> list:
    """The lists of the admin, all of each and those that hold a word."""
    from django.contrib import admin
    from django.urls import reverse

    from benchmarks.data import MIDDLING
    from benchmarks.plans import Page

    pages = [Page("admin:index", reverse("admin:index"), rows=OWN)]
    for model, model_admin in admin.site._registry.items():
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
        ends = ["", f"?q={quote_plus(MIDDLING)}"] if model_admin.search_fields else [""]
        pages += [Page(name, reverse(name) + end, rows=OWN) for end in ends]
    return pages


if __name__ == "__main__":
    main()
