"""When the demonstration commune works and receives citizens: as its articles say it."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils import timezone

from communes.models import Commune
from demo.people import CENTRE, HEALTH, OFFICE, POLICE
from schedules.demo import (
    DemoHours,
    DemoReception,
    load_absence,
    load_exception,
    load_hours,
    load_receptions,
    load_week,
)

OFFICE_DAY = "7h00–11h30, 13h30–17h00"
# Article 08, of thirteen days ago, announces the winter hours for six days from now.
ANNOUNCED_DAYS_AGO, WINTER_IN = 13, 6
SATURDAY_NOTE = (
    "Sáng thứ Bảy chỉ tiếp nhận và trả kết quả thủ tục hộ tịch, chứng thực, người có công và bảo trợ xã hội. "
    "Đăng ký khai tử ngoài giờ: gọi 0000 000 116."
)
# Article 01.
RECEPTION_HOURS = "7h30–11h30, 13h30–16h30"
RECEPTION_ROOM = "Phòng tiếp công dân, tầng 1, nhà làm việc UBND xã, thôn Khê Trung"
RECEPTION_PHONE = "0000 000 101"
CHAIRMAN, DEPUTY, COUNCIL = "Chủ tịch UBND xã", "Phó Chủ tịch UBND xã", "Chủ tịch HĐND xã"

RECEPTIONS = [
    DemoReception(
        CHAIRMAN,
        1,
        RECEPTION_HOURS,
        RECEPTION_ROOM,
        telephone=RECEPTION_PHONE,
        legal_ground="Luật Tiếp công dân; Quy chế tiếp công dân của UBND xã",
    ),
    DemoReception(COUNCIL, 3, RECEPTION_HOURS, RECEPTION_ROOM, nth=1, telephone=RECEPTION_PHONE),
    DemoReception(
        DEPUTY, 3, RECEPTION_HOURS, RECEPTION_ROOM, nth=3, person="Hoàng Thị Thúy Hằng", telephone=RECEPTION_PHONE
    ),
]

WEEK = """Thứ\tThời gian\tNội dung\tThành phần\tĐịa điểm
Thứ Hai\t7h30\tChào cờ, giao ban đầu tuần\tToàn thể cán bộ, công chức\tSân trụ sở UBND xã
\t8h30\tHọp Thường trực Đảng ủy, HĐND, UBND xã\tĐ/c Thuận, đ/c Khải, đ/c Hằng\tPhòng họp số 1
\t14h00\tNghe báo cáo tiến độ đường Khê Hạ – Bến Đò\tĐ/c Khải; Phòng Kinh tế\tPhòng họp số 2
Thứ Ba\t7h30\tTiếp công dân định kỳ\tĐ/c Khải, Chủ tịch UBND xã\tPhòng tiếp công dân
\t14h00\tLàm việc với Trường Trung học cơ sở Vân Khê Thượng về phòng học bộ môn\tĐ/c Hằng; Phòng Văn hóa – Xã hội\tTại trường
Thứ Tư\tSáng\tKiểm tra phòng cháy, chữa cháy tại chợ Khê Trung\tCông an xã; Ban Quản lý chợ\tChợ Khê Trung
\tChiều\tTập huấn nộp hồ sơ trực tuyến cho tổ công nghệ số cộng đồng\tĐ/c Hằng; 9 tổ công nghệ số\tHội trường UBND xã
Thứ Năm\t8h00\tTiếp xúc cử tri trước kỳ họp HĐND xã\tĐại biểu HĐND xã\tNhà văn hóa thôn Khê Hạ
\t14h30\tHọp Ban Chỉ đạo xây dựng nông thôn mới\tĐ/c Khải; thành viên Ban Chỉ đạo\tPhòng họp số 1
Thứ Sáu\tSáng\tĐi cơ sở: thôn Đồng Quýt, thôn Khê Thượng\tĐ/c Hằng; Phòng Kinh tế\tTại các thôn
\t14h00\tTrao sổ tiết kiệm cho gia đình chính sách\tĐ/c Khải; Ủy ban MTTQ xã\tHội trường UBND xã
Thứ Bảy\tSáng\tTrực tiếp nhận hồ sơ hộ tịch, chứng thực\tTrung tâm Phục vụ hành chính công\tNhà B
"""
NOTE = "Lịch có thể thay đổi khi có công việc đột xuất."


def load_schedules(commune: Commune) -> None:
    """Hours, receptions and this week's and the next week's work; again, it changes nothing."""
    today = timezone.localdate()
    load_hours(commune, hours(today))
    friday = today + timedelta(days=(4 - today.weekday()) % 7 + 7)
    load_exception(commune, friday, "7h30–11h30", "buổi chiều tập huấn phần mềm mới")
    made = load_receptions(commune, RECEPTIONS)
    for reception in made[:1]:
        load_absence(reception, 21, DEPUTY, "Chủ tịch dự họp tại tỉnh")
    load_week(commune, WEEK, note=NOTE)
    load_week(commune, WEEK, 1, NOTE, is_published=False)


def hours(today: date) -> list[DemoHours]:
    """The hours of the offices; those of the centre change in winter, as article 08 says."""
    year = today.year + (today.month > 4)
    return [
        DemoHours(CENTRE, OFFICE_DAY, note="Nghỉ thứ Bảy, Chủ nhật và ngày lễ."),
        DemoHours(
            CENTRE,
            "7h30–11h30, 13h00–17h00",
            "7h30–11h30",
            "Giờ mùa đông",
            SATURDAY_NOTE,
            WINTER_IN - ANNOUNCED_DAYS_AGO,
            date(year, 4, 15),
        ),
        DemoHours(OFFICE, OFFICE_DAY),
        DemoHours(HEALTH, OFFICE_DAY, note="Cấp cứu: trực 24/24 giờ."),
        DemoHours(POLICE, OFFICE_DAY, note="Tin báo tội phạm, cứu nạn: trực 24/24 giờ, gọi 113."),
    ]


def load_few_schedules(commune: Commune) -> None:
    """Of another commune of the province: the hours of its one-stop centre, and the chairman's reception."""
    load_hours(commune, hours(timezone.localdate())[:1])
    load_receptions(
        commune, [DemoReception("Chủ tịch UBND", 2, "7h30–11h30", "Phòng tiếp công dân", telephone=RECEPTION_PHONE)]
    )
