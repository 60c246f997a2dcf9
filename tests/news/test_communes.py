"""Two communes in one newsroom: each page, list, form and file shows and touches its own rows only."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pytest
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from communes.models import Commune
from communes.work import FORM_FIELD
from library.documents import store_document
from library.models import Document, Picture
from news import rights
from news.links.addresses import has_page, is_own
from news.links.check import check_links
from news.models import (
    Article,
    Attachment,
    Autosave,
    Category,
    GroupScope,
    Link,
    MissingPage,
    Redirect,
    SearchMiss,
    ShareLink,
    Status,
    Tag,
    digest_of,
)
from news.newsroom.steps import workflow
from news.section import article_titles, category_titles, menu_targets, tag_titles
from tests.communes.factories import join, make_commune
from tests.library.test_documents import pdf
from tests.news.factories import (
    make_article,
    make_category,
    make_picture,
    make_tag,
    make_user,
    make_writer,
    picture_file,
    upload,
)
from tests.news.test_revisions import change_address
from upkeep.models import Letter

pytestmark = pytest.mark.django_db
HERE, THERE = "o-day.vn", "o-kia.vn"
# A word of every row of a commune, and of no other.
OWN, FOREIGN = "Ngandoi", "Khunglong"


@dataclass
class Portal:
    """A commune with one row of each kind, all of which say `word`."""

    commune: Commune
    host: str
    word: str
    writer: User
    editor: User
    category: Category
    article: Article
    draft: Article
    tag: Tag
    picture: Picture
    document: Document

    def get(self, path: str, user: User | None = None, **data):
        return self.client(user).get(path, data)

    def client(self, user: User | None = None) -> Client:
        client = Client(SERVER_NAME=self.host)
        if user:
            client.force_login(user, backend="communes.work.MembershipBackend")
        return client


def make_portal(host: str, word: str) -> Portal:
    commune = make_commune(host, name=f"Xã {word}", slug=word.lower())
    everything = Permission.objects.filter(content_type__app_label__in=["news", "library"])
    group = Group.objects.get_or_create(name="Ban biên tập")[0]
    group.permissions.set(everything)
    editor = make_user(commune=commune, last_name=word)
    join(editor, group, commune=commune)
    writer = make_writer(commune=commune, last_name=word)
    category = make_category(commune=commune, name=f"Mục {word}", slug="tin-tuc")
    picture = make_picture(commune, alt=f"Ảnh {word}")
    document = store_document(pdf(word), commune, None, title=f"Tệp {word}")
    tag = make_tag(f"Thẻ {word}", slug="the-chung", commune=commune, is_story=True)
    values = {"category": category, "author": writer, "byline": f"Người viết {word}"}
    article = make_article(
        title=f"Bài chung {word}",
        body=f'<p>Nội dung {word} <a href="/mat-{word.lower()}/">x</a></p>',
        cover=picture,
        cover_alt="x",
        is_featured=True,
        is_forced=True,
        expires_at=timezone.now() + timezone.timedelta(days=3),
        review_on=timezone.localdate(),
        **values,
    )
    article.tags.add(tag)
    Attachment.objects.create(article=article, document=document, title=f"Tệp {word}")
    draft = make_article(title=f"Nháp {word}", status=Status.REVIEW, **values)
    article.related.add(make_article(title=f"Liên quan {word}", **values))
    Redirect.objects.lead(commune, "/cu/", f"/moi-{word.lower()}/")
    MissingPage.objects.create(commune=commune, path=f"/{word}/")
    SearchMiss.objects.create(commune=commune, query=word)
    Autosave.objects.create(
        commune=commune,
        user=editor,
        content={"title": f"Dở dang {word}"},
        saved_at=timezone.now(),
        seen_at=timezone.now(),
    )
    return Portal(commune, host, word, writer, editor, category, article, draft, tag, picture, document)


@pytest.fixture
def here() -> Portal:
    return make_portal(HERE, OWN)


@pytest.fixture
def there() -> Portal:
    return make_portal(THERE, FOREIGN)


def text_of(response) -> str:
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return content.decode(errors="replace").lower()


def test_public_pages_show_the_rows_of_their_commune(here, there):
    addresses = [
        *("/", "/tin-tuc/", "/the/the-chung/", "/rss/", "/atom/", "/tin-tuc/rss/", "/tin-tuc/atom/", "/so-do-trang/"),
        *("/sitemap-tin-tuc.xml", "/sitemap-bai-viet.xml", "/sitemap-chuyen-muc.xml", "/tim-kiem/?q=bai+chung"),
        *("/tim-kiem/?q=bài+chung&chuyen-muc=tin-tuc", f"/tac-gia/nguoi-viet-{OWN.lower()}/"),
        *(here.article.get_absolute_url(), f"{here.article.get_absolute_url()}luu/"),
    ]

    for address in addresses:
        response = here.get(address)
        text = text_of(response)

        assert response.status_code == 200, address
        assert FOREIGN.lower() not in text, address
        if "/sitemap-chuyen-muc" not in address:
            assert OWN.lower() in text, address


def test_an_address_of_another_commune_leads_nowhere(here, there):
    article = there.article.get_absolute_url()
    missing = [article, f"{article}luu/", f"{article}ma-qr.svg", f"/tac-gia/nguoi-viet-{FOREIGN.lower()}/"]
    # The number of its article under every address of ours.
    missing += [f"/tin-tuc/{here.article.slug}-{there.article.pk}/", f"/x/y-{there.draft.pk}/"]

    for address in missing:
        for user in (None, here.editor):
            assert here.get(address, user).status_code == 404, address


def test_an_old_address_leads_on_in_its_commune(here, there):
    assert here.get("/cu/")["Location"] == f"/moi-{OWN.lower()}/"
    assert there.get("/cu/")["Location"] == f"/moi-{FOREIGN.lower()}/"


def test_what_is_missed_is_counted_where_it_is_missed(here, there):
    for portal, times in ((here, 2), (there, 1)):
        for _ in range(times):
            portal.get("/khong/co.html")
            portal.get("/tim-kiem/", q="zzqqxx")

    for portal, times in ((here, 2), (there, 1)):
        assert MissingPage.objects.of(portal.commune).get(path="/khong/co.html").hits == times
        assert SearchMiss.objects.of(portal.commune).get(query="zzqqxx").hits == times


def test_nobody_can_type_the_word_of_a_commune(here, there):
    for typed in (f"#{there.commune.pk}", f"'#{there.commune.pk}'", f'"#{there.commune.pk}:*"'):
        assert FOREIGN.lower() not in text_of(here.get("/tim-kiem/", q=typed))


def test_the_frame_and_the_menu_are_kept_for_each_commune(here, there, settings):
    settings.FRAME_SECONDS = 60

    for _ in range(2):
        assert FOREIGN.lower() not in text_of(here.get("/"))
        assert OWN.lower() not in text_of(there.get("/"))


def test_far_pages_of_an_author_begin_in_their_own_commune(here, there, monkeypatch):
    monkeypatch.setattr("news.public.pagination.FAR", 2)
    monkeypatch.setattr("news.public.pagination.PER_PAGE", 1)
    for portal in (here, there):
        for _ in range(3):
            make_article(title=f"Bài {portal.word}", byline="Thu Hà", category=portal.category, author=portal.writer)

    for portal, other in ((here, there), (there, here)):
        for page in (1, 2, 3):
            assert other.word.lower() not in text_of(portal.get("/tac-gia/thu-ha/", trang=page))


def test_feeds_name_their_articles_by_the_host_of_the_commune(here, there):
    assert f"tag:{HERE}," in text_of(here.get("/rss/"))
    assert f"tag:{THERE}," in text_of(there.get("/rss/"))


def test_what_the_shell_asks_for_is_of_one_commune(here, there):
    assert OWN in str(menu_targets(here.commune)) and FOREIGN not in str(menu_targets(here.commune))
    assert article_titles([here.article.pk, there.article.pk], here.commune).keys() == {here.article.pk}
    assert category_titles([here.category.pk, there.category.pk], here.commune).keys() == {here.category.pk}
    assert tag_titles([here.tag.pk, there.tag.pk], here.commune).keys() == {here.tag.pk}


ADMIN_LISTS = ["news_article", "news_featuredarticle", "news_category", "news_tag", "news_redirect", "news_missingpage"]
ADMIN_LISTS += ["news_searchmiss", "news_link", "news_groupscope", "library_picture", "library_document"]


def admin_pages(portal: Portal) -> list[str]:
    """Every page of the admin that shows rows."""
    own = [("article", portal.article), ("article", portal.draft), ("category", portal.category), ("tag", portal.tag)]
    article = [portal.article.pk]
    return [
        *(reverse(f"admin:{name}_changelist") for name in ADMIN_LISTS),
        *(
            reverse(f"admin:{name}_changelist") + "?q=a"
            for name in ADMIN_LISTS
            if name not in ("news_groupscope", "news_featuredarticle")
        ),
        *(reverse(f"admin:news_{name}_change", args=[row.pk]) for name, row in own),
        *(reverse(f"admin:news_{name}_add") for name in ("article", "category", "tag", "redirect", "groupscope")),
        reverse("admin:library_picture_change", args=[portal.picture.pk]),
        reverse("admin:library_document_change", args=[portal.document.pk]),
        *(reverse(f"admin:news_article_{name}", args=article) for name in ("history", "share", "look")),
        *(reverse(f"admin:news_article_{name}") for name in ("agenda", "reports")),
        *(reverse("admin:news_article_reports") + f"?tep=csv&bang={number}" for number in range(3)),
        reverse("admin:library_picture_pick"),
        reverse("admin:index"),
        *(
            reverse("admin:autocomplete") + f"?app_label=news&model_name={model}&field_name={field}&term="
            for model, field in (
                ("article", "cover"),
                ("article", "tags"),
                ("article", "related"),
                ("attachment", "document"),
            )
        ),
    ]


def test_the_admin_shows_the_rows_of_the_commune_one_works_for(here, there):
    check_links(timezone.now())

    for address in admin_pages(here):
        response = here.get(address, here.editor)

        assert response.status_code == 200, address
        assert FOREIGN.lower() not in text_of(response), address


def test_a_number_of_another_commune_is_no_row_of_the_admin(here, there):
    article = [there.article.pk]
    forms = [
        reverse(f"admin:news_{name}_change", args=[row.pk])
        for name, row in (("article", there.article), ("category", there.category), ("tag", there.tag))
    ]
    forms += [reverse("admin:library_picture_change", args=[there.picture.pk])]
    forms += [reverse("admin:library_document_change", args=[there.document.pk])]
    views = [reverse(f"admin:news_article_{name}", args=article) for name in ("history", "share", "look")]
    views += [reverse("admin:news_article_step", args=[there.article.pk, "withdraw"])]

    for address in forms:
        for method in ("get", "post"):
            assert getattr(here.client(here.editor), method)(address).status_code == 404, address
    for address in views:
        assert here.get(address, here.editor).status_code == 404, address


def test_a_choice_of_another_commune_is_refused(here, there):
    data = {"title": "x", "summary": "x", "body": "<p>x</p>", "category": there.category.pk}
    data |= {f"attachments-{name}_FORMS": "0" for name in ("TOTAL", "INITIAL")}
    chosen = {"tags": [there.tag.pk], "related": [there.article.pk], "cover": there.picture.pk, "cover_alt": "x"}
    rows = {"attachments-TOTAL_FORMS": "1", "attachments-0-document": there.document.pk, "attachments-0-position": "0"}
    count = Article.objects.everywhere().count()

    for wrong in (
        {},
        *({name: value} | {"category": here.category.pk} for name, value in chosen.items()),
        rows | {"category": here.category.pk},
    ):
        if wrong == {"cover_alt": "x", "category": here.category.pk}:
            continue
        response = here.client(here.editor).post(reverse("admin:news_article_add"), data | wrong)

        assert response.status_code == 200, wrong
        assert Article.objects.everywhere().count() == count, wrong


def test_an_action_touches_no_row_of_another_commune(here, there):
    name = reverse("admin:news_tag_changelist")
    other = make_tag("Khác", commune=here.commune)

    here.client(here.editor).post(
        name, {"action": "merge", ACTION_CHECKBOX_NAME: [here.tag.pk, other.pk, there.tag.pk], "kept": other.pk}
    )

    assert list(Tag.objects.of(there.commune)) == [there.tag]
    assert list(Tag.objects.of(here.commune)) == [other]


def test_a_new_row_belongs_to_the_commune_one_works_for(here, there):
    client = here.client(here.editor)
    data = {"title": "Bài mới", "summary": "x", "body": "<p>x</p>", "category": here.category.pk}
    data |= {f"attachments-{name}_FORMS": "0" for name in ("TOTAL", "INITIAL")}

    client.post(reverse("admin:news_category_add"), {"name": "Kinh tế", "position": "1"})
    client.post(reverse("admin:news_tag_add"), {"name": "Lúa"})
    client.post(reverse("admin:news_redirect_add"), {"old_path": "/a/", "new_path": "/b/"})
    client.post(reverse("admin:news_article_add"), data)
    client.post(
        reverse("admin:library_picture_add"),
        {"alt": "x", "focal_x": "50", "focal_y": "50", "upload": upload(picture_file(colour="blue"))},
    )
    client.post(reverse("admin:library_document_add"), {"title": "Văn bản", "upload": pdf("mới")})

    for rows in (
        Category.objects.everywhere().filter(name="Kinh tế"),
        Tag.objects.everywhere().filter(name="Lúa"),
        Redirect.objects.everywhere().filter(old_path="/a/"),
        Article.objects.everywhere().filter(title="Bài mới"),
        Document.objects.everywhere().filter(title="Văn bản"),
    ):
        assert rows.get().commune == here.commune
    assert Picture.objects.of(here.commune).count() == 2 and Picture.objects.of(there.commune).count() == 1


def test_names_are_taken_in_one_commune_only(here, there):
    client = here.client(here.editor)
    category = reverse("admin:news_category_add")

    own = client.post(category, {"name": "x", "slug": "tin-tuc", "position": "1"})
    foreign = client.post(category, {"name": "x", "slug": make_category(commune=there.commune).slug, "position": "1"})

    assert own.status_code == 200 and "đã được chuyên mục khác sử dụng" in own.content.decode()
    assert foreign.status_code == 302


def test_the_same_file_is_known_in_its_own_commune_alone(here, there):
    content = picture_file(colour="green")

    for portal in (here, here, there):
        address = f"{reverse('library:picture_upload')}?{FORM_FIELD}={portal.commune.pk}"
        reply = portal.client(portal.editor).post(address, {"upload": upload(content)}).json()
        assert reply["url"].startswith(f"/media/{portal.commune.slug}/anh/")

    assert Picture.objects.of(here.commune).count() == Picture.objects.of(there.commune).count() == 2


def test_what_a_page_of_another_commune_sends_is_refused_with_a_sentence(here, there):
    client = here.client(here.editor)
    message = json.dumps({FORM_FIELD: str(there.commune.pk), "article": None, "version": 0, "content": {"title": "x"}})
    picture = f"{reverse('library:picture_upload')}?{FORM_FIELD}={there.commune.pk}"
    before = Autosave.objects.everywhere().count(), Picture.objects.everywhere().count()

    answers = [client.post(picture, {"upload": upload(picture_file(colour="green"))})]
    for name in ("article_autosave", "article_autosave_discard"):
        answers.append(client.post(reverse(f"admin:news_{name}"), message, content_type="application/json"))

    assert [answer.status_code for answer in answers] == [409, 409, 409]
    assert all("xã" in str(answer.json()["error"]) for answer in answers)
    assert (Autosave.objects.everywhere().count(), Picture.objects.everywhere().count()) == before


def test_unsaved_work_is_offered_where_it_was_written(here, there):
    join(here.editor, Group.objects.get(name="Ban biên tập"), commune=there.commune)

    assert f"dang {OWN}" in here.get(reverse("admin:news_article_add"), here.editor).content.decode()
    assert f"dang {OWN}" not in there.get(reverse("admin:news_article_add"), here.editor).content.decode()


def test_replacing_a_file_changes_texts_of_its_commune_alone(here, there, django_capture_on_commit_callbacks):
    from library.pictures import replace_file

    body = f'<p><img src="{here.picture.file.url}" alt="x"></p>'
    own = make_article(category=here.category, author=here.writer, body=body)
    foreign = make_article(category=there.category, author=there.writer, body=body)

    with django_capture_on_commit_callbacks(execute=True):
        replace_file(here.picture, upload(picture_file(colour="green")))

    own.refresh_from_db()
    foreign.refresh_from_db()
    assert here.picture.file.url in own.body
    assert foreign.body == body


def test_a_group_is_limited_in_each_commune_by_itself(here, there):
    group = Group.objects.get(name="Ban biên tập")
    join(here.editor, group, commune=there.commune)
    GroupScope.objects.create(commune=there.commune, group=group).categories.add(there.category)

    for portal, places in ((here, None), (there, {there.category.pk})):
        user = User.objects.get(pk=here.editor.pk)
        user.commune = portal.commune
        assert rights.categories_of(user, rights.PUBLISH) == places


def test_a_link_to_a_draft_works_at_its_own_host(here, there):
    ShareLink.objects.create(
        article=here.draft,
        recipient="x",
        digest=digest_of("token"),
        expires_at=timezone.now() + timezone.timedelta(days=1),
        created_by=here.editor,
    )

    assert here.get("/chia-se/token/").status_code == 200
    assert there.get("/chia-se/token/").status_code == 404


def test_a_message_goes_to_the_people_of_the_commune_and_leads_to_its_host(here, there):
    draft = make_article(category=here.category, author=here.writer, status=Status.DRAFT)

    workflow.submit(draft, here.writer)

    letter = Letter.objects.get()
    assert letter.recipients == [here.editor.email]
    assert f"//{HERE}{change_address(draft)}" in letter.body


def test_links_are_looked_up_in_the_portal_they_stand_in(here, there):
    make_category(commune=there.commune, slug="chi-o-kia")

    assert is_own(f"https://{HERE}/tin-tuc/", here.commune.pk) and not is_own(f"https://{THERE}/", here.commune.pk)
    assert has_page("/chi-o-kia/", there.commune.pk) and not has_page("/chi-o-kia/", here.commune.pk)
    check_links(timezone.now())
    assert {link.article.commune for link in Link.objects.broken()} == {here.commune, there.commune}
