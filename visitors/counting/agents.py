"""What a user agent says of itself: a bot's name, or a person's device, browser and system.

Bots are found in layers, cheapest first: our own plain rules, then the list of the
crawler-user-agents project, then ua-parser's device class "Spider". What people use is never
tested against the first layer alone: in-app browsers (Zalo, Facebook, banks) are recognised
before any rule, because several of them look like crawlers to a list.
"""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

import crawleruseragents
import ua_parser

SHORTEST = 12  # characters; browsers send more
LONGEST = 512  # characters; the rest of a longer one is not read


class Rule(StrEnum):
    """Which layer called the user agent a bot."""

    NONE = ""
    OWN = "own"
    LIST = "list"
    PARSER = "parser"


class Agent(NamedTuple):
    """A user agent in words that fit a statistic. `bot` is empty for people."""

    bot: str
    rule: Rule
    device: str
    browser: str
    system: str


# In-app browsers are people. The names are those the applications write into the user agent.
_IN_APP = (
    (re.compile(r"\bZalo[ /]", re.IGNORECASE), "Zalo"),
    (re.compile(r"\bFBA[NV]/|\bFB_IAB/|MetaIAB|\[FB"), "Facebook"),
    (re.compile(r"\bInstagram "), "Instagram"),
    (re.compile(r"\b(?:musical_ly|BytedanceWebview|TikTok(?!Spider|\.com))", re.IGNORECASE), "TikTok"),
    (re.compile(r"\bLine/[0-9]"), "Line"),
    (re.compile(r"\bViber/", re.IGNORECASE), "Viber"),
    (re.compile(r"\bGSA/[0-9]"), "Google"),
    (re.compile(r"\bVNeID", re.IGNORECASE), "VNeID"),
    (
        re.compile(
            r"VCBDigibank|Vietcombank|BIDV|VietinBank|iPay|Agribank|Techcombank|MBBank|\bMoMo|ZaloPay|VNPAY|TPBank"
            r"|ACB[ _-]?ONE|VPBank|Sacombank|HDBank|\bSHB|ViettelPay|ViettelMoney",
            re.IGNORECASE,
        ),
        "Bank",
    ),
)
# A page fetched for a link preview names the same companies, but no browser engine build.
_PREVIEW = re.compile(r"facebookexternalhit|facebookcatalog|meta-external|ZaloBot|ZaloPC-?bot", re.IGNORECASE)

_BOT_WORD = re.compile(
    r"""bot(?:\b|[^a-z])|crawl|spider|scrap|slurp|archiv|fetch(?:er)?\b|scan(?:ner|ning)?\b|monitor|preview|validator
    |\bfeed|\brss\b|headless|phantom|selenium|puppeteer|playwright|lighthouse|pagespeed|uptime|pingdom|probe|\bcheck
    |indexer|\bseo\b|harvest|sitemap|synthetic|favicon|analy[sz]er|inspector|extract(?:or|ion)|lookup|checker|finder\b
    |discovery|prospect|research|fingerprint|reputation|observatory|diagnostic|agent\b(?!:)|\bGoogle[- ]?(?!TV|Chrome|app|Earth)[A-Z]""",
    re.IGNORECASE | re.VERBOSE,
)
# Where Android names the model and the build of the device: "CUBOT NOTE S" is a telephone,
# and the list of crawlers takes one maker's Android build for a robot. Neither is read.
_MODEL = re.compile(
    r"(?<=Android)[^()]*?;(?![^()]*compatible)[^()]*|Sogou\w*(?:Browser|MSE|Explorer)\S*", re.IGNORECASE
)
_HTTP_LIBRARY = re.compile(
    r"""^(?:curl|wget|python|aiohttp|httpx|urllib|go-http|java[/ ]|okhttp|apache-http|axios|node|undici|got[ /(]|ruby|perl
    |libwww|lwp|php|guzzle|http[_-]?client|rest-?client|postman|insomnia|dart|winhttp|restsharp|reqwest|faraday
    |typhoeus|mechanize|scrapy|colly|jakarta|masscan|zgrab|nmap|nikto|sqlmap|wpscan)""",
    re.IGNORECASE | re.VERBOSE,
)
# Every browser since 1996 names its engine; who only says "Mozilla/5.0 (compatible; …)" is none.
_ENGINE = re.compile(
    r"AppleWebKit|Gecko|KHTML|MSIE|Trident|Presto|Opera|Konqueror|Android|Symbian|BlackBerry|Mobile|\bTV\b|HbbTV|Windows CE"
    r"|NetFront|Nintendo|PlayStation|DoCoMo|Browser",
    re.IGNORECASE,
)
_URL = re.compile(r"https?:|www\.|@[a-z0-9-]+\.[a-z]", re.IGNORECASE)
_BROWSER_SHAPE = re.compile(r"^(?:Mozilla|Opera)/[0-9]")
# Old telephones, televisions and consoles say what they are in other ways.
_DEVICE = re.compile(
    r"AppleWebKit|Android|iPad|iPhone|Apple ?TV|HbbTV|SmartTV|NETTV|\bTV\b|ViziOS|Roku|Tizen|MIDP|MAUI|NetFront|Obigo|Teleca"
    r"|UP\.Browser|Browser/|Nintendo|PlayStation|Xbox|SymbianOS|Nokia|SAMSUNG|BlackBerry|SonyEricsson|DoCoMo|Dalvik|UCWEB|\bLG"
    r"|Darwin/|Windows (?:NT|CE|Phone)|Mac ?OS|\bFBAN/",
    re.IGNORECASE,
)
_NAME = re.compile(r"[A-Za-z][\w.+-]*(?: ?[\w.+-]*(?:bot|crawler|spider|preview)[\w.+-]*)?", re.IGNORECASE)
_COMPATIBLE = re.compile(r"compatible; ([A-Za-z][\w .+-]{1,40}?)[/;)]")
_NAMED_BOT = re.compile(r"([A-Za-z][\w.-]*(?:bot|crawler|spider|preview|scanner|fetcher|monitor)[\w-]*)", re.IGNORECASE)

