"""The pages of the demonstration commune: everything in them is invented."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta

from django.contrib.auth.models import AbstractUser
from django.utils import timezone

from communes.models import Commune
from demo import site
from pages.demo import create_page
from pages.models import Page
from pages.starter import TEXTS, Text
from vietnamese import VIETNAM

PUBLISHED_BEFORE = timedelta(days=150)
REVIEW_AFTER = timedelta(days=180)

OFFICE = f"Văn phòng HĐND và UBND xã, điện thoại {site.PHONE}, thư điện tử {site.EMAIL}"

# By the address of the page: its summary and its text, where the template leaves both to the commune.
BODIES = {
    "gioi-thieu": (
        f"Xã {site.COMMUNE} nằm bên sông Khê, gồm chín thôn; trụ sở đặt tại thôn Khê Trung.",
        f"""<p>Xã {site.COMMUNE} nằm ở hai bên bờ sông Khê, phía tây là đồi chè, phía đông là bãi bồi trồng màu. Trụ sở Ủy ban nhân dân và
Trung tâm Phục vụ hành chính công đặt tại thôn Khê Trung. Dưới đây là những thông tin người dân và khách đến xã thường hỏi.</p>""",
    ),
    "gioi-thieu/tong-quan": (
        "Vị trí, dân cư, chín thôn và kinh tế của xã.",
        """<h2>Vị trí</h2>
<p>Xã ở hai bên bờ sông Khê. Từ trụ sở xã đến thôn xa nhất, Lũng Chè, là 11 km đường bê tông; đến Bến Đò là 3,2 km theo tuyến đường
Khê Hạ – Bến Đò.</p>
<h2>Chín thôn</h2>
<table>
<thead><tr><th scope="col">Khu vực</th><th scope="col">Thôn</th></tr></thead>
<tbody>
<tr><td>Ven sông</td><td>Khê Hạ, Bến Đò, Phú Vân</td></tr>
<tr><td>Trung tâm</td><td>Khê Trung, Khê Thượng, Đồng Quýt</td></tr>
<tr><td>Đồi, núi</td><td>Lũng Chè, Đồi Sim, Gò Mơ</td></tr>
</tbody>
</table>
<h2>Kinh tế</h2>
<p>Người dân trồng lúa, trồng màu, trồng 186 ha chè, nuôi ong và đánh cá trên sông. Xã có chín sản phẩm OCOP còn hiệu lực công nhận, gồm ba
sản phẩm 4 sao và sáu sản phẩm 3 sao.</p>""",
    ),
    "gioi-thieu/lich-su-van-hoa": (
        "Tên xã, đình làng Khê Thượng, lễ hội Cổng làng và nghề làm chè.",
        """<h2>Tên gọi</h2>
<p>“Khê” là khe nước. Theo các cụ cao niên, những nhóm nhà đầu tiên dựng quanh bến sông, rồi lên dần phía đồi; các thôn Khê Hạ, Khê Trung,
Khê Thượng được gọi theo thứ tự ấy, từ dưới bến lên.</p>
<h2>Đình làng và lễ hội Cổng làng</h2>
<p>Đình làng Khê Thượng nhìn ra bến sông. Mỗi năm, làng mở lễ hội Cổng làng: rước nước từ bến về đình, kéo co, thi nấu mâm cơm chung. Cổng
làng được dựng lại lần gần nhất cách đây hơn một trăm năm, bằng gạch nung ở chính lò gạch bến sông.</p>
<h2>Nghề làm chè</h2>
<p>Thôn Lũng Chè có 219 hộ thì 164 hộ trồng chè. Chè được hái từ sáng sớm, sao tay trong chảo gang; vụ xuân là vụ ngon nhất.</p>""",
    ),
    "gioi-thieu/chuc-nang-nhiem-vu": (
        "Việc nào gặp ai: Hội đồng nhân dân, Ủy ban nhân dân, các phòng chuyên môn và Trung tâm Phục vụ hành chính công.",
        """<p>Nhiệm vụ, quyền hạn của Hội đồng nhân dân và Ủy ban nhân dân cấp xã do Luật Tổ chức chính quyền địa phương quy định.
