"""Times of the day as people write them."""

from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vietnamese import format_datetime_12h
from vietnamese.clock import OrderError, OverlapError, format_span, format_time, parse_spans, parse_time

MINUTES = st.times().map(lambda clock: clock.replace(second=0, microsecond=0))


@pytest.mark.parametrize(
    ("text", "clock"),
    [
        ("7h30", time(7, 30)),
        ("7H30", time(7, 30)),
        ("7g30", time(7, 30)),
        ("7:30", time(7, 30)),
        ("07.30", time(7, 30)),
        ("7h", time(7)),
        ("7h30'", time(7, 30)),
        ("7 giờ 30 phút", time(7, 30)),
        ("7 giờ rưỡi", time(7, 30)),
        ("7:30 SA", time(7, 30)),
        ("1:30 CH", time(13, 30)),
        ("12:05 SA", time(0, 5)),
        ("12:05 CH", time(12, 5)),
        ("2 giờ chiều", time(14)),
        ("12 giờ trưa", time(12)),
        ("13h00", time(13)),
    ],
)
def test_reads_a_time(text, clock):
    assert parse_time(text) == clock


@pytest.mark.parametrize("text", ["25:00", "24:00", "7:60", "17:00 SA", "", "sáng", "7h30 7h30", "-7:30", "7:300"])
def test_refuses_what_is_no_time(text):
    with pytest.raises(ValueError, match="time|hour"):
        parse_time(text)


@given(MINUTES)
def test_reads_what_it_writes(clock):
    assert parse_time(format_time(clock)) == clock


@given(st.datetimes().map(lambda moment: moment.replace(second=0, microsecond=0)))
def test_reads_the_times_of_the_news(moment):
    from vietnamese import VIETNAM

    written = format_datetime_12h(moment.replace(tzinfo=VIETNAM)).partition(" ")[2]

    assert parse_time(written) == moment.time()


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("7h30-11h30, 13h30-17h", "7:30–11:30 13:30–17:00"),
        ("13h30-17h; 7h30–11h30", "7:30–11:30 13:30–17:00"),
        ("Sáng 7h30 – 11h30; chiều từ 1h30 đến 5h", "7:30–11:30 13:30–17:00"),
        ("từ 7 giờ 30 phút đến 11 giờ 30 phút và 13 giờ 30 phút tới 16 giờ 30 phút", "7:30–11:30 13:30–16:30"),
        ("1h30 - 5h chiều", "13:30–17:00"),
        ("7h30 - 5h chiều", "7:30–17:00"),
        ("7:30 SA - 11:30 SA", "7:30–11:30"),
        ("sáng 7h30-12h", "7:30–12:00"),
        ("Nghỉ", ""),
        ("Không tiếp nhận", ""),
        ("", ""),
    ],
)
def test_reads_spans(text, spans):
    assert " ".join(format_span(*span) for span in parse_spans(text)) == spans


@pytest.mark.parametrize(
    ("text", "error", "part"),
    [
        ("7h30-25h", ValueError, "7h30-25h"),
        ("7h30", ValueError, "7h30"),
        ("bảy giờ", ValueError, "bay gio"),
        ("11h-7h", OrderError, "11h-7h"),
        ("7h-7h", OrderError, "7h-7h"),
        ("7h-12h, 11h-13h", OverlapError, "11:00–13:00"),
    ],
)
def test_names_the_span_that_is_wrong(text, error, part):
    with pytest.raises(error) as raised:
        parse_spans(text)

    assert raised.value.args[1] == part


@given(st.lists(MINUTES, max_size=6, unique=True).filter(lambda times: len(times) % 2 == 0).map(sorted))
def test_reads_the_spans_it_writes(times):
    spans = list(zip(times[::2], times[1::2], strict=True))

    assert parse_spans(", ".join(format_span(*span) for span in spans)) == spans


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused_with_its_part(text):
    try:
        spans = parse_spans(text)
    except ValueError as error:
        assert isinstance(error.args[1], str)
    else:
        assert all(begins < ends for begins, ends in spans)
