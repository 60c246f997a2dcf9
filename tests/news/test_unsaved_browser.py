"""Unsaved work in a real browser: a killed tab, a lost session and a lost connection cost nobody a word."""

from __future__ import annotations

import time

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from playwright.sync_api import BrowserContext, Page, expect

from accounts.access.sessions import SEEN
from library.documents import store_document
from news.models import Article, Attachment, Autosave, Status, Tag
from tests.communes.factories import first_commune
from tests.editor import IS_READY, text_of, write_text
from tests.news.factories import EDITOR, make_article, make_category, make_user, make_writer, picture_file
from tests.news.test_browser import browser, enter, newsroom, open_form, save, sign_in, wait_until

__all__ = ["browser", "enter", "newsroom"]  # fixtures

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

PDF = b"%PDF-1.7 phu luc"


def test_work_in_a_killed_tab_is_offered_on_return(enter):
    author = make_writer()
    context = enter(author)
    page = open_form(context)
    page.fill("#id_title", "Bài đang viết dở")
    page.clock.run_for(21_000)
    expect(page.locator(".autosave-state")).not_to_be_empty()
    assert Autosave.objects.everywhere().get(user=author).content["title"] == "Bài đang viết dở"
    page.close()

    another_machine = open_form(enter(author))
    another_machine.click(".unsaved-restore")

    expect(another_machine.locator("#id_title")).to_have_value("Bài đang viết dở")


def test_work_typed_after_the_session_ended_survives_in_the_browser(enter, newsroom):
    author = make_writer()
    context = enter(author)
    page = open_form(context)
    context.clear_cookies(name="sessionid")
    page.fill("#id_title", "Viết sau khi hết phiên")
    page.clock.run_for(21_000)
    expect(page.locator(".autosave-state")).not_to_be_empty()
    assert not Autosave.objects.everywhere().exists()
    page.close()

    sign_in(context, author, newsroom)
    page = open_form(context)
    page.click(".unsaved-restore")

    expect(page.locator("#id_title")).to_have_value("Viết sau khi hết phiên")


def test_work_typed_without_connection_survives_in_the_browser(enter):
    context = enter(make_writer())
    page = open_form(context)
    context.set_offline(True)
    page.fill("#id_title", "Viết khi mất mạng")
    page.clock.run_for(21_000)
    expect(page.locator(".autosave-state")).not_to_be_empty()
    page.close()
    context.set_offline(False)

    page = open_form(context)
    page.click(".unsaved-restore")

    expect(page.locator("#id_title")).to_have_value("Viết khi mất mạng")


def pick(page: Page, name: str, words: str) -> None:
    """Choose in a list with a search, as with the keyboard."""
    page.locator(f".field-{name.rsplit('-', 1)[-1]}:has(#id_{name}) .select2-selection").click()
    # The list gives its field the focus a moment after it opens, by the page's clock; what is typed earlier is lost.
    page.clock.run_for(50)
    expect(page.locator(".select2-container--open .select2-search__field")).to_be_focused()
    page.keyboard.type(words)
    for turn in range(400):
        if turn < 40:  # the list's own timers; afterwards only the machine is slow
            page.clock.run_for(200)
        if page.locator(".select2-results__option--highlighted", has_text=words).count():
            break
        time.sleep(0.05)
    page.locator(".select2-results__option--highlighted", has_text=words).click()


def choices(page: Page, name: str) -> list[str]:
    return page.locator(f"#id_{name} option:checked").all_inner_texts()


def unfold(page: Page) -> None:
    """Open the groups of fields that few articles need."""
    for summary in page.locator("#content fieldset.collapse summary").all():
        summary.click()


