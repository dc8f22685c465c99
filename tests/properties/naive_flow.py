"""The least cost of giving audits to auditors, by the plainest method there is: cheapest paths in a network.

Bellman and Ford's search, one audit at a time, over a network with an edge for every single pair. No prices, no
groups, nothing remembered.
"""

from collections.abc import Sequence


class NaiveFlow:
    """`costs[i][j]` is what audit i costs with auditor j beside the load, None where they may not."""

    def __init__(self, capacities: Sequence[int], load_weight: int) -> None:
        self._capacities = capacities
        self._load_weight = load_weight
        self._costs: list[list[int | None]] = []
        self._auditor_of: list[int] = []

    def admit(self, costs: list[int | None]) -> bool:
        """Whether one more audit can be assigned together with all before it."""
        self._costs.append(costs)
        self._auditor_of.append(-1)
        path = self._cheapest_path()
        if path is None:
            self._costs.pop()
            self._auditor_of.pop()
            return False
        for audit, auditor in path:
            self._auditor_of[audit] = auditor
        return True

    def cost(self) -> int:
        """What the assignment comes to: weighed squares of the loads and the costs of single pairs."""
        loads = [self._auditor_of.count(auditor) for auditor in range(len(self._capacities))]
        pairs = (self._costs[audit][auditor] or 0 for audit, auditor in enumerate(self._auditor_of))
        return self._load_weight * sum(load * load for load in loads) + sum(pairs)

    def _cheapest_path(self) -> list[tuple[int, int]] | None:
        new = len(self._costs) - 1
        distance: dict[int, int] = {}
        came_by: dict[int, int] = {}
        changed = True
        while changed:
            changed = False
            for audit, holder in enumerate(self._auditor_of):
                if audit != new and holder not in distance:
                    continue
                start = 0 if audit == new else distance[holder] - (self._costs[audit][holder] or 0)
                for auditor, cost in enumerate(self._costs[audit]):
                    if cost is not None and start + cost < distance.get(auditor, start + cost + 1):
                        distance[auditor], came_by[auditor] = start + cost, audit
                        changed = True
        loads = [self._auditor_of.count(auditor) for auditor in range(len(self._capacities))]
        ends = [
            (distance[it] + self._load_weight * (2 * loads[it] + 1), it)
            for it in distance
            if loads[it] < self._capacities[it]
        ]
        return self._walk_back(min(ends)[1], came_by, new) if ends else None

    def _walk_back(self, auditor: int, came_by: dict[int, int], new: int) -> list[tuple[int, int]]:
        path = []
        while True:
            audit = came_by[auditor]
            path.append((audit, auditor))
            if audit == new:
                return path
            auditor = self._auditor_of[audit]
