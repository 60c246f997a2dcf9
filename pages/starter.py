"""Pages that every commune needs, as drafts to be filled in: nothing in them is claimed of a commune nobody asked.

What only the commune knows stands in brackets, "[điền: …]"; the checklist keeps such a text from publication.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError

from communes.models import Commune
from news.drafts import revisions
from news.models import Language
from pages.models import Page


@dataclass(frozen=True)
class Text:
    """One page: the end of its address below `parent` (a full address), and what it says."""

    slug: str
    title: str
    summary: str
    body: str
    parent: str = ""
    language: str = Language.VIETNAMESE
    translation_of: str = ""

    @property
    def path(self) -> str:
        return f"{self.parent}/{self.slug}" if self.parent else self.slug


ABOUT = (
    Text(
        "gioi-thieu",
        "Giới thiệu",
        "Những thông tin chính về [điền: tên xã, phường].",
        "<p>[điền: một đoạn ngắn nói xã, phường ở đâu, trụ sở đặt ở đâu, người dân tìm gì trong mục này]</p>",
    ),
    Text(
        "tong-quan",
        "Tổng quan",
        "Vị trí, diện tích, dân số và các thôn, tổ dân phố.",
        """<h2>Vị trí</h2><p>[điền: giáp những đơn vị nào, đường đi đến trụ sở]</p>
<h2>Diện tích, dân số</h2><p>[điền: diện tích, số dân, số hộ, nguồn và ngày của số liệu]</p>
<h2>Thôn, tổ dân phố</h2><p>[điền: danh sách thôn, tổ dân phố]</p>""",
        parent="gioi-thieu",
    ),
    Text(
        "lich-su-van-hoa",
        "Lịch sử – văn hóa",
        "Quá trình hình thành, di tích, lễ hội và nghề truyền thống.",
        """<h2>Quá trình hình thành</h2><p>[điền: thành lập khi nào, trên cơ sở những đơn vị nào, theo văn bản nào]</p>
<h2>Di tích, lễ hội</h2><p>[điền: tên, địa điểm, thời gian]</p>
<h2>Nghề truyền thống</h2><p>[điền: nghề, làng nghề]</p>""",
        parent="gioi-thieu",
    ),
    Text(
        "chuc-nang-nhiem-vu",
        "Chức năng, nhiệm vụ",
        "Hội đồng nhân dân, Ủy ban nhân dân và các phòng chuyên môn làm những việc gì.",
        """<p>Nhiệm vụ, quyền hạn của Hội đồng nhân dân và Ủy ban nhân dân cấp xã do Luật Tổ chức chính quyền địa phương quy định.
Mục này nói ngắn gọn những việc người dân thường cần đến.</p>
<h2>Hội đồng nhân dân</h2><p>[điền: số đại biểu, thường trực, cách liên hệ]</p>
<h2>Ủy ban nhân dân</h2><p>[điền: việc nào do ai phụ trách]</p>
<h2>Các phòng chuyên môn</h2><p>[điền: tên phòng và việc của từng phòng]</p>
<h2>Trung tâm Phục vụ hành chính công</h2><p>[điền: nhận hồ sơ gì, ở đâu, giờ nào]</p>""",
        parent="gioi-thieu",
    ),
)

PRIVACY = Text(
    "chinh-sach-bao-ve-du-lieu-ca-nhan",
    "Chính sách bảo vệ dữ liệu cá nhân",
    "Cổng thông tin này ghi nhận gì khi bạn truy cập, dùng vào việc gì, giữ bao lâu và bạn hỏi ai.",
    """<h2>Đọc trang không cần cho biết bạn là ai</h2>
