"""What several regions can carry together: the largest amount whose parts each of them has room for."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from heban.exchange.rules.paying import most_carried, region_shares
from heban.exchange.rules.terms import Terms

ROOM = st.integers(0, 10**6)
WEIGHT = st.integers(0, 20)


def fits(terms: Terms, rooms: dict[str, int], fen: int) -> bool:
    return all(part <= rooms[region] for region, part in region_shares(terms, fen, "f", "p").items())


def test_by_hand() -> None:
    both = Terms(payer_weights=(2, 1))
    assert most_carried(both, {"f": 10_000, "p": 3_000}, "f", "p") == 9_001  # a third of it is 3000.33
    assert most_carried(both, {"f": 10_000, "p": 5_000}, "f", "p") == 15_000
    assert most_carried(both, {"f": 0, "p": 5_000}, "f", "p") == 0
    assert most_carried(both, {"f": 700}, "f", "f") == 700
    assert most_carried(Terms(), {"f": 700}, "f", "p") == 700
    assert most_carried(both, {"f": 700}, "f", "p") == 1  # the odd fen is the first region's
    assert most_carried(Terms(payer_weights=(0, 1)), {"p": 300}, "f", "p") == 300


@given(firm=ROOM, provider=ROOM, weights=st.tuples(WEIGHT, WEIGHT).filter(any))
def test_it_fits_and_a_fen_more_does_not(firm: int, provider: int, weights: tuple[int, int]) -> None:
    terms, rooms = Terms(payer_weights=weights), {"f": firm, "p": provider}
    most = most_carried(terms, rooms, "f", "p")
    assert fits(terms, rooms, most)
    assert not fits(terms, rooms, most + 1)


@given(fen=ROOM, weights=st.tuples(WEIGHT, WEIGHT).filter(any))
def test_no_part_shrinks_as_the_amount_grows(fen: int, weights: tuple[int, int]) -> None:
    terms = Terms(payer_weights=weights)
    less, more = (region_shares(terms, one, "f", "p") for one in (fen, fen + 1))
    assert all(less.get(region, 0) <= more.get(region, 0) for region in "fp")
