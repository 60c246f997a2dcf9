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


OTHER = "other"
PHONE = "phone"
TABLET = "tablet"
COMPUTER = "computer"
TELEVISION = "television"


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
    (re.compile(r"\b(?:musical_ly|BytedanceWebview|TikTok(?!Spider|\.com|[- ]?Bot))", re.IGNORECASE), "TikTok"),
    (re.compile(r"\bLine/[0-9]"), "Line"),
    (re.compile(r"\bViber\b(?!.*(?:preview|bot))", re.IGNORECASE), "Viber"),
    (re.compile(r"\bGoogleWv/|\bGemini(?:iOS|Android)?/"), "Google"),
    (re.compile(r"\bCamScanner/|\bSlack_SSB/|\bFluid/[0-9]|\bElectron/.*\bSafari/"), OTHER),
    (re.compile(r"\bPhantom/(?:ios|android)/"), OTHER),
    (re.compile(r"\bGSA/[0-9]"), "Google"),
    (re.compile(r"\bSnapchat/[0-9.]+ \(|\bAppleWebKit/.* WhatsApp/[0-9]"), OTHER),
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

# Browsers without an engine that a list would know: only a person starts them.
_OLD_BROWSER = re.compile(
    r"^(?:Lynx|Links|ELinks|w3m|Dillo|NetSurf|NCSA[_ ]Mosaic|Amiga-AWeb|AmigaVoyager|Voyager[0-9]|IBrowse|OffByOne)\b"
    r"|\b(?:Amiga-AWeb|AmigaVoyager|IBrowse|AmigaOS|MorphOS|NetPositive|BeOS|Haiku|Inferno|RISC OS)\b",
    re.IGNORECASE,
)
# Programs that use the engine of a browser to make pictures, tests and measurements of pages, and
# helpers of systems that fetch pages with nobody in front of them. The name is the whole rule.
_TOOL = re.compile(
    r"""\b(?:wkhtmlto(?:pdf|image)|(?:Windows)?PowerShell|Storebot-Google|site24x7|SlimerJS|Cypress|DumpRenderTree|webkit2png|JavaFX|Widget[ ]Server|Neustar[ ]WPM|TuneIn[ ]Radio|NaverMailApp|RuxitRecorder
    |RuxitSynthetic|DejaClick|Catchpoint|XaxisSemanticsClassifier|Survey/|Mixnode|pageburst|Mediapartners-Google|DuplexWeb
    |Google-Read-Aloud|Google-Safety|GTmetrix|StatusCake|Datadog|DatadogSynthetics|Chrome-Lighthouse|HeadlessChrome
    |HeadlessEdg|PTST|SpeedCurve|Dareboot|YLT|BingPreview|baidu[ ]?Transcoder|AlexaToolbar|Thumbor|iGetter|swcd|splash
    |WebPageTest|Rigor|AppInsights|New[ ]?Relic(?:Pinger|Synthetics)|NewRelic|Sucuri|Detectify|ZmEu|Jorgee|Wappalyzer|Prerender
    |Snapchat(?=.*external)|Iframely|Embedly|OpenGraph|unfurl|Readability|Pocket(?:Parser|ImageCache)|Instapaper|HTTrack
    |WebZIP|Teleport|WebCopier|WebStripper|Offline[ ]Explorer|SiteSucker|DownloadMaster|Download[ ]?Manager|FlashGet|GetRight
    |BlackWidow|WebReaper|eCatch|LinkWalker|linkdex|Xenu|DreamPassport|Netcraft|Qualys|Nessus|OpenVAS|Acunetix|Netsparker
    |Burp|Arachni|w3af|DirBuster|gobuster|sqlninja|Havij|Morfeus|Scanbot|Ghost[ ]?Inspector|BrowserStack|SauceLabs|TestCafe
    |WebDriver|Electron-Fiddle|jsdom|HtmlUnit|Zombie\.js|CasperJS|Nightmare|Puppeteer|Rendertron|Chromium-Headless)""",
    re.IGNORECASE | re.VERBOSE,
)
# Readers of feeds and episodes, by the names they go under on Apple's systems and elsewhere.
_READER = re.compile(
    r"\b(?:Reeder/|ReadKit|NetNewsWire|NewsBlur|Feedly|Feedbin|FeedDemon|Inoreader|QuiteRSS|Liferea|Akregator|Downcast|Overcast"
    r"|PodcastAddict|AntennaPod|iTMS|AppleCoreMedia|stagefright|DuckDuckGo/[0-9.]+ (?:CFNetwork|\()|ddg[_-]android|DDG-Android)",
    re.IGNORECASE,
)
# What no browser writes: an attack in the place of a name, a second browser after the first.
_TAMPERED = re.compile(
    r"""(?:select|union|sleep|waitfor|benchmark)\s*[(+]|\bunion\b.*\bselect\b|\.\./|<\?|\$\{|<script|\(\)\s*\{|^[^M].{0,60},\s*Mozilla/
    |^[a-z]+\|Mozilla/|\bvia\s+\S+\.\S+.*proxy|burpcollaborator|^<|;[ ]gzip\)|^Google/|^[^M].*ExoPlayerLib|oastify|interact\.sh""",
    re.IGNORECASE | re.VERBOSE,
)