@pytest.mark.parametrize("is_sent", [True, False], ids=["to the server", "to this browser only"])
def test_every_choice_of_a_killed_tab_is_offered_on_return(enter, is_sent):
    editor = make_user(*EDITOR, "view_tag", "view_document")
    article = make_article(title="Bài đã đăng")
    make_article(title="Lễ hội đình làng")
    Tag.objects.create(commune=first_commune(), name="Nông nghiệp", slug="nong-nghiep")
    document = store_document(SimpleUploadedFile("phu-luc.pdf", PDF), first_commune(), editor, title="Phụ lục thu phí")
    Attachment.objects.create(article=article, document=document, title="Tên cũ")
    context = enter(editor)
    page = open_form(context, article)
    unfold(page)
    page.fill("#id_title", "Bài đã đăng và đổi")
    pick(page, "tags", "Nông nghiệp")
    pick(page, "related", "Lễ hội đình làng")
    page.check("#id_is_major")
    page.fill("#id_note", "Đổi ngày họp")
    page.check("#id_is_featured")
    page.fill("#id_published_at_0", "02/12/2026")
    page.fill("#id_published_at_1", "08:30")
    page.fill("#id_expires_at_0", "20/12/2026")
    page.fill("#id_expires_at_1", "17:00")
    page.fill("#id_review_on", "31/01/2027")
    page.fill("#id_attachments-0-title", "Tên mới")
    page.click("#attachments-group .add-row a")
    pick(page, "attachments-1-document", "Phụ lục")
    page.fill("#id_attachments-1-title", "Bảng giá")
    page.clock.run_for(21_000 if is_sent else 1_000)
    if is_sent:
        expect(page.locator(".autosave-state")).not_to_be_empty()
        context = enter(editor)
    page.close()

    page = open_form(context, article)
    page.click(".unsaved-restore")

    assert choices(page, "tags") == ["Nông nghiệp"]
    assert choices(page, "related") == ["Lễ hội đình làng"]
    assert page.is_checked("#id_is_major") and page.is_checked("#id_is_featured")
    shown = {"note": "Đổi ngày họp", "published_at_0": "02/12/2026", "published_at_1": "08:30"}
    shown |= {"expires_at_0": "20/12/2026", "expires_at_1": "17:00", "review_on": "31/01/2027"}
    shown |= {"attachments-0-title": "Tên mới", "attachments-1-title": "Bảng giá"}
    assert {name: page.input_value(f"#id_{name}") for name in shown} == shown
    assert choices(page, "attachments-1-document") == ["Phụ lục thu phí (PDF)"]
    save(page)
    assert list(article.tags.values_list("name", flat=True)) == ["Nông nghiệp"]
    assert set(article.attachments.values_list("title", flat=True)) == {"Tên mới", "Bảng giá"}
    page.close()
    expect(open_form(context, article).locator(".unsaved-offer")).to_be_hidden()


def test_nothing_is_offered_after_saving_all_but_the_text_of_a_published_article(enter):
    editor = make_user(*EDITOR, "view_tag", "view_document")
    article = make_article()
    context = enter(editor)
    page = open_form(context, article)
    unfold(page)
    page.fill("#id_expires_at_0", "2/12/2036")
    page.fill("#id_expires_at_1", "8:30")
    page.click("#attachments-group .add-row a")
    page.fill("#id_attachments-0-title", "Bảng giá")
    page.set_input_files("#id_attachments-0-upload", files=[{"name": "gia.pdf", "mimeType": "", "buffer": PDF}])
    page.clock.run_for(1_000)
    save(page)
    page.close()

    page = open_form(context, article)

    assert article.attachments.get().title == "Bảng giá"
    expect(page.locator(".unsaved-offer")).to_be_hidden()


def test_the_title_of_a_document_finds_its_row_though_a_colleague_removed_another(enter):
    author = make_writer()
    article = make_article(author=author)
    for name in ("một", "hai"):
        document = store_document(
            SimpleUploadedFile(f"{name}.pdf", PDF + name.encode()), first_commune(), author, title=name
        )
        Attachment.objects.create(article=article, document=document, title=name)
    first, second = article.attachments.order_by("id")
    context = enter(author)
    page = open_form(context, article)
    index = 0 if page.input_value("#id_attachments-0-id") == str(second.pk) else 1
    page.fill(f"#id_attachments-{index}-title", "Tên mới của hai")
    page.clock.run_for(1_000)
    page.close()
    first.delete()

    page = open_form(context, article)
    page.click(".unsaved-restore")

    assert page.input_value("#id_attachments-TOTAL_FORMS") == "1"
    assert page.input_value("#id_attachments-0-title") == "Tên mới của hai"


def test_nothing_is_offered_after_a_normal_save(enter):
    author = make_writer()
    make_category()
    context = enter(author)
    page = open_form(context)
    page.fill("#id_title", "Lưu bình thường")
    page.select_option("#id_category", index=1)
    page.clock.run_for(21_000)
    save(page)
    article = Article.objects.everywhere().get()
    page.close()

    for page in (open_form(context, article), open_form(context)):
        expect(page.locator(".unsaved-offer")).to_be_hidden()


