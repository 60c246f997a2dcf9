"""Who works in the demonstration commune, and its villages: every name and number is invented.

Those whom the articles name hold the posts that they hold there.
"""

from __future__ import annotations

import random
from datetime import date

from communes.models import Commune
from demo import site
from offices.demo import DemoOffice, DemoPost, DemoVillage, load_offices
from offices.models import Kind

PARTY = "Đảng ủy xã"
COUNCIL = "Hội đồng nhân dân xã"
COMMITTEE = "Ủy ban nhân dân xã"
FRONT = "Ủy ban Mặt trận Tổ quốc Việt Nam xã"
CENTRE = "Trung tâm Phục vụ hành chính công xã"
OFFICE = "Văn phòng HĐND và UBND xã"
ECONOMY = "Phòng Kinh tế"
CULTURE = "Phòng Văn hóa – Xã hội"
POLICE = "Công an xã"
MILITARY = "Ban Chỉ huy Quân sự xã"
HEALTH = "Trạm Y tế xã"
WOMEN = "Hội Liên hiệp Phụ nữ xã"
FARMERS = "Hội Nông dân xã"
VETERANS = "Hội Cựu chiến binh xã"
YOUTH = "Đoàn TNCS Hồ Chí Minh xã"
BUDGET_BOARD = "Ban Kinh tế – Ngân sách"
CULTURE_BOARD = "Ban Văn hóa – Xã hội"
SCHOOL = "Trường Trung học cơ sở Vân Khê Thượng"
PRIMARY = "Trường Tiểu học Vân Khê Thượng"
KINDERGARTEN = "Trường Mầm non Vân Khê Thượng"

HOUSE_A = "Nhà A, trụ sở UBND xã, thôn Khê Trung"
HOUSE_B = "Nhà B, trụ sở UBND xã, thôn Khê Trung"

