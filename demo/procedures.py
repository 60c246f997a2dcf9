"""Procedures of the demonstration: plausible for a commune of 2026, and said to be examples."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from communes.models import Commune
from procedures.models import LifeEvent, Procedure, ProcedurePaper, State

ORIGINAL, COPY, SHOWN = ProcedurePaper.Kind.ORIGINAL, ProcedurePaper.Kind.COPY, ProcedurePaper.Kind.SHOWN
PLACE = "Bộ phận Một cửa, tầng 1 trụ sở UBND xã.\nGiờ mở cửa xem ở trang Giờ làm việc."
EXAMPLE = "Nội dung minh họa của cổng mẫu, không dùng thay hướng dẫn chính thức."
EVENTS = {
    "Có con": "Khai sinh, thẻ bảo hiểm y tế cho trẻ, bản sao giấy khai sinh.",
    "Kết hôn": "Xác nhận tình trạng hôn nhân, đăng ký kết hôn.",
    "Đất đai – nhà ở": "Xác nhận về đất, biến động đất đai, hòa giải tranh chấp.",
    "Kinh doanh": "Hộ kinh doanh, thay đổi và tạm ngừng kinh doanh.",
    "Người cao tuổi": "Trợ cấp hưu trí xã hội và bảo hiểm y tế.",
    "Mất người thân": "Khai tử, hỗ trợ chi phí mai táng.",
}


@dataclass(frozen=True)
class Demo:
    """A procedure and what to bring: (name, kind, note)."""

    event: str
    title: str
    code: str
    summary: str
    papers: tuple[tuple[str, str, str], ...]
    steps: str
    duration: str
    fee: str
    result: str
    audience: str
    legal_grounds: str
    field: str = "Hộ tịch"


CARD = ("Căn cước hoặc VNeID mức 2", SHOWN, "không phải nộp bản sao")
CIVIL_STATUS = "Luật Hộ tịch số 60/2014/QH13\nNghị định số 123/2015/NĐ-CP về hộ tịch"
LAND = "Luật Đất đai số 31/2024/QH15"
THREE_STEPS = "Nộp giấy tờ ở Bộ phận Một cửa hoặc trên Cổng Dịch vụ công quốc gia.\nNhận giấy hẹn; công chức kiểm tra giấy tờ.\nĐến nhận kết quả theo giấy hẹn, hoặc nhận qua bưu chính."
BUSINESS = "Nghị định của Chính phủ về đăng ký doanh nghiệp và hộ kinh doanh"

PROCEDURES = [
    Demo(
        "Có con",
        "Đăng ký khai sinh",
        "1.001193",
        "Ghi tên con vào sổ hộ tịch và nhận giấy khai sinh, giấy tờ đầu tiên của một người. Nên làm trong 60 ngày kể từ ngày sinh.",
        (
            ("Giấy chứng sinh", ORIGINAL, "không có thì nộp giấy của người làm chứng xác nhận việc sinh"),
            ("Tờ khai đăng ký khai sinh", ORIGINAL, "có sẵn tại Bộ phận Một cửa; nộp trực tuyến thì điền trên mạng"),
            CARD,
            ("Giấy chứng nhận kết hôn", SHOWN, "nếu cha mẹ đã đăng ký kết hôn và dữ liệu chưa có trên hệ thống"),
        ),
        "Nộp giấy tờ ở Bộ phận Một cửa hoặc trên Cổng Dịch vụ công quốc gia.\nĐọc kỹ bản nháp: họ tên, ngày sinh, quê quán của con.\nNhận bản chính giấy khai sinh và số định danh của con.",
        "Ngay trong ngày làm việc; nộp sau 15 giờ thì trả hôm sau",
        "Không thu nếu đúng hạn 60 ngày",
        "Giấy khai sinh (bản chính), số định danh cá nhân",
        "Cha hoặc mẹ\nÔng, bà hoặc người thân khác, nếu cha mẹ không thể đi",
        CIVIL_STATUS,
    ),
    Demo(
        "Có con",
        "Khai sinh, đăng ký thường trú và cấp thẻ bảo hiểm y tế cho trẻ cùng một lần",
        "",
        "Nộp một bộ hồ sơ trực tuyến và nhận cả ba kết quả cho con dưới 6 tuổi, không phải đi ba nơi.",
        (("Ảnh chụp giấy chứng sinh", COPY, "chụp rõ cả bốn góc"), CARD),
        "Đăng nhập Cổng Dịch vụ công quốc gia bằng VNeID.\nChọn nhóm thủ tục liên thông khai sinh và điền tờ khai điện tử.\nTheo dõi hồ sơ qua tin nhắn; nhận giấy khai sinh tại xã.",
        "Khoảng 4 ngày làm việc",
        "Không thu",
        "Giấy khai sinh, thông tin thường trú, thẻ bảo hiểm y tế điện tử",
        "Cha hoặc mẹ có tài khoản định danh mức 2",
        CIVIL_STATUS,
    ),
    Demo(
        "Có con",
        "Xin bản sao trích lục khai sinh",
        "2.000635",
        "Cần bản sao giấy khai sinh để đi học, làm hồ sơ thì xin trích lục; không cần về nơi đã đăng ký.",
        (("Tờ khai cấp bản sao trích lục hộ tịch", ORIGINAL, ""), CARD),
        THREE_STEPS,
        "Ngay trong ngày làm việc",
        "Theo mức thu của tỉnh, tính theo số bản",
        "Bản sao trích lục khai sinh",
        "Người có tên trong giấy khai sinh\nCha, mẹ hoặc người được ủy quyền",
        CIVIL_STATUS,
    ),
    Demo(
        "Kết hôn",
        "Xin giấy xác nhận tình trạng hôn nhân",
        "1.004873",
        "Giấy cho biết một người đang độc thân hay đã kết hôn, dùng để đăng ký kết hôn ở nơi khác hoặc mua bán nhà đất.",
        (
            ("Tờ khai cấp giấy xác nhận tình trạng hôn nhân", ORIGINAL, ""),
            CARD,
            ("Bản án hoặc quyết định ly hôn, trích lục khai tử", COPY, "nếu đã ly hôn hoặc vợ, chồng đã mất"),
        ),
        THREE_STEPS,
        "3 ngày làm việc; lâu hơn nếu phải xác minh ở nơi cư trú cũ",
        "Theo mức thu của tỉnh",
        "Giấy xác nhận tình trạng hôn nhân, dùng trong 6 tháng",
        "Công dân Việt Nam đủ tuổi kết hôn, thường trú tại xã",
        CIVIL_STATUS,
    ),
    Demo(
        "Kết hôn",
        "Đăng ký kết hôn",
        "1.000894",
        "Hai người cùng đến xã ký vào sổ và nhận giấy chứng nhận kết hôn. Nam từ đủ 20 tuổi, nữ từ đủ 18 tuổi.",
        (
            ("Tờ khai đăng ký kết hôn", ORIGINAL, "hai người khai chung một tờ"),
            CARD,
            ("Giấy xác nhận tình trạng hôn nhân", ORIGINAL, "nếu một người không thường trú tại xã và chưa có dữ liệu"),
        ),
        "Nộp giấy tờ ở Bộ phận Một cửa hoặc trên Cổng Dịch vụ công quốc gia.\nHẹn ngày hai người cùng có mặt.\nKý vào sổ và nhận mỗi người một bản chính.",
        "Ngay trong ngày; cần xác minh thì không quá 5 ngày làm việc",
        "Không thu",
        "Giấy chứng nhận kết hôn (2 bản chính)",
        "Hai người cùng đến, không ủy quyền cho người khác",
        CIVIL_STATUS + "\nLuật Hôn nhân và gia đình số 52/2014/QH13",
    ),
    Demo(
        "Đất đai – nhà ở",
        "Đăng ký biến động khi tặng cho, chuyển nhượng đất",
        "",
        "Sau khi công chứng hợp đồng, người nhận đất đăng ký để tên mình có trong sổ đỏ. Xã nhận hồ sơ và chuyển đến văn phòng đăng ký đất đai.",
        (
            ("Giấy chứng nhận quyền sử dụng đất (sổ đỏ)", ORIGINAL, ""),
            ("Hợp đồng đã công chứng hoặc chứng thực", ORIGINAL, ""),
            ("Đơn đăng ký biến động đất đai", ORIGINAL, ""),
            ("Tờ khai thuế và lệ phí trước bạ", ORIGINAL, "mẫu có sẵn tại quầy"),
            CARD,
        ),
        THREE_STEPS,
        "Không quá 10 ngày làm việc, chưa kể thời gian nộp thuế",
        "Thuế, lệ phí trước bạ theo thông báo; phí thẩm định theo mức thu của tỉnh",
        "Sổ đỏ đã ghi tên người nhận, hoặc sổ mới",
        "Người nhận đất hoặc người được ủy quyền",
        LAND,
        "Đất đai",
    ),
    Demo(
        "Đất đai – nhà ở",
        "Đề nghị hòa giải tranh chấp đất đai",
        "",
        "Hai nhà không thống nhất về ranh giới hay lối đi thì đề nghị xã hòa giải trước khi đưa ra tòa.",
        (("Đơn đề nghị hòa giải", ORIGINAL, ""), ("Giấy tờ về thửa đất đang có", COPY, "nếu có"), CARD),
        "Nộp đơn ở Bộ phận Một cửa.\nHội đồng hòa giải xem thực địa, mời hai bên họp.\nNhận biên bản hòa giải thành hoặc không thành.",
        "Không quá 30 ngày",
        "Không thu",
        "Biên bản hòa giải",
        "Người đang sử dụng thửa đất có tranh chấp",
        LAND,
        "Đất đai",
    ),
    Demo(
        "Kinh doanh",
        "Đăng ký thành lập hộ kinh doanh",
        "1.001612",
        "Mở quán, mở xưởng nhỏ tại nhà thì đăng ký hộ kinh doanh; mã số hộ kinh doanh cũng là mã số thuế.",
        (
            ("Giấy đề nghị đăng ký hộ kinh doanh", ORIGINAL, "khai trực tuyến hoặc theo mẫu tại quầy"),
            CARD,
            ("Văn bản ủy quyền của các thành viên gia đình", COPY, "nếu cả nhà cùng đứng tên"),
        ),
        THREE_STEPS,
        "3 ngày làm việc",
        "Theo mức thu của tỉnh; nộp trực tuyến được giảm hoặc miễn",
        "Giấy chứng nhận đăng ký hộ kinh doanh",
        "Công dân đủ 18 tuổi hoặc các thành viên trong hộ gia đình",
        BUSINESS,
        "Hộ kinh doanh",
    ),
    Demo(
        "Kinh doanh",
        "Tạm ngừng kinh doanh của hộ kinh doanh",
        "1.001570",
        "Nghỉ bán từ một tháng trở lên thì báo trước để không bị tính thuế những tháng nghỉ.",
        (("Thông báo tạm ngừng kinh doanh", ORIGINAL, "gửi trước ít nhất 3 ngày làm việc"), CARD),
        THREE_STEPS,
        "3 ngày làm việc",
        "Không thu",
        "Giấy xác nhận tạm ngừng kinh doanh",
        "Chủ hộ kinh doanh hoặc người được ủy quyền",
        BUSINESS,
        "Hộ kinh doanh",
    ),
    Demo(
        "Người cao tuổi",
        "Đề nghị trợ cấp hưu trí xã hội",
        "",
        "Người từ đủ 75 tuổi không có lương hưu hay trợ cấp bảo hiểm xã hội hằng tháng được nhận trợ cấp mỗi tháng.",
        (("Văn bản đề nghị theo mẫu", ORIGINAL, "cán bộ thôn có thể viết giúp"), CARD),
        "Người cao tuổi hoặc con cháu nộp văn bản đề nghị tại xã.\nXã kiểm tra dữ liệu dân cư và bảo hiểm xã hội.\nNhận quyết định; tiền về tài khoản hoặc nhận tại điểm chi trả.",
        "Không quá 10 ngày làm việc",
        "Không thu",
        "Quyết định trợ cấp hằng tháng",
        "Người từ đủ 75 tuổi; từ đủ 70 tuổi nếu thuộc hộ nghèo, cận nghèo",
        "Luật Bảo hiểm xã hội số 41/2024/QH15",
        "Bảo trợ xã hội",
    ),
    Demo(
        "Mất người thân",
        "Đăng ký khai tử",
        "1.000656",
        "Báo cho xã biết một người đã mất để xóa tên khỏi các sổ, làm chế độ và thừa kế. Nên làm trong 15 ngày.",
        (
            ("Giấy báo tử hoặc giấy tờ thay giấy báo tử", ORIGINAL, "mất tại nhà thì trạm y tế hoặc xã cấp"),
            ("Tờ khai đăng ký khai tử", ORIGINAL, ""),
            CARD,
        ),
        THREE_STEPS,
        "Ngay trong ngày làm việc",
        "Không thu nếu đúng hạn 15 ngày",
        "Trích lục khai tử",
        "Vợ, chồng, con, cha mẹ hoặc người thân thích\nNgười đại diện cơ quan, tổ chức nếu không có người thân",
        CIVIL_STATUS,
    ),
    Demo(
        "Mất người thân",
        "Đề nghị hỗ trợ chi phí mai táng",
        "",
        "Gia đình lo mai táng cho người đang hưởng trợ cấp xã hội hằng tháng được hỗ trợ một khoản chi phí.",
        (
            ("Tờ khai đề nghị hỗ trợ chi phí mai táng", ORIGINAL, ""),
            ("Trích lục khai tử", COPY, "không cần nếu khai tử tại xã"),
            CARD,
        ),
        THREE_STEPS,
        "Không quá 5 ngày làm việc",
        "Không thu",
        "Quyết định hỗ trợ và tiền hỗ trợ",
        "Người đứng ra lo mai táng",
        "Nghị định số 20/2021/NĐ-CP về trợ giúp xã hội",
        "Bảo trợ xã hội",
    ),
]


def load_demo_procedures(commune: Commune) -> None:
    """The procedures under their life events, made only once."""
    if Procedure.objects.of(commune).exists():
        return
    events = {}
    for position, (name, description) in enumerate(EVENTS.items(), start=1):
        event = LifeEvent(commune=commune, name=name, description=description, position=position)
        event.clean()
        event.save()
        events[name] = event
    today = timezone.localdate()
    for position, demo in enumerate(PROCEDURES, start=1):
        procedure = Procedure.objects.create(
            commune=commune,
            title=demo.title,
            life_event=events[demo.event],
            position=position,
            code=demo.code,
            field=demo.field,
            summary=f"{demo.summary}\n{EXAMPLE}",
            audience=demo.audience,
            steps=demo.steps,
            duration=demo.duration,
            fee=demo.fee,
            place=PLACE,
            result=demo.result,
            legal_grounds=demo.legal_grounds,
            state=State.PUBLISHED,
            reviewed_on=today - timedelta(days=20),
            review_on=today + timedelta(days=160),
        )
        ProcedurePaper.objects.bulk_create(
            ProcedurePaper(procedure=procedure, name=name, kind=kind, note=note, position=number)
            for number, (name, kind, note) in enumerate(demo.papers, start=1)
        )
