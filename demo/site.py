"""Who publishes the demonstration portal: every name and number is invented."""

COMMUNE = "Vân Khê Thượng"
NAME = "Trang thông tin điện tử xã Vân Khê Thượng"
AGENCY = "Ủy ban nhân dân xã Vân Khê Thượng"
ADDRESS = "Nhà A, trụ sở UBND xã, thôn Khê Trung, xã Vân Khê Thượng"
PHONE = "0000 000 100"
# The .example domain is reserved (RFC 2606): mail to it can reach nobody.
EMAIL = "bbt@vankhethuong.example"
EDITOR = "Hoàng Thị Thúy Hằng"
EDITOR_TITLE = "Phó Chủ tịch UBND xã, Trưởng Ban biên tập"
SOURCE_NOTICE = "Ghi rõ nguồn “Trang thông tin điện tử xã Vân Khê Thượng” khi phát hành lại thông tin từ trang này."

POLL_QUESTION = "Đánh giá của bạn về cổng thông tin điện tử"
# People who chose each answer: 518 in all.
POLL_CHOICES = {
    "Rất hài lòng": 187,
    "Hài lòng": 214,
    "Bình thường": 79,
    "Không hài lòng": 26,
    "Rất không hài lòng": 12,
}
