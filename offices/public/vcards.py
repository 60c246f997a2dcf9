"""vCards (RFC 6350, version 4.0): people and offices as an address book takes them."""

from __future__ import annotations

from collections.abc import Iterator

from offices.models import Office, Person, Post, Village
from offices.telephones import telephone_uri
from vietnamese import one_line

LINE = 75  # octets, without the line break (section 3.2)
_ESCAPED = str.maketrans({"\\": r"\\", ",": r"\,", ";": r"\;", "\n": r"\n"})


def person_vcard(person: Person, posts: list[Post], villages: list[Village], agency: str, address: str) -> str:
    """A person with the posts held now and the villages headed; `agency` as the portal calls it, `address` of the page."""
    lines = [
        "KIND:individual",
        f"FN:{_text(person.name)}",
        f"N:{_components(*_parts_of_name(person))}",
        f"ORG:{_components(agency, *(post.office.name for post in posts[:1]))}",
    ]
    titles = [*(post.name for post in posts), *(f"{village.head_title}, {village.name}" for village in villages)]
    lines += [f"TITLE:{_text(title)}" for title in titles]
    telephones = [person.telephone, *(post.office.telephone for post in posts), *(v.telephone for v in villages)]
    return _card([*lines, *_reached(telephones, person.email), f"URL:{address}"])


def office_vcard(office: Office, agency: str, address: str) -> str:
    """An office; `agency` as the portal calls the commune's, `address` of the page."""
    lines = ["KIND:org", f"FN:{_text(office.name)}", f"ORG:{_components(agency, office.name)}"]
    if office.address:
        lines.append(f"ADR;TYPE=work:{_components('', '', office.address, '', '', '', '')}")
    return _card([*lines, *_reached([office.telephone], office.email), f"URL:{address}"])


def _reached(telephones: list[str], email: str) -> Iterator[str]:
    for number in dict.fromkeys(filter(None, telephones)):
        yield f"TEL;TYPE=work;VALUE=uri:{telephone_uri(number)}"
    if email:
        yield f"EMAIL;TYPE=work:{_text(email)}"


def _parts_of_name(person: Person) -> tuple[str, ...]:
    """Family name, given name, middle names, and neither prefix nor suffix (section 6.2.2)."""
    family_name, _space, middle = person.family_name.partition(" ")
    return family_name, person.given_name, middle, "", ""


def _text(value: str) -> str:
    return one_line(value).translate(_ESCAPED)


def _components(*values: str) -> str:
    return ";".join(map(_text, values))


def _card(lines: list[str]) -> str:
    return "".join(f"{_folded(line)}\r\n" for line in ["BEGIN:VCARD", "VERSION:4.0", *lines, "END:VCARD"])


def _folded(line: str) -> str:
    """A long line goes on in the next after a space; no letter is cut apart (section 3.2)."""
    pieces, room = [""], LINE
    for letter in line:
        octets = len(letter.encode())
        if octets > room:
            pieces.append("")
            room = LINE - 1  # the space
        pieces[-1] += letter
        room -= octets
    return "\r\n ".join(pieces)
