"""Audits given to auditors at the least cost, exactly, admitted one at a time (A3).

The cost of an auditor's n-th audit is `load_weight` × (2n − 1), so that the costs of n audits add up to
`load_weight` × n²; single pairs may cost more. Each auditor has a *price*, never below the cost of the last audit
they were given and never above that of one more. The invariant, kept by every step: each admitted audit is with an
auditor for whom its own cost plus their price is least. That is the condition under which no other assignment of the
same audits costs less, so the prices prove the result (rules/certificates.py checks it in one pass).

An audit is admitted along the cheapest chain of moves: it goes to an auditor, one of whose audits goes to another,
and so on, until somebody has room. Without such a chain it cannot be assigned together with those before it, and the
auditors that the search went through are *exhausted*: full for good with audits that nobody else may do.

Nothing here looks at pairs one by one. Auditors stand in groups (who may audit what), within a group by price, and
each search meets an auditor once. Most audits go at once to somebody whose price is that of one more.
"""

from bisect import bisect_left, insort
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush

BARRED = -1


@dataclass(frozen=True, slots=True)
class Wanted:
    """An audit that wants an auditor of a group.

    `team` are auditors barred because of its team, `apart` those for whom this very audit costs more, or `BARRED`.
    """

    group: str
    team: Container[int] = frozenset()
    apart: Mapping[int, int] = field(default_factory=dict)


class _Level:
    """The auditors of one group at one price: those who take one more at that price, and those who do not.

    Both lists may hold auditors who have left; whoever reads them looks whether they still belong.
    """

    __slots__ = ("busy", "ready")

    def __init__(self) -> None:
        self.ready: list[int] = []  # from the last in order to the first, so that the first is at the end
        self.busy: list[int] = []


class Assignment:
    """Who does which audit. Auditors and audits are numbers from 0; of equal auditors the lower number goes first."""

    def __init__(self, capacities: Sequence[int], groups: Mapping[str, Sequence[int]], load_weight: int) -> None:
        self.audits: list[Wanted] = []
        self.auditor_of: list[int] = []
        self.given: list[list[int]] = [[] for _ in capacities]
        self.capacities = capacities
        self.load_weight = load_weight
        self.price = [load_weight] * len(capacities)
        self.is_ready = [capacity > 0 for capacity in capacities]
        self.exhausted_in: dict[int, int] = {}
        self.levels: dict[str, dict[int, _Level]] = {}
        self.level_prices: dict[str, list[int]] = {}
        self._groups_of: list[list[str]] = [[] for _ in capacities]
        for name, members in groups.items():
            self._open_group(name, [auditor for auditor in members if capacities[auditor] > 0])

    def admit(self, wanted: Wanted) -> bool:
        """Finds an auditor for one more audit, moving earlier ones where need be; False if that cannot be done."""
        if wanted.group not in self.levels:
            return False
        audit = len(self.audits)
        self.audits.append(wanted)
        self.auditor_of.append(-1)
        search = _Search(self, audit)
        end = search.run()
        if end is None:
            self._exhaust(search.distances)
            self.audits.pop()
            self.auditor_of.pop()
            return False
        self._move_along(search, end)
        self._raise_prices(search, end)
        return True

    @property
    def exhausted(self) -> list[int]:
        """Auditors full for good with audits that nobody outside this list may do."""
        return sorted(self.exhausted_in)

    def prices(self) -> list[int]:
        """One price per auditor under which each audit is with an auditor who costs it least.

        Auditors exhausted earlier are dearer than all others by more than any cost, for nothing can reach them.
        """
        beyond = self.load_weight * (2 * len(self.audits) + 4)
        rounds = max(self.exhausted_in.values(), default=0) + 1
        return [
            price + beyond * (rounds - self.exhausted_in.get(auditor, rounds))
            for auditor, price in enumerate(self.price)
        ]

    def _open_group(self, name: str, members: list[int]) -> None:
        level = _Level()
        level.ready = sorted(members, reverse=True)
        self.levels[name] = {self.load_weight: level}
        self.level_prices[name] = [self.load_weight]
        for auditor in members:
            self._groups_of[auditor].append(name)

    def cost_of_one_more(self, auditor: int) -> int | None:
        load = len(self.given[auditor])
        return None if load >= self.capacities[auditor] else self.load_weight * (2 * load + 1)

    def _exhaust(self, reached: Mapping[int, int]) -> None:
        """No chain leads out of these auditors, and none ever will: nobody needs to look at them again."""
        this_round = max(self.exhausted_in.values(), default=0) + 1
        for auditor in reached:
            self.exhausted_in[auditor] = this_round
        for name in {name: None for auditor in reached for name in self._groups_of[auditor]}:
            self._drop_who_left(name)

    def _move_along(self, search: "_Search", end: int) -> None:
        auditor = end
        while True:
            audit = search.came_by[auditor]
            before = self.auditor_of[audit]
            self.auditor_of[audit] = auditor
            self.given[auditor].append(audit)
            if before < 0:
                return
            self.given[before].remove(audit)
            auditor = before

    def _raise_prices(self, search: "_Search", end: int) -> None:
        """Who was reached nearer than the end becomes dearer by the difference: the invariant holds again."""
        moved = []
        for auditor, distance in search.distances.items():
            if search.best is not None and distance < search.best:
                self.price[auditor] += search.best - distance
                moved.append(auditor)
        if moved:
            self._place_again(moved)
        if self.is_ready[end] and self.cost_of_one_more(end) != self.price[end]:
            self.is_ready[end] = False
            for name in self._groups_of[end]:
                self.levels[name][self.price[end]].busy.append(end)

    def _place_again(self, moved: list[int]) -> None:
        touched: dict[tuple[str, int], _Level] = {}
        for auditor in moved:
            price = self.price[auditor]
            self.is_ready[auditor] = self.cost_of_one_more(auditor) == price
            for name in self._groups_of[auditor]:
                level = self._level_at(name, price)
                (level.ready if self.is_ready[auditor] else level.busy).append(auditor)
                touched[name, price] = level
        for level in touched.values():
            level.ready.sort(reverse=True)
        for name in {name: None for name, _ in touched}:
            self._drop_who_left(name)

    def _level_at(self, name: str, price: int) -> _Level:
        levels = self.levels[name]
        if price not in levels:
            levels[price] = _Level()
            insort(self.level_prices[name], price)
        return levels[price]

    def _drop_who_left(self, name: str) -> None:
        levels = self.levels[name]
        for price in list(levels):
            level = levels[price]
            level.ready = [it for it in level.ready if self.is_at(it, price) and self.is_ready[it]]
            level.busy = [it for it in level.busy if self.is_at(it, price) and not self.is_ready[it]]
            if not level.ready and not level.busy:
                del levels[price]
                self.level_prices[name].remove(price)

    def is_at(self, auditor: int, price: int) -> bool:
        """Whether an entry of a level at that price still holds."""
        return self.price[auditor] == price and auditor not in self.exhausted_in


