"""What the server knows of an address before Django does."""

import pytest
from django.conf import settings
from django.urls import get_resolver, reverse

from portal.request_rules import TEXT, UPLOAD, is_repeatable, largest_body
from section import sections
from serving.clients.slow_clients import SMALL_BODY

STAFF = f"{settings.SESSION_COOKIE_NAME}=abc"


def names_below(resolver, namespace: str = "") -> set[str]:
    names = {f"{namespace}{name}" for name in resolver.reverse_dict if isinstance(name, str)}
    for name, (_prefix, inner) in resolver.namespace_dict.items():
        names |= names_below(inner, f"{namespace}{name}:")
    return names


def test_sections_name_only_addresses_that_exist():
    """A name with a typing error would be no address's, and nobody would notice."""
    named = [name for one in sections().values() for name in (*one.uploads, *one.repeatable, *one.unsearched)]

    assert named
    assert set(named) <= names_below(get_resolver())


@pytest.mark.parametrize(
    ("path", "size"),
    [
        ("/quan-tri/news/article/add/", UPLOAD),
        ("/quan-tri/news/article/7/change/", UPLOAD),
        ("/quan-tri/news/redirect/doc-tep/", UPLOAD),
        ("/tai-len/anh/", UPLOAD),
        ("/quan-tri/news/article/", TEXT),
        ("/quan-tri/news/article/7/delete/", TEXT),
        ("/quan-tri/news/article/tu-luu/", TEXT),
        ("/binh-chon/7/", SMALL_BODY),
        ("/nowhere.php", SMALL_BODY),
        ("", SMALL_BODY),
        ("/\xff\x00", SMALL_BODY),
    ],
)
def test_staff_send_much_and_only_where_it_is_taken(path, size):
    assert largest_body({"PATH_INFO": path, "HTTP_COOKIE": STAFF}) == size
    assert largest_body({"PATH_INFO": path}) == SMALL_BODY


@pytest.mark.parametrize(
    ("path", "repeatable"),
    [("/binh-chon/7/", True), ("/binh-chon/7/nguoi-khac/", False), ("/quan-tri/news/article/add/", False)],
)
def test_only_a_ballot_is_sent_twice(path, repeatable):
    assert is_repeatable({"REQUEST_METHOD": "POST", "PATH_INFO": path}) is repeatable
    assert is_repeatable({"REQUEST_METHOD": "GET", "PATH_INFO": path})
    assert not is_repeatable({"REQUEST_METHOD": "PUT", "PATH_INFO": path})


def test_picture_and_document_forms_take_files():
    paths = [reverse(f"admin:library_{model}_add") for model in ("picture", "document")]

    assert {largest_body({"PATH_INFO": path, "HTTP_COOKIE": STAFF}) for path in paths} == {UPLOAD}
