"""Which passwords are refused: short ones, and those that are guessed first.

What a guess costs is estimated by zxcvbn, which knows keyboard rows, repetitions, sequences, dates, letters
replaced by look-alikes (@ for a, 0 for o) and the words of English lists. Ours are added: what Vietnamese
passwords are made of (guessed_words.txt), the person's own names and those of the communes. A word is no
reason to refuse; a password that is cheap to guess with all these words is. So a long sentence passes, and
"Thanhhoa@2026" does not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.module_loading import import_string
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.access import factors
from accounts.models import User
from vietnamese import fold, to_nfc

# Characters. ASVS 5.0, 6.2.1 asks for 8 and recommends 15; Vietnam's rules on levels of security are reported to ask
# for 14 where a password is the only factor, and for 10 beside a second one.
LENGTH_WITHOUT_SECOND_FACTOR = 14
LENGTH_WITH_SECOND_FACTOR = 10
# Guesses: out of reach of whoever stole the hashes and has a slow hash before them, by zxcvbn's own scale (score 4).
FEWEST_GUESSES = 10**10
# zxcvbn's time grows faster than the text; what follows can only make it dearer to guess.
LONGEST_LOOKED_AT = 72
WORDS = Path(__file__).with_name("guessed_words.txt")

_NO_LETTER_OR_DIGIT = re.compile(r"[^a-z0-9]+")
_SEPARATORS = re.compile(r"[^a-z0-9@$!]+")

OWN, PLACE = "own", "place"
# What to change, by what the cheapest guess is made of.
ADVICE = {
    OWN: _("Leave out your name, your user name and your e-mail address."),
    PLACE: _("Leave out the name of the commune and of its agency."),
    "dictionary": _("Leave out words that many passwords are made of, also with look-alikes such as @ for a."),
    "date": _("Leave out years and dates."),
    "regex": _("Leave out years and dates."),
    "spatial": _("Leave out keys that lie side by side."),
    "repeat": _("Leave out repetitions."),
    "sequence": _("Leave out sequences such as abcd or 4321."),
}


def shortest_length(user: User | None) -> int:
    """Characters that the password of `user` must have at least."""
    if user is not None and user.pk is not None and factors.has_factor(user):
        return LENGTH_WITH_SECOND_FACTOR
    return LENGTH_WITHOUT_SECOND_FACTOR


class GuessingValidator:
    """Refuse what is short or cheap to guess.

    `words_of`: dotted path of a function that returns the names of the places the portal serves.
    """

    def __init__(self, words_of: str) -> None:
        self.words_of = words_of

    def validate(self, password: str, user: User | None = None) -> None:
        """Raise ValidationError with sentences that say what to change; none of them holds the password."""
        least = shortest_length(user)
        if len(to_nfc(password)) < least:
            raise ValidationError(
                _("Use at least %(count)d characters: a sentence of several words is easy to remember."),
                code="password_too_short",
                params={"count": least},
            )
        guesses, parts = cheapest_guess(password, _own_words(user), import_string(self.words_of)())
        if guesses < FEWEST_GUESSES:
            reasons = dict.fromkeys(str(ADVICE[part]) for part in ADVICE if part in parts)
            raise ValidationError(
                [
                    _("This password is easy to guess. Take several words that have nothing to do with each other."),
                    *reasons,
                ],
                code="password_easy_to_guess",
            )

    def get_help_text(self) -> str:
        return gettext(
            "At least %(count)d characters; with a second factor at the sign-in, %(fewer)d. A sentence of several words, with or without accents, is best. "
            "Not your name, not that of the commune, no years and no rows of keys."
        ) % {"count": LENGTH_WITHOUT_SECOND_FACTOR, "fewer": LENGTH_WITH_SECOND_FACTOR}


def cheapest_guess(password: str, own: Iterable[str] = (), places: Iterable[str] = ()) -> tuple[int, set[str]]:
    """How many guesses `password` costs at most, and what those are made of: keys of ADVICE and "bruteforce".

    Accents cost a guesser nothing, since each word is tried with and without; neither do dots between words.
    """
    # 15 MB of word lists in the memory of each process that needs them: not before somebody sets a password.
    from zxcvbn import matching, scoring

    words = {"vietnamese": _guessed_words(), OWN: _ranked(own), PLACE: _ranked(places)}
    dictionaries = matching.RANKED_DICTIONARIES | words
    folded = fold(password)[:LONGEST_LOOKED_AT]
    spellings = {folded, _NO_LETTER_OR_DIGIT.sub("", folded), _SEPARATORS.sub("", folded)} - {""}
    found = [
        scoring.most_guessable_match_sequence(spelling, matching.omnimatch(spelling, dictionaries))
        for spelling in spellings
    ]
    if not found:
        return 1, set()
    cheapest = min(found, key=lambda result: result["guesses"])
    return int(cheapest["guesses"]), {_part(match) for match in cheapest["sequence"]}


def _part(match: dict[str, Any]) -> str:
    name = match.get("dictionary_name")
    return name if name in (OWN, PLACE) else match["pattern"]


def _own_words(user: User | None) -> list[str]:
    if user is None:
        return []
    return [user.get_username(), user.first_name, user.last_name, user.get_full_name(), user.email]


def _ranked(names: Iterable[str]) -> dict[str, int]:
    """Each name in one word, its beginnings and its words of three letters or more, numbered as they are tried."""
    ranked: dict[str, int] = {}
    for name in names:
        words = [word for word in _NO_LETTER_OR_DIGIT.split(fold(name)) if word]
        joined = ["".join(words[first:last]) for first in range(len(words)) for last in range(len(words), first, -1)]
        for word in joined:
            if len(word) > 2:
                ranked.setdefault(word, len(ranked) + 1)
    return ranked


@cache
def _guessed_words() -> dict[str, int]:
    lines = WORDS.read_text(encoding="utf-8").splitlines()
    words = [word for line in lines if not line.startswith("#") for word in line.split()]
    return {word: rank for rank, word in enumerate(dict.fromkeys(words), 1)}
