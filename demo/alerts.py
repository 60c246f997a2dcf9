"""Alerts of the demonstration: one that holds for some days, one that is over, one that waits for an editor."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from accounts.models import User
from alerts.models import Alert, Level
from communes.models import Commune

HOLDING = {
    "level": Level.WARNING,
    "headline": "Đêm nay đến sáng mai có mưa to, không qua ngầm tràn khi nước chảy xiết",
    "text": "Lượng mưa dự báo 80–120 mm, có nơi trên 150 mm.\n"
    "Các hộ ven suối chuyển đồ đạc, vật nuôi lên chỗ cao trước 18h. Cần giúp đỡ, gọi số trực của xã 0000 000 114.\n"
    "Đây là nội dung minh họa, không phải cảnh báo thật.",
    "area": "Các thôn ven suối",
}
OVER = {
    "level": Level.INFORMATION,
    "headline": "Tạm ngừng cấp nước sạch hai ngày để sửa đường ống",
    "text": "Các hộ dự trữ nước sinh hoạt từ tối hôm trước.",
    "area": "Khu vực chợ xã",
}
DRAFT = {
    "level": Level.INFORMATION,
    "headline": "Bộ phận Một cửa chuyển sang làm việc tại Nhà văn hóa xã từ tuần sau",
    "text": "Trụ sở sửa chữa trong khoảng một tháng. Giờ làm việc không đổi.",
    "area": "",
}


def load_demo_alerts(commune: Commune, writer: User, editor: User) -> None:
    """The alerts, made only once."""
    if Alert.objects.of(commune).exists():
        return
    now = timezone.now().replace(second=0, microsecond=0)
    said = {"commune": commune, "created_by": writer}
    began = now - timedelta(hours=2)
    Alert.objects.create(
        **said, **HOLDING, starts_at=began, ends_at=now + timedelta(days=3), published_at=began, published_by=editor
    )
    began = now - timedelta(days=9)
    Alert.objects.create(
        **said, **OVER, starts_at=began, ends_at=began + timedelta(days=2), published_at=began, published_by=editor
    )
    Alert.objects.create(**said, **DRAFT, starts_at=now + timedelta(days=2), ends_at=now + timedelta(days=9))
