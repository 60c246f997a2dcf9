"""Nothing is deleted in one press: it is thrown away with a reason, taken back with all that belongs to it, or goes after 30 days."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from library.documents import store_document
from library.models import Picture
from library.pictures import PictureError, add_picture
from library.unreferenced_files import remove_unreferenced_files
from news.drafts import revisions
from news.models import Action, Article, Attachment, Status
from pages.models import Page
from polls.models import Poll
from tests.communes.factories import first_commune, working
from tests.news.factories import make_article, make_editor, make_picture, make_tag, make_writer, picture_file, upload
from tests.news.test_sharing import share
from tests.pages.factories import make_page
from tests.polls.factories import Voter, make_poll
from trash.models import KEPT_FOR, TrashItem
from trash.upkeep import empty_trash

pytestmark = pytest.mark.django_db

LIST = reverse("admin:trash_trashitem_changelist")


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(working(user), backend="communes.work.MembershipBackend")
    return client


@pytest.fixture
def chief() -> Client:
    return client_of(User.objects.create_superuser("chief", is_staff=True))


def delete_address(row) -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_delete", args=[row.pk])


def throw(client: Client, row, reason: str = "Soạn nhầm") -> TrashItem:
    response = client.post(delete_address(row), {"reason": reason})
    assert response.status_code == 302, response.content.decode()
    return TrashItem.objects.everywhere().latest("pk")


def take_back(client: Client, item: TrashItem, **answers: str):
    return client.post(reverse("admin:trash_trashitem_change", args=[item.pk]), answers)


def make_draft(author, **changes) -> Article:
    article = make_article(author=author, status=Status.DRAFT, **changes)
    revisions.save_draft(article, author, 1)
    return article


def test_a_draft_comes_back_with_all_that_belongs_to_it():
    writer = make_writer()
    writer.user_permissions.add(*_permissions("delete_article"))
    client = client_of(User.objects.get(pk=writer.pk))
    draft = make_draft(writer, title="Bài nháp bị ném", cover=make_picture(), cover_alt="Cầu")
    tag = make_tag("Lũ")
    draft.tags.add(tag)
    document = store_document(SimpleUploadedFile("a.pdf", b"%PDF-1.7 a"), first_commune(), writer)
    Attachment.objects.create(article=draft, document=document, title="Phụ lục")
    link = share(draft, writer)
    address, counts = draft.get_absolute_url(), _counts(draft)

    item = throw(client, draft, "Trùng với bài khác")

    assert (item.title, item.reason, item.trashed_by) == ("Bài nháp bị ném", "Trùng với bài khác", writer)
    assert not Article.every_kind.everywhere().filter(pk=draft.pk).exists()
    assert client.get(draft.form_address).status_code == 404
    assert Client().get(link).status_code == 404
    assert not tag.articles.exists()
    page = client.get(LIST).content.decode()
    assert "Bài nháp bị ném" in page
    assert "Trùng với bài khác" in page

    response = take_back(client, item)

    assert response["Location"] == draft.form_address
    back = Article.every_kind.everywhere().get(pk=draft.pk)
    assert (back.get_absolute_url(), list(back.tags.all())) == (address, [tag])
    assert _counts(back) == counts | {"transitions": counts["transitions"] + 2}
    assert Client().get(link).status_code == 200
    steps = back.transitions.order_by("id").values_list("action", "made_by", "reason")
    assert list(steps)[-2:] == [(Action.TRASH, writer.pk, "Trùng với bài khác"), (Action.UNTRASH, writer.pk, "")]
    assert not TrashItem.objects.everywhere().exists()


def _counts(article: Article) -> dict[str, int]:
    names = ("revisions", "transitions", "share_links", "attachments")
    return {name: getattr(article, name).count() for name in names}


def _permissions(*codenames: str):
    return Permission.objects.filter(codename__in=codenames)


def test_a_reason_is_needed_and_one_press_deletes_nothing(chief):
    draft = make_draft(make_writer())

    shown = chief.get(delete_address(draft))
    refused = chief.post(delete_address(draft), {"post": "yes"})

    assert shown.status_code == refused.status_code == 200
    assert Article.every_kind.everywhere().filter(pk=draft.pk).exists()


def test_others_neither_see_nor_take_back_a_draft_they_do_not_work_on(chief):
    item = throw(chief, make_draft(make_editor(), title="Kín"))
    stranger = make_writer()
    stranger.user_permissions.add(*_permissions("delete_article"))
    client = client_of(User.objects.get(pk=stranger.pk))

    assert "Kín" not in client.get(LIST).content.decode()
    assert take_back(client, item).status_code == 404


def test_the_address_of_a_page_is_free_while_it_lies_in_the_trash(chief):
    page = make_page("Lịch sử", slug="lich-su", status=Status.DRAFT)
    item = throw(chief, page)
    other = make_page("Lịch sử mới", slug="lich-su")

    refused = take_back(chief, item)
    assert refused.context["form"].errors.keys() == {"slug"}
    assert "lich-su" in refused.content.decode()

    assert take_back(chief, item, _asked="1", slug="lich-su-cu").status_code == 302
    assert Page.objects.of(first_commune()).get(pk=page.pk).path == "lich-su-cu"
    assert Page.objects.of(first_commune()).get(pk=other.pk).path == "lich-su"


def test_a_page_waits_for_the_page_above_it(chief):
    top = make_page("Giới thiệu xã", slug="gioi-thieu-xa", status=Status.DRAFT)
    below = make_page("Dân cư", parent=top, slug="dan-cu", status=Status.DRAFT)

    used = chief.post(delete_address(top), {"reason": "Thừa"})
    assert used.status_code == 200
    assert below.form_address in used.content.decode()

    first, second = throw(chief, below), throw(chief, top)
    assert "Giới thiệu xã" in str(take_back(chief, first).context["form"].non_field_errors())
    assert take_back(chief, second).status_code == 302
    assert take_back(chief, first).status_code == 302


def test_a_used_picture_says_where_it_is_used_also_in_the_trash(chief):
    picture = make_picture()
    draft = make_draft(make_writer(), title="Có ảnh", cover=picture, cover_alt="Cầu")

    used = chief.post(delete_address(picture), {"reason": "Mờ"})
    assert "Có ảnh" in used.content.decode()
    throw(chief, draft)
    used = chief.post(delete_address(picture), {"reason": "Mờ"})

    assert "Có ảnh" in used.content.decode()
    assert not TrashItem.objects.everywhere().filter(kind="library.picture").exists()


def test_a_picture_keeps_its_files_until_the_trash_is_emptied(chief):
    picture = make_picture()
    item = throw(chief, picture)
    later = timezone.now() + timedelta(days=2)

    remove_unreferenced_files(later)
    assert default_storage.exists(picture.file.name)

    empty_trash(item.trashed_at + KEPT_FOR + timedelta(seconds=1))
    remove_unreferenced_files(later)
    assert not default_storage.exists(picture.file.name)


def test_a_picture_uploaded_again_is_not_taken_back_twice(chief):
    user = User.objects.get(username="chief")
    content = picture_file(colour="#123456")
    picture = add_picture(upload(content), first_commune(), user)
    item = throw(chief, picture)

    again = add_picture(upload(content), first_commune(), user)
    refused = take_back(chief, item)

    assert "đã có trong thư viện" in str(refused.context["form"].non_field_errors())
    assert list(Picture.objects.everywhere()) == [again]
    with pytest.raises(PictureError):
        add_picture(upload(content), first_commune(), user)


def test_a_poll_comes_back_beside_the_one_that_took_its_place(chief):
    poll = make_poll(is_portal=True)
    item = throw(chief, poll)
    make_poll(is_portal=True)
    assert Client().get(poll.get_absolute_url()).status_code == 404

    refused = take_back(chief, item)
    assert refused.context["form"].errors.keys() == {"is_portal"}
    assert take_back(chief, item, _asked="1").status_code == 302
    assert not Poll.objects.everywhere().get(pk=poll.pk).is_portal


def test_a_poll_with_votes_stays(chief):
    poll, voter = make_poll(), Voter()
    voter.open(poll)
    voter.send(poll, poll.choices.first())

    assert chief.post(delete_address(poll), {"reason": "Thừa"}).status_code == 403
    assert Poll.objects.everywhere().filter(pk=poll.pk).exists()


def test_the_clock_deletes_after_thirty_days_what_nothing_uses(chief):
    picture, draft = make_picture(), make_draft(make_writer())
    item = throw(chief, picture)
    throw(chief, draft)
    used = make_article(body=f'<p><img src="{picture.file.url}" alt="Cầu"></p>')
    due = item.trashed_at + KEPT_FOR

    assert empty_trash(due - timedelta(seconds=1)) == 0
    assert empty_trash(due + timedelta(minutes=1)) == 1
    assert not Article.with_trashed.everywhere().filter(pk=draft.pk).exists()
    assert Picture.with_trashed.everywhere().filter(pk=picture.pk).exists()
    used.delete()
    assert empty_trash(due + timedelta(minutes=1)) == 1
    assert not TrashItem.objects.everywhere().exists()


def test_only_administrators_empty_the_trash_before_its_time(chief):
    item = throw(chief, make_draft(make_editor()))
    editor = client_of(make_editor())
    empty = reverse("admin:trash_trashitem_empty")
    for_good = reverse("admin:trash_trashitem_delete", args=[item.pk])

    for address in (empty, for_good):
        assert editor.post(address, {"post": "yes"}).status_code == 403
        assert address not in editor.get(LIST).content.decode()
    assert chief.get(for_good).status_code == 200
    assert chief.post(empty).status_code == 302
    assert not TrashItem.objects.everywhere().exists()
