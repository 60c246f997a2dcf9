"""The menu, services, banner and links of the demonstration."""

from __future__ import annotations

import io

from communes.models import Commune
from demo.painter import art
from menus.demo import Place, create_agency, create_banner, create_menus, create_service

# Sites of the state that exist; every other address of the demonstration is its own.
GOVERNMENT = "Trung ương"
SERVICES = "Dịch vụ công trực tuyến"
AGENCIES = (
    (GOVERNMENT, "Cổng Thông tin điện tử Chính phủ", "https://chinhphu.vn/"),
    (GOVERNMENT, "Cơ sở dữ liệu quốc gia về văn bản pháp luật", "https://vbpl.vn/"),
    (SERVICES, "Cổng Dịch vụ công quốc gia", "https://dichvucong.gov.vn/"),
    (SERVICES, "Định danh điện tử VNeID", "https://vneid.gov.vn/"),
)
# Title, line, icon, and the path of the page, without the slashes around it; a page that does not exist is left out.
STRIP = (
    ("Thủ tục hành chính", "Giấy tờ cần mang, lệ phí, thời hạn", "paper", Place(path="thu-tuc")),
    ("Giờ làm việc", "Bộ phận Một cửa và các phòng", "clock", Place(path="gio-lam-viec")),
    ("Lịch tiếp công dân", "Chủ tịch tiếp dân khi nào, ở đâu", "calendar", Place(path="lich-tiep-cong-dan")),
    ("Danh bạ", "Số điện thoại cán bộ, trưởng thôn", "phone", Place(path="danh-ba")),
    ("Thông báo", "Việc cần làm, hạn cần nhớ", "question", Place(path="thong-bao")),
    ("Dịch vụ công trực tuyến", "Nộp hồ sơ trên cổng quốc gia", "online", Place(address="https://dichvucong.gov.vn/")),
)
BANNER = "Chuyển đổi số về từng nhà: việc làm, kết quả và điều cần tránh"
BANNER_PATH = "the" + "/chuyen-doi-so-ve-tung-nha"
BANNER_SIZE = (1600, 400)
FOOT = (
    ("Cần biết", ("gio-lam-viec", "lich-tiep-cong-dan", "danh-ba", "lien-he", "tim-kiem", "thong-ke-truy-cap")),
    ("Tin tức", ("thong-bao", "kinh-te", "chuyen-doi-so")),
    (
        "Về trang này",
        ("gioi-thieu", "chinh-sach-bao-ve-du-lieu-ca-nhan", "tuyen-bo-ve-kha-nang-tiep-can", "en"),
    ),
)


def load_menus(commune: Commune) -> None:
    """What is missing of them, made of the pages that exist when it is called: after all other content."""
    create_menus(commune, FOOT)
    for position, (title, line, icon, place) in enumerate(STRIP, start=1):
        create_service(commune, title, line, icon, place, position)
    for position, (heading, title, address) in enumerate(AGENCIES, start=1):
        create_agency(commune, title, address, heading, position)
    create_banner(commune, BANNER, Place(path=BANNER_PATH), _banner)


def _banner() -> bytes:
    file = io.BytesIO()
    art.draw("digital", "banner", BANNER_SIZE).save(file, "JPEG", quality=86)
    return file.getvalue()
