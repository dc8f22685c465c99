"""Step 9 of docs/the-draw.md once more, from its words alone: which of several optima is ours, and at what prices."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

BARRED = -1


@dataclass
class Look:
    """Something on the pile. At a level: `price` is set; at one auditor: `auditor` is."""

    distance: int
    audit: int
    price: int | None = None
    auditor: int | None = None


@dataclass
class Audit:
    """Who may do it: a group without the barred; what it costs more with some, in their order."""

    group: str
    barred: frozenset[int]
    dearer: dict[int, int]


@dataclass
class Pile:
    """The looks of one search, whom it met, and the best end so far."""

    looks: list[Look] = field(default_factory=list)
    met: dict[int, int] = field(default_factory=dict)
    by: dict[int, int] = field(default_factory=dict)
    left_out: dict[tuple[str, int], list[int]] = field(default_factory=dict)
    end: tuple[int, int] | None = None


class NaiveSearch:
    """Auditors by number, with room, in groups."""

    def __init__(self, room: Sequence[int], groups: Mapping[str, Sequence[int]], weight: int) -> None:
        self.room, self.weight = room, weight
        self.groups = {name: [it for it in sorted(members) if room[it]] for name, members in groups.items()}
        self.price = [weight for _ in room]
        self.has: list[list[int]] = [[] for _ in room]
        # In which order auditors became busy; a higher number is later.
        self.busy_since: dict[int, int] = {}
        self.clock = 0
        self.audits: list[Audit] = []
        self.rounds: list[set[int]] = []

    def exhausted(self) -> set[int]:
        return {auditor for met in self.rounds for auditor in met}

    def next_cost(self, auditor: int) -> int:
        return self.weight * (2 * len(self.has[auditor]) + 1)

    def is_ready(self, auditor: int) -> bool:
        return len(self.has[auditor]) < self.room[auditor] and self.price[auditor] == self.next_cost(auditor)

    def open_to(self, group: str) -> list[int]:
        return [it for it in self.groups[group] if it not in self.exhausted()]

    def levels(self, group: str) -> list[int]:
        return sorted({self.price[it] for it in self.open_to(group)})

    def admit(self, audit: Audit) -> bool:
        self.audits.append(audit)
        pile = Pile()
        self.add_looks(pile, len(self.audits) - 1, 0, 0)
        while pile.looks:
            nearest = min(look.distance for look in pile.looks)
            if pile.end is not None and nearest >= pile.end[0]:
                break
            place = max(number for number, look in enumerate(pile.looks) if look.distance == nearest)
            look = pile.looks.pop(place)
            if look.price is not None:
                self.look_at_level(pile, look, look.price)
            elif look.auditor is not None and look.auditor not in pile.met:
                self.meet(pile, look.auditor, look)
        if pile.end is None:
            self.audits.pop()
            if pile.met:
                self.rounds.append(set(pile.met))
            return False
        self.carry_out(pile, *pile.end)
        return True

    def add_looks(self, pile: Pile, number: int, base: int, least: int) -> None:
        audit = self.audits[number]
        levels = [price for price in self.levels(audit.group) if price >= least]
        if levels:
            pile.looks.append(Look(base + levels[0], number, price=levels[0]))
        for auditor, cost in audit.dearer.items():
            if cost != BARRED and auditor in self.open_to(audit.group):
                pile.looks.append(Look(base + cost + self.price[auditor], number, auditor=auditor))

    def look_at_level(self, pile: Pile, look: Look, price: int) -> None:
        audit = self.audits[look.audit]
        here = [it for it in self.open_to(audit.group) if self.price[it] == price]
        plain = [it for it in here if it not in audit.barred and it not in audit.dearer]
        ready = [it for it in plain if self.is_ready(it)]
        if ready:
            pile.by[ready[0]] = look.audit
            pile.end = (look.distance, ready[0])
            return
        left_out = pile.left_out.setdefault((audit.group, price), [])
        left_out[:] = [it for it in left_out if it not in pile.met]
        busy = sorted((it for it in here if not self.is_ready(it)), key=lambda it: -self.busy_since[it])
        found = next((it for it in left_out if it in plain), None)
        if found is None:
            for auditor in busy:
                if auditor in pile.met or auditor in left_out:
                    continue
                if auditor in plain:
                    found = auditor
                    break
                left_out.append(auditor)
        if found is not None:
            pile.looks.append(look)
            self.meet(pile, found, look)
            return
        higher = [it for it in self.levels(audit.group) if it > price]
        if higher:
            pile.looks.append(Look(look.distance + higher[0] - price, look.audit, price=higher[0]))

    def meet(self, pile: Pile, auditor: int, look: Look) -> None:
        pile.met[auditor], pile.by[auditor] = look.distance, look.audit
        if len(self.has[auditor]) < self.room[auditor]:
            end = look.distance + self.next_cost(auditor) - self.price[auditor]
            if pile.end is None or end < pile.end[0]:
                pile.end = (end, auditor)
        for number in self.has[auditor]:
            content = self.audits[number].dearer.get(auditor, 0) + self.price[auditor]
            self.add_looks(pile, number, look.distance - content, content)

    def carry_out(self, pile: Pile, distance: int, end: int) -> None:
        auditor, was_ready = end, self.is_ready(end)
        while True:
            number = pile.by[auditor]
            before = next((it for it, has in enumerate(self.has) if number in has), None)
            if before is not None:
                self.has[before].remove(number)
            self.has[auditor].append(number)
            if before is None:
                break
            auditor = before
        for met, d in pile.met.items():
            if d < distance:
                self.price[met] += distance - d
                self.now_busy(met)
        if was_ready:
            self.now_busy(end)

    def now_busy(self, auditor: int) -> None:
        self.clock += 1
        self.busy_since[auditor] = self.clock

    def prices(self) -> list[int]:
        above = self.weight * (2 * len(self.audits) + 4)
        prices = list(self.price)
        for number, met in enumerate(self.rounds, 1):
            for auditor in met:
                prices[auditor] += (len(self.rounds) + 1 - number) * above
        return prices
