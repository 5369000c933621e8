"""Giving each column at most one header, and each header at most one column, with the best total."""

from collections.abc import Mapping, Sequence

Scores = Sequence[Mapping[str, float]]
"""For each header, column → how likely it is meant."""


def assign(columns: Sequence[str], scores: Scores) -> dict[str, int]:
    """Column → the position of its header. The sum of the squares counts: one likely pair is worth more than two
    doubtful ones."""
    headers = [at for at, likely in enumerate(scores) if any(likely.get(column) for column in columns)]
    gains = [[scores[at].get(column, 0.0) ** 2 for at in headers] for column in columns]
    return {
        column: headers[at]
        for column, at in zip(columns, _best(gains, len(headers)), strict=True)
        if at < len(headers) and scores[headers[at]].get(column)
    }


def _best(gains: Sequence[Sequence[float]], count: int) -> list[int]:
    """For each row of gains, the place that it gets; `count` and more stand for none.

    The Hungarian method: rows get places one by one, each along the cheapest path on which others make room.
    """
    rows = len(gains)
    costs = [[1.0 - gain for gain in row] + [1.0] * rows for row in gains]
    places = _Places(rows, count + rows)
    for row in range(rows):
        places.add(row, costs)
    holders = {holder: place for place, holder in enumerate(places.holders) if holder is not None}
    return [holders[row] for row in range(rows)]


class _Places:
    """Who holds each place, and the prices that make every holding a cheapest one."""

    def __init__(self, rows: int, count: int) -> None:
        self.holders: list[int | None] = [None] * count
        self._row_prices, self._place_prices = [0.0] * rows, [0.0] * count

    def add(self, row: int, costs: Sequence[Sequence[float]]) -> None:
        """Finds a place for one more row; others move to places that cost least."""
        count = len(self.holders)
        distance, before = [float("inf")] * count, [-1] * count
        visited: list[int] = []
        place, holder = -1, row
        while True:
            for other in range(count):
                if other not in visited:
                    cost = costs[holder][other] - self._row_prices[holder] - self._place_prices[other]
                    if cost < distance[other]:
                        distance[other], before[other] = cost, place
            place = min((other for other in range(count) if other not in visited), key=distance.__getitem__)
            self._raise_prices(distance, visited, row, distance[place])
            if self.holders[place] is None:
                break
            visited.append(place)
            holder = self.holders[place] or 0
        self._move(place, before, row)

    def _raise_prices(self, distance: list[float], visited: list[int], row: int, step: float) -> None:
        self._row_prices[row] += step
        for place in visited:
            self._row_prices[self.holders[place] or 0] += step
            self._place_prices[place] -= step
        for place in range(len(distance)):
            if place not in visited:
                distance[place] -= step

    def _move(self, place: int, before: list[int], row: int) -> None:
        while (previous := before[place]) >= 0:
            self.holders[place] = self.holders[previous]
            place = previous
        self.holders[place] = row
