import pytest

from tests.vietnamese.strategies import SENTENCE
from vietnamese.letters import is_syllable, split_tone


@pytest.mark.parametrize("syllable", SENTENCE.replace(",", "").replace(";", "").split())
def test_knows_vietnamese_syllables(syllable):
    assert is_syllable(syllable)


@pytest.mark.parametrize("word", ["", "this", "school", "château", "déjà", "für", "Noël", "cac", "càc", "áá", "ngkh"])
def test_knows_what_is_no_syllable(word):
    assert not is_syllable(word)


def test_finds_the_tone_wherever_it_is_written():
    assert split_tone("hòa") == split_tone("hoà") == ("hoa", 1)
    assert split_tone("được") == ("đươc", 5)
    assert split_tone("ma") == ("ma", 0)
