"""Passwords: what is refused, why, and that sentences pass."""

import hashlib
import re
import time

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from accounts.breached import BreachedValidator
from accounts.models import User
from accounts.passwords import FEWEST_GUESSES, LENGTH_WITHOUT_SECOND_FACTOR, WORDS, cheapest_guess
from communes.models import SiteIdentity
from demo.loading import new_password
from tests.communes.factories import make_commune

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    return User(
        username="hanh.tran", last_name="Trần Thị Minh", first_name="Hạnh", email="minhhanh1987@an-hoa.example.gov.vn"
    )


def refusal(password: str, person: User) -> str:
    """The sentences with which the password is refused; empty when it is taken."""
    try:
        validate_password(password, person)
    except ValidationError as error:
        return " ".join(error.messages)
    return ""


@pytest.mark.parametrize(
    "password",
    [
        "con mèo trèo cây cau nhà bà",
        "con meo treo cay cau nha ba",
        "conmeotreocaycaunhaba",
        "mưa rơi ngoài hiên, cà phê nguội",
        "correct horse battery staple",
        "x9#kQ2vL!m4Zt7",
        "ghế gỗ đẩy xe tím qua ruộng lạc",
        "tôi thích ăn phở bò vào buổi sáng sớm",
    ],
)
def test_a_sentence_or_a_random_one_is_taken(password, person):
    assert refusal(password, person) == ""


def test_what_the_demo_makes_is_taken(person):
    assert [password for password in (new_password() for _ in range(50)) if refusal(password, person)] == []


@pytest.mark.parametrize("password", ["Thanhhoa@2026", "Admin@2026", "quantri2026", "Matkhau1234", "x9#kQ2vL!m4Zt"])
def test_a_short_one_is_refused_whatever_it_is(password, person):
    assert str(LENGTH_WITHOUT_SECOND_FACTOR) in refusal(password, person)


def test_letters_count_and_not_their_code_points(person):
    """A Mac sends the letter and its marks apart."""
    assert "14" in refusal("ghế gỗ đẩy xe".replace("ế", "ê\u0301").replace("ỗ", "ô\u0303"), person)


@pytest.mark.parametrize(
    ("password", "advice"),
    [
        ("Thanhhoa@2026!!", "từ hay gặp"),
        ("Thanh.Hóa.2026.2026", "từ hay gặp"),
        ("QuanTriVien@2026", "từ hay gặp"),
        ("Quản trị viên 2026", "từ hay gặp"),
        ("M@tkh@u12345678", "từ hay gặp"),
        ("m4tkh4u.qu4ntr1", "từ hay gặp"),
        ("Admin@2026Admin@2026", "lặp lại"),
        ("anhyeuemnhieu2026", "từ hay gặp"),
        ("UBND@Thanhhoa2026", "từ hay gặp"),
        ("Vietnam30041975", "năm"),
        ("qwertyuiop[]asdf", "từ hay gặp"),
        ("1qaz2wsx3edc4rfv", "từ hay gặp"),
        ("vbnm,./;lkjhgfd", "cạnh nhau trên bàn phím"),
        ("abcdefghijklmnop", "dãy liên tiếp"),
        ("aaaaaaaaaaaaaaaaaa", "lặp lại"),
        ("aB3$aB3$aB3$aB3$", "lặp lại"),
        ("12345678901234567", "dãy liên tiếp"),
    ],
)
def test_patterns_are_refused_with_what_to_change(password, advice, person):
    said = refusal(password, person)

    assert advice in said
    assert password not in said


@pytest.mark.parametrize(
    "password",
    [
        "hanh.tran@2026!",
        "TranThiMinhHanh1",
        "Trần Thị Minh Hạnh",
        "minhhanh1987@2026",
        "Tr@nTh1M1nhH@nh26",
        "hanhtran-hanhtran-1",
    ],
)
def test_a_name_of_the_person_is_refused(password, person):
    said = refusal(password, person)

    assert said
    assert "họ tên" in said or "lặp lại" in said


@pytest.mark.parametrize(
    "password", ["Xã Đông Khê 2026", "dong-khe-2026!!", "D0ngKh3@D0ngKh3", "UBND xã Đông Khê 2026"]
)
def test_a_name_of_the_commune_is_refused(password, person):
    commune = make_commune(name="Xã Đông Khê", slug="xa-dong-khe")
    SiteIdentity.objects.filter(commune=commune).update(agency="UBND xã Đông Khê")

    said = refusal(password, person)

    assert "tên xã" in said or "lặp lại" in said
    assert password not in said


def test_the_pages_of_the_admin_and_the_command_refuse_it_too(client, person):
    client.force_login(User.objects.create_superuser("chief"))
    new = User.objects.create_user("moi", is_staff=True)
    data = {"usable_password": "true", "password1": "Matkhau1234567", "password2": "Matkhau1234567"}

    page = client.post(f"/quan-tri/accounts/user/{new.pk}/password/", data)

    assert "dễ đoán" in page.content.decode()
    assert "Matkhau1234567" not in page.content.decode()
    new.refresh_from_db()
    assert not new.has_usable_password()


def test_the_list_is_written_as_it_is_compared():
    words = [word for line in WORDS.read_text().splitlines() if not line.startswith("#") for word in line.split()]

    assert len(words) > 400
    assert [word for word in words if not re.fullmatch("[a-z0-9]+", word)] == []


def test_a_very_long_one_takes_no_longer():
    start = time.thread_time()
    guesses, _ = cheapest_guess("q@w" * 5_000, ["q", "w"])

    assert guesses < FEWEST_GUESSES
    assert time.thread_time() - start < 2


def test_a_stolen_one_is_refused_wherever_it_stands_in_the_list(tmp_path):
    stolen = [f"mật khẩu bị lộ {number}" for number in range(200)]
    digests = sorted(hashlib.sha1(password.encode()).hexdigest().upper() for password in stolen)
    listed = tmp_path / "stolen.txt"
    listed.write_text("".join(f"{digest}:{7**place % 99991}\r\n" for place, digest in enumerate(digests)))
    found = BreachedValidator(str(listed))

    for password in stolen:
        with pytest.raises(ValidationError):
            found.validate(password)
    for number in range(200):
        found.validate(f"mật khẩu chưa lộ {number}")
    with pytest.raises(ValidationError, match="Không đọc được danh sách"):
        BreachedValidator(str(tmp_path / "away.txt")).validate("gì cũng thế")
