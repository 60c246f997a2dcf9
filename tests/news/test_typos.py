"""A slip of the pen in a published article: the difference says whether it is one, the rules whether one person is enough."""

from __future__ import annotations

import pytest
from django.urls import reverse

from news.drafts.typos import NotMinorError, minor_changes
from news.models import Action, Article, NewsroomRules
from news.newsroom.desk import piles_of
from tests.communes.factories import first_commune
from tests.news.factories import make_article, make_editor, make_writer
from tests.news.test_revisions import client_of
from upkeep.believedtime import believed_now

TEXT = {
    "title": "Hội nghị tổng kết vụ mùa",
    "summary": "Bà con đến dự đông đủ.",
    "body": '<p>Ngày 14/6, ông Lê Văn Hải phát biểu ở <a href="/ubnd/">trụ sở</a>. Xã không thu phí.</p><p>Có quà tặng.</p>',
    "category_id": 1,
    "byline": "Thu Hà",
    "source": "",
    "cover_id": None,
    "cover_alt": "",
    "cover_caption": "",
    "cover_credit": "",
}


@pytest.mark.parametrize(
    ("field", "before", "after"),
    [
        ("summary", "đông đủ", "đông đũ"),
        ("body", "phát biểu", "phát biêu"),
        ("body", "trụ sở", "trụ  sở "),
        ("body", "quà tặng", "quàtặng"),
        ("body", "Có quà tặng.", "Có quà tặng,"),
        ("body", "phát biểu ở", "phát biểu biểu ở"),
        ("title", "vụ mùa", "vu mùa"),
    ],
)
def test_a_few_letters_are_a_slip_of_the_pen(field, before, after):
    wrong = TEXT | {field: TEXT[field].replace(before, after)}

    if before.split() == after.split():
        with pytest.raises(NotMinorError):
            minor_changes(wrong, TEXT)
    else:
        assert len(minor_changes(wrong, TEXT)) == 1


@pytest.mark.parametrize(
    ("field", "before", "after"),
    [
        ("body", "14/6", "15/6"),
        ("body", "Hải", "Hài"),
        ("body", "/ubnd/", "/ubmd/"),
        ("body", "không thu", "thu"),
        ("body", "không thu", "khôn thu"),
        ("body", "Có quà", "Có hai quà"),
        ("body", "quà tặng", "quyết toán"),
        ("body", "<p>Có quà tặng.</p>", "<p><strong>Có quà tặng.</strong></p>"),
        ("summary", "đến dự đông đủ", "den du dong du"),
        ("byline", "Thu Hà", "Thu Hả"),
        ("category_id", 1, 2),
        ("summary", "Bà con", "Bà còn đến dự, bà con"),
    ],
)
def test_numbers_names_links_and_other_words_are_not(field, before, after):
    new = TEXT | {field: after if isinstance(before, int) else TEXT[field].replace(before, after)}

    with pytest.raises(NotMinorError):
        minor_changes(TEXT, new)


@pytest.fixture
def article(db):
    return make_article(title="Thông báo lịch tiêm", body="<p>Bà con đuợc tiêm miễn phí ngày 14.</p>")


def correct(client, article, before="đuợc", after="được"):
    form = client.get(article.form_address).context["adminform"].form
    values = {name: form[name].value() for name in ("title", "summary", "byline", "base_version", "base_details")}
    values |= {"body": article.body.replace(before, after), "category": article.category_id, "kind": "article"}
    values |= {f"attachments-{name}_FORMS": 0 for name in ("TOTAL", "INITIAL", "MIN_NUM", "MAX_NUM")}
    values |= {f"transitions-{name}_FORMS": 0 for name in ("TOTAL", "INITIAL", "MIN_NUM", "MAX_NUM")}
    local = article.published_at.astimezone()
    values |= {"published_at_0": f"{local:%d/%m/%Y}", "published_at_1": f"{local:%H:%M:%S}"}
    return client.post(article.form_address, {name: "" if value is None else value for name, value in values.items()})


def publish(client, article):
    return client.post(reverse("admin:news_article_step", args=[article.pk, "typo"]), follow=True)


def text_of(article) -> str:
    return Article.objects.everywhere().get(pk=article.pk).body


def allow() -> None:
    NewsroomRules.objects.create(commune=first_commune(), is_correcting_alone=True)


def test_an_editor_publishes_a_slip_of_the_pen_alone_and_another_looks_at_it_later(article):
    allow()
    editor, other = make_editor(), make_editor()
    client = client_of(editor)

    saved = correct(client, article)
    assert saved["Location"] == article.form_address
    assert "đuợc" in text_of(article)
    assert 'value="typo"' in client.get(article.form_address).content.decode()
    publish(client, article)

    assert "được" in text_of(article)
    step = article.transitions.first()
    assert (step.action, step.made_by, step.reason) == (Action.TYPO, editor, "đuợc → được")
    assert _on_desk(other) == [article.title]
    assert _on_desk(editor) == []
    assert _on_desk(make_writer()) == []
    seen = reverse("admin:news_article_step", args=[article.pk, "seen"])
    client.post(seen)
    assert _on_desk(other) == [article.title]
    client_of(other).post(seen)
    assert _on_desk(other) == []
    assert article.transitions.first().action == Action.SEEN


def _on_desk(user) -> list[str]:
    piles = piles_of(user, believed_now())
    return [row.title for pile in piles if pile.title == "Sửa lỗi nhỏ cần xem lại" for row in pile.rows]


def test_a_number_needs_a_second_person(article):
    allow()
    client = client_of(make_editor())

    correct(client, article, "ngày 14", "ngày 15")

    assert 'value="typo"' not in client.get(article.form_address).content.decode()
    publish(client, article)
    assert "ngày 14" in text_of(article)


def test_without_the_rule_or_the_right_nobody_publishes_alone(article):
    editor = client_of(make_editor())
    correct(editor, article)
    publish(editor, article)
    assert "đuợc" in text_of(article)

    allow()
    article = make_article(body=article.body, author=(writer := make_writer()))
    correct(client_of(writer), article)
    publish(client_of(writer), article)
    assert "đuợc" in text_of(article)
