"""The colour a commune chooses, and what the pages draw with it.

The style sheets know the portal's own colours as custom properties. A commune that chose one has a small
style sheet of its own, which sets those that depend on it; the policy of the pages allows no inline style.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# WCAG 2.2, success criterion 1.4.3: text of normal size.
LEAST_CONTRAST = 4.5
WHITE = (255, 255, 255)
# The surfaces of static/css/tokens.css, on which links stand.
LIGHT_SURFACE, DARK_SURFACE = (0xF5, 0xF2, 0xEC), (0x20, 0x1D, 0x1B)

Colour = tuple[int, int, int]


def validate_colour(text: str) -> None:
    """Refuse what is no colour, and a colour on which the masthead's white text cannot be read."""
    if not re.fullmatch(r"#[0-9A-Fa-f]{6}", text):
        raise ValidationError(_("Write the colour as # and six digits from 0 to F, for example #0B5394."))
    ratio = contrast(parse(text), WHITE)
    if ratio < LEAST_CONTRAST:
        raise ValidationError(
            _(
                "White text on this colour has a contrast of %(ratio)s; %(least)s is needed. Please choose a darker one."
            ),
            params={"ratio": f"{ratio:.1f}".replace(".", ","), "least": "4,5"},
        )


def style_sheet(colour: str) -> str:
    """CSS that draws a portal in `colour` (#RRGGBB), light and dark, each text with enough contrast."""
    brand = parse(colour)
    deep = _mixed(brand, (0, 0, 0), 0.2)
    link = _until(lambda share: _mixed(brand, (0, 0, 0), share), LIGHT_SURFACE)
    dark = _mixed(brand, (0, 0, 0), 0.12)
    dark_link = _until(lambda share: _mixed(brand, WHITE, share), DARK_SURFACE)
    return (
        f":root{{--brand:{_hex(brand)};--brand-deep:{_hex(deep)};--link:{_hex(link)}}}"
        "@media (prefers-color-scheme:dark){"
        f":root{{--brand:{_hex(dark)};--brand-deep:{_hex(_mixed(dark, (0, 0, 0), 0.3))};--link:{_hex(dark_link)}}}}}"
    )


def parse(text: str) -> Colour:
    """(red, green, blue), each 0–255, of #RRGGBB."""
    return int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16)


def contrast(one: Colour, other: Colour) -> float:
    """The ratio of WCAG 2.2, from 1 (the same) to 21 (black and white)."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: Colour) -> float:
    """Relative luminance as WCAG 2.2 defines it for sRGB."""
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in (c / 255 for c in colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _until(mix: Callable[[float], Colour], ground: Colour) -> Colour:
    """The first colour of a row from `mix(0)` to `mix(1)` that can be read on `ground`."""
    row = (mix(step / 20) for step in range(21))
    return next(colour for colour in row if contrast(colour, ground) >= LEAST_CONTRAST)


def _mixed(colour: Colour, other: Colour, share: float) -> Colour:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(colour, other, strict=True))
    return red, green, blue


def _hex(colour: Colour) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour)
