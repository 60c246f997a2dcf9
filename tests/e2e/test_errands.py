"""What citizens come for most is at most three taps from the home page of a phone."""

import pytest

from benchmarks.studies.errands import ERRANDS, MOST_TAPS, PHONE, run

pytestmark = pytest.mark.e2e


@pytest.mark.parametrize("errand", ERRANDS, ids=lambda errand: errand.title)
def test_an_errand_takes_few_taps(portal, browser, errand):
    context = browser.new_context(**PHONE)

    found = run(context.new_page(), portal.address, errand)

    context.close()
    assert found.taps <= MOST_TAPS