_BROWSERS = (
    (re.compile(r"coc_coc_browser"), "Cốc Cốc"),
    (re.compile(r"SamsungBrowser/"), "Samsung Internet"),
    (re.compile(r"\bEdgA?(?:iOS)?/|\bEdge/"), "Edge"),
    (re.compile(r"\bOPR/|\bOPT/|Opera"), "Opera"),
    (re.compile(r"UCBrowser|UCWEB"), "UC Browser"),
    (re.compile(r"MiuiBrowser"), "Mi Browser"),
)
# ua-parser knows hundreds of families; a statistic needs the few that people use here.
_FAMILIES = {
    "Chrome": "Chrome",
    "Chrome Mobile": "Chrome",
    "Chrome Mobile iOS": "Chrome",
    "Chrome Mobile WebView": "Android WebView",
    "Android": "Android WebView",
    "Chromium": "Chrome",
    "Firefox": "Firefox",
    "Firefox Mobile": "Firefox",
    "Firefox iOS": "Firefox",
    "Safari": "Safari",
    "Mobile Safari": "Safari",
    "Mobile Safari UI/WKWebView": "Safari",
    "IE": "Internet Explorer",
    "Vivaldi": "Vivaldi",
    "YaBrowser": "Yandex",
    "Yandex Browser": "Yandex",
    "DuckDuckGo Mobile": "DuckDuckGo",
    "Huawei Browser": "Huawei Browser",
    "Oppo Browser": "Oppo Browser",
    "Vivo Browser": "Vivo Browser",
}
_SYSTEMS = {
    "Windows": "Windows",
    "Mac OS X": "macOS",
    "iOS": "iOS",
    "Android": "Android",
    "Linux": "Linux",
    "Ubuntu": "Linux",
    "Fedora": "Linux",
    "Debian": "Linux",
    "Chrome OS": "ChromeOS",
    "HarmonyOS": "HarmonyOS",
    "Tizen": "Tizen",
    "KaiOS": "KaiOS",
}
OTHER = "other"
PHONE = "phone"
TABLET = "tablet"
COMPUTER = "computer"
TELEVISION = "television"


@lru_cache(maxsize=20_000)
def describe(user_agent: str) -> Agent:
    """What is behind a User-Agent header. An empty one is a bot: every browser sends it."""
    user_agent = user_agent[:LONGEST].strip()
    in_app = _in_app(user_agent)
    rule, name = (Rule.NONE, "") if in_app else _bot(user_agent)
    if rule:
        return Agent(name, rule, OTHER, OTHER, OTHER)
    parsed = ua_parser.parse(user_agent)
    if parsed.device is not None and parsed.device.family == "Spider" and not in_app:
        return Agent(_short_name(user_agent), Rule.PARSER, OTHER, OTHER, OTHER)
    family = parsed.user_agent.family if parsed.user_agent else ""
    system = parsed.os.family if parsed.os else ""
    return Agent(
        bot="",
        rule=Rule.NONE,
        device=_device(user_agent),
        browser=in_app or _browser(user_agent) or _FAMILIES.get(family, OTHER),
        system=_SYSTEMS.get(system, OTHER),
    )


def _in_app(user_agent: str) -> str:
    if _PREVIEW.search(user_agent) or not user_agent.startswith("Mozilla/"):
        return ""
    return next((name for pattern, name in _IN_APP if pattern.search(user_agent)), "")


def _bot(user_agent: str) -> tuple[Rule, str]:
    without_model = _MODEL.sub("", user_agent)
    if (
        len(user_agent) < SHORTEST
        or not (_BROWSER_SHAPE.match(user_agent) or _DEVICE.search(user_agent))
        or not (_ENGINE.search(user_agent) or _DEVICE.search(user_agent))
        or _HTTP_LIBRARY.match(user_agent)
        or _URL.search(user_agent)
        or _BOT_WORD.search(without_model)
    ):
        return Rule.OWN, _short_name(user_agent)
    if crawleruseragents.is_crawler(without_model):
        return Rule.LIST, _short_name(user_agent)
    return Rule.NONE, ""


def _short_name(user_agent: str) -> str:
    """A bot's own name for itself, at most 60 characters; it goes into the day's statistics."""
    for pattern in (_NAMED_BOT, _COMPATIBLE):
        found = pattern.search(user_agent)
        if found and not found[1].startswith(("MSIE", "http")):
            return found[1][:60]
    found = _NAME.match(user_agent)
    return found[0][:60] if found and not found[0].startswith("Mozilla") else "unnamed"


def _browser(user_agent: str) -> str:
    return next((name for pattern, name in _BROWSERS if pattern.search(user_agent)), "")


def _device(user_agent: str) -> str:
    if re.search(r"SmartTV|SMART-TV|Tizen.*TV|Web0S|webOS.*TV|AppleTV|GoogleTV|Android TV|BRAVIA|AFT[A-Z]", user_agent):
        return TELEVISION
    if re.search(r"iPad|Tablet|Kindle|Silk/|PlayBook|SM-[TX][0-9]", user_agent):
        return TABLET
    if re.search(r"Mobi|iPhone|iPod|Windows Phone|Opera Mini", user_agent):
        return PHONE
    if "Android" in user_agent:
        return TABLET  # Chrome on Android says "Mobile" on telephones only
    if re.search(r"Windows|Macintosh|Linux|X11|CrOS", user_agent):
        return COMPUTER
    return OTHER
