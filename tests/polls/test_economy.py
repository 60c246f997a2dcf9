"""What a proof costs, in tries: the promise of docs/poll-method.md in numbers that do not depend on the machine."""

from polls.casting.proof import DOUBLING, FIRST_TRIES, ROOM, tries

# A try takes a desktop's core about 1.5 ms (`python -m benchmarks.studies.polls.economy`).
TRY = 0.0015


def test_the_21st_to_200th_ballot_cost_five_minutes_even_with_proofs_hoarded():
    assert 180 * tries(0) / 2 * TRY >= 5 * 60


def test_what_is_hoarded_is_at_most_a_room_behind():
    assert tries(980) - tries(980 - ROOM) <= FIRST_TRIES * ROOM / DOUBLING


def test_one_person_waits_at_most_ten_seconds_on_a_cheap_telephone_of_eight_cores():
    # A third longer than OpenSSL in a browser, six times as long on a telephone.
    assert tries(180) * TRY * 1.35 * 6 / 8 <= 10
