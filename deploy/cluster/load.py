"""People on the portal: voters, an editor who saves, open pages that report, readers; and what each was answered."""

from __future__ import annotations

import itertools
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from deploy.cluster.browser import Answer, Browser, form_of
from deploy.cluster.cluster import Cluster

VOTERS = 24  # at once; each takes a second to read the ballot
READERS = 6
READS_PER_SECOND = 60
UNCACHED_PER_SECOND = 8
BEACONS_PER_SECOND = 8
SAVES_PER_SECOND = 1
# A ballot is not taken at once: a person needs longer to read the question.
READING = 1.1  # seconds
AGAIN_AFTER = 0.5  # seconds until somebody who was refused tries again
POLL = re.compile(r'data-ballot="(/binh-chon/\d+/)')
CHOICE = re.compile(r'name="(q\d+)" value="(\d+)"')


@dataclass(frozen=True)
class Event:
    """One request. `status` 0: no answer, or a connection that was cut."""

    kind: str
    began: float  # time.monotonic()
    seconds: float
    status: int
    cache: str = ""

    @property
    def ended(self) -> float:
        return self.began + self.seconds


@dataclass
class Book:
    """What was answered, and which votes and saves were acknowledged."""

    events: list[Event] = field(default_factory=list)
    acknowledged: list[float] = field(default_factory=list)  # votes, by time.monotonic()
    saved: list[str] = field(default_factory=list)  # the title of each save that was acknowledged
    waiting: int = 0  # voters who have not been answered yet

    def note(self, kind: str, ask: Callable[..., Answer], *what: object) -> Answer:
        """Ask, and write down what came back."""
        began = time.monotonic()
        answer = ask(*what)
        self.events.append(Event(kind, began, time.monotonic() - began, answer.status, answer.cache))
        return answer


class Load:
    """A number of threads; `begin` starts them with an empty book, `end` lets everybody finish and returns it."""

    def __init__(self, cluster: Cluster, accounts: dict[str, str]) -> None:
        self._address = cluster.place.address
        self._networks = (f"127.{1 + n // 65_536}.{n // 256 % 256}.{n % 256}" for n in itertools.count(256, 256))
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []
        self.book = Book()
        home = self._reader().get("/").body
        found = POLL.search(home)
        if found is None:
            raise RuntimeError("The home page has no ballot")
        self.ballot = found[1]
        # What is asked again and again is in the caches; each of these is read before anything breaks.
        self.cached = ["/", self.ballot + "ket-qua/", *_articles(home)[:12]]
        self._editor = Editor(self._address, accounts)
        self._titles = (f"Bản ghi thử số {n}" for n in itertools.count(1))

    def begin(self) -> None:
        """Start everybody."""
        self._stopping.clear()
        self.book = Book()
        reader = self._reader()
        for path in self.cached:
            reader.get(path)
        work = [self._vote] * VOTERS + [self._read] * READERS
        work += [self._read_uncached] * 2 + [self._report, self._save]
        self._threads = [threading.Thread(target=one, daemon=True) for one in work]
        for thread in self._threads:
            thread.start()

    def end(self, seconds: float = 60) -> Book:
        """Let everybody finish what they began: a voter goes on until the vote is acknowledged."""
        self._stopping.set()
        deadline = time.monotonic() + seconds
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        self.book.waiting = sum(thread.is_alive() for thread in self._threads[:VOTERS])
        return self.book

    def _reader(self) -> Browser:
        with self._lock:
            return Browser(self._address, next(self._networks))

    def _vote(self) -> None:
        while not self._stopping.is_set():
            browser = self._reader()
            if self._cast(browser):
                self.book.acknowledged.append(time.monotonic())
            browser.close()

    def _cast(self, browser: Browser) -> bool:
        """One person's vote, sent again until it is acknowledged; False for who left before sending one."""
        while True:
            page = self.book.note("ballot", browser.get, self.ballot)
            if page.status == 200 and (choice := CHOICE.search(page.body)):
                break
            if self._stopping.wait(AGAIN_AFTER):
                return False
        fields = [*form_of(page.body, "challenge"), (choice[1], choice[2])]
        time.sleep(READING)
        while self.book.note("vote", browser.post, self.ballot, fields).status != 303:
            time.sleep(AGAIN_AFTER)
        return True

    def _read(self) -> None:
        browser = self._reader()
        for path in itertools.cycle(self.cached):
            self.book.note("cached", browser.get, path)
            if self._stopping.wait(READERS / READS_PER_SECOND):
                return

    def _read_uncached(self) -> None:
        browser = self._reader()
        while not self._stopping.wait(2 / UNCACHED_PER_SECOND):
            number = time.monotonic_ns()
            self.book.note("uncached", browser.get, f"/tim-kiem/?q=h%E1%BB%99i+ngh%E1%BB%8B+{number}")

    def _report(self) -> None:
        while not self._stopping.wait(1 / BEACONS_PER_SECOND):
            browser = self._reader()
            self.book.note("beacon", browser.beacon, '{"kind": "view", "path": "/"}')
            browser.close()

    def _save(self) -> None:
        while not self._stopping.wait(1 / SAVES_PER_SECOND):
            title = next(self._titles)
            if self.book.note("save", self._editor.save, title).status == 302:
                self.book.saved.append(title)


class Editor:
    """Somebody of the newsroom with a draft."""

    def __init__(self, address: str, accounts: dict[str, str]) -> None:
        self._browser = Browser(address)
        name = "phongvien"
        page = self._browser.get("/quan-tri/login/")
        fields = [pair for pair in form_of(page.body, "password") if pair[0] not in ("username", "password")]
        fields += [("username", name), ("password", accounts[name])]
        if self._browser.post("/quan-tri/login/", fields).status != 302:
            raise RuntimeError("The writer of the demonstration cannot sign in")
        page = self._browser.get("/quan-tri/news/article/add/")
        category = re.search(r'name="category".*?<option value="(\d+)"', page.body, re.DOTALL)
        words = {
            "title": "Bản ghi thử",
            "body": "<p>Nội dung của bản ghi thử.</p>",
            "category": category[1] if category else "",
        }
        draft = _with(form_of(page.body, "title"), **words)
        created = self._browser.post("/quan-tri/news/article/add/", [*draft, ("_continue", "1")])
        if created.status != 302:
            raise RuntimeError(f"The writer of the demonstration cannot write a draft: {created.status}")
        self._path = created.location

    def save(self, title: str) -> Answer:
        """Open the draft, give it another title and save it. Status 302: it is saved."""
        page = self._browser.get(self._path)
        fields = form_of(page.body, "title")
        if page.status != 200 or not fields:
            return page._replace(status=page.status if page.status != 200 else 0)
        return self._browser.post(self._path, [*_with(fields, title=title), ("_continue", "1")])


def _with(fields: list[tuple[str, str]], **answers: str) -> list[tuple[str, str]]:
    return [(name, value) for name, value in fields if name not in answers] + list(answers.items())


def _articles(html: str) -> list[str]:
    return list(dict.fromkeys(re.findall(r'href="(/[a-z0-9-]+/[a-z0-9-]+-\d+/)"', html)))