Mục này nói ngắn gọn những việc người dân thường cần đến.</p>
<h2>Hội đồng nhân dân xã</h2>
<p>Có 23 đại biểu. Hội đồng quyết định dự toán ngân sách, kế hoạch phát triển và giám sát việc thực hiện. Cử tri gửi kiến nghị tại các buổi
tiếp xúc trước mỗi kỳ họp, hoặc qua Văn phòng HĐND và UBND xã.</p>
<h2>Ủy ban nhân dân xã</h2>
<p>Tổ chức thực hiện nghị quyết, quản lý đất đai, hộ tịch, trật tự xây dựng, y tế, giáo dục, phòng chống thiên tai. Chủ tịch tiếp công dân
định kỳ hằng tuần; lịch cụ thể được đăng trong mục Thông báo.</p>
<h2>Các phòng chuyên môn</h2>
<ul>
<li><strong>Văn phòng HĐND và UBND:</strong> lịch làm việc, tiếp công dân, thông tin trên trang này.</li>
<li><strong>Phòng Kinh tế:</strong> đất đai, xây dựng, nông nghiệp, hộ kinh doanh.</li>
<li><strong>Phòng Văn hóa – Xã hội:</strong> người có công, hộ nghèo, trẻ em, lễ hội, thư viện.</li>
</ul>
<h2>Trung tâm Phục vụ hành chính công</h2>
<p>Nhận và trả kết quả mọi hồ sơ tại một nơi, ở tầng 1, nhà A, trụ sở xã, thôn Khê Trung.</p>""",
    ),
    "en": (
        f"{site.COMMUNE} is a commune on the river Khê, with nine villages.",
        f"""<p>{site.COMMUNE} lies on both banks of the river Khê. Its nine villages live on rice, tea, honey and fishing.</p>
<h2>Services</h2>
<p>The one-stop centre takes all applications. It is on the ground floor of building A, commune office, Khê Trung village.</p>
<h2>Contact</h2>
<p>Telephone: {site.PHONE}. E-mail: {site.EMAIL}.</p>
<p>The portal is written in Vietnamese. These pages give the main facts in English.</p>""",
    ),
}

# What the templates of the other pages leave open.
ANSWERS = {
    "[điền: máy chủ có ghi nhật ký truy cập hay không, ghi gì, giữ bao nhiêu ngày, ai được xem]": (
        "Đây là cổng mẫu. Máy chủ thật ghi gì và giữ bao lâu do đơn vị vận hành công bố tại mục này."
    ),
    "[điền: bộ phận phụ trách, địa chỉ, điện thoại, thư điện tử]": OFFICE,
    "[điền: bộ phận phụ trách, điện thoại, thư điện tử]": OFFICE,
    "[điền: những hạn chế khác đã biết]": "Bản đồ và sơ đồ trong một số bài chưa có phần mô tả bằng lời.",
    "[điền: ai kiểm tra, bằng cách nào, ngày nào, kết quả]": (
        "Các trang mẫu được kiểm tra bằng công cụ tự động. Chưa có đơn vị độc lập nào đánh giá."
    ),
    "[điền: số]": "5",
    "[fill in: what is logged, for how many days]": "this is a demonstration; a real portal says here what its server logs",
    "[fill in: other known limits]": "Some maps have no description in words yet.",
    "[fill in: office, telephone, e-mail]": f"Office of the People's Committee, {site.PHONE}, {site.EMAIL}",
}


def load_pages(commune: Commune, author: AbstractUser, place: str = site.COMMUNE) -> list[Page]:
    """The pages of `commune`, told of `place`, created where they do not exist; every page a day after the one before."""
    began = timezone.localdate() - PUBLISHED_BEFORE
    return [
        create_page(
            commune,
            author,
            _told_of(place, _filled(text, f"{began:%d/%m/%Y}")),
            position,
            datetime.combine(began + timedelta(days=position), time(8), tzinfo=VIETNAM),
            review_on=began + REVIEW_AFTER + timedelta(days=position),
        )
        for position, text in enumerate(TEXTS, start=1)
    ]


def _filled(text: Text, day: str) -> Text:
    summary, body = BODIES.get(text.path, (text.summary, text.body))
    for gap, answer in (ANSWERS | {"[điền: ngày]": day}).items():
        body = " ".join(body.split()).replace(gap, answer)
    return replace(text, summary=summary, body=body)


def _told_of(place: str, text: Text) -> Text:
    return replace(text, summary=text.summary.replace(site.COMMUNE, place), body=text.body.replace(site.COMMUNE, place))