OFFICES = [
    DemoOffice(PARTY, Kind.LEADERSHIP, telephone="0000 000 102", address=HOUSE_A),
    DemoOffice(
        COUNCIL,
        Kind.COUNCIL,
        telephone="0000 000 103",
        address=HOUSE_A,
        duties="Quyết định những vấn đề quan trọng của xã: dự toán ngân sách, kế hoạch phát triển.\n"
        "Giám sát hoạt động của UBND xã; tiếp xúc cử tri, theo dõi việc giải quyết kiến nghị.",
    ),
    DemoOffice(BUDGET_BOARD, Kind.COUNCIL, COUNCIL),
    DemoOffice(CULTURE_BOARD, Kind.COUNCIL, COUNCIL),
    DemoOffice(
        COMMITTEE,
        Kind.COMMITTEE,
        telephone=site.PHONE,
        address=HOUSE_A,
        duties="Tổ chức thi hành pháp luật và nghị quyết của HĐND xã.\n"
        "Quản lý đất đai, xây dựng, hộ tịch, y tế, giáo dục, an ninh, trật tự trên địa bàn.",
    ),
    DemoOffice(
        CENTRE,
        Kind.ONE_STOP,
        COMMITTEE,
        "0000 000 116",
        f"Tầng 1, {HOUSE_B[0].lower()}{HOUSE_B[1:]}",
        "Hướng dẫn, tiếp nhận hồ sơ và trả kết quả thủ tục hành chính: hộ tịch, chứng thực, đất đai, "
        "bảo trợ xã hội, đăng ký hộ kinh doanh.\nGiúp người dân nộp hồ sơ trên Cổng Dịch vụ công quốc gia.",
        is_one_stop=True,
    ),
    DemoOffice(
        OFFICE,
        Kind.DEPARTMENT,
        COMMITTEE,
        "0000 000 101",
        HOUSE_A,
        "Giúp việc HĐND và UBND xã; tiếp công dân, nhận đơn, thư; văn thư, lưu trữ.\n"
        "Quản trị trang thông tin điện tử của xã.",
    ),
    DemoOffice(
        ECONOMY,
        Kind.DEPARTMENT,
        COMMITTEE,
        "0000 000 118",
        HOUSE_A,
        "Tài chính, kế hoạch, đất đai, xây dựng, nông nghiệp, môi trường, công thương.\n"
        "Chương trình nông thôn mới và OCOP.",
    ),
    DemoOffice(
        CULTURE,
        Kind.DEPARTMENT,
        COMMITTEE,
        "0000 000 121",
        HOUSE_A,
        "Văn hóa, thể thao, thông tin, giáo dục, y tế, lao động, người có công, giảm nghèo.\n"
        "Tổ công nghệ số cộng đồng.",
    ),
    DemoOffice(
        POLICE,
        Kind.POLICE,
        telephone="0000 000 113",
        address="Trụ sở Công an xã, thôn Khê Trung",
        duties="Tiếp nhận tin báo, trực 24/24 giờ.\nCăn cước, cư trú, định danh điện tử, đăng ký xe.",
    ),
    DemoOffice(MILITARY, Kind.MILITARY, COMMITTEE, "0000 000 112", HOUSE_A, "Nghĩa vụ quân sự; phòng thủ dân sự."),
    DemoOffice(
        HEALTH,
        Kind.HEALTH,
        COMMITTEE,
        "0000 000 115",
        "Thôn Khê Hạ",
        "Khám, chữa bệnh ban đầu; tiêm chủng; chăm sóc bà mẹ, trẻ em; phòng, chống dịch.",
    ),
    DemoOffice(KINDERGARTEN, Kind.SCHOOL, COMMITTEE, "0000 000 151", "Thôn Khê Trung"),
    DemoOffice(PRIMARY, Kind.SCHOOL, COMMITTEE, "0000 000 152", "Thôn Khê Trung"),
    DemoOffice(SCHOOL, Kind.SCHOOL, COMMITTEE, "0000 000 153", "Thôn Khê Hạ"),
    DemoOffice(
        FRONT,
        Kind.FRONT,
        telephone="0000 000 104",
        address=HOUSE_B,
        duties="Tập hợp ý kiến, kiến nghị của cử tri và Nhân dân; giám sát, phản biện xã hội.",
    ),
    DemoOffice(WOMEN, Kind.FRONT, FRONT, "0000 000 105", HOUSE_B),
    DemoOffice(FARMERS, Kind.FRONT, FRONT, "0000 000 106", HOUSE_B),
    DemoOffice(VETERANS, Kind.FRONT, FRONT, "0000 000 107", HOUSE_B),
    DemoOffice(YOUTH, Kind.FRONT, FRONT, "0000 000 108", HOUSE_B),
]

FOUNDED = date(2025, 7, 1)
HANDED_OVER = date(2026, 3, 1)
LEADER = {"is_leading": True}
HEAD = {"is_sole": True, "begins_on": FOUNDED}