class _Search:
    """The cheapest chain from a new audit to an auditor with room (Dijkstra's method, from auditor to auditor).

    `distances` are those of the auditors met on the way, `came_by` the audit that would move to each.
    """

    __slots__ = ("_end", "_looks", "_start", "_state", "_turn", "_unmet", "best", "came_by", "distances")

    def __init__(self, state: Assignment, audit: int) -> None:
        self.distances: dict[int, int] = {}
        self.came_by: dict[int, int] = {}
        self.best: int | None = None
        self._end: int | None = None
        self._state = state
        self._start = audit
        # What to look at next: distance, turn (the latest first), audit, level of its group or -1, auditor.
        self._looks: list[tuple[int, int, int, int, int]] = []
        self._turn = 0
        # How far each level has been looked through, and whom all looks so far had to leave out.
        self._unmet: dict[tuple[str, int], tuple[list[int], list[int]]] = {}

    def run(self) -> int | None:
        """The auditor at whom the chain ends; None if there is none."""
        self._look_further(self._start, 0, 0)
        looks = self._looks
        while looks and (self.best is None or looks[0][0] < self.best):
            distance, _, audit, level, auditor = heappop(looks)
            if level >= 0:
                self._look_at_level(distance, audit, level)
            elif auditor not in self.distances:
                self._meet(auditor, distance, audit)
        return self._end

    def _look_further(self, audit: int, base: int, least: int) -> None:
        """From an audit that is `base` + price away from each auditor of its group, none of them below `least`."""
        state = self._state
        wanted = state.audits[audit]
        prices = state.level_prices[wanted.group]
        level = bisect_left(prices, least)
        if level < len(prices):
            self._push(base + prices[level], audit, level, -1)
        if wanted.apart:
            for auditor, extra in wanted.apart.items():
                if extra >= 0 and state.capacities[auditor] and auditor not in state.exhausted_in:
                    self._push(base + extra + state.price[auditor], audit, -1, auditor)

    def _push(self, distance: int, audit: int, level: int, auditor: int) -> None:
        if self.best is None or distance < self.best:
            self._turn -= 1
            heappush(self._looks, (distance, self._turn, audit, level, auditor))

    def _look_at_level(self, distance: int, audit: int, level: int) -> None:
        """Ends at somebody ready, or else meets one busy auditor and comes back; with all met, goes one level up."""
        wanted = self._state.audits[audit]
        prices = self._state.level_prices[wanted.group]
        end = self._first_ready(wanted, prices[level])
        if end is not None:
            self.came_by[end], self.best, self._end = audit, distance, end
            return
        auditor = self._next_busy(wanted, level, prices[level])
        if auditor is not None:
            self._push(distance, audit, level, -1)
            self._meet(auditor, distance, audit)
        elif level + 1 < len(prices):
            self._push(distance + prices[level + 1] - prices[level], audit, level + 1, -1)

    def _meet(self, auditor: int, distance: int, audit: int) -> None:
        state = self._state
        self.distances[auditor], self.came_by[auditor] = distance, audit
        price = state.price[auditor]
        one_more = state.cost_of_one_more(auditor)
        if one_more is not None and (self.best is None or distance + one_more - price < self.best):
            self.best, self._end = distance + one_more - price, auditor
        for given in state.given[auditor]:
            own = price + state.audits[given].apart.get(auditor, 0)
            self._look_further(given, distance - own, own)

    def _first_ready(self, wanted: Wanted, price: int) -> int | None:
        state = self._state
        ready = state.levels[wanted.group][price].ready
        for place in range(len(ready) - 1, -1, -1):
            auditor = ready[place]
            if not state.is_ready[auditor] or not state.is_at(auditor, price):
                del ready[place]
            elif auditor not in wanted.team and auditor not in wanted.apart:
                return auditor
        return None

    def _next_busy(self, wanted: Wanted, level: int, price: int) -> int | None:
        state = self._state
        key = wanted.group, level
        if key not in self._unmet:
            self._unmet[key] = list(state.levels[wanted.group][price].busy), []
        unmet, left_out = self._unmet[key]
        team, apart, met = wanted.team, wanted.apart, self.distances
        for place, auditor in enumerate(left_out):
            if auditor not in met and auditor not in team and auditor not in apart:
                del left_out[place]
                return auditor
        while unmet:
            auditor = unmet.pop()
            if auditor in met or state.is_ready[auditor] or not state.is_at(auditor, price):
                continue
            if auditor not in team and auditor not in apart:
                return auditor
            left_out.append(auditor)
        return None
