"""What the pages say to machines: schema.org data as JSON-LD."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from offices.models import Office, Person, Post

# Inside a script element nothing may look like its end.
_JSON_SAFE = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})
Absolute = Callable[[str], str]
Crumb = tuple[str, str]


def as_script(data: list[dict[str, Any]]) -> SafeString:
    """JSON-LD, safe inside a script element."""
    text = json.dumps({"@context": "https://schema.org", "@graph": data}, ensure_ascii=False)
    return mark_safe(text.translate(_JSON_SAFE))


def trail_data(crumbs: list[Crumb], absolute: Absolute) -> dict[str, Any]:
    """(title, path) of the pages above and of the page itself."""
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": place, "name": title, "item": absolute(path)}
            for place, (title, path) in enumerate(crumbs, start=1)
        ],
    }


def office_data(office: Office, agency: str, absolute: Absolute) -> dict[str, Any]:
    """The office, as a part of the commune's agency."""
    return _said(
        {
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
