from __future__ import annotations

import json
import time
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from richtext import (
    Removed,
    RichTextEditor,
    clean_html,
    lift_inline_pictures,
    plain_text,
    repair_encoding,
    still_clean,
    taken_away,
    upload_refused,
    without_breaks,
)


@pytest.mark.parametrize(
    "evil",
    [
        "<script>alert(1)</script>",
        '<p onclick="alert(1)">',
        '<a href="javascript:alert(1)">x</a>',
        '<a href="JaVaScRiPt&#58;alert(1)">x</a>',
        '<img src="x" onerror="alert(1)">',
        "<svg onload=alert(1)>",
        '<iframe src="https://example.com"></iframe>',
        '<p style="background:url(javascript:alert(1))">x</p>',
        "<style>*{display:none}</style>",
        '<form action="https://example.com"><input></form>',
        '<a href="data:text/html,<script>alert(1)</script>">x</a>',
        "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
        '<p id="main" class="card">x</p>',
    ],
)
def test_removes_what_could_run_or_deceive(evil):
    cleaned = clean_html(evil)

    for trace in ("alert(1)<", "onclick", "onerror", "onload", "javascript:", "<iframe", "<style", "style=", "<form"):
        assert trace not in cleaned.lower()
    assert "<script" not in cleaned and "data:" not in cleaned and "id=" not in cleaned and "card" not in cleaned


def test_keeps_what_the_toolbar_writes():
    html = (
        '<h2>Mục</h2><p class="align-center"><strong>Đậm</strong> <em>nghiêng</em> <u>g</u> <s>x</s> m<sup>2</sup></p>'
        '<ul><li>một</li></ul><ol start="3"><li>ba</li></ol><blockquote><p>trích</p></blockquote><hr>'
        '<table><thead><tr><th scope="col" colspan="2">Cột</th></tr></thead><tbody><tr><td>ô</td></tr></tbody></table>'
        '<p><a href="https://example.vn/x" title="nguồn">liên kết</a> <a href="mailto:xa@example.vn">thư</a></p>'
        '<figure class="image align-left"><img src="/media/anh/a.jpg" alt="Ảnh" width="600" height="400">'
        "<figcaption>Chú thích</figcaption></figure>"
        '<figure class="album"><figure class="image"><img src="/media/anh/b.jpg" alt="B" loading="lazy">'
        '<figcaption>Một</figcaption></figure><figure class="image"><img src="/media/anh/c.jpg" alt="C" loading="lazy">'
        "</figure></figure>"
    )

    assert clean_html(html) == html


def test_writes_the_same_meaning_in_one_way():
    assert clean_html("<h1>A</h1><b>b</b><I>i</I>") == "<h2>A</h2><strong>b</strong><em>i</em>"
    assert clean_html("<br><blockquote>x</blockquote>") == "<br><blockquote>x</blockquote>"


@pytest.mark.parametrize(
    "source",
    ["https://example.com/a.png", "//example.com/a.png", "data:image/png;base64,AAAA", "/media/../etc", "/x.png"],
)
def test_drops_pictures_that_are_not_in_our_media(source):
    assert "<img" not in clean_html(f'<p>a<img src="{source}" alt="x">b</p>')


def test_all_pictures_but_the_first_load_lazily():
    cleaned = clean_html('<img src="/media/a.png" alt="a > b"><img src="/media/b.png"><img src="/media/c.png" alt="c">')

    assert cleaned.count("<img") == 3
    assert cleaned.count('loading="lazy"') == 2
    assert 'src="/media/a.png" alt="a &gt; b">' in cleaned
    assert 'src="/media/b.png" alt="" loading="lazy"' in cleaned


def test_decomposed_letters_become_composed():
    decomposed = unicodedata.normalize("NFD", "Như Xuân")

    assert clean_html(f"<p>{decomposed}</p>") == "<p>Như Xuân</p>"


@given(st.text(alphabet=st.sampled_from(list("<>/=\"' abimgsrctyleonh&;#:đữ́\n")), max_size=120))
def test_cleaning_twice_changes_nothing(html):
    once = clean_html(html)

    assert clean_html(once) == once


def test_plain_text_separates_blocks_and_decodes_letters():
    assert plain_text("<p>M&agrave;u&nbsp;đỏ</p><ul><li>a</li><li>b</li></ul>&lt;x&gt;") == "Màu đỏ a b <x>"