<p>Bạn xem mọi trang công khai mà không phải đăng nhập. Các trang này không đặt cookie, không gắn công cụ quảng cáo hay
công cụ theo dõi của bên thứ ba.</p>
<h2>Đếm lượt truy cập</h2>
<p>Để biết có bao nhiêu người đang xem, cổng tính một mã từ địa chỉ mạng và loại trình duyệt cùng một khóa ngẫu nhiên thay
mới mỗi ngày. Khóa được xóa trong vòng 48 giờ, sau đó không ai tính lại được mã từ địa chỉ. Bộ đếm không lưu địa chỉ mạng. Số liệu
thống kê giữ lại chỉ là tổng số.</p>
<h2>Khi bạn tham gia bình chọn</h2>
<p>Trang bỏ phiếu đặt một cookie chứa số ngẫu nhiên để mỗi trình duyệt có một phiếu và để bạn đổi lựa chọn khi cuộc bình chọn
còn mở. Cookie này không chứa tên hay địa chỉ. Dấu vết để phân biệt người bỏ phiếu được xóa 90 ngày sau khi cuộc bình chọn kết
thúc; xem <a href="/binh-chon/cach-dem-phieu/">cách đếm phiếu</a>.</p>
<h2>Lựa chọn của riêng bạn</h2>
<p>Cỡ chữ bạn chọn được ghi trong trình duyệt của bạn, không gửi về máy chủ.</p>
<h2>Video và liên kết ra ngoài</h2>
<p>Một số bài có video đặt ở trang khác. Khi bạn bấm xem, trang đó nhận được yêu cầu từ trình duyệt của bạn và áp dụng chính sách
của họ. Liên kết ra trang khác cũng vậy.</p>
<h2>Nhật ký máy chủ</h2>
<p>[điền: máy chủ có ghi nhật ký truy cập hay không, ghi gì, giữ bao nhiêu ngày, ai được xem]</p>
<h2>Thông tin cá nhân trong tin, bài</h2>
<p>Nếu một bài hoặc một văn bản trên cổng nêu thông tin cá nhân của bạn và bạn cho rằng việc đó không đúng, hãy báo cho chúng tôi để
được xem xét sửa hoặc gỡ.</p>
<h2>Quyền của bạn và nơi liên hệ</h2>
<p>Bạn có các quyền theo Luật Bảo vệ dữ liệu cá nhân, trong đó có quyền được biết, xem, yêu cầu sửa và yêu cầu xóa dữ liệu của
mình. Liên hệ: [điền: bộ phận phụ trách, địa chỉ, điện thoại, thư điện tử].</p>
<p>Chính sách này có hiệu lực từ [điền: ngày].</p>""",
)

ACCESSIBILITY = Text(
    "tuyen-bo-ve-kha-nang-tiep-can",
    "Tuyên bố về khả năng tiếp cận",
    "Cổng được làm để mọi người đều dùng được; còn chỗ nào chưa tốt, xin báo cho chúng tôi.",
    """<h2>Chúng tôi hướng tới điều gì</h2>
<p>Cổng được làm theo Hướng dẫn về khả năng tiếp cận nội dung web (WCAG) 2.2, mức AA. Đây là mục tiêu, không phải chứng nhận.</p>
<h2>Bạn có thể</h2>
<ul>
<li>phóng chữ đến 130% bằng nút A+ trong bài, hoặc đến 200% bằng trình duyệt;</li>
<li>dùng cổng chỉ với bàn phím;</li>
<li>nghe nội dung bằng phần mềm đọc màn hình;</li>
<li>xem ở nền sáng, nền tối hoặc chế độ tương phản cao của thiết bị;</li>
<li>đọc tin khi trình duyệt tắt JavaScript; in ra giấy.</li>
</ul>
<h2>Những chỗ chưa tốt</h2>
<ul>
<li>Văn bản đính kèm dạng ảnh quét có thể không đọc được bằng phần mềm đọc màn hình.</li>
<li>Video cũ có thể chưa có phụ đề.</li>
<li>[điền: những hạn chế khác đã biết]</li>
</ul>
<h2>Đã kiểm tra thế nào</h2>
<p>[điền: ai kiểm tra, bằng cách nào, ngày nào, kết quả]</p>
<h2>Báo cho chúng tôi</h2>
<p>Gặp trang khó đọc, khó dùng, hoặc cần nội dung ở dạng khác, xin liên hệ: [điền: bộ phận phụ trách, điện thoại, thư điện tử]. Chúng
tôi trả lời trong [điền: số] ngày làm việc.</p>""",
)

ENGLISH = (
    Text(
        "en",
        "About the commune",
        "Where the commune is, what its offices do, and how to reach them.",
        """<p>[fill in: name of the commune, province, where its office is]</p>