def test_after_signing_in_again_in_another_tab_the_form_is_saved(enter, newsroom):
    """The session ends on the server; signing in anew changes the CSRF token that the open form holds."""
    author = make_writer(password="mat-khau-cua-toi")
    article = make_article(author=author, status=Status.DRAFT)
    context = enter(author)
    page = open_form(context, article)
    Session.objects.all().delete()
    page.fill("#id_title", "Viết khi phiên đã hết")
    page.click("[name=_continue]")
    expect(page.locator(".autosave-state a")).to_be_visible()

    tab = context.new_page()
    tab.goto(reverse("admin:login"))
    tab.fill("#id_username", author.username)
    tab.fill("#id_password", "mat-khau-cua-toi")
    with tab.expect_navigation():
        tab.click("[type=submit]")
    tab.close()
    save(page)

    article.refresh_from_db()
    assert article.title == "Viết khi phiên đã hết"


def session_of(context: BrowserContext) -> SessionStore:
    return SessionStore(next(cookie["value"] for cookie in context.cookies() if cookie["name"] == "sessionid"))


def nobody_was_there(context: BrowserContext, minutes: int) -> None:
    """The server's clock, which the page's does not move."""
    session = session_of(context)
    session[SEEN] = time.time() - 60 * minutes
    session.save()


def test_an_idle_publisher_is_warned_loses_nothing_and_leaves_no_text_behind(enter, newsroom):
    editor = make_user(*EDITOR)
    article = make_article(author=editor, status=Status.DRAFT)
    context = enter(editor)
    page = open_form(context, article)
    box, form_open_still = page.locator("#session-end"), "**" + reverse("admin:news_article_autosave")

    for minutes in (0, 56):
        nobody_was_there(context, minutes)
        with page.expect_response(form_open_still):  # the open form says so by itself: nobody is there all the same
            page.clock.run_for(21_000)
    page.clock.fast_forward(55 * 60_000)
    expect(box.locator("[data-when=idle]")).to_be_visible()
    box.get_by_role("button").click()
    expect(box).to_be_hidden()
    assert time.time() - session_of(context)[SEEN] < 60

    page.fill("#id_title", "Viết dở rồi đi họp")
    nobody_was_there(context, 61)
    # Both ask after the session; an answer about the old one that came late would take away the new one's cookie.
    with page.expect_response(form_open_still):
        page.clock.fast_forward(56 * 60_000)
    expect(box.locator("[data-when=over]")).to_be_visible()
    expect(page.locator("#id_title")).to_have_value("Viết dở rồi đi họp")
    sign_in(context, editor, newsroom)
    save(page)
    article.refresh_from_db()
    assert article.title == "Viết dở rồi đi họp"
    wait_until(page, IS_READY)
    page.clock.run_for(500)

    page.fill("#id_title", "Chưa lưu, máy chủ đã giữ")
    page.clock.run_for(21_000)
    state = page.locator(".autosave-state")
    expect(state).to_contain_text(state.get_attribute("data-saved"))
    page.evaluate("localStorage.setItem('draft:0:new:', '{}')")  # what only this browser has stays for its owner
    with page.expect_navigation():
        page.click("#logout-form button")
    assert page.evaluate("Object.keys(localStorage).filter((name) => name.startsWith('draft:'))") == ["draft:0:new:"]
    assert Autosave.objects.everywhere().get(user=editor).content["title"] == "Chưa lưu, máy chủ đã giữ"


def test_a_right_taken_away_is_not_called_a_lost_session(enter):
    author = make_writer()
    article = make_article(author=author, status=Status.DRAFT)
    page = open_form(enter(author), article)
    Article.objects.everywhere().filter(pk=article.pk).update(status=Status.REVIEW)
    page.fill("#id_title", "Viết khi bài đã gửi duyệt")
    page.clock.run_for(21_000)

    state = page.locator(".autosave-state")
    expect(state).to_have_text(state.get_attribute("data-refused"))


