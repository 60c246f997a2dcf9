"""The recording of the demonstration: a film of nine seconds, of our own drawings and of a drum that was computed.

It was made once and is kept as a file, because the portal itself has no encoder: the three scenes as the painter draws
them, ten pictures a second, each two pixels further than the last; H.264 and AAC, as phones save a film.
"""

from __future__ import annotations

import io
from html import escape
from pathlib import Path

from django.contrib.auth.models import AbstractUser
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile

from communes.models import Commune
from demo.articles import COVER_CREDIT
from demo.painter import art
from library.intake.keeping import digest_of
from library.models import Recording
from library.pictures import store_picture
from library.recordings.storing import add_recording

FILE = Path(__file__).parent / "trong-hoi.mp4"
# The heading of the one article before which the player stands.
NEXT_HEADING = "<h2>Đêm bên giếng Cả</h2>"
SCENE, SEED, SIZE = "gate", "trong-hoi", (960, 540)  # the first scene; pixels
TITLE = "Trống hội qua cổng làng (phim vẽ của bản dùng thử)"
ALT = "Tranh vẽ cổng làng mái ngói cong, bên phải là cây đa, ba người đi trên con đường gạch"
TRANSCRIPT = """Phim không có lời nói. Hình vẽ và tiếng trống do máy tạo ra cho bản dùng thử; xã Vân Khê Thượng không có thật.

Giây 0 đến 3: Cổng làng mái ngói cong, bên phải là cây đa; ba người đi trên con đường gạch. Ba tiếng trống thong thả.

Giây 3 đến 6: Ba chiếc thuyền trên bến sông lúc chiều xuống, xa xa là núi. Tiếng trống nhanh dần.

Giây 6 đến 9: Phiên chợ bên hội, dây đèn lồng treo trên các gian hàng mái bạt sọc. Trống đổ dồn rồi dứt bằng một tiếng lớn."""


def with_recording(body: str, commune: Commune, author: AbstractUser) -> str:
    """The text of an article with the recording where it belongs; the film and its poster enter the library."""
    if NEXT_HEADING not in body:
        return body
    picture = io.BytesIO()
    art.draw(SCENE, SEED, SIZE).save(picture, "JPEG", quality=80)
    upload = ContentFile(picture.getvalue(), name="Cổng làng ngày hội.jpg")
    poster = store_picture(upload, commune, author, alt=ALT, credit=COVER_CREDIT)
    film = SimpleUploadedFile(FILE.name, FILE.read_bytes())
    recording = Recording.objects.of(commune).filter(digest=digest_of(film)).first()  # of an earlier run
    recording = recording or add_recording(film, commune, author, title=TITLE, poster=poster, transcript=TRANSCRIPT)
    player = f'<p class="recording"><a href="{recording.file.url}">{escape(TITLE)}</a></p>'
    return body.replace(NEXT_HEADING, player + NEXT_HEADING)
