from hypothesis import given
from hypothesis import strategies as st

from polls.tally import whole_percentages


def test_no_votes_are_no_percent():
    assert whole_percentages([0, 0, 0]) == [0, 0, 0]


def test_thirds_add_up():
    assert whole_percentages([1, 1, 1]) == [34, 33, 33]


def test_the_largest_remainder_is_rounded_up():
    assert whole_percentages([2, 1, 3]) == [33, 17, 50]


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=20).filter(any))
def test_percentages_add_up_and_stay_within_one_of_the_truth(counts):
    percents = whole_percentages(counts)

    assert sum(percents) == 100
    assert all(abs(percent - 100 * count / sum(counts)) < 1 for percent, count in zip(percents, counts, strict=True))


@given(st.lists(st.integers(0, 10**6), min_size=2, max_size=20).filter(any))
def test_more_votes_never_show_a_smaller_share(counts):
    percents = whole_percentages(counts)

    ordered = [percent for _, percent in sorted(zip(counts, percents, strict=True))]
    assert ordered == sorted(ordered)
