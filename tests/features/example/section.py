"""A feature as small as it can be, for the test that adds one."""

from datetime import timedelta

from accounts.roles import WRITER
from communes.sitemaps import CommuneSitemap
from section import Errand, Finds, Found, MenuTarget, Pile, Row, Section
from upkeep.tasks import Task


class NoticeSitemap(CommuneSitemap):
    def items(self) -> list[str]:
        return ["/vi-du/"]

    def location(self, item: str) -> str:
        return item


SECTION = Section(
    urls="example.urls",
    reserved_words=frozenset({"vi-du-cu"}),
    parameters=frozenset({"mau"}),
    sitemaps={"vi-du": NoticeSitemap},
    single_pages={"example": ("Trang ví dụ", "example:page")},
    rights={WRITER: frozenset({"view_notice"})},
    piles=lambda _user, _at: [Pile("Chồng ví dụ", [Row("Một việc", "/quan-tri/")], is_urgent=True)],
    errands=lambda _user: [Errand("Việc ví dụ", "/quan-tri/")],
    search=lambda text, commune: Finds("Trang ví dụ", [Found("Trang ví dụ", "/vi-du/")] if text == "ví dụ" else []),
    tasks=[Task(name="example", title="Việc tự động ví dụ", rhythm=timedelta(hours=1), run=lambda _at: "xong")],
    unsearched=("example:page",),
    menu_targets=lambda commune: [MenuTarget("Trang ví dụ", "/vi-du/")],
)
