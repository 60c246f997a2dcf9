"""Albums at the end of articles of the demonstration, of small drawings of ours."""

from __future__ import annotations

import io
from html import escape

from django.contrib.auth.models import AbstractUser
from django.core.files.base import ContentFile

from communes.models import Commune
from demo.articles import COVER_CREDIT, DemoArticle
from demo.painter import art
from library.pictures import store_picture

SIZE = (720, 480)  # pixels
# By the first digits of the article's file: motif, text alternative, caption.
ALBUMS = {
    "27": [
        ("gate", "Tranh vẽ cổng làng mái ngói cong, bên cạnh là cây đa, vài người đi qua", "Cổng làng sáng chính hội"),
        ("river", "Tranh vẽ ba chiếc thuyền nhỏ trên sông, phía sau là núi", "Bến sông nơi đám rước lấy nước"),
        ("market", "Tranh vẽ các gian hàng mái bạt sọc, phía trên treo đèn lồng", "Phiên chợ bên hội"),
    ],
}


def body_of(article: DemoArticle, commune: Commune, author: AbstractUser) -> str:
    """The text of the article with its album, where it has one; the pictures enter the library."""
    pictures = ALBUMS.get(article.file_name[:2])
    if not pictures:
        return article.body
    figures = ""
    for motif, alt, caption in pictures:
        file = io.BytesIO()
        art.draw(motif, f"{article.file_name}-album", SIZE).save(file, "JPEG", quality=80)
        upload = ContentFile(file.getvalue(), name=f"{caption}.jpg")
        picture = store_picture(upload, commune, author, alt=alt, caption=caption, credit=COVER_CREDIT)
        figures += (
            f'<figure class="image"><img src="{picture.file.url}" alt="{escape(alt)}" width="{SIZE[0]}" height="{SIZE[1]}">'
            f"<figcaption>{escape(caption)}</figcaption></figure>"
        )
    return f'{article.body}<figure class="album">{figures}</figure>'
