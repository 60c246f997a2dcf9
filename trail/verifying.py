"""Verifying the audit log from outside the code that writes it: altered, cut, forged and missing lines."""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from django.utils.translation import gettext

from trail import guards, tails
from trail.chain import keyed_code, microseconds, snapshot
from trail.keys import keys_for
from trail.models import Entry, Head
from trail.recording import HEADS, KEYS, LINES, tail_path, tails_folder

# A log that is wrong in every line need not be printed in full.
MOST_FINDINGS = 50
FILES = (Path(__file__).with_name("entry.sql"),)
# As pg_get_triggerdef() writes them.
TRIGGERS = {
    "trail_entry_chain": (
        "CREATE TRIGGER trail_entry_chain BEFORE INSERT ON trail_entry"
        " FOR EACH ROW EXECUTE FUNCTION trail_entry_chain()"
    ),
    "trail_entry_keep": (
        "CREATE TRIGGER trail_entry_keep BEFORE DELETE OR UPDATE ON trail_entry"
        " FOR EACH ROW EXECUTE FUNCTION trail_entry_keep()"
    ),
    "trail_entry_keep_all": (
        "CREATE TRIGGER trail_entry_keep_all BEFORE TRUNCATE ON trail_entry"
        " FOR EACH STATEMENT EXECUTE FUNCTION trail_entry_keep()"
    ),
    "trail_head_keep": (
        "CREATE TRIGGER trail_head_keep BEFORE DELETE OR UPDATE ON trail_head"
        " FOR EACH ROW EXECUTE FUNCTION trail_head_keep()"
    ),
    "trail_head_keep_all": (
        "CREATE TRIGGER trail_head_keep_all BEFORE TRUNCATE ON trail_head"
        " FOR EACH STATEMENT EXECUTE FUNCTION trail_head_keep()"
    ),
}
CONSTRAINTS = {"trail_entry_position"}


@dataclass
class Report:
    """What was found in one chain. `first` and `last`: positions of the lines that are kept; 0, 0 for none."""

    chain: int
    first: int = 0
    last: int = 0
    hash: str = ""
    findings: list[str] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        return not self.findings


def chains() -> list[int]:
    """Every chain there is, or was by what this machine has written."""
    noted = {int(path.name) for path in tails_folder().glob("*") if path.name.isdecimal()}
    known = set(Head.objects.values_list("chain", flat=True))
    lines = set(Entry.objects.order_by().values_list("chain", flat=True).distinct())
    # Files of an earlier database in the same folder tell nothing of this one.
    return sorted(known | lines | (noted if known else set()))


def guard_faults() -> list[str]:
    """What the database no longer guards, one sentence each."""
    return guards.faults(function_digests(), TRIGGERS, CONSTRAINTS)


@cache
def function_digests() -> dict[str, str]:
    return guards.digests_of(FILES)


def verify(chain: int) -> Report:
    """Read a chain line by line and compute every hash and every code anew, in one snapshot."""
    report = Report(chain)
    with snapshot():
        for finding in _findings(chain, report):
            report.findings.append(finding)
            if len(report.findings) == MOST_FINDINGS:
                report.findings.append(gettext("There may be more: reading stopped here."))
                break
    return report


def _findings(chain: int, report: Report) -> Iterator[str]:
    head = Head.objects.filter(chain=chain).first()
    if head is None:
        yield gettext("The head of the log is missing: the whole log was removed or written by somebody else.")
        return
    yield from _head_findings(head)
    previous, position = head.hash, head.position
    for entry in Entry.objects.of(chain).order_by("position").iterator(chunk_size=2000):
        position += 1
        if entry.position != position:
            yield gettext("Line %(found)s of the log stands where line %(expected)s should: lines are missing.") % {
                "found": entry.position,
                "expected": position,
            }
            return
        if entry.hash != entry.hash_after(previous):
            yield gettext("Line %(line)s does not fit its hash: it was changed.") % {"line": position}
        if not _fits(entry.code, LINES, [entry.hash]):
            yield gettext("Line %(line)s: its code does not fit, so the portal did not write it like this.") % {
                "line": position
            }
        previous = entry.hash
        report.first, report.last, report.hash = report.first or position, position, entry.hash
    yield from _missing_end(head, position)


def _head_findings(head: Head) -> Iterator[str]:
    if head.position == 0:
        is_ours = head.hash == Head.first_hash(head.chain, head.begun_at)
    else:
        is_ours = _fits(head.code, HEADS, head_fields(head))
    if not is_ours:
        yield gettext("The head of the log is not the portal's: its beginning was cut off or written anew.")


def _missing_end(head: Head, last: int) -> Iterator[str]:
    """Compare the end of the log with the last line this machine has written."""
    tail = tails.seen(tail_path(head.chain), head.begun_at)
    if tail is None or tail.position <= head.position:
        return
    if last < tail.position:
        message = gettext("The log ends with line %(line)s, but this machine wrote line %(seen)s: its end was cut off.")
        yield message % {"line": last, "seen": tail.position}
    elif not Entry.objects.of(head.chain).filter(position=tail.position, hash=tail.hash).exists():
        message = gettext("Line %(line)s is not the one this machine wrote: the log was written anew.")
        yield message % {"line": tail.position}


def head_fields(head: Head) -> list[str]:
    """What the code of a head that moved on vouches for."""
    return [str(head.chain), str(microseconds(head.begun_at)), str(head.position), head.hash]


def head_code(head: Head) -> str:
    return keyed_code(keys_for(KEYS)[0], HEADS, head_fields(head))


def _fits(code: str, purpose: bytes, fields: list[str]) -> bool:
    return any(hmac.compare_digest(code, keyed_code(key, purpose, fields)) for key in keys_for(KEYS))
