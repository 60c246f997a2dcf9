"""Generated Vietnamese: letters, syllables and sentences for property tests."""

from hypothesis import strategies as st

from vietnamese.letters import MARKED_LETTERS

SENTENCE = (
    "Ngày hai mươi ba, ông Đặng Hữu Nghĩa thăm trường mẫu giáo; bà con phấn khởi, trẻ nhỏ "
    "khỏe mạnh, đường quê rộng mở, ruộng lúa trĩu hạt, chợ huyện nhộn nhịp, giếng nước sạch, "
    "cây gỗ quý, kỹ thuật mới, tỷ lệ hộ nghèo giảm, quyền lợi được giữ vững, khuỷu tay, ưu ái, "
    "ngoằn ngoèo, thuở xưa, cũ kỹ, hữu nghị, ỷ lại, ẵm bồng, chẵn lẻ, nghĩa vụ, lũy tre, bưởi"
)
"""Every rime and tone a text of the portal may hold, more or less."""

vietnamese_letters = st.sampled_from("abcdefghijklmnopqrstuvwxyzABCDEFGHIKLMNOPQRSTUVXY" + MARKED_LETTERS)
vietnamese_text = st.text(st.one_of(vietnamese_letters, st.sampled_from(" ,.-0123456789/")))
sentences = st.lists(
    st.sampled_from(SENTENCE.replace(",", "").replace(";", "").lower().split()), min_size=3, max_size=20
).map(" ".join)
