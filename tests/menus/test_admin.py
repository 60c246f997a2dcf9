"""Staff arrange the menus and links: what each page offers is pressed as the page sends it."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse

from accounts.roles import ADMINISTRATOR, EDITOR, WRITER, create_roles
from desk.waiting import piles_of
from library.uses import is_used
from menus.models import Agency, Banner, Menu, MenuItem, Service, SocialLink
from menus.reading import read_menus
from news.models import Article, Status
from tests.communes.factories import first_commune, join, make_commune, working
from tests.menus.factories import make_agency, make_banner, make_item, make_service, make_social_link
from tests.news.factories import make_article, make_category, make_picture
from tests.offered import read_page

pytestmark = pytest.mark.django_db

TREE = "admin:menus_menuitem_changelist"
ADD = "admin:menus_menuitem_add"
MODELS = ("menuitem", "service", "banner", "agency", "sociallink")


def member(role: str | None, **changes):
    """A member of staff in the group of a new portal; without one, a colleague with no right at all."""
    user = get_user_model().objects.create_user(f"nguoi-{get_user_model().objects.count()}", is_staff=True, **changes)
    groups = create_roles()
    join(user, groups[role] if role else groups[WRITER], commune=first_commune())
    return working(user)


def client_of(user) -> Client:
    client = Client()
    client.force_login(user, backend="communes.work.MembershipBackend")
    return client


@pytest.fixture
def editor() -> Client:
    return client_of(member(EDITOR))


def tree(client: Client):
    address = reverse(TREE)
    return read_page(client.get(address).content.decode(), address)


def press(client: Client, words: str, **typed: str):
    """Press the button with these `words` on the page of the menus, with `typed` in its fields."""
    for form in tree(client).forms:
        for button in form.buttons:
            if words in (button.words, button.value):
                for name, value in typed.items():
                    form.fields = [(n, value if n == name else v) for n, v in form.fields]
                return form.press(client, button)
    raise AssertionError(f"No button {words}")


def order() -> list[str]:
    return [entry.title for entry in read_menus(first_commune())[Menu.MAIN]]


def words_of(response) -> str:
    return response.content.decode()


def test_one_press_makes_the_default_menu_ones_own(editor):
    make_category(name="Kinh tế", slug="kinh-te")
    assert "Kinh tế" in words_of(editor.get(reverse(TREE)))
    before = order()

    response = press(editor, "Chép thành danh mục riêng để sửa")

    assert response.status_code == 302
    assert order() == before
    assert MenuItem.objects.of(first_commune()).filter(title="Tin tức").exists()
    assert "Chép thành danh mục riêng" not in words_of(editor.get(reverse(TREE)))


def test_arrows_and_numbers_arrange_the_menu(editor):
    _one, two = (make_item(title, target="url:portal:home") for title in ("Một", "Hai"))

    press(editor, f"{two.pk}:up")
    assert order() == ["Hai", "Một"]
    press(editor, "Lưu thứ tự", **{f"position-{two.pk}": "9"})
    assert order() == ["Một", "Hai"]


def test_a_number_that_is_none_is_said_at_its_field_and_stays(editor):
    item = make_item("Một", target="url:portal:home")

    response = press(editor, "Lưu thứ tự", **{f"position-{item.pk}": "đầu"})

    assert response.status_code == 200
    assert 'aria-invalid="true"' in words_of(response)
    assert 'value="đầu"' in words_of(response)


@pytest.mark.parametrize("move", ["", "x", "1:up", "9999999999999999999:down", "١:up"])
def test_a_move_of_nothing_changes_nothing(editor, move):
    make_item("Một", target="url:portal:home")

    assert editor.post(reverse(TREE), {"menu": "main", "move": move}).status_code == 302
    assert editor.post(reverse(TREE), {"menu": "other", "move": move}).status_code == 400
    assert order() == ["Một"]


def test_an_entry_is_added_below_another_through_its_link(editor):
    category = make_category(name="Kinh tế", slug="kinh-te")
    top = make_item("Tin tức")

    (below,) = [link for link, words in tree(editor).links if words.startswith("Thêm mục con dưới")]
    (form,) = [form for form in read_page(words_of(editor.get(below)), below).forms if "menuitem" in form.action]
    form.fields = [(n, f"category:{category.pk}" if n == "target" else v) for n, v in form.fields]
    response = form.press(editor, next(button for button in form.buttons if button.name == "_save"))

    assert response.status_code == 302, words_of(response)
    assert response.url == reverse(TREE)
    item = MenuItem.objects.of(first_commune()).get(parent=top)
    assert (item.target, item.position) == (f"category:{category.pk}", 1)


BAD = {
    "script": ({"title": "Mã", "address": "javascript:alert(1)"}, "address", "https://"),
    "nothing": ({}, "title", "Hãy nhập tên"),
    "both": ({"title": "A", "address": "/", "target": "url:portal:home"}, "address", "không dùng cả hai"),
    "path of another portal": ({"title": "A", "address": "/muc-o-kia/"}, "address", "không có gì"),
    "page of another portal": ({"title": "A", "target": "{foreign}"}, "target", "không còn"),
    "withdrawn article": ({"title": "A", "address": "{withdrawn}"}, "address", "không có gì"),
    "page that never was": ({"title": "A", "target": "page:77777"}, "target", "không còn"),
    "third level": ({"title": "A", "target": "url:portal:home", "parent": "{below}"}, "parent", "mục cấp một"),
    "parent elsewhere": ({"title": "A", "target": "url:portal:home", "parent": "{abroad}"}, "parent", "mục cấp một"),
    "the other menu": ({"title": "A", "target": "url:portal:home", "parent": "{foot}"}, "parent", "danh mục khác"),
    "heading below": ({"title": "A", "parent": "{top}"}, "target", "Mục cấp hai"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_wrong_entry_is_refused_at_its_field_and_nothing_is_lost(editor, name):
    values, field, sentence = BAD[name]
    other = make_commune("o-kia.vn")
    foreign = make_category(commune=other, slug="muc-o-kia")
    withdrawn = make_article(status=Status.WITHDRAWN)
    top = make_item("Trên")
    below = make_item("Dưới", parent=top, target="url:portal:home")
    places = {
        "foreign": f"category:{foreign.pk}",
        "withdrawn": withdrawn.get_absolute_url(),
        "top": top.pk,
        "below": below.pk,
        "abroad": make_item("Xa", commune=other).pk,
        "foot": make_item("Chân", menu=Menu.FOOTER).pk,
    }
    sent = {"menu": "main"} | {key: value.format(**places) for key, value in values.items()}

    response = editor.post(reverse(ADD), sent)

    assert response.status_code == 200
    errors = response.context["adminform"].form.errors
    assert list(errors) == [field]
    assert sentence in str(errors[field])
    if sent.get("title"):
        assert f'value="{sent["title"]}"' in words_of(response)
    assert MenuItem.objects.everywhere().count() == 4


def test_the_eighth_entry_gets_a_sentence(editor):
    for number in range(7):
        make_item(f"Mục {number}")

    response = editor.post(reverse(ADD), {"menu": "main", "title": "Thứ tám", "target": "url:portal:home"})

    assert "bảy mục" in str(response.context["adminform"].form.errors["parent"])
    assert "Cấp một đã đủ bảy mục" in words_of(editor.get(reverse(TREE)))


def test_taking_an_entry_away_makes_room(editor):
    items = [make_item(f"Mục {number}", target="url:portal:home") for number in range(7)]

    editor.post(reverse("admin:menus_menuitem_delete", args=[items[2].pk]), {"post": "yes"})
    response = editor.post(reverse(ADD), {"menu": "main", "title": "Mới", "target": "url:portal:home"})

    assert response.status_code == 302
    assert order() == ["Mục 0", "Mục 1", "Mục 3", "Mục 4", "Mục 5", "Mục 6", "Mới"]
    assert MenuItem.objects.of(first_commune()).get(title="Mới").position == 7


def test_below_itself_is_not_offered_and_not_taken(editor):
    item = make_item("Một", target="url:portal:home")
    address = reverse("admin:menus_menuitem_change", args=[item.pk])

    response = editor.post(address, {"title": "Một", "target": "url:portal:home", "parent": item.pk})

    assert "không thể nằm dưới chính nó" in str(response.context["adminform"].form.errors["parent"])


def test_a_page_that_went_is_said_on_the_tree_on_the_desk_and_keeps_its_form(editor):
    article = make_article()
    item = make_item("Bài", address=article.get_absolute_url())
    gone = make_item("Trang", target="page:5")
    Article.objects.of(first_commune()).update(status=Status.WITHDRAWN, withdrawal_notice="Gỡ.")

    page = words_of(editor.get(reverse(TREE)))
    rows = [row for pile in piles_of(member(EDITOR)) if "không dẫn tới đâu" in str(pile.title) for row in pile.rows]

    assert page.count("Người dân không nhìn thấy mục này") == 2
    assert {row.title for row in rows} == {"Bài", "Trang"}
    assert all(editor.get(row.address).status_code == 200 for row in rows)
    assert not [pile for pile in piles_of(member(WRITER)) if "không dẫn tới đâu" in str(pile.title)]
    # Its title can be changed while the page is away.
    for row, sent in ((item, {"address": item.address}), (gone, {"target": gone.target})):
        address = reverse("admin:menus_menuitem_change", args=[row.pk])
        assert editor.post(address, {"title": "Tên mới"} | sent).status_code == 302


def test_the_preview_shows_the_menus_of_this_moment(editor, settings):
    settings.FRAME_SECONDS = 60
    editor.get(reverse("admin:menus_menuitem_preview"))
    make_item("Vừa thêm", target="url:portal:home")
    make_item("Ở chân trang", menu=Menu.FOOTER, target="url:portal:site_map")

    page = words_of(editor.get(reverse("admin:menus_menuitem_preview")))

    assert "Vừa thêm" in page and "Ở chân trang" in page


def test_of_two_who_take_the_last_place_at_once_the_second_is_told(editor, monkeypatch):
    for number in range(6):
        make_item(f"Mục {number}")
    save = MenuItem.save

    def after_a_colleague(item: MenuItem, *args, **kwargs) -> None:
        monkeypatch.setattr(MenuItem, "save", save)
        # What a colleague's form stored between the check of this one and its saving.
        MenuItem.objects.create(commune=item.commune, menu=item.menu, title="Của đồng nghiệp", position=item.position)
        save(item, *args, **kwargs)

    monkeypatch.setattr(MenuItem, "save", after_a_colleague)
    response = editor.post(reverse(ADD), {"menu": "main", "title": "Của tôi", "target": "url:portal:home"})

    # The colleague's row went with the transaction that failed; this form was asked again and had its place.
    assert response.status_code == 302
    assert MenuItem.objects.of(first_commune()).count() == 7


# --- Services, banners, agencies, social networks ---


def test_a_banner_needs_its_words_a_place_to_lead_to_and_an_order_of_days(editor):
    picture = make_picture()
    good = {
        "picture": picture.pk,
        "alt": "Tuần lễ chuyển đổi số",
        "target": "url:portal:home",
        "address": "",
        "starts_on": "2026-11-01",
        "ends_on": "2026-11-30",
        "position": "1",
        "is_shown": "on",
    }
    wrong = {
        "alt": {"alt": ""},
        "target": {"target": ""},
        "ends_on": {"ends_on": "2026-10-31"},
        "picture": {"picture": make_picture(make_commune()).pk},
        "address": {"target": "", "address": "data:text/html,x"},
    }
    for field, change in wrong.items():
        response = editor.post(reverse("admin:menus_banner_add"), good | change)
        assert field in response.context["adminform"].form.errors, field
    assert not Banner.objects.of(first_commune()).exists()

    response = editor.post(reverse("admin:menus_banner_add"), good)

    assert response.status_code == 302
    assert is_used(picture)
    assert "picture" in wrong


def test_a_picture_of_a_banner_or_an_agency_cannot_be_lost(editor):
    banner, agency = make_banner(), make_agency(picture=make_picture())
    chief = client_of(member(ADMINISTRATOR))

    for picture, row in ((banner.picture, banner), (agency.picture, agency)):
        address = reverse("admin:library_picture_change", args=[picture.pk])
        assert str(row) in words_of(chief.get(address))
        refused = chief.post(reverse("admin:library_picture_delete", args=[picture.pk]), {"reason": "Cũ"})
        assert str(row) in words_of(refused)
        assert type(picture).objects.everywhere().filter(pk=picture.pk).exists()


@pytest.mark.parametrize(
    ("model", "sent", "field"),
    [
        ("agency", {"title": "UBND tỉnh", "address": "http://tinh.example/"}, "address"),
        ("agency", {"title": "UBND tỉnh", "address": "/so-do-trang/"}, "address"),
        ("agency", {"title": "", "address": "https://tinh.example/"}, "title"),
        ("agency", {"title": "Hai lần", "address": "https://co.example/"}, "__all__"),
        ("sociallink", {"network": "facebook", "address": "https://zalo.me/xa"}, "address"),
        ("sociallink", {"network": "facebook", "address": "https://notfacebook.com/xa"}, "address"),
        ("service", {"title": "Khai sinh", "icon": "paper"}, "target"),
        ("service", {"title": "Khai sinh", "icon": "rồng", "target": "url:portal:home"}, "icon"),
        ("service", {"title": "Khai sinh", "icon": "paper", "address": "vbscript:x"}, "address"),
    ],
)
def test_a_wrong_link_is_refused_at_its_field(editor, model, sent, field):
    make_agency(address="https://co.example/")

    response = editor.post(reverse(f"admin:menus_{model}_add"), {"position": "0", "is_shown": "on"} | sent)

    assert field in response.context["adminform"].form.errors
    assert {Service.objects.of(first_commune()).count(), SocialLink.objects.of(first_commune()).count()} == {0}
    assert Agency.objects.of(first_commune()).count() == 1


# --- Rights ---


@pytest.mark.parametrize(("role", "status"), [(WRITER, 403), (EDITOR, 200), (ADMINISTRATOR, 200)])
def test_editors_and_administrators_keep_the_menus_and_links(role, status):
    client = client_of(member(role))
    rows = {
        "menuitem": make_item("Một", target="url:portal:home"),
        "service": make_service(),
        "banner": make_banner(),
        "agency": make_agency(),
        "sociallink": make_social_link(),
    }

    for model in MODELS:
        for page, args in (("changelist", []), ("add", []), ("change", [rows[model].pk]), ("delete", [rows[model].pk])):
            assert client.get(reverse(f"admin:menus_{model}_{page}", args=args)).status_code == status, (model, page)
    assert client.get(reverse("admin:menus_menuitem_preview")).status_code == status
    moved = client.post(reverse(TREE), {"menu": "main", "move": f"{rows['menuitem'].pk}:up"})
    assert moved.status_code == (302 if status == 200 else 403)


def test_who_may_only_look_is_offered_no_button(django_user_model):
    from django.contrib.auth.models import Permission

    user = member(None)
    user.user_permissions.add(Permission.objects.get(codename="view_menuitem"))
    item = make_item("Một", target="url:portal:home")
    client = client_of(user)

    page = words_of(client.get(reverse(TREE)))

    assert "Một" in page and "Lưu thứ tự" not in page and "Thêm mục" not in page
    for data in ({"move": f"{item.pk}:up"}, {"_order": "x"}, {"_copy": "x"}):
        assert client.post(reverse(TREE), {"menu": "main"} | data).status_code == 403


def test_entries_of_another_commune_are_no_rows_here(editor):
    other = make_commune()
    item = make_item("Xa", commune=other, target="url:portal:home")

    assert editor.get(reverse("admin:menus_menuitem_change", args=[item.pk])).status_code == 404
    assert "Xa</strong>" not in words_of(editor.get(reverse(TREE)))
    editor.post(reverse(TREE), {"menu": "main", f"position-{item.pk}": "5", "_order": "x"})
    item.refresh_from_db()
    assert item.position == 1