POSTS = [
    DemoPost("Đặng Quang Thuận", PARTY, "Bí thư Đảng ủy", **LEADER, **HEAD),
    DemoPost("Đặng Quang Thuận", COUNCIL, "Chủ tịch HĐND xã", "Điều hành chung", **LEADER, **HEAD),
    DemoPost("Lương Văn Khải", PARTY, "Phó Bí thư Đảng ủy", position=2, begins_on=HANDED_OVER, **LEADER),
    DemoPost(
        "Lương Văn Khải",
        COMMITTEE,
        "Chủ tịch UBND xã",
        "Điều hành chung; quốc phòng, an ninh; phòng thủ dân sự; tài chính, ngân sách; tiếp công dân",
        is_sole=True,
        begins_on=HANDED_OVER,
        **LEADER,
    ),
    # The first chairman, and what the present one was before: "who was chairman on …" has an answer.
    DemoPost(
        "Tạ Quốc Hưng",
        COMMITTEE,
        "Chủ tịch UBND xã",
        "Điều hành chung",
        is_sole=True,
        begins_on=FOUNDED,
        ends_on=date(2026, 2, 28),
        **LEADER,
    ),
    DemoPost(
        "Lương Văn Khải",
        COMMITTEE,
        "Phó Chủ tịch UBND xã",
        "Kinh tế, nông nghiệp",
        2,
        begins_on=FOUNDED,
        ends_on=date(2026, 2, 28),
        **LEADER,
    ),
    DemoPost(
        "Ma Thị Xuyến",
        COUNCIL,
        "Phó Chủ tịch HĐND xã",
        "Tiếp xúc cử tri, giám sát",
        2,
        begins_on=FOUNDED,
        **LEADER,
    ),
    DemoPost(
        "Nông Đức Hiệp",
        COMMITTEE,
        "Phó Chủ tịch UBND xã",
        "Kinh tế, đất đai, xây dựng, nông nghiệp; cải cách hành chính",
        2,
        begins_on=HANDED_OVER,
        **LEADER,
    ),
    DemoPost("Nông Đức Hiệp", CENTRE, "Giám đốc Trung tâm", position=1, **HEAD),
    DemoPost(
        "Hoàng Thị Thúy Hằng",
        COMMITTEE,
        "Phó Chủ tịch UBND xã",
        "Văn hóa, giáo dục, y tế, chuyển đổi số; Trưởng Ban biên tập trang thông tin điện tử",
        3,
        begins_on=FOUNDED,
        **LEADER,
    ),
    DemoPost("Vi Thị Hòa", FRONT, "Chủ tịch Ủy ban MTTQ Việt Nam xã", "Điều hành chung", **LEADER, **HEAD),
    DemoPost("Mã Đình Vượng", BUDGET_BOARD, "Trưởng ban", **HEAD),
    DemoPost("Chu Thị Kim Ngân", CULTURE_BOARD, "Trưởng ban", **HEAD),
    DemoPost("Đinh Thị Phượng", CENTRE, "Phó Giám đốc Trung tâm", "Hộ tịch, chứng thực; trả kết quả", 2),
    DemoPost("Vương Thị Ánh", CENTRE, "Chuyên viên", "Quầy hộ tịch, chứng thực", 3),
    DemoPost("Đàm Văn Ước", CENTRE, "Chuyên viên", "Quầy đất đai, xây dựng", 3),
    DemoPost("Quách Thị Lệ", OFFICE, "Chánh Văn phòng", "Tiếp công dân; lịch công tác", **HEAD),
    DemoPost("Bàn Tiến Dũng", OFFICE, "Chuyên viên", "Văn thư, lưu trữ", 2),
    DemoPost("Cao Xuân Hưởng", ECONOMY, "Trưởng phòng", "Tài chính, đất đai, OCOP", **HEAD),
    DemoPost("Hứa Thị Ngọc", ECONOMY, "Chuyên viên", "Nông nghiệp, thú y", 2),
    DemoPost("Lò Văn Ơn", CULTURE, "Trưởng phòng", "Văn hóa, giáo dục, giảm nghèo", **HEAD),
    DemoPost("Trương Thị Quỳnh Nga", CULTURE, "Chuyên viên", "Thư viện, chuyển đổi số", 2),
    DemoPost("Trịnh Xuân Bách", POLICE, "Trưởng Công an xã", **HEAD),
    DemoPost("Phùng Văn Quyết", MILITARY, "Chỉ huy trưởng", **HEAD),
    DemoPost("Trần Thị Khánh Vân", HEALTH, "Trưởng trạm", **HEAD),
    DemoPost("Lý Thị Mẩy", KINDERGARTEN, "Hiệu trưởng", **HEAD),
    DemoPost("Đỗ Thị Băng Tâm", PRIMARY, "Hiệu trưởng", **HEAD),
    DemoPost("Nguyễn Trọng Nghĩa", SCHOOL, "Hiệu trưởng", **HEAD),
    DemoPost("Đỗ Thị Thùy Dương", WOMEN, "Chủ tịch Hội", **HEAD),
    DemoPost("Âu Văn Chính", FARMERS, "Chủ tịch Hội", **HEAD),
    DemoPost("Lê Hữu Thoại", VETERANS, "Chủ tịch Hội", **HEAD),
    DemoPost("Ngô Minh Đức", YOUTH, "Bí thư Đoàn xã", **HEAD),
]
TELEPHONES = {
    "Đặng Quang Thuận": "0000 000 131",
    "Lương Văn Khải": "0000 000 132",
    "Ma Thị Xuyến": "0000 000 133",
    "Nông Đức Hiệp": "0000 000 134",
    "Hoàng Thị Thúy Hằng": "0000 000 135",
    "Vi Thị Hòa": "0000 000 136",
}
# 2,846 households, as many as the articles count.
VILLAGES = [
    DemoVillage("Thôn Khê Thượng", "Lục Văn Hiến", "0000 000 141", "Nhà văn hóa thôn, cạnh đình làng", 418),
    DemoVillage("Thôn Khê Trung", "Bùi Thị Nhàn", "0000 000 142", "Nhà văn hóa thôn, sau trụ sở UBND xã", 463),
    DemoVillage("Thôn Khê Hạ", "Mông Văn Tình", "0000 000 143", "Nhà văn hóa thôn, đầu cầu Khê Hạ", 357),
    DemoVillage("Thôn Bến Đò", "Phùng Văn Sông", "0000 000 144", "Nhà văn hóa thôn, gần bến đò cũ", 312),
    DemoVillage("Thôn Phú Vân", "Lưu Đình Phú", "0000 000 145", "Nhà văn hóa thôn", 297),
    DemoVillage("Thôn Đồng Quýt", "Đào Bá Quyền", "0000 000 146", "Nhà văn hóa thôn, trung tâm đồi quýt", 286),
    DemoVillage("Thôn Gò Mơ", "Mạc Đình Khánh", "0000 000 147", "Nhà văn hóa thôn", 268),
    DemoVillage("Thôn Lũng Chè", "Triệu Thị Mùi", "0000 000 148", "Nhà văn hóa thôn, cạnh xưởng chè", 241),
    DemoVillage("Thôn Đồi Sim", "Chu Văn Đoái", "0000 000 149", "Nhà văn hóa thôn", 204),
]

