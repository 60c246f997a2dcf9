"""Who is a person and who is a bot; the figures on public lists come from benchmarks/studies/visitors/agents.py."""

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
PEOPLE_BY_NAME = [
    ANDROID.format("2201116SI Build/TKQ1.221114.001; wv") + " CamScanner/4.8.5.2310271827",
    IPHONE.format("Mobile/15E148 GoogleWv/1.0 (WKWebView) GeminiiOS/1.2026.2270600"),
    (
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_11_4) AppleWebKit/537.36 (KHTML, like Gecko) QtWebEngine/5.6.0 Chrome/45.0.2454.101"
        " Safari/537.36 Viber"
    ),
    "Lynx/2.8.9rel.1 libwww-FM/2.14 SSL-MM/1.4.1 GNUTLS/3.6.5",
    "Links (2.1pre23; Linux 3.5.0 i686; 237x63)",
    "ELinks/0.12~pre6-1ubuntu1 (textmode; Ubuntu; Linux 3.11.0-13-generic i686; 100x25-2)",
    "IBrowse/2.5.5 (Amiga; MorphOS 3.16; Build 25.99 68K)",
    "Amiga-AWeb/3.4.167SE",
    "Mozilla/5.0 (compatible; IBrowse 3.0; AmigaOS4.0)",
    ANDROID.format("Nexus 5").replace("like Gecko)", "like Gecko; googleweblight)"),
    CHROME.replace("Chrome/", "Slack/4.4.2 Chrome/") + " Slack_SSB/4.4.2",
    IPHONE.format("Mobile/15E148 Phantom/ios/24.3.0.16061"),
    IPHONE.format("Snapchat/12.90.0.41 (iPhone14,5; iOS 18.6; gzip)"),
    IPHONE.format("Mobile/15E148 WhatsApp/2.25"),
    # "bot" inside the word of an office, a place, a device.
    "Mozilla/5.0 (compatible; MSIE 9.0; Windows NT 6.1; WOW64; Trident/5.0; Ngan hang Saboten)",
    "Mozilla/5.0 (Windows NT 6.1; WOW64; Trident/7.0; Abbotsford City Hall; rv:11.0) like Gecko",
    "Opera/9.80 (Linux mips; U; turbotv/2.0; vi) Presto/2.10.250",
]
LINUX = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) {} Safari/537.36"
BOTS = {
    LINUX.format("HeadlessChrome/142.0.0.0"): "HeadlessChrome",
    LINUX.format("Chrome/142.0.0.0") + " Chrome-Lighthouse": "Chrome-Lighthouse",
    LINUX.format("Chrome/142.0.0.0") + " GTmetrix": "GTmetrix",
    CHROME + " StatusCake": "StatusCake",
    LINUX.format("HeadlessChrome/142.0.0.0 DatadogSynthetics"): "HeadlessChrome",
    "Datadog/Synthetics": "Datadog",
    "Mozilla/5.0 (Unknown; Linux x86_64) AppleWebKit/538.1 (KHTML, like Gecko) wkhtmltopdf Version/9.0 Safari/538.1": "wkhtmltopdf",
    "Mozilla/5.0 (Windows NT; Windows NT 10.0; vi-VN) WindowsPowerShell/5.1.19041.1682": "WindowsPowerShell",
    "Mozilla/5.0 (Windows NT 10.0; Microsoft Windows 10.0.19045; vi-VN) PowerShell/7.4.1": "PowerShell",
    ANDROID.format("Pixel 2 Build/OPD3.170816.012") + " (compatible; Storebot-Google/1.0)": "Storebot-Google",
    CHROME + " Site24x7": "Site24x7",
    "Mozilla/5.0 (compatible; TikTok-Bot/1.0)": "TikTok-Bot",
    GOOGLEBOT: "Googlebot",
    "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)": "bingbot",
    "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)": "facebookexternalhit",
    "Mozilla/5.0 (compatible; coccocbot-web/1.0; +http://help.coccoc.com/searchengine)": "coccocbot-web",
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


@pytest.mark.parametrize("agent", PEOPLE_BY_NAME)
def test_takes_no_tool_of_a_person_for_a_bot(agent):
    assert describe(agent).bot == ""


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
