"""What the pages of an office and of a person say to machines, in the words of schema.org."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from offices.models import Office, Person, Post

Absolute = Callable[[str], str]


def office_data(office: Office, agency: str, absolute: Absolute) -> dict[str, Any]:
    """The office, as a part of the commune's agency."""
    return _said(
        {
            "@context": "https://schema.org",
            "@type": "GovernmentOrganization",
            "name": office.name,
            "url": absolute(office.get_absolute_url()),
            "telephone": office.telephone,
            "email": office.email,
            "address": office.address,
            "parentOrganization": {"@type": "GovernmentOrganization", "name": agency} if agency else "",
        }
    )


def person_data(person: Person, posts: list[Post], absolute: Absolute) -> dict[str, Any]:
    """The person with the posts that are held now."""
    return _said(
        {
            "@context": "https://schema.org",
            "@type": "Person",
            "name": person.name,
            "url": absolute(person.get_absolute_url()),
            "jobTitle": [post.name for post in posts],
            "worksFor": [
                {"@type": "GovernmentOrganization", "name": name}
                for name in dict.fromkeys(post.office.name for post in posts)
            ],
            "telephone": person.telephone,
            "email": person.email,
            "image": absolute(person.picture.file.url) if person.picture else "",
        }
    )


def _said(data: dict[str, Any]) -> dict[str, Any]:
    """Without what is empty."""
    return {name: value for name, value in data.items() if value}
