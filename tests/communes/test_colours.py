"""The colours of a commune can be read."""

import re

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from communes import colours

CHANNEL = st.integers(0, 255)


def test_contrast_is_that_of_the_standard():
    assert colours.contrast((0, 0, 0), (255, 255, 255)) == pytest.approx(21)
    assert colours.contrast((255, 255, 255), (255, 255, 255)) == 1
    # The example of the standard's own technique G18: #777777 just fails on white.
    assert colours.contrast((0x77, 0x77, 0x77), (255, 255, 255)) == pytest.approx(4.478, abs=0.001)


@pytest.mark.parametrize("text", ["", "red", "#12345", "#1234567", "#12345g", "#777777", "#ffffff", "#0B5394}"])
def test_no_colour_and_one_that_hides_its_text_are_refused(text):
    with pytest.raises(ValidationError):
        colours.validate_colour(text)


@given(CHANNEL, CHANNEL, CHANNEL)
def test_every_colour_that_is_taken_draws_readable_text(red, green, blue):
    colour = f"#{red:02x}{green:02x}{blue:02x}"
    try:
        colours.validate_colour(colour)
    except ValidationError:
        return

    light, dark = colours.style_sheet(colour).split("@media")

    for sheet, surface in ((light, colours.LIGHT_SURFACE), (dark, colours.DARK_SURFACE)):
        values = {name: colours.parse(value) for name, value in re.findall(r"--([\w-]+):(#\w{6})", sheet)}
        assert colours.contrast(values["brand"], colours.WHITE) >= colours.LEAST_CONTRAST
        assert colours.contrast(values["brand-deep"], colours.WHITE) >= colours.LEAST_CONTRAST
        assert colours.contrast(values["link"], surface) >= colours.LEAST_CONTRAST


@pytest.mark.django_db
def test_a_portal_with_a_colour_names_its_style_sheet(client):
    from tests.communes.factories import make_commune

    commune = make_commune("mot.vn")
    commune.identity.colour = "#0b5394"
    commune.identity.save()

    page = client.get("/", HTTP_HOST="mot.vn").content.decode()
    sheet = client.get(re.search(r'href="(/mau-[^"]+)"', page)[1], HTTP_HOST="mot.vn")

    assert "--brand:#0b5394" in sheet.content.decode()
    assert sheet["Content-Type"].startswith("text/css")
    assert client.get("/mau-ffffff.css", HTTP_HOST="mot.vn").status_code == 404
