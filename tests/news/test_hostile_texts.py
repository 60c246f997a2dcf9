"""Hostile rich text in every place that keeps one, opened with the content security policy switched off.

It is put there twice: through the forms, as a person with an account can, and with SQL, as whoever
restores, imports or mends can. The browser must neither run it, nor go anywhere, nor show a form or
a frame of its.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page

from accounts.models import User
from news.drafts import autosaves, revisions
from news.models import Article, Autosave, Revision, Status
from tests.editor import text_of
from tests.news.factories import make_article, make_category, make_editor, make_writer
from tests.news.test_admin import form_data
from tests.news.test_browser import browser, enter, newsroom, open_form, save
from tests.news.test_revisions import change_address, client_of, propose
from tests.news.test_sharing import share
from upkeep.models import TaskState
from upkeep.tasks import registered_tasks

__all__ = ["browser", "enter", "newsroom"]  # fixtures

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

ELSEWHERE = "https://hostile.example/"
BODIES = {
    "plain": (
        # Scripts and handlers.
        "<p>từ khoá</p><script>hit(1)</script><img src=x onerror=hit(2)><svg onload=hit(3)><circle r=9 /></svg>"
        "<svg><script>hit(4)</script><animate onbegin=hit(5) attributeName=x dur=1s></svg>"
        '<a href="javascript:hit(6)">a</a><a href=" jav&#x09;ascript:hit(7)">b</a><a href="data:text/html,<script>">c</a>'
        "<details open ontoggle=hit(8)>d</details><video><source onerror=hit(9)></video><input autofocus onfocus=hit(10)>"
        "<p style=\"animation-name:x\" onanimationstart=hit(11)>e</p><math><mi xlink:href='javascript:hit(12)'>f</mi></math>"
        # What leads away, asks for words, or shows somebody else's page.
        f'<meta http-equiv="refresh" content="0;url={ELSEWHERE}">'
        f'<form action="{ELSEWHERE}" id=theirs><input name=hostile><button>Đăng nhập</button></form>'
        f'<button form=theirs formaction="{ELSEWHERE}">x</button><iframe src="{ELSEWHERE}"></iframe>'
        '<iframe srcdoc="<script>parent.hit(13)</script>"></iframe>'
        f'<object data="{ELSEWHERE}"></object><embed src="{ELSEWHERE}"><frameset><frame src="{ELSEWHERE}"></frameset>'
        f'<portal src="{ELSEWHERE}"></portal><img src="{ELSEWHERE}a.png" srcset="{ELSEWHERE}b.png 2x">'
        f'<video src="{ELSEWHERE}" autoplay poster="{ELSEWHERE}c.png"></video><audio src="{ELSEWHERE}" autoplay></audio>'
        # What changes the page around it.
        f'<base href="{ELSEWHERE}"><link rel=stylesheet href="{ELSEWHERE}a.css">'
        f"<style>:root{{--hostile:1}}@import '{ELSEWHERE}b.css';</style><p style='background:url({ELSEWHERE}d.png)'>a</p>"
        f"<svg><style>:root{{--hostile:1}}</style><use href='{ELSEWHERE}#x'/><image href='{ELSEWHERE}e.png'/></svg>"
        f"<table background='{ELSEWHERE}f.png'><tr><td>b</table></div></main></body></html><img src=x onerror=hit(14)>"
    ),
    # Templates, comments, MathML and foreign content.
    "foreign content": (
        "<p>từ khoá</p><template><img src=x onerror=hit(15)></template><template shadowrootmode=open><img src=x onerror=hit(16)>"
        "</template><math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=hit(17)&gt;'>"
        "<form><math><mtext></form><form><mglyph><style></math><img src onerror=hit(18)>"
        "<svg></p><style><a id='</style><img src=1 onerror=hit(19)>'>"
        "<math><annotation-xml encoding='text/html'><style><img src=x onerror=hit(20)></style></annotation-xml></math>"
    ),
    # What changes its meaning when it is parsed a second time.
    "second parsing": (
        "<p>từ khoá</p><noscript><p title='</noscript><img src=x onerror=hit(21)>'></noscript>"
        "<p alt=\"x\"><img src='/media/a-900x900.png' alt='x ><img src=x onerror=hit(22)>'>"
        "<a title='--><svg onload=hit(23)>' href='/x'>a</a><!--><img src=x onerror=hit(24)>--><![CDATA[<img src=x onerror=hit(25)>]]>"
        "&lt;img src=x onerror=hit(26)&gt;<p>&amp;lt;svg onload=hit(27)&amp;gt;</p></textarea><img src=x onerror=hit(28)>"
        "<xmp><img title='</xmp><img src=x onerror=hit(29)>'></xmp><title><img title='</title><img src=x onerror=hit(30)>'>"
    ),
}

# Elements and attributes of theirs that are left in a frame of the page.
FOUND = """() => {
  const acting = /^(on.+|(xlink:)?href|src|(form)?action|data|srcdoc|srcset|style|background|poster|http-equiv)$/i;
  const found = [];
  for (const element of document.querySelectorAll("*")) {
    for (const { name, value } of element.attributes) {
      if (acting.test(name) && /hit\\(|hostile|refresh/.test(value)) found.push(`${element.localName} ${name}=${value}`);
    }
  }
  if (document.querySelector("#theirs, [name=hostile]")) found.push("a form");
  if (getComputedStyle(document.documentElement).getPropertyValue("--hostile")) found.push("a style");
  if (new URL(document.baseURI).host === "hostile.example") found.push("a base");
  return found;
}"""


@pytest.fixture(autouse=True)
def no_policy(settings):
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if name != "csp.middleware.CSPMiddleware"]


@pytest.fixture
def watched(enter) -> Callable[[Any], Watch]:
    return lambda user=None: Watch(enter(user))


class Watch:
    """A person's browser, and what hostile text did in it."""

    def __init__(self, context: BrowserContext) -> None:
        self.context = context
        self.done: list[str] = []
        context.expose_binding("hit", lambda _source, number=None: self.done.append(f"ran {number}"))
        context.route(f"{ELSEWHERE}**", self._asked)
        context.on("dialog", lambda dialog: self.done.append("a dialog"))

    def _asked(self, route: Any) -> None:
        self.done.append(f"asked {route.request.url} as {route.request.resource_type}")
        route.fulfill(status=200, content_type="text/html", body="<title>elsewhere</title>")

    def page(self, address: str) -> Page:
        page = self.context.new_page()
        response = page.goto(address)
        assert response.ok and "content-security-policy" not in response.headers
        return page

    def assert_harmless(self, page: Page) -> None:
        expected = page.url
        page.wait_for_timeout(250)
        assert page.url == expected
        assert [found for frame in page.frames for found in frame.evaluate(FOUND)] == []
        assert self.done == []
        page.close()


def write(table: str, pk: int, body: str) -> None:
    """Put `body` into a row past every model."""
    column = "body = %s" if table == "news_article" else "content = jsonb_set(content, '{body}', to_jsonb(%s::text))"
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET {column} WHERE id = %s", [body, pk])


def stored(table: str, pk: int) -> str:
    """The body of a row as the database holds it."""
    with connection.cursor() as cursor:
        column = "body" if table == "news_article" else "content ->> 'body'"
        cursor.execute(f"SELECT {column} FROM {table} WHERE id = %s", [pk])
        return cursor.fetchone()[0]


def planted(status: str = Status.PUBLISHED, body: str = "", **changes: Any) -> Article:
    article = make_article(status=status, **changes)
    write("news_article", article.pk, body)
    return article


def proposal(how: str, article: Article, body: str) -> Revision:
    author = article.author
    if how == "form":
        data = form_data(category=article.category_id, title=article.title, body=body, base_version=article.version)
        assert client_of(author).post(change_address(article), data).status_code == 302
        found = article.revisions.proposed().get()
        assert_stored_clean("news_revision", found.pk)
        return found
    found = propose(article, author, body="<p>Mới</p>")
    write("news_revision", found.pk, body)
    return found


def assert_stored_clean(table: str, pk: int) -> None:
    text = stored(table, pk)
    assert "từ khoá" in text
    for trace in ("<script", "<meta", "<form", "<iframe", "<base", "<style", "<svg", "<math", "<template", "<noscript"):
        assert trace not in text


def test_on_the_pages_of_citizens(watched):
    visitor = watched()
    for body in BODIES.values():
        article = planted(body=body, summary="")

        for address in (article.get_absolute_url(), reverse("news:search") + "?q=từ+khoá", "/"):
            visitor.assert_harmless(visitor.page(address))

        page = visitor.context.new_page()
        # The file is opened from a disk later; here it is shown instead of being saved.
        page.route("**/luu/", _show)
        page.goto(f"{article.get_absolute_url()}luu/")
        visitor.assert_harmless(page)


def _show(route: Any) -> None:
    response = route.fetch()
    assert response.ok
    headers = {name: value for name, value in response.headers.items() if name != "content-disposition"}
    route.fulfill(response=response, headers=headers)


def test_in_a_draft(watched):
    author = make_writer()
    editor, reader, leader = watched(make_editor()), watched(author), watched()
    for title, body in BODIES.items():
        draft, review = planted(Status.DRAFT, body, author=author), planted(Status.REVIEW, body, author=author)
        sent = client_of(author).post(
            reverse("admin:news_article_add"), form_data(category=make_category().pk, title=title, body=body)
        )
        assert sent.status_code == 302
        written = Article.objects.everywhere().get(title=title)
        assert_stored_clean("news_article", written.pk)
        assert_stored_clean("news_revision", written.revisions.get().pk)

        editor.assert_harmless(editor.page(draft.get_absolute_url()))
        editor.assert_harmless(open_form(editor.context, draft))
        reader.assert_harmless(reader.page(change_address(review)))
        editor.assert_harmless(open_form(editor.context, written))
        leader.assert_harmless(leader.page(share(draft, author)))


@pytest.mark.parametrize("how", ["form", "database"])
def test_in_a_change_that_waits_for_approval(watched, how):
    editor, leader = watched(make_editor()), watched()
    for body in BODIES.values():
        article = make_article(author=make_writer())
        revision = proposal(how, article, body)
        address = share(article, article.author)
        compared = reverse("admin:news_article_compare", args=[article.pk])

        leader.assert_harmless(leader.page(address))
        leader.assert_harmless(leader.page(f"{address}khung/dien-thoai/"))
        editor.assert_harmless(editor.page(f"{compared}?cu={revision.number - 1}&moi={revision.number}"))
        editor.assert_harmless(open_form(editor.context, article))


@pytest.mark.parametrize("how", ["form", "database"])
def test_in_a_conflict_of_two_writers(watched, how):
    editor = watched(make_editor())
    for body in BODIES.values():
        article = make_article(author=make_writer())
        page = open_form(editor.context, article)
        proposal(how, article, body)
        _type(page, f"<p>Của tôi</p>{body}")

        save(page)

        assert page.locator(".two-texts").count() >= 1
        editor.assert_harmless(page)


def test_in_an_old_text_that_is_brought_back(watched):
    author = make_writer()
    editor = watched(make_editor())
    for body in BODIES.values():
        article = make_article(status=Status.DRAFT, author=author)
        revisions.save_draft(article, author, article.version)
        first = article.revisions.get(number=1)
        write("news_revision", first.pk, body)
        page = editor.page(reverse("admin:news_article_history", args=[article.pk]))

        with page.expect_navigation():
            page.locator("form[action$='/phien-ban/1/'] button").click()

        editor.assert_harmless(page)
        assert_stored_clean("news_article", article.pk)
        assert_stored_clean("news_revision", article.revisions.first().pk)
        editor.assert_harmless(editor.page(article.get_absolute_url()))


@pytest.mark.parametrize("how", ["form", "database"])
@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_in_unsaved_work_that_is_offered(watched, body, how):
    author = make_writer()
    message = {"article": None, "version": 0, "content": {"title": "Dở dang", "body": body}}
    client_of(author).post(reverse("admin:news_article_autosave"), json.dumps(message), content_type="application/json")
    kept = Autosave.objects.everywhere().get(user=author)
    if how == "form":
        assert_stored_clean("news_autosave", kept.pk)
    else:
        write("news_autosave", kept.pk, body)
    writer = watched(author)
    page = open_form(writer.context)

    page.click(".unsaved-restore")
    page.clock.run_for(500)

    assert "từ khoá" in text_of(page)
    writer.assert_harmless(page)


def test_on_the_page_of_who_reads_and_does_not_write(watched):
    author = make_writer()
    reader = watched(author)
    for body in BODIES.values():
        article = planted(Status.REVIEW, body, author=author)
        autosaves.keep(author, article, {"title": "Dở dang", "body": "<p>Dở</p>"}, article.version)
        write("news_autosave", Autosave.objects.everywhere().get(user=author, article=article).pk, body)

        page = reader.page(change_address(article))
        page.evaluate("document.querySelector('details.kept-work').open = true")
        assert "từ khoá" in page.locator("details.kept-work").inner_text()
        reader.assert_harmless(page)
        reader.assert_harmless(reader.page(reverse("admin:news_article_look", args=[article.pk])))


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_in_a_form_that_is_kept_when_the_session_ended(watched, body):
    author = make_writer()
    writer = watched(author)
    page = open_form(writer.context, make_article(status=Status.DRAFT, author=author))
    Session.objects.all().delete()
    _type(page, body)

    with page.expect_navigation():  # as without the script, which asks for the session first
        page.evaluate("HTMLFormElement.prototype.submit.call(document.getElementById('article_form'))")

    assert page.locator("input[type=hidden][name=body]").input_value() == body
    writer.assert_harmless(page)


def test_in_a_failure_that_the_self_test_names(watched):
    body = "".join(BODIES.values())
    task = registered_tasks()[0]
    TaskState.objects.update_or_create(
        name=task.name,
        defaults={"next_at": timezone.now(), "failed_at": timezone.now(), "failures": 2, "error": body, "result": body},
    )
    chief = watched(User.objects.create_superuser("chu", password="mat-khau-dai-1"))

    page = chief.page(reverse("admin:upkeep_taskstate_changelist"))

    assert "từ khoá" in page.locator("main, #content").first.inner_text()
    chief.assert_harmless(page)


@pytest.mark.parametrize("player", ["javascript:parent.hit(31)", f"{ELSEWHERE}player", "data:text/html,<script>"])
def test_in_a_video_that_is_played(watched, player):
    body = f'<p>từ khoá</p><p class="video"><a href="https://www.youtube.com/watch?v=abcdefgh" data-player="{player}">Phim</a></p>'
    article = planted(body=body)
    visitor = watched()
    visitor.context.route("https://www.youtube*/**", lambda route: route.fulfill(status=200, body="phim"))
    page = visitor.page(article.get_absolute_url())

    page.locator(".richtext p.video a").click()

    page.wait_for_timeout(250)
    frames = [frame.get_attribute("src") for frame in page.locator("iframe").all()]
    assert visitor.done == [] and all(src.startswith("https://www.youtube-nocookie.com/") for src in frames)


def _type(page: Page, body: str) -> None:
    page.evaluate(
        """(body) => {
          document.querySelector("iframe.editor-frame").remove();
          document.getElementById("id_body").value = body;
        }""",
        body,
    )