# For the other communes of a province.
FAMILY_NAMES = ["Nguyễn Văn", "Trần Thị", "Lê Quang", "Phạm Thị", "Hoàng Đình", "Vũ Thị", "Đinh Công", "Ngô Thị"]
GIVEN_NAMES = ["Ân", "Bằng", "Cúc", "Đạt", "Giang", "Hà", "Khương", "Lụa", "Mận", "Oanh", "Phấn", "Quế", "Sáu", "Thêu"]


def load_people(commune: Commune) -> None:
    """The offices, people and villages of the usual demonstration."""
    domain = site.EMAIL.partition("@")[2]
    load_offices(commune, OFFICES, POSTS, VILLAGES, domain=domain, telephones=TELEPHONES)


def load_few_people(commune: Commune, place: str, domain: str) -> None:
    """Five offices with a head each and four villages; other names in each commune."""
    dice = random.Random(place)
    given = dice.sample(GIVEN_NAMES, 9)
    names = [f"{dice.choice(FAMILY_NAMES)} {name}" for name in given]
    offices = [row for row in OFFICES if row.name in (COUNCIL, COMMITTEE, CENTRE, POLICE, HEALTH)]
    offices = [
        DemoOffice(row.name, row.kind, row.parent, row.telephone, duties=row.duties, is_one_stop=row.is_one_stop)
        for row in offices
    ]
    heads = [
        (COUNCIL, "Chủ tịch HĐND", LEADER),
        (COMMITTEE, "Chủ tịch UBND", LEADER),
        (CENTRE, "Giám đốc Trung tâm", {}),
        (POLICE, "Trưởng Công an", {}),
        (HEALTH, "Trưởng trạm", {}),
    ]
    posts = [
        DemoPost(name, office, post, **HEAD, **more) for name, (office, post, more) in zip(names, heads, strict=False)
    ]
    villages = [
        DemoVillage(f"Thôn {number}", head, f"0000 000 14{number}") for number, head in enumerate(names[5:], start=1)
    ]
    load_offices(commune, offices, posts, villages, domain=domain, telephones={})
