"""Who is a person and who is a bot; the figures on public lists come from benchmarks/visitors_agents.py."""

import pytest

from tests.visitors.factories import CHROME, GOOGLEBOT, ZALO
from visitors.counting.agents import Rule, describe
from visitors.counting.sources import SourceKind, language_of, source_of

ANDROID = (
    "Mozilla/5.0 (Linux; Android 15; {}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36"
)
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) {}"

PEOPLE = {
    CHROME: ("computer", "Chrome", "Windows"),
    CHROME + " Edg/142.0.0.0": ("computer", "Edge", "Windows"),
    CHROME.replace("Chrome/", "coc_coc_browser/138.0.0 Chrome/"): ("computer", "Cốc Cốc", "Windows"),
    ZALO: ("phone", "Zalo", "Android"),
    IPHONE.format("Mobile/15E148 Zalo iOS/650 ZaloTheme/light ZaloLanguage/vn"): ("phone", "Zalo", "iOS"),
    IPHONE.format("Mobile/15E148 [FBAN/FBIOS;FBAV/530.0.0.40.107;FBBV/1;FBDV/iPhone14,5]"): (
        "phone",
        "Facebook",
        "iOS",
    ),
    ANDROID.format("K; wv") + " [FB_IAB/FB4A;FBAV/530.0.0.1.2;IABMV/1;]": ("phone", "Facebook", "Android"),
    ANDROID.format("K; wv") + " MetaIAB Facebook": ("phone", "Facebook", "Android"),
    IPHONE.format("Mobile/15E148 VCBDigibank/3.1"): ("phone", "Bank", "iOS"),
    ANDROID.format("SM-A556E; wv") + " BIDV SmartBanking/5.2": ("phone", "Bank", "Android"),
    ANDROID.format("V2318 Build/UP1A; wv") + " MBBank/6.1": ("phone", "Bank", "Android"),
    ANDROID.format("CUBOT NOTE S"): ("phone", "Chrome", "Android"),
    ANDROID.format("CPH2557 Build/AP3A.240617.008"): ("phone", "Chrome", "Android"),
    ANDROID.format("SM-X210").replace(" Mobile", ""): ("tablet", "Chrome", "Android"),
    IPHONE.format("Version/18.6 Mobile/15E148 Safari/604.1"): ("phone", "Safari", "iOS"),
    "Mozilla/5.0 (SMART-TV; LINUX; Tizen 7.0) AppleWebKit/537.36 (KHTML, like Gecko) Version/7.0 TV Safari/537.36": (
        "television",
        "Safari",
        "Tizen",
    ),
}
BOTS = {
    GOOGLEBOT: "Googlebot",
    "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)": "bingbot",
    "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)": "facebookexternalhit",
    "Mozilla/5.0 (compatible; coccocbot-web/1.0; +http://help.coccoc.com/searchengine)": "coccocbot-web",
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/142.0.0.0 Safari/537.36": None,
    "curl/8.5.0": "curl",
    "python-requests/2.32": "python-requests",
    "Mozilla/5.0": None,
    "": None,
    "Mozilla/5.0 (compatible; Somebody/1.0)": "Somebody",
}


@pytest.mark.parametrize("agent", PEOPLE)
def test_knows_people_and_what_they_use(agent):
    found = describe(agent)

    assert not found.bot
    assert (found.device, found.browser, found.system) == PEOPLE[agent]


@pytest.mark.parametrize("agent", BOTS)
def test_knows_bots_by_name(agent):
    found = describe(agent)

    assert found.rule != Rule.NONE
    assert found.bot == (BOTS[agent] or found.bot)
    assert 0 < len(found.bot) <= 60


@pytest.mark.parametrize(
    ("referrer", "expected"),
    [
        ("", (SourceKind.DIRECT, "")),
        ("localhost", (SourceKind.DIRECT, "")),
        ("www.google.com.vn", (SourceKind.SEARCH, "google.com")),
        ("coccoc.com", (SourceKind.SEARCH, "coccoc.com")),
        ("lm.facebook.com", (SourceKind.SOCIAL, "facebook.com")),
        ("chat.zalo.me", (SourceKind.SOCIAL, "zalo.me")),
        ("WWW.Thanhhoa.gov.vn", (SourceKind.SITE, "thanhhoa.gov.vn")),
        ("notgoogle.com", (SourceKind.SITE, "notgoogle.com")),
        ("x" * 300 + ".vn", (SourceKind.DIRECT, "")),
        ("<b>.vn", (SourceKind.DIRECT, "")),
        ("127.0.0.1", (SourceKind.DIRECT, "")),
    ],
)
def test_names_the_source(referrer, expected):
    assert source_of(referrer, "localhost:8000", describe(CHROME)) == expected


def test_an_application_is_a_source_when_it_hides_the_referrer():
    assert source_of("", "localhost", describe(ZALO)) == (SourceKind.SOCIAL, "zalo.me")


@pytest.mark.parametrize(
    ("header", "language"),
    [("vi-VN,vi;q=0.9,en;q=0.8", "vi"), ("EN", "en"), ("", "other"), ("*", "other"), ("<x>", "other")],
)
def test_reads_the_first_language(header, language):
    assert language_of(header) == language