_BOT_WORD = re.compile(
    r"""bot(?:\b|[^a-z])|\bbot\b|crawl|spider|scrap|slurp|archiv|fetch(?:er)?\b|scan(?:ner|ning)?\b|monitor|preview|validator
    |\bfeed|\brss\b|headless|phantomjs|selenium|puppeteer|playwright|lighthouse|pagespeed|uptime|pingdom|probe|\bcheck(?!out)
    |indexer|\bseo\b|harvest|sitemap|synthetic|favicon|analy[sz]er|inspector|extract(?:or|ion)|lookup|checker|finder\b
    |discovery|prospect|research|fingerprint|reputation|observatory|diagnostic|agent\b(?!:)|\bGoogle[- ]?(?!TV|Chrome|app|Earth|weblight|Wv)[A-Z]""",
    re.IGNORECASE | re.VERBOSE,
)
# Where Android names the model and the build of the device: "CUBOT NOTE S" is a telephone,
# and the list of crawlers takes one maker's Android build for a robot. Neither is read.
_MODEL = re.compile(
    r"(?<=Android)[^()]*?;(?![^()]*compatible)[^()]*|Sogou\w*(?:Browser|MSE|Explorer)\S*", re.IGNORECASE
)
# ua-parser takes these letters for a robot wherever they stand, also in the name of a bank or of a set-top box.
_WITHIN_A_WORD = re.compile(r"(?<=[a-z])bot(?=[a-z])", re.IGNORECASE)
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
# The browser of a telephone's application may name its maker's address.
_OWN_BROWSER = re.compile(r"(?:Android|iPhone|iPad).*\b[A-Za-z]+Browser/[0-9]")
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

# The last name in the string that is no part of a browser.
_LAST_PRODUCT = re.compile(
    r"(?<=[ ;(])(?!(?:Mozilla|AppleWebKit|Chrome|Safari|Version|Mobile|Gecko|Firefox|KHTML|Edg|Edge|OPR|Opera|Presto|Trident|MSIE"
    r"|Windows|Linux|Build|Ubuntu|Electron|QtWebEngine|Android|iPhone|iPad|rv|U|CPU|like|Macintosh|Intel|X11|compatible)\b)"
    r"([A-Za-z][\w.-]{2,40})/v?[0-9][\w.]*[^/]*$"
)

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


@lru_cache(maxsize=20_000)
def describe(user_agent: str) -> Agent:
    """What is behind a User-Agent header. An empty one is a bot: every browser sends it."""
    user_agent = user_agent[:LONGEST].strip()
    in_app = _in_app(user_agent)
    rule, name = (Rule.NONE, "") if in_app else _bot(user_agent)
    is_person = in_app or (not rule and _OLD_BROWSER.search(user_agent))
    if rule:
        return Agent(name, rule, OTHER, OTHER, OTHER)
    parsed = ua_parser.parse(user_agent)
    if not is_person and _is_spider(user_agent, parsed):
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
    if _PREVIEW.search(user_agent) or _TOOL.search(user_agent) or not user_agent.startswith(("Mozilla/", "Viber/")):
        return ""
    return next((name for pattern, name in _IN_APP if pattern.search(user_agent)), "")


def _bot(user_agent: str) -> tuple[Rule, str]:
    without_model = _MODEL.sub("", user_agent)
    if _TOOL.search(user_agent) or _READER.search(without_model) or _TAMPERED.search(user_agent):
        return Rule.OWN, _short_name(user_agent)
    if _OLD_BROWSER.search(user_agent) and not _NAMED_BOT.search(user_agent):
        return Rule.NONE, ""
    if (
        len(user_agent) < SHORTEST
        or not (_BROWSER_SHAPE.match(user_agent) or _DEVICE.search(user_agent))
        or not (_ENGINE.search(user_agent) or _DEVICE.search(user_agent))
        or _HTTP_LIBRARY.match(user_agent)
        or (_URL.search(user_agent) and not _OWN_BROWSER.search(user_agent))
        or _BOT_WORD.search(without_model)
    ):
        return Rule.OWN, _short_name(user_agent)
    if crawleruseragents.is_crawler(without_model):
        return Rule.LIST, _short_name(user_agent)
    return Rule.NONE, ""


def _is_spider(user_agent: str, parsed: ua_parser.Result) -> bool:
    """Whether ua-parser's class says so, for more than letters inside a word."""
    if parsed.device is None or parsed.device.family != "Spider":
        return False
    device = ua_parser.parse_device(_WITHIN_A_WORD.sub("", user_agent))
    return device is not None and device.family == "Spider"


def _short_name(user_agent: str) -> str:
    """A bot's own name for itself, at most 60 characters; it goes into the day's statistics."""
    tool = _TOOL.search(user_agent)
    if tool:
        return tool[0].strip("/")[:60]
    for pattern in (_NAMED_BOT, _COMPATIBLE, _LAST_PRODUCT):
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
