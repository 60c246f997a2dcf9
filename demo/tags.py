"""What the demonstration's articles are about, and the story some of them tell together."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class DemoTag:
    """A tag and the articles under it, by the numbers their files begin with; with a `lead` it is a story."""

    name: str
    description: str
    articles: tuple[str, ...]
    lead: str = ""


TAGS = (
    DemoTag(
        name="Chuyển đổi số về từng nhà",
        description="Từ tổ công nghệ số cộng đồng đến chợ quê quét mã: việc làm, kết quả và điều cần tránh.",
        articles=("02", "06", "15", "22", "31"),
        lead=(
            "Xã Vân Khê Thượng đưa dịch vụ công, thanh toán không tiền mặt và kỹ năng số đến từng thôn, bắt đầu từ"
            " những người trẻ trong tổ công nghệ số cộng đồng.\n\n"
            "Đến nay người dân đăng ký khai sinh ngay tại nhà, tiểu thương chợ quê nhận tiền bằng mã QR. Đi cùng tiện"
            " ích là thủ đoạn lừa đảo mới, Công an xã cảnh báo thường xuyên."
        ),
    ),
    DemoTag("Thủ tục hành chính", "Giờ làm việc, hồ sơ, cách làm trực tuyến.", ("01", "06", "08", "22", "29")),
    DemoTag("Môi trường", "Rác thải, cây xanh, đường làng ngõ xóm.", ("14", "19", "32", "34")),
    DemoTag("Nông nghiệp", "Mùa vụ, sâu bệnh, sản phẩm của xã.", ("12", "18", "23")),
    DemoTag("Giao thông", "Đường, cầu và an toàn đi lại.", ("13", "30")),
)
