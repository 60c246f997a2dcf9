"""The columns of a table of procedures, and the table itself."""

from __future__ import annotations

from collections.abc import Sequence

from procedures.models import Procedure, ProcedurePaper, State
from spreadsheet import Sheet

# Field of the model → the heading of its column. A heading is known by either, folded.
HEADINGS = {
    "code": "Mã thủ tục",
    "title": "Tên dễ hiểu",
    "official_name": "Tên theo quyết định",
    "life_event": "Sự kiện đời sống",
    "field": "Lĩnh vực",
    "summary": "Thủ tục này là gì",
    "audience": "Ai được làm",
    "papers": "Giấy tờ cần mang",
    "steps": "Các bước",
    "duration": "Thời hạn",
    "fee": "Lệ phí",
    "place": "Nơi nộp",
    "result": "Kết quả",
    "legal_grounds": "Căn cứ pháp lý",
    "state": "Trạng thái",
    "reviewed_on": "Rà soát ngày",
    "review_on": "Rà soát lại ngày",
}
REQUIRED = ("title", "summary")
MULTILINE = {"summary", "audience", "papers", "steps", "place", "legal_grounds"}
DAYS = {"reviewed_on", "review_on"}
STATES = {State.DRAFT: "nháp", State.PUBLISHED: "đăng"}
KINDS = {
    ProcedurePaper.Kind.ORIGINAL: "bản chính",
    ProcedurePaper.Kind.COPY: "bản sao",
    ProcedurePaper.Kind.CERTIFIED: "bản sao chứng thực",
    ProcedurePaper.Kind.SHOWN: "xuất trình",
}
EXAMPLE = {
    "code": "1.001193",
    "title": "Đăng ký khai sinh",
    "official_name": "Thủ tục đăng ký khai sinh",
    "life_event": "Có con",
    "field": "Hộ tịch",
    "summary": "Ghi tên con vào sổ hộ tịch và nhận giấy khai sinh.",
    "audience": "Cha hoặc mẹ; ông, bà, người thân khác nếu cha mẹ không thể đi",
    "papers": "Giấy chứng sinh | bản chính | 1 | nếu không có thì người làm chứng xác nhận\nTờ khai đăng ký khai sinh | bản chính | 1",
    "steps": "Nộp hồ sơ ở Bộ phận Một cửa\nKiểm tra bản nháp giấy khai sinh\nNhận giấy khai sinh",
    "duration": "Trong ngày làm việc",
    "fee": "Không thu nếu đúng hạn 60 ngày",
    "place": "Bộ phận Một cửa của xã",
    "result": "Giấy khai sinh (bản chính)",
    "legal_grounds": "Luật Hộ tịch số 60/2014/QH13",
    "state": "nháp",
    "reviewed_on": "01/11/2026",
    "review_on": "01/05/2027",
}


def sheet_of(procedures: Sequence[Procedure]) -> Sheet:
    """Procedures (with life event and papers) as a table that can be taken back; without any, an example."""
    rows = [row_of(procedure) for procedure in procedures] or [[EXAMPLE[name] for name in HEADINGS]]
    return Sheet("Thủ tục", list(HEADINGS.values()), rows)


def row_of(procedure: Procedure) -> list[str]:
    cells = {name: getattr(procedure, name) for name in HEADINGS if name != "papers"}
    cells |= {
        "life_event": procedure.life_event.name if procedure.life_event else "",
        "state": STATES[State(procedure.state)],
        "papers": "\n".join(_paper_text(paper) for paper in procedure.papers.all()),
    }
    cells |= {name: f"{cells[name]:%d/%m/%Y}" if cells[name] else "" for name in DAYS}
    return [cells[name] for name in HEADINGS]


def _paper_text(paper: ProcedurePaper) -> str:
    parts = [paper.name, KINDS[ProcedurePaper.Kind(paper.kind)], str(paper.count), paper.note, paper.link]
    while not parts[-1]:
        parts.pop()
    return " | ".join(parts)
