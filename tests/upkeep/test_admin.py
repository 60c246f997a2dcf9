"""The self-test page, and its button as the page sends it."""

import re
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.communes.factories import enrol
from tests.upkeep.factories import make_daily, make_task, run_if_due
from upkeep import admin
from upkeep.models import Leader, Process, TaskState
from upkeep.report import Standing, standing_of

pytestmark = pytest.mark.django_db

PAGE = "/quan-tri/upkeep/taskstate/"


@pytest.fixture
def tasks(monkeypatch):
    """The page's tasks: one that works, one that fails, one that has not run."""

    def fail(at):
        raise OSError("<b>mất mạng</b>")

    tasks = [
        make_task(lambda at: "đã xóa 3 dòng", name="good", title="Việc tốt"),
        make_task(fail, name="bad", title="Việc hỏng"),
        make_daily(name="new", title="Việc mới"),
    ]
    monkeypatch.setattr(admin, "registered_tasks", lambda: tasks)
    monkeypatch.setattr(admin.checks, "registered_checks", list)
    return tasks


def sign_in(*permissions: str, **values) -> Client:
    user = get_user_model().objects.create_user(username="hanh", is_staff=True, **values)
    user.user_permissions.set(Permission.objects.filter(content_type__app_label="upkeep", codename__in=permissions))
    enrol(user)
    client = Client(enforce_csrf_checks=True)
    client.force_login(user)
    return client


def buttons(html: str) -> dict[str, dict[str, str]]:
    """What each form of the page sends, by its address."""
    forms = re.findall(r'<form method="post" action="(/quan-tri/upkeep/[^"]+)">(.*?)</form>', html, re.DOTALL)
    return {action: dict(re.findall(r'name="([^"]+)" value="([^"]+)"', inner)) for action, inner in forms}


def test_says_how_each_task_stands(tasks):
    at = timezone.now()
    for task in tasks:
        run_if_due(task, at, took=timedelta(seconds=1.5))
    Leader.objects.ensure_exists()
    Leader.objects.take(Process(host="may-chu-1", number=4711))

    page = sign_in("operate").get(PAGE).content.decode()

    text = " ".join(re.sub(r"<[^>]+>", " ", page).split())
    assert "do tiến trình 4711 trên máy may-chu-1 điều phối" in text
    assert "10 phút một lần" in text
    assert "Hằng ngày lúc 3:30 SA" in text
    assert "đã xóa 3 dòng" in text
    assert "1,5 giây" in text
    assert "OSError: &lt;b&gt;mất mạng" in text
    assert re.findall(r'class="standing">([^<]+)<', page) == ["bình thường", "bị lỗi", "chưa chạy lần nào"]


def test_says_so_when_no_clock_goes(tasks):
    page = sign_in("operate").get(PAGE).content.decode()

    assert "Các công việc định kỳ đang dừng" in page
    assert "Việc mới" in page


def test_the_button_asks_for_a_run_in_the_name_of_who_pressed_it(tasks):
    client = sign_in("operate")
    forms = buttons(client.get(PAGE).content.decode())
    address = reverse("admin:upkeep_start_task", args=["new"])

    response = client.post(address, forms[address], follow=True)

    assert set(forms) - {reverse("admin:upkeep_test_mail")} == {
        reverse("admin:upkeep_start_task", args=[task.name]) for task in tasks
    }
    assert response.redirect_chain == [(PAGE, 302)]
    assert "theo yêu cầu của hanh" in response.content.decode()
    entry = LogEntry.objects.get()
    assert (entry.user.username, entry.object_id) == ("hanh", "new")
    assert run_if_due(tasks[2], timezone.now()).started_by == "hanh"


@pytest.mark.parametrize("permissions", [(), ("operate",)])
def test_a_form_without_its_token_or_permission_does_nothing(tasks, permissions):
    client = sign_in(*permissions)

    response = client.post(reverse("admin:upkeep_start_task", args=["new"]))

    assert response.status_code == 403
    assert not TaskState.objects.exclude(asked_by="").exists()


def test_the_button_of_someone_whose_permission_was_taken_is_refused(tasks):
    client = sign_in("operate")
    address = reverse("admin:upkeep_start_task", args=["new"])
    fields = buttons(client.get(PAGE).content.decode())[address]
    get_user_model().objects.get().user_permissions.clear()

    assert client.post(address, fields).status_code == 403
    assert not TaskState.objects.exclude(asked_by="").exists()


def test_only_posts_start_and_only_known_tasks(tasks):
    client = sign_in("operate")
    token = buttons(client.get(PAGE).content.decode()).popitem()[1]

    assert client.get(reverse("admin:upkeep_start_task", args=["new"])).status_code == 405
    assert client.post(reverse("admin:upkeep_start_task", args=["unknown"]), token).status_code == 404


def test_the_work_desk_leads_there_for_those_who_may(tasks):
    entry = "Tự kiểm tra"

    assert entry in sign_in("operate").get("/quan-tri/").content.decode()
    get_user_model().objects.all().delete()
    stranger = sign_in()
    assert entry not in stranger.get("/quan-tri/").content.decode()
    assert stranger.get(PAGE).status_code == 403


def test_many_tasks_cost_no_more_queries_than_one(tasks):
    client = sign_in(is_superuser=True)
    client.get(PAGE)
    with CaptureQueriesContext(connection) as many:
        client.get(PAGE)
    del tasks[1:]

    with CaptureQueriesContext(connection) as one:
        client.get(PAGE)

    assert len(many) == len(one)
    assert len([query for query in many if "upkeep_" in query["sql"]]) == 4  # leader, tasks, clock, jumps


@pytest.mark.parametrize(
    ("minutes", "changes", "standing"),
    [
        (0, {}, Standing.NEW),
        (3, {}, Standing.LATE),
        (0, {"asked_by": "hanh"}, Standing.ASKED),
        (0, {"started_at": 0}, Standing.RUNNING),
        (13, {"started_at": 0}, Standing.LATE),
        (0, {"started_at": 0, "ended_at": 0, "failures": 1}, Standing.FAILED),
        (0, {"started_at": 0, "ended_at": 0}, Standing.GOOD),
    ],
)
def test_one_word_says_how_it_stands(minutes, changes, standing):
    at = timezone.now()
    values = {name: at if value == 0 and name.endswith("_at") else value for name, value in changes.items()}

    state = TaskState(name="test", next_at=at, **values)

    assert standing_of(make_task(), state, at + timedelta(minutes=minutes)) == standing


def test_a_test_mail_is_sent_at_once_and_a_server_that_is_away_is_said(tasks, settings, mailoutbox):
    client = sign_in("operate", email="hanh@xa.example")
    settings.EMAIL_HOST = ""

    def press() -> str:
        address = f"{PAGE}gui-thu-thu/"
        return client.post(address, buttons(client.get(PAGE).text)[address], follow=True).text

    assert "chưa khai báo máy chủ thư" in press().lower()
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    assert "hanh@xa.example" in press()
    assert [mail.to for mail in mailoutbox] == [["hanh@xa.example"]]
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    assert "không nhận thư thử" in press()
    get_user_model().objects.update(email="")
    assert "chưa có địa chỉ thư" in press()
