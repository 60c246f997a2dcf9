"""Work in progress, so that a newcomer sees a desk in use: every person and every fact is invented."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.utils import timezone

from accounts.models import User
from demo.site import COMMUNE
from news.demo import create_draft
from news.drafts import revisions
from news.models import Article, Category
from news.newsroom.steps import workflow
from vietnamese import VIETNAM

DRAFT = "Lịch thu gom rác thải cồng kềnh dịp cuối năm"
IN_REVIEW = f"Xã {COMMUNE} mở lớp kỹ năng số cho người cao tuổi"
RETURNED = "Hướng dẫn đăng ký học bổng khuyến học năm 2027"
SCHEDULED = "Lịch cắt điện để bảo trì đường dây tại ba thôn"


def load_newsroom(writer: User, editor: User) -> None:
    """In the commune they work for: a draft, a text in review, one that was returned, one that appears tomorrow, a change that waits.

    Taken through the same steps as real ones. Running it again changes nothing.
    """
    if Article.objects.of(writer.commune).filter(title=DRAFT).exists():
        return
    categories = {category.slug: category for category in Category.objects.of(writer.commune)}

    def draft(title: str, category: str, summary: str, *paragraphs: str) -> Article:
        body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
        return create_draft(title=title, summary=summary, body=body, category=categories[category], author=writer)

    draft(
        DRAFT,
        "van-hoa-xa-hoi",
        "Bàn ghế, giường tủ, nệm cũ được thu gom riêng vào hai ngày thứ Bảy của tháng 12.",
        "Điểm tập kết đặt tại nhà văn hóa các thôn. Còn chờ tổ thu gom xác nhận giờ xe đến từng điểm.",
    )
    workflow.submit(
        draft(
            IN_REVIEW,
            "chuyen-doi-so",
            "Lớp học miễn phí, mỗi buổi hai giờ, tại nhà văn hóa thôn Khê Trung.",
            "Học viên được hướng dẫn gọi điện có hình, đặt lịch khám bệnh và nhận biết cuộc gọi lừa đảo.",
            "Người đăng ký báo tên với tổ công nghệ số của thôn trước ngày 10 hằng tháng.",
        ),
        writer,
    )
    returned = draft(
        RETURNED,
        "mat-tran-doan-the",
        "Hội Khuyến học xã nhận hồ sơ của học sinh có thành tích và học sinh vượt khó.",
        "Hồ sơ gồm đơn theo mẫu, bản sao học bạ và giấy xác nhận của nhà trường.",
    )
    workflow.submit(returned, writer)
    workflow.return_to_author(returned, editor, "Xin bổ sung hạn nộp hồ sơ và số điện thoại của Hội Khuyến học.")
    scheduled = draft(
        SCHEDULED,
        "thong-bao",
        "Điện lực khu vực bảo trì đường dây từ 7 giờ 30 đến 11 giờ 30.",
        "Các hộ tại thôn Khê Hạ, Bến Đò và Đồng Quýt chủ động nguồn điện dự phòng cho máy bơm, tủ bảo quản.",
    )
    workflow.submit(scheduled, writer)
    tomorrow = timezone.localdate() + timedelta(days=1)
    workflow.publish(scheduled, editor, datetime.combine(tomorrow, time(7), tzinfo=VIETNAM))
    if published := Article.objects.of(writer.commune).published().filter(author=writer).latest_first().first():
        published.summary += " Mọi thắc mắc xin liên hệ bộ phận một cửa của xã."
        revisions.propose_change(published, writer, published.version, note="Thêm nơi giải đáp")
