"""Headers and columns are paired with the best total, as trying all pairs shows."""

from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from pipeline.checking.proposals.assignment import assign

COLUMNS = ["sku", "price", "unit"]
likely = st.dictionaries(st.sampled_from(COLUMNS), st.sampled_from([0.2, 0.4, 0.5, 0.7, 0.9]))


@given(st.lists(likely, max_size=4))
def test_no_other_pairing_is_better(scores: list[dict[str, float]]) -> None:
    assigned = assign(COLUMNS, scores)
    assert len(set(assigned.values())) == len(assigned)
    places = [*range(len(scores)), *[-1] * len(COLUMNS)]
    best = max(
        sum(scores[at].get(column, 0) ** 2 for column, at in zip(COLUMNS, chosen, strict=True) if at >= 0)
        for chosen in set(permutations(places, len(COLUMNS)))
    )
    assert abs(sum(scores[at][column] ** 2 for column, at in assigned.items()) - best) < 1e-9


def test_one_likely_pair_is_worth_more_than_two_doubtful_ones() -> None:
    assert assign(["price", "stock_quantity"], [{"price": 0.9, "stock_quantity": 0.5}, {"price": 0.5}]) == {"price": 0}
