"""Two texts put together: no sentence of the saved one disappears without being named."""

from __future__ import annotations

import pytest
from django.contrib.messages import get_messages
from hypothesis import given, settings
from hypothesis import strategies as st

from news.drafts import merging, revisions
from news.models import Article, Status
from richtext import clean_html
from tests.news.factories import make_article, make_editor, make_writer
from tests.news.test_admin import form_data
from tests.news.test_revisions import change_address, client_of
from tests.offered import read_page

BASE = {
    "title": "Đường làng",
    "summary": "",
    "body": "<p>Một.</p><p>Hai.</p><p>Ba.</p>",
    "category_id": 1,
    "cover_id": None,
}
WORDS = st.sampled_from(
    ["Một.", "Hai.", "Ba bốn. Năm?", "Sáu <strong>bảy</strong>!", "a & b", "Tám…", "&lt;p&gt; chín"]
)
BLOCK = st.one_of(
    WORDS.map(lambda words: f"<p>{words}</p>"),
    WORDS.map(lambda words: f"<h2>{words}</h2>"),
    WORDS,
    st.lists(WORDS, min_size=1, max_size=3).map(
        lambda items: "<ul>" + "".join(f"<li>{i}</li>" for i in items) + "</ul>"
    ),
    st.sampled_from(["1", "2"]).map(
        lambda n: f'<figure class="image"><img src="/media/{n}.png" alt="Ảnh > {n}"></figure>'
    ),
)
BODY = st.lists(BLOCK, max_size=6).map("".join)
TEXT = st.builds(
    lambda title, summary, body, category: (
        BASE | {"title": title, "summary": summary, "body": body, "category_id": category}
    ),
    st.sampled_from(["Đường làng", "Cầu treo", "Đường xã"]),
    st.sampled_from(["", "Tóm tắt. Hai câu."]),
    BODY,
    st.sampled_from([1, 2]),
)


def sentences(content: dict) -> list[str]:
    """Every sentence of a text, and its pictures by their descriptions."""
    return [words for _key, words in merging._sentences(content)]


@settings(max_examples=300)
@given(base=st.none() | TEXT, theirs=TEXT, mine=TEXT, data=st.data())
def test_every_saved_sentence_is_in_the_result_or_named(base, theirs, mine, data):
    places = merging.hunks(base, theirs, mine)
    choices = {hunk.name: data.draw(st.sampled_from(merging.CHOICES)) for hunk in places if data.draw(st.booleans())}

    merged = merging.merge(base, theirs, mine, choices)

    present = set(sentences(merged.content)) | set(merged.dropped) | set(merged.replaced)
    assert set(sentences(theirs)) <= present
    if not choices:
        assert set(sentences({"body": theirs["body"]})) <= set(sentences(merged.content)) | set(merged.replaced)


def test_loose_words_do_not_run_into_the_next_sentence():
    merged = merging.merge(None, BASE | {"body": "a &amp; b"}, BASE | {"body": "<p>Một.</p>"})

    assert sentences({"body": merged.content["body"]}) == ["a & b", "Một."]


@settings(max_examples=300)
@given(BODY)
def test_the_blocks_of_a_text_are_all_of_it(body):
    html = clean_html(body)

    assert "".join(merging.blocks(html)).replace("\n", "") == html.replace("\n", "")


def test_what_only_one_changed_is_taken_and_what_both_wrote_is_kept_twice():
    theirs = BASE | {"title": "Đường làng mới", "body": "<p>Một.</p><p>Hai của bạn.</p><p>Ba.</p><p>Bạn thêm.</p>"}
    mine = BASE | {"summary": "Tóm.", "body": "<p>Tôi thêm.</p><p>Một.</p><p>Hai của tôi.</p><p>Ba.</p>"}

    merged = merging.merge(BASE, theirs, mine)

    assert merged.content["title"] == "Đường làng mới"
    assert merged.content["summary"] == "Tóm."
    words = ["Tôi thêm.", "Một.", "Hai của bạn.", "Hai của tôi.", "Ba.", "Bạn thêm."]
    assert sentences({"body": merged.content["body"]}) == words
    assert merged.dropped == []


@pytest.fixture
def conflict(db):
    """An article that a colleague saved, and the answer to the form of an editor who began earlier."""
    author, editor = make_writer(), make_editor()
    article = make_article(status=Status.DRAFT, author=author, title="Gốc", body="<p>Một.</p><p>Hai.</p>")
    revisions.save_draft(article, author, 1)
    theirs = form_data(
        category=article.category_id, title="Gốc", base_version="2", body="<p>Một.</p><p>Hai của bạn.</p>"
    )
    mine = theirs | {"body": "<p>Một.</p><p>Hai của tôi.</p>", "summary": "Tóm của tôi"}
    client_of(author).post(change_address(article), theirs)
    client = client_of(editor)
    response = client.post(change_address(article), mine)
    assert response.status_code == 409
    form = next(
        f for f in read_page(response.content.decode(), change_address(article)).forms if dict(f.fields).get("_seen")
    )
    return client, article, form


def press(conflict, words, **choices):
    client, article, form = conflict
    button = next(button for button in form.buttons if button.value == words)
    response = form.press(client, button, **choices)
    assert response.status_code == 302
    said = " ".join(str(message) for message in get_messages(response.wsgi_request))
    return Article.objects.everywhere().get(pk=article.pk), said


def test_both_texts_stay_when_the_page_is_sent_as_it_is(conflict):
    article, said = press(conflict, "chosen")

    assert "Hai của bạn." in article.body and "Hai của tôi." in article.body
    assert article.summary.endswith("Tóm của tôi")
    assert "Hai của bạn." not in said


@pytest.mark.parametrize(("button", "choices"), [("mine", {}), ("chosen", {"choice-body-0": "mine"})])
def test_what_is_left_out_of_the_colleagues_text_is_named(conflict, button, choices):
    article, said = press(conflict, button, **choices)

    assert "Hai của bạn." not in article.body
    assert "Hai của bạn." in said


def test_a_third_save_in_between_shows_the_difference_anew(conflict):
    client, article, form = conflict
    now = Article.objects.everywhere().get(pk=article.pk)
    now.title = "Lần ba"
    revisions.save_draft(now, make_writer(), now.version)

    response = form.press(client, form.buttons[0])

    assert response.status_code == 409
    assert "Lần ba" in response.content.decode()
