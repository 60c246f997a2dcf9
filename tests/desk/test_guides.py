"""The guides inside the admin: every member of staff reads them, and every link in them leads somewhere."""

import re
from html.parser import HTMLParser
from pathlib import Path

import polib
import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.urls import reverse

from accounts import roles
from accounts.models import User
from desk.guides import DOCS, GUIDES

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client):
    """A browser of somebody who may sign in and nothing else."""
    client.force_login(User.objects.create_user("hanh", is_staff=True))
    return client


class Tags(HTMLParser):
    """What a page is made of: (tag, attributes)."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.found.append((tag, dict(attributes)))

    def values(self, tag: str, attribute: str) -> list[str]:
        return [attributes[attribute] for found, attributes in self.found if found == tag and attribute in attributes]


def guide_html(client, slug: str) -> str:
    response = client.get(reverse("admin:guide", args=[slug]))
    assert response.status_code == 200
    return response.content.decode()


def test_header_of_the_admin_leads_to_them(staff):
    desk = Tags(staff.get("/quan-tri/").content.decode())

    assert reverse("admin:guides") in desk.values("a", "href")
    assert GUIDES["bien-tap-vien"].title in staff.get(reverse("admin:guides")).content.decode()


@pytest.mark.parametrize("slug", GUIDES)
def test_contents_lead_to_every_section(staff, slug):
    html = guide_html(staff, slug)
    contents = Tags(html[html.index("guide-contents") : html.index("<article")]).values("a", "href")
    article = Tags(html[html.index("<article") : html.index("</article>")])

    headings = article.values("h2", "id")

    assert len(headings) > 2
    assert contents == [f"#{anchor}" for anchor in headings]


@pytest.mark.parametrize("slug", GUIDES)
def test_every_link_leads_to_a_page_and_to_a_place_on_it(staff, slug):
    html = guide_html(staff, slug)
    links = Tags(html[html.index("<article") : html.index("</article>")]).values("a", "href")

    assert links
    for link in links:
        address, _, anchor = link.partition("#")
        response = staff.get(address)
        assert response.status_code == 200, link
        ids = [attributes.get("id") for _, attributes in Tags(response.content.decode()).found]
        assert not anchor or anchor in ids, link


@pytest.mark.parametrize("slug", GUIDES)
def test_policy_stays_strict_and_nothing_inline_is_needed(staff, slug):
    response = staff.get(reverse("admin:guide", args=[slug]))

    assert "unsafe-inline" not in response.headers["Content-Security-Policy"]
    assert not Tags(response.content.decode()).values("th", "style")
    assert not re.search(r"<article.*\sstyle=", response.content.decode(), re.DOTALL)


@pytest.mark.parametrize("slug", GUIDES)
def test_each_is_marked_with_its_language(staff, slug):
    article = next(attributes for tag, attributes in Tags(guide_html(staff, slug)).found if tag == "article")

    assert article["lang"] == GUIDES[slug].language


def test_unknown_guide_is_not_found(staff):
    assert staff.get("/quan-tri/huong-dan/nguoi-doc/").status_code == 404


def test_whoever_is_not_signed_in_is_asked_to(client):
    response = client.get(reverse("admin:guides"))

    assert response.status_code == 302
    assert response.headers["Location"].startswith(reverse("admin:login"))


@pytest.mark.parametrize("guide", GUIDES.values(), ids=GUIDES)
def test_begins_with_its_title(guide):
    """The page prints the title itself and leaves out the first line of the file."""
    first = (DOCS / guide.file).read_text(encoding="utf-8").partition("\n")[0]

    assert first == f"# {guide.title}"


BOLD = re.compile(r"\*\*([^*]+)\*\*")


def labels() -> set[str]:
    """What staff read on buttons, fields and headings: our words, Django's, the editor's, the groups."""
    found = {roles.WRITER, roles.EDITOR, roles.ADMINISTRATOR}
    for catalogue in (settings.BASE_DIR / "locale").rglob("*.po"):
        for entry in polib.pofile(str(catalogue)):
            found |= {entry.msgstr, *entry.msgstr_plural.values()}
    editor = Path(finders.find("ckeditor/ckeditor/lang/vi.js")).read_text(encoding="utf-8")
    return {label.casefold() for label in found | set(re.findall(r':"([^"]+)"', editor))}


@pytest.mark.parametrize("guide", GUIDES.values(), ids=GUIDES)
def test_names_only_what_the_admin_shows(guide):
    """Bold in a guide is the beginning of a label: one that is renamed is renamed here."""
    shown = labels()
    named = [
        part for bold in BOLD.findall((DOCS / guide.file).read_text(encoding="utf-8")) for part in bold.split(" → ")
    ]

    assert len(named) > 6
    assert [name for name in named if not any(label.startswith(name.casefold()) for label in shown)] == []