def test_editor_asks_nobody_outside_and_speaks_vietnamese():
    widget = RichTextEditor(upload_url="/tai-len/anh/")
    config = json.loads(widget.get_context("body", "", {"id": "id_body"})["widget"]["config"])

    assert config["versionCheck"] is False
    assert config["language"] == "vi"
    assert config["imageUploadUrl"] == "/tai-len/anh/"
    for plugin in ("exportpdf", "scayt", "wsc", "cloudservices"):
        assert plugin in config["removePlugins"].split(",")


def test_refusal_has_the_form_the_editor_expects():
    response = upload_refused("Quá lớn")

    assert response.status_code == 200
    assert json.loads(response.content) == {"uploaded": 0, "error": {"message": "Quá lớn"}}


WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><title>Báo cáo</title><style>p.MsoNormal{margin:0}</style>
<!--[if gte mso 9]><xml><w:WordDocument><w:View>Normal</w:View></w:WordDocument></xml><![endif]--></head>
<body lang=VI><p class=MsoNormal style='margin-bottom:6.0pt'><b style='mso-bidi-font-weight:normal'><span lang=VI
style='font-size:14.0pt;font-family:"Times New Roman",serif'>UBND xã họp<o:p></o:p></span></b></p>
<p class=MsoNormal><o:p>&nbsp;</o:p></p><p class=MsoNormal>Nội&nbsp;&nbsp; dung</p></body></html>"""


def test_word_leaves_clean_paragraphs():
    assert clean_html(WORD).replace("\n", " ") == "<p><strong>UBND xã họp</strong></p> <p>Nội dung</p>"


def test_google_docs_is_not_bold_throughout():
    html = '<b style="font-weight:normal;" id="docs-internal-guid-1"><p dir="ltr"><span>Một</span></p></b>'

    assert clean_html(html) == "<p>Một</p>"


def test_chat_lines_become_paragraphs():
    assert clean_html("<div>Một</div><div><br></div><div>Hai</div>") == "<p>Một</p><p>Hai</p>"


# As a PDF viewer puts it on the clipboard: lines of the page, letters and marks apart, glyphs for letters.
PDF_LINES = (
    "Căn cứ Luật Tổ chức chính quyền địa phương; theo đề nghị của Văn phòng,<br />"
    "Ủy ban nhân dân xã thông báo lịch tiếp công dân tháng 12 như sau:"
)
PDF_PAGE = (
    '<meta charset="utf-8"><div style="position:absolute;left:72px"><span style="font-family:TimesNewRomanPSMT;'
    'font-size:14pt">\uf0b7&nbsp;Thửa&nbsp;đất&nbsp;rộng&nbsp;437,9&nbsp;m<sup>2</sup>,&nbsp;theo&nbsp;Điều&nbsp;5'
    "</span></div><div><span>H\u1ed3 s\u01a1 g\u1ed3m \ufb01le b\u1ea3n v\u1ebd, bi\u1ec3u \ufb02owchart v\u00e0 "
    "quy ho\u1ea1ch\u00ad chi ti\u00adết</span></div>"
)


def test_lines_of_a_pdf_keep_their_words_and_their_breaks():
    pasted = f"<p>{unicodedata.normalize('NFD', PDF_LINES)}</p>"

    assert clean_html(pasted) == f"<p>{PDF_LINES.replace(' />', '>')}</p>"


def test_a_page_of_a_pdf_leaves_letters_and_spaces_that_wrap():
    assert clean_html(unicodedata.normalize("NFD", PDF_PAGE)) == (
        "<p>• Thửa đất rộng&nbsp;437,9&nbsp;m<sup>2</sup>, theo Điều&nbsp;5</p>"
        "<p>Hồ sơ gồm file bản vẽ, biểu flowchart và quy hoạch chi tiết</p>"
    )


def test_a_soft_hyphen_stays_where_it_is_a_letter_of_an_old_encoding():
    old = "<p>Bé tr\u00adëng Bé X©y dùng c\u00f9ng nh\u00e2n d\u00e2n ph\u00ad\u00eang</p>"

    assert clean_html(old) == old
    assert clean_html("<p>\u0110\u00ad\u01b0\u1eddng</p>") == "<p>Đường</p>"


def test_inline_pictures_are_handed_over_and_replaced():
    seen = []

    def store(content):
        seen.append(content)
        return "/media/anh/x.png"

    html = '<p>a<img alt="Cầu" src="data:image/png;base64,aGVs\nbG8=" width="3">b</p>'

    assert lift_inline_pictures(html, store) == '<p>a<img src="/media/anh/x.png" alt="Cầu">b</p>'
    assert seen == [b"hello"]
    assert lift_inline_pictures(html, lambda content: None) == html


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (
            "<p>Céng hßa x· héi <strong>chñ nghÜa</strong> ViÖt Nam</p>",
            "<p>Cộng hòa xã hội <strong>chủ nghĩa</strong> Việt Nam</p>",
        ),
        ("<p>Coäng hoøa xaõ hoäi chuû nghóa Vieät Nam</p>", "<p>Cộng hòa xã hội chủ nghĩa Việt Nam</p>"),
        (
            "<p>Đã là Unicode</p><p>§éc lËp - Tù do - H¹nh phóc</p>",
            "<p>Đã là Unicode</p><p>Độc lập - Tự do - Hạnh phúc</p>",
        ),
        ("Ñoäc laäp - Töï do - Haïnh phuùc", "Độc lập - Tự do - Hạnh phúc"),
        ('<p title="ViÖt">R&amp;D café à la carte</p>', '<p title="ViÖt">R&amp;D café à la carte</p>'),
    ],
)
def test_old_encodings_become_unicode_and_the_rest_stays(old, new):
    assert repair_encoding(old) == new


def test_only_breaks_around_blocks_are_of_no_account():
    written = "<p>a</p>\r\n\r\n<ul>\n\t<li>b</li>\n</ul>\n"

    assert without_breaks(written) == "<p>a</p><ul><li>b</li></ul>"
    assert without_breaks("<p><strong>a</strong> <em>b</em></p>") == "<p><strong>a</strong> <em>b</em></p>"


def test_text_beside_a_dropped_tag_is_in_normal_form():
    assert clean_html("a</>\u0301") == "á"


@given(st.text(alphabet=st.sampled_from(list("<>/=\"' abpultrd&;\u0301\u0338\u200b\u00ad\u00a0x\n")), max_size=120))
def test_what_is_cleaned_is_in_normal_form(html):
    assert unicodedata.is_normalized("NFC", clean_html(html))


@pytest.mark.parametrize(
    ("pasted", "kept"),
    [
        ('<ol type="a"><li>một</li></ol>', '<ol type="a"><li>một</li></ol>'),
        ('<ol style="list-style-type:upper-roman"><li>một</li></ol>', '<ol type="I"><li>một</li></ol>'),
        ('<ol><li style="list-style-type:lower-alpha">một</li></ol>', '<ol type="a"><li>một</li></ol>'),
        ('<ol start="4"><li value="7">bảy</li></ol>', '<ol start="4"><li value="7">bảy</li></ol>'),
        ('<p style="text-align: center">giữa</p>', '<p class="align-center">giữa</p>'),
        ("<center>giữa</center>", '<p class="align-center">giữa</p>'),
        ('<p align="right">phải</p>', '<p class="align-right">phải</p>'),
        ("<h1>Một</h1><h2>Hai</h2>", "<h2>Một</h2><h3>Hai</h3>"),
        (
            '<p><a href="#Phụ lục">xem</a></p><h2 id="Phụ lục">Phụ lục</h2>',
            '<p><a href="#muc-phu-luc">xem</a></p><h2 id="muc-phu-luc">Phụ lục</h2>',
        ),
        ('<p><span style="font-weight:700">đậm</span></p>', "<p><strong>đậm</strong></p>"),
        (
            (
                "<p>Ủy ban nhân dân xã thông báo lịch tiếp công dân của<br>lãnh đạo xã trong tháng 12 năm nay, trong đó có<br>"
                "các ngày nghỉ.</p>"
            ),
            (
                "<p>Ủy ban nhân dân xã thông báo lịch tiếp công dân của lãnh đạo xã trong tháng 12 năm nay, trong đó có "
                "các ngày nghỉ.</p>"
            ),
        ),
        (
            (
                "<p>Ủy ban nhân dân xã thông báo lịch tiếp công dân của</p>\n<p>lãnh đạo xã trong tháng 12 năm nay, <b>trong</b></p>"
                "<p>đó có các ngày nghỉ, trừ ngày mùng một tháng giêng.</p><p>Nơi nhận: các thôn.</p>"
            ),
            (
                "<p>Ủy ban nhân dân xã thông báo lịch tiếp công dân của lãnh đạo xã trong tháng 12 năm nay, <strong>trong</strong> "
                "đó có các ngày nghỉ, trừ ngày mùng một tháng giêng.</p><p>Nơi nhận: các thôn.</p>"
            ),
        ),
        ("<p>một</p><p>hai</p><p>ba</p>", "<p>một</p><p>hai</p><p>ba</p>"),
        (
            '<iframe src="https://www.youtube.com/embed/abcdefghijk" title="Lễ hội"></iframe>',
            (
                '<p class="video"><a href="https://www.youtube.com/watch?v=abcdefghijk" '
                'data-player="https://www.youtube-nocookie.com/embed/abcdefghijk">Lễ hội</a></p>'
            ),
        ),
    ],
)
def test_what_has_meaning_is_kept(pasted, kept):
    assert clean_html(pasted) == kept
    assert clean_html(kept) == kept


def test_names_what_is_taken_away():
    html = (
        '<video src="a.mp4"></video><iframe src="https://example.com/x"></iframe><p>a'
        '<img src="https://example.com/1.png"><img src="//example.com/2.png"><img src="file:///C:/a.png">'
        '<a href="file:///C:/b.doc">tệp</a></p>'
    )

    assert taken_away(html) == {
        Removed.VIDEO: 1,
        Removed.FRAME: 1,
        Removed.FOREIGN_PICTURE: 2,
        Removed.LOCAL_PICTURE: 1,
        Removed.UNUSABLE_LINK: 1,
    }


HOSTILE = {
    "unclosed tags": "<b " * 100_000,
    "nesting": "<div>" * 60_000,
    "misnesting": "<a><div>" * 40_000,
    "distinct formats": "".join(f"<font a{n}>" for n in range(10_000)) + "<p>" * 50_000,
    "references": "&nbsp;" * 50_000,
    "ampersands": "&" * 2_000_000,
    "escaped ampersands": "&amp;" * 400_000,
    "long alternative": f'<img src="/media/a.png" alt="{"&" * 2_000_000}">',
    "marks": "\u0301\u0323" * 50_000,
    "inline pictures": '<img src="data:image/png;base64,' * 10_000,
}


@pytest.mark.parametrize("shape", HOSTILE)
def test_hostile_shapes_end(shape):
    """In a fraction of a second; what takes the square of that would take minutes."""
    started = time.thread_time()

    for function in (clean_html, still_clean, plain_text, without_breaks, repair_encoding):
        function(HOSTILE[shape])

    assert time.thread_time() - started < 20


LINE = "Ủy ban nhân dân xã thông báo lịch tiếp công dân của xã ta"
PARTS = [
    *(
        LINE,
        " ",
        "\n",
        "và ",
        "a",
        "1",
        "Đ",
        "Ð",
        "d\u0336",
        "\u0301",
        "\u0338",
        "\u00a0",
        "\u200b",
        "\u00ad",
        "&nbsp;",
        "&lt;",
    ),
    *("<p>", "</p>", "<p>", "</p>", "<p class=video>", "<p align=center>", "<br>", "<hr>", "<div>", "</div>", "<pre>"),
    *("<b>", "</b>", "<i>", "</i>", "<u>", "<s>", "<sup>", "<span style='font-weight:700'>", "</span>", "<center>"),
    *(
        "<ul>",
        "</ul>",
        "<ol type=a>",
        "</ol>",
        "<li>",
        "</li>",
        "<blockquote>",
        "</blockquote>",
        "<h1>",
        "</h1>",
        "<h3>",
    ),
    *("<table>", "</table>", "<tr>", "<td>", "</td>", "<th>", "<caption>", "<figure class=image>", "</figure>"),
    *("<a href='#x'>", "<a name=x>", "<a href=https://youtu.be/abcdefghijk>", "</a>", "https://youtu.be/abcdefghijk"),
    *(
        "<img src=/media/a.png alt='<b'>",
        "<img src=x>",
        "<iframe src=https://youtu.be/abcdefghijk>",
        "</iframe>",
        "<svg>",
    ),
]


@given(st.lists(st.sampled_from(PARTS), max_size=25).map("".join))
@example("<a href='#x'><p>https://youtu.be/abcdefghijk")
def test_what_is_cleaned_stays_as_it_is(html):
    once = clean_html(html)

    assert clean_html(once) == once
    assert still_clean(once) == once
    assert unicodedata.is_normalized("NFC", once)