def test_a_picture_uploaded_with_a_form_that_has_an_error_stays_the_cover(enter):
    author = make_writer()
    article = make_article(author=author, status=Status.DRAFT)
    context = enter(author)
    page = open_form(context, article)
    page.fill("#id_title", "")
    page.set_input_files(
        "#id_cover_file", files=[{"name": "cau.png", "mimeType": "image/png", "buffer": picture_file()}]
    )
    page.fill("#id_cover_alt", "Cầu treo")
    save(page)
    page.wait_for_selector(".errornote")
    page.clock.run_for(1_000)

    expect(page.locator(".unsaved-offer")).to_be_hidden()
    page.fill("#id_title", "Cầu treo thông xe")
    save(page)

    article.refresh_from_db()
    assert article.title == "Cầu treo thông xe"
    assert article.cover is not None


@pytest.mark.parametrize("is_sent", [True, False], ids=["on the server", "in this browser only"])
def test_work_that_is_offered_and_ignored_is_not_replaced_by_what_is_typed_next(enter, is_sent):
    author = make_writer()
    context = enter(author)
    page = open_form(context)
    page.fill("#id_title", "Bài viết hôm qua")
    page.clock.run_for(21_000 if is_sent else 1_000)
    if is_sent:
        expect(page.locator(".autosave-state")).not_to_be_empty()
    page.close()

    page = open_form(context)
    page.fill("#id_title", "Bài viết hôm nay")
    page.clock.run_for(21_000)
    state = page.locator(".autosave-state")
    expect(state).to_have_text(state.get_attribute("data-waiting"))
    page.close()

    page = open_form(context)
    page.click(".unsaved-restore")
    expect(page.locator("#id_title")).to_have_value("Bài viết hôm qua")
    page.click(".unsaved-restore")
    expect(page.locator("#id_title")).to_have_value("Bài viết hôm nay")
    expect(page.locator(".unsaved-offer")).to_be_visible()  # the other one, until it is dropped
    page.click(".unsaved-drop")
    expect(page.locator(".unsaved-offer")).to_be_hidden()
    page.clock.run_for(21_000)
    state = page.locator(".autosave-state")
    expect(state).to_contain_text(state.get_attribute("data-saved"))
    assert Autosave.objects.everywhere().get(user=author).content["title"] == "Bài viết hôm nay"


def test_work_that_could_not_be_discarded_stays_on_offer_and_the_writer_is_told(enter):
    author = make_writer()
    context = enter(author)
    page = open_form(context)
    page.fill("#id_title", "Bài đang viết dở")
    page.clock.run_for(21_000)
    expect(page.locator(".autosave-state")).not_to_be_empty()
    page.close()
    page = open_form(context)
    address = "**" + reverse("admin:news_article_autosave_discard")

    page.route(address, lambda route: route.fulfill(status=503, body=""))
    page.click(".unsaved-drop")
    expect(page.locator(".autosave-state")).to_contain_text("Chưa xóa được phần soạn thảo chưa lưu")
    expect(page.locator(".unsaved-offer")).to_be_visible()
    page.unroute(address)
    page.click(".unsaved-drop")

    expect(page.locator(".unsaved-offer")).to_be_hidden()
    assert not Autosave.objects.everywhere().exists()


def test_a_text_that_neither_the_server_nor_the_browser_can_keep_is_named(enter):
    page = open_form(enter(make_writer()))
    page.evaluate(
        """() => {
          for (let size = 5 * 1024 * 1024; size >= 1; size = Math.floor(size / 2)) {
            try { localStorage.setItem(`full-${size}`, "x".repeat(size)); } catch {}
          }
          document.querySelector("#id_summary").value = "dài ".repeat(600_000);
        }"""
    )
    page.fill("#id_title", "Bài quá dài")
    page.clock.run_for(21_000)

    expect(page.locator(".autosave-state")).to_contain_text("Nội dung quá dài.")
    expect(page.locator(".autosave-state")).to_contain_text("Không giữ được nội dung ở đâu cả")
    assert not Autosave.objects.everywhere().exists()


def test_a_picture_that_only_this_browser_has_is_offered_from_here(enter):
    context = enter(make_writer())
    page = open_form(context)
    body = '<p>chữ<img src="data:image/tiff;base64,a2hvbmc=" alt="Cầu"></p>'
    write_text(page, body)
    page.fill("#id_title", "Bài có ảnh")
    page.clock.run_for(21_000)
    state = page.locator(".autosave-state")
    expect(state).to_contain_text("Bản lưu trên máy chủ thiếu: 1 ảnh không đọc được. Trình duyệt này vẫn giữ đủ.")
    page.close()

    page = open_form(context)
    page.click(".unsaved-restore")

    assert "data:image/tiff;base64,a2hvbmc=" in text_of(page)
