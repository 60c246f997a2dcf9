"""No byte made for one person enters the page cache: Django behind the cache, as it is served."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.core.handlers.wsgi import WSGIHandler
from django.test import Client, RequestFactory
from django.utils import timezone

from accounts.models import User
from news.models import ShareLink, digest_of, new_token
from section import public_parameters
from serving.pagecache import PageCache
from tests.communes.factories import enrol
from tests.news.factories import make_article
from tests.polls.factories import make_poll

# Requests close their connection at the end, as they do when served.
pytestmark = pytest.mark.django_db(transaction=True)


class Served:
    """The portal behind its cache, asked through WSGI."""

    def __init__(self) -> None:
        self.cache = PageCache(WSGIHandler(), known_parameters=public_parameters(), bypass_prefixes=("/quan-tri/",))

    def ask(self, path: str, cookies: str = "", **data: str) -> tuple[str, dict[str, str], bytes]:
        factory = RequestFactory(HTTP_HOST="testserver", HTTP_COOKIE=cookies)
        request = factory.post(path, data) if data else factory.get(path)
        environ = request.environ
        if not cookies:
            environ.pop("HTTP_COOKIE", None)
        answer: dict = {}

        def start_response(status: str, headers: list, exc_info=None) -> None:
            answer.update(status=status, headers=dict(headers))

        body = self.cache(environ, start_response)
        content = b"".join(body)
        if hasattr(body, "close"):
            body.close()
        return answer["status"], answer["headers"], content

    @property
    def kept(self) -> set[str]:
        return {page["address"] for page in self.cache.stats(1000)["pages"]}


@pytest.fixture
def served():
    return Served()


@pytest.fixture
def session():
    """The session cookie of an editor who may see drafts."""
    user = User.objects.create_user("bientap", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(content_type__app_label="news"))
    enrol(user)
    client = Client()
    client.force_login(user)
    return f"sessionid={client.cookies['sessionid'].value}"


def test_a_public_page_is_kept(served):
    served.ask("/so-do-trang/")

    assert served.kept == {"/so-do-trang/"}


def test_a_page_of_staff_is_not(served, session):
    for address in ("/", "/so-do-trang/", "/quan-tri/"):
        assert served.ask(address, session)[0] == "200 OK"

    assert served.kept == set()


def test_a_preview_is_not(served, session):
    draft = make_article(status="draft", title="Bản nháp mật")

    status, headers, body = served.ask(draft.get_absolute_url(), session)

    assert status == "200 OK"
    assert "Bản nháp mật" in body.decode()
    assert headers["Cache-Control"] == "private, no-store"
    assert served.kept == set()
    assert served.ask(draft.get_absolute_url())[0].startswith("404")


def test_a_draft_shared_by_a_secret_link_is_not(served):
    draft = make_article(status="draft", title="Bản nháp mật")
    token = new_token()
    ShareLink.objects.create(
        created_by=User.objects.create_user("phongvien"),
        article=draft,
        recipient="ông Khải",
        digest=digest_of(token),
        expires_at=timezone.now() + timedelta(days=1),
    )

    status, _, body = served.ask(f"/chia-se/{token}/")
    refused, _, _ = served.ask(f"/chia-se/{token}/tra-loi/", verdict="lạ", comment="ý kiến riêng")

    assert status == "200 OK"
    assert "Bản nháp mật" in body.decode()
    assert refused.startswith("4")
    assert served.kept == set()


def test_a_ballot_is_not(served):
    poll = make_poll()

    first = served.ask(f"/binh-chon/{poll.pk}/")
    second = served.ask(f"/binh-chon/{poll.pk}/")

    assert "Set-Cookie" in first[1]
    assert first[2] != second[2], "each ballot has a challenge of its own"
    assert served.kept == set()


def test_an_error_with_typed_data_is_not(served):
    poll = make_poll()

    status, _, _ = served.ask(f"/binh-chon/{poll.pk}/", comment="số điện thoại của tôi", challenge="giả")

    assert status.startswith("4")
    assert served.kept == set()


def test_a_failed_sign_in_is_not(served):
    _, _, body = served.ask("/quan-tri/login/", username="ten-toi", password="mat-khau")

    assert body
    assert served.kept == set()


def test_a_page_kept_for_all_carries_nothing_of_its_first_reader(served):
    served.ask("/tim-kiem/?q=rieng-tu&utm_source=toi", cookies="theme=cua-toi; voter=abc")

    _, headers, body = served.ask("/tim-kiem/?q=rieng-tu")

    assert "Set-Cookie" not in headers
    assert b"cua-toi" not in body
    assert b"utm_source" not in body
