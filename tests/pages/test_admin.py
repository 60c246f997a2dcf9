"""Pages in the admin, pressed as the page sends them."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from news.drafts import autosaves
from news.models import Article, Autosave, GroupScope, Kind, Redirect, Status
from news.newsroom.desk import piles_of
from news.newsroom.steps import workflow
from pages import starter
from pages.models import Page
from tests.communes.factories import first_commune, join, working
from tests.news.factories import CHIEF, make_article, make_category, make_chief, make_editor, make_user, make_writer
from tests.news.test_revisions import propose
from tests.offered import read_page
from tests.pages.factories import make_page

pytestmark = pytest.mark.django_db


def client_of(user):
    client = Client()
    client.force_login(user, backend="communes.work.MembershipBackend")
    return client


def form_at(client, address):
    response = client.get(address)
    assert response.status_code == 200, address
    return next(form for form in read_page(response.content.decode(), address).forms if "base_version" in form.kinds)


def button(form, name, value=""):
    return next(b for b in form.buttons if b.name == name and (not value or b.value == value))


def press(client, address, pressed=("_save", ""), **answers):
    form = form_at(client, address)
    return form.press(client, button(form, *pressed), **answers)


ADD = "/quan-tri/pages/page/add/"


def test_a_writer_writes_a_page_and_an_editor_approves_it():
    writer, editor = make_writer(), make_editor()
    about = make_page("Giới thiệu")

    sent = press(client_of(writer), ADD, ("_step", "submit"), title="Lịch sử", body="<p>Xưa.</p>", parent=str(about.pk))
    page = Page.objects.everywhere().get(title="Lịch sử")
    assert (sent.status_code, sent["Location"]) == (302, reverse("admin:pages_page_changelist"))
    assert (page.status, page.path, page.category_id) == (Status.REVIEW, "gioi-thieu/lich-su", None)
    press(client_of(editor), page.form_address, ("_step", "publish"))

    assert "<p>Xưa.</p>" in Client().get("/gioi-thieu/lich-su/").content.decode()


def test_a_change_of_a_public_page_waits_for_approval():
    writer = make_writer()
    page = make_page("Giờ mở cửa", author=writer)

    press(client_of(writer), page.form_address, body="<p>Giờ mới.</p>")

    assert "Giờ mới" not in Client().get(page.get_absolute_url()).content.decode()
    press(client_of(make_editor()), page.form_address, ("_step", "change"))
    assert "Giờ mới" in Client().get(page.get_absolute_url()).content.decode()


def test_the_old_addresses_of_what_was_public_lead_on():
    about, other = make_page("Giới thiệu"), make_page("Chính quyền")
    structure = make_page("Cơ cấu", parent=about)
    office = make_page("Văn phòng", parent=structure)
    make_page("Nháp", parent=structure, status=Status.DRAFT)

    press(client_of(make_editor()), structure.form_address, parent=str(other.pk), slug="bo-may")

    assert Client().get("/chinh-quyen/bo-may/van-phong/").status_code == 200
    for old, new in (
        ("/gioi-thieu/co-cau/", "/chinh-quyen/bo-may/"),
        (office.get_absolute_url(), "/chinh-quyen/bo-may/van-phong/"),
    ):
        response = Client().get(old)
        assert (response.status_code, response["Location"]) == (301, new)
    assert not Redirect.objects.everywhere().filter(old_path__contains="nhap").exists()


def test_a_page_may_go_back_to_where_it_was():
    page = make_page("Giới thiệu")
    client = client_of(make_editor())

    press(client, page.form_address, slug="gioi-thieu-chung")
    press(client, page.form_address, slug="gioi-thieu")

    assert Client().get("/gioi-thieu/").status_code == 200
    assert Client().get("/gioi-thieu-chung/")["Location"] == "/gioi-thieu/"


def test_a_colleague_who_does_not_publish_does_not_move_what_is_public():
    writer = make_writer()
    page = make_page("Giới thiệu", author=writer)
    client = client_of(writer)

    form = form_at(client, page.form_address)
    form.press(client, button(form, "_save"), slug="khac", position="7")

    page = Page.objects.everywhere().get(pk=page.pk)
    assert "slug" not in form.kinds
    assert (page.path, page.position) == ("gioi-thieu", 0)


@pytest.mark.parametrize(
    ("answers", "field", "words"),
    [
        ({"parent": "below"}, "parent", "Hãy chọn"),
        ({"parent": "self"}, "parent", "Hãy chọn"),
        ({"slug": "co-cau", "parent": "sibling"}, "slug", "Một trang khác đã có địa chỉ này."),
        ({"slug": "kinh-te", "parent": ""}, "slug", "Một chuyên mục đã dùng địa chỉ này."),
        ({"slug": "binh-chon", "parent": ""}, "slug", "dành riêng cho hệ thống"),
        ({"slug": "có dấu"}, "slug", ""),
    ],
)
def test_what_cannot_be_is_said_at_its_field_and_nothing_typed_is_lost(answers, field, words):
    make_category(name="Kinh tế", slug="kinh-te")
    about = make_page("Giới thiệu")
    make_page("Cơ cấu", parent=about)
    page = make_page("Trang", parent=about)
    below = make_page("Dưới", parent=page)
    keys = {"below": str(below.pk), "self": str(page.pk), "sibling": str(about.pk)}
    answers = {name: keys.get(value, value) for name, value in answers.items()}

    response = press(client_of(make_editor()), page.form_address, body="<p>Đang gõ dở.</p>", **answers)

    errors = response.context["adminform"].form.errors
    assert response.status_code == 200
    assert list(errors) == [field], errors
    assert words in errors.as_text()
    assert "Đang gõ dở." in response.content.decode()


def test_groups_limited_to_categories_do_not_write_pages():
    user = make_user()
    group = Group.objects.create(name="Ban tin")
    group.permissions.set(Permission.objects.filter(content_type__app_label="news", codename__in=CHIEF))
    GroupScope.objects.create(commune=first_commune(), group=group).categories.set([make_category()])
    join(user, group)
    client = client_of(working(type(user).objects.get(pk=user.pk)))
    page = make_page(status=Status.REVIEW)

    assert client.get(ADD).status_code == 403
    assert client.get(page.form_address).status_code == 404
    response = client.post(reverse("admin:news_article_step", args=[page.pk, "publish"]))
    assert response.status_code == 404
    assert client.post(reverse("admin:pages_page_start")).status_code == 403


def test_the_list_shows_the_tree_and_no_news():
    about = make_page("Giới thiệu", position=2)
    make_page("Cơ cấu", parent=about)
    make_page("English", slug="en", language="en", position=1)
    make_article(title="Tin trong ngày")

    html = client_of(make_editor()).get(reverse("admin:pages_page_changelist")).content.decode()

    assert html.index("English</span>") < html.index("Giới thiệu</span>") < html.index("Cơ cấu</span>")
    assert "Tin trong ngày" not in html
    news = client_of(make_editor()).get(reverse("admin:news_article_changelist")).content.decode()
    assert "Tin trong ngày" in news and "Cơ cấu" not in news


def test_a_page_is_searched_for_in_the_list():
    make_page("Giới thiệu", body="<p>Tìmthấy.</p>")
    make_page("Cơ cấu")

    html = client_of(make_editor()).get(reverse("admin:pages_page_changelist") + "?q=timthay").content.decode()

    assert "Giới thiệu</span>" in html and "Cơ cấu</span>" not in html


def test_new_pages_and_new_articles_keep_their_unsaved_work_apart():
    writer = make_writer()
    client = client_of(writer)
    address = reverse("admin:news_article_autosave")
    for kind, title in (("", "Bài dở"), ("page", "Trang dở")):
        message = {"article": None, "kind": kind, "version": 0, "content": {"title": title}}
        assert client.post(address, json.dumps(message), content_type="application/json").status_code == 200

    assert autosaves.offer(writer, None)["content"]["title"] == "Bài dở"
    assert autosaves.offer(writer, None, is_page=True)["content"]["title"] == "Trang dở"
    rows = [row for pile in piles_of(writer, timezone.now()) for row in pile.rows]
    assert {(row.note, row.address) for row in rows} == {
        ("Bài dở", reverse("admin:news_article_add")),
        ("Trang dở", ADD),
    }
    press(client, ADD, title="Trang xong", body="<p>x</p>")
    assert [copy.is_page for copy in Autosave.objects.everywhere()] == [False]


def test_the_desk_says_which_pages_to_look_at_again():
    editor = make_editor()
    today = timezone.localdate()
    due = make_page("Giờ mở cửa", review_on=today)
    make_page("Lịch sử", review_on=today + timedelta(days=1))

    rows = [row for pile in piles_of(editor, timezone.now()) for row in pile.rows]

    assert [(row.title, row.address) for row in rows] == [(due.title, due.form_address)]


def test_the_desk_holds_what_waits_of_pages():
    writer, editor = make_writer(), make_editor()
    page = make_page("Giới thiệu", author=writer)
    waiting = make_page("Cơ cấu", author=writer, status=Status.DRAFT)
    propose(page, writer, title="Giới thiệu chung")
    workflow.submit(waiting, writer)

    rows = [row for pile in piles_of(editor, timezone.now()) for row in pile.rows]

    assert {row.address for row in rows} >= {page.form_address, waiting.form_address}


def test_the_checklist_asks_a_page_for_no_category():
    message = {"title": "Trang", "body": "<p>Chữ</p>", "summary": "", "pasted": "", "kind": "page"}

    def found(**changes):
        response = client_of(make_writer()).post(
            reverse("admin:news_article_check"), json.dumps(message | changes), content_type="application/json"
        )
        return [finding["text"] for finding in response.json()["findings"] if finding["blocking"]]

    assert found() == []
    assert len(found(kind="")) == 1
    assert "Còn chỗ chưa điền: [điền: số dân]" in found(body="<p>Có [điền: số dân] người.</p>")


# --- Templates ---


def test_templates_are_drafted_with_one_press_and_never_published_unfilled():
    editor = make_editor()
    client = client_of(editor)
    address = reverse("admin:pages_page_changelist")
    page = read_page(client.get(address).content.decode(), address)
    form = next(form for form in page.forms if form.action.endswith("/mau/"))

    response = form.press(client, form.buttons[0])

    pages = Page.objects.of(first_commune())
    assert response.status_code == 302
    assert {page.path for page in pages} == {text.path for text in starter.TEXTS}
    assert {page.status for page in pages} == {Status.DRAFT}
    assert pages.get(path="en/privacy").translation_of.path == "chinh-sach-bao-ve-du-lieu-ca-nhan"
    assert all(page.revisions.count() == 1 for page in pages)
    with pytest.raises(workflow.StepError, match="Còn chỗ chưa điền"):
        workflow.publish(pages.get(path="gioi-thieu"), make_chief())
    assert "/mau/" not in client.get(address).content.decode()


def test_templates_leave_alone_what_is_there():
    make_category(name="Quyền riêng tư", slug="chinh-sach-bao-ve-du-lieu-ca-nhan")
    mine = make_page("Giới thiệu", body="<p>Của tôi.</p>")

    starter.start_pages(first_commune(), make_editor())

    mine.refresh_from_db()
    paths = set(Page.objects.of(first_commune()).values_list("path", flat=True))
    assert mine.body == "<p>Của tôi.</p>"
    assert "gioi-thieu/tong-quan" in paths
    assert "chinh-sach-bao-ve-du-lieu-ca-nhan" not in paths


# --- Notices ---


def test_a_notice_has_a_deadline_and_an_article_none():
    client, category = client_of(make_editor()), make_category()
    address = reverse("admin:news_article_add")
    told = {"title": "Nhận hồ sơ", "body": "<p>x</p>", "category": str(category.pk), "deadline_on": "30/11/2036"}

    refused = press(client, address, **told)
    taken = press(client, address, **told, kind=Kind.NOTICE)

    assert "deadline_on" in refused.context["adminform"].form.errors
    assert taken.status_code == 302
    assert f"{Article.objects.everywhere().get().deadline_on:%d/%m/%Y}" == "30/11/2036"


def test_a_deadline_before_the_publication_is_refused():
    notice = make_article(kind=Kind.NOTICE, published_at=timezone.now())
    yesterday = timezone.localdate() - timedelta(days=1)

    response = press(client_of(make_editor()), notice.form_address, deadline_on=f"{yesterday:%d/%m/%Y}")

    assert list(response.context["adminform"].form.errors) == ["deadline_on"]
    draft = make_article(kind=Kind.NOTICE, status=Status.REVIEW, deadline_on=yesterday)
    with pytest.raises(workflow.StepError, match="Thời hạn"):
        workflow.publish(draft, make_chief())


def test_two_people_change_the_place_of_a_page_and_neither_undoes_the_other():
    page = make_page("Giới thiệu", position=1)
    client = client_of(make_editor())
    form = form_at(client, page.form_address)
    press(client_of(make_editor()), page.form_address, position="5")

    form.press(client, button(form, "_save"), slug="gioi-thieu-xa")

    page = Page.objects.everywhere().get(pk=page.pk)
    assert (page.position, page.path) == (5, "gioi-thieu-xa")