<h2>Services</h2><p>[fill in: the one-stop centre, its address and hours]</p>
<h2>Contact</h2><p>[fill in: telephone, e-mail]</p>
<p>The portal is written in Vietnamese. These pages give the main facts in English.</p>""",
        language=Language.ENGLISH,
        translation_of="gioi-thieu",
    ),
    Text(
        "privacy",
        "Privacy",
        "What this portal records when you visit, what for, and for how long.",
        """<p>You can read every public page without signing in. Public pages set no cookie and carry no advertising or tracking by
others.</p>
<p>To count visitors, the portal computes a code from the network address, the kind of browser and a random key that is renewed every
day. The key is deleted within 48 hours. The counter stores no network address; what is kept are totals.</p>
<p>When you vote in a poll, a cookie with a random number gives each browser one ballot. It holds no name and no address.</p>
<p>Server logs: [fill in: what is logged, for how many days].</p>
<p>Questions about your personal data: [fill in: office, telephone, e-mail].</p>""",
        parent="en",
        language=Language.ENGLISH,
        translation_of=PRIVACY.slug,
    ),
    Text(
        "accessibility",
        "Accessibility statement",
        "The portal is meant to be usable by everyone. Tell us where it is not.",
        """<p>The portal aims at the Web Content Accessibility Guidelines (WCAG) 2.2, level AA. This is a goal, not a certificate.</p>
<p>You can enlarge text, use the keyboard alone, listen with a screen reader, choose a light, dark or high-contrast display, and read the
news without JavaScript.</p>
<p>Known limits: scanned documents may not be readable by screen readers; older videos may lack captions. [fill in: other known
limits]</p>
<p>Tell us about a problem: [fill in: office, telephone, e-mail].</p>""",
        parent="en",
        language=Language.ENGLISH,
        translation_of=ACCESSIBILITY.slug,
    ),
)

# In the order in which they are made: a page after the one above it and after the one it translates.
TEXTS = (*ABOUT, PRIVACY, ACCESSIBILITY, *ENGLISH)


def missing_texts(commune: Commune) -> list[Text]:
    """Those of TEXTS that the commune has no page for."""
    known = set(Page.objects.of(commune).values_list("path", flat=True))
    return [text for text in TEXTS if text.path not in known]


def start_pages(commune: Commune, author: AbstractUser) -> list[Page]:
    """Draft the pages that `commune` does not have; those whose address is taken otherwise are left out."""
    made = []
    for position, text in enumerate(TEXTS, start=1):
        if text in missing_texts(commune):
            made += _drafted(commune, author, text, position)
    return made


def _drafted(commune: Commune, author: AbstractUser, text: Text, position: int) -> list[Page]:
    pages = Page.objects.of(commune)
    page = page_of(commune, text, position)
    page.author = author
    page.parent = pages.at(text.parent).first() if text.parent else None
    page.translation_of = pages.at(text.translation_of).first() if text.translation_of else None
    if text.parent and page.parent is None:
        return []
    try:
        page.full_clean()
    except ValidationError:  # a category has the address
        return []
    revisions.create_article(page, author)
    return [page]


def page_of(commune: Commune, text: Text, position: int) -> Page:
    """An unsaved draft of `text`, without the pages it refers to."""
    return Page(
        commune=commune,
        title=text.title,
        slug=text.slug,
        summary=text.summary,
        body=text.body,
        language=text.language,
        position=position,
    )
