"""`python -m benchmarks.studies.searches ADDRESS`: how long searches of many kinds take on a running portal.

The questions are made of the words of generated articles (`benchmarks.plans` makes a million of them): one word or several,
in quotation marks, common, rare and both together, without accents, a whole sentence, one that nothing answers. Each is asked
as somebody who is signed in would, whom the page cache does not know. To compare two versions, start each on a million
articles, one after another on an idle machine.
"""

from __future__ import annotations

import statistics
import sys
import time
from http.client import HTTPConnection
from urllib.parse import quote_plus, urlsplit

ROUNDS = 5
QUESTIONS = [
    *("nông thôn mới", "nong thon moi", "giao thông", "châu chấu", "xyzzyq", "xã", "thôn", "cây xanh", "hộ dân"),
    *("đường làng", "duong lang", "đường làng ngõ xóm", "tháng này", "ủy ban nhân dân xã", "phân loại rác tại nguồn"),
    *("người dân phân loại rác như thế nào", "bài đo tải số 5000", "rác châu chấu", "châu chấu nông thôn mới"),
    *('"nông thôn mới"', '"đường làng, ngõ xóm"', '"giao thông nông thôn"', '"châu chấu nông thôn mới"'),
]


def milliseconds(connection: HTTPConnection, question: str) -> float:
    """The shortest of some answers."""
    taken = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        connection.request("GET", f"/tim-kiem/?q={quote_plus(question)}", headers={"Cookie": "sessionid=none"})
        answer = connection.getresponse()
        answer.read()
        taken.append((time.perf_counter() - start) * 1000)
        assert answer.status == 200, f"{question}: {answer.status}"
    return min(taken)


def main() -> None:
    address = urlsplit(sys.argv[1])
    connection = HTTPConnection(address.hostname or "", address.port or 80, timeout=60)
    found = {question: milliseconds(connection, question) for question in QUESTIONS}
    for question, taken in found.items():
        sys.stdout.write(f"{taken:8.1f} ms  {question}\n")
    all_taken = sorted(found.values())
    sys.stdout.write(
        f"mean {statistics.mean(all_taken):.1f}, median {statistics.median(all_taken):.1f},"
        f" longest {all_taken[-1]:.1f} ms\n"
    )


if __name__ == "__main__":
    main()
