"""What holds for every assignment: it admits what can be admitted, costs the least, and its prices prove it."""

from random import Random

import pytest

from rules.assignments import BARRED, Assignment, Wanted
from tests.properties.naive_flow import NaiveFlow
from tests.properties.naive_search import Audit, NaiveSearch

AUDITS = range(150)


class _Case:
    """Auditors, groups and audits by chance: scarce or plenty, with few or many exceptions."""

    def __init__(self, number: int) -> None:
        chance = Random(number)
        auditors = range(chance.randint(1, 12))
        self.capacities = [chance.randint(0, 4) for _ in auditors]
        self.groups = {name: sorted(chance.sample(auditors, chance.randint(0, len(auditors)))) for name in "abc"} | {
            "all": list(auditors)
        }
        self.most = chance.randint(1, 25)
        self.first = self.most + 1
        self.load = self.first**2
        exceptions = chance.random()
        self.wanted = [self._wanted(chance, exceptions) for _ in range(self.most)]

    def _wanted(self, chance: Random, exceptions: float) -> Wanted:
        group = chance.choice([*"abc", "all", "all"])
        members = self.groups[group]
        team = frozenset(it for it in members if chance.random() < 0.2)
        costs = (1, 1, self.first, self.first + 1, BARRED)
        apart = {it: chance.choice(costs) for it in members if it not in team and chance.random() < exceptions / 2}
        return Wanted(group, team, apart)

    def costs_of(self, wanted: Wanted) -> list[int | None]:
        def cost(auditor: int) -> int | None:
            extra = wanted.apart.get(auditor, 0)
            may = auditor in self.groups[wanted.group] and auditor not in wanted.team and extra != BARRED
            return extra if may else None

        return [cost(auditor) for auditor in range(len(self.capacities))]

    def assignment(self) -> Assignment:
        return Assignment(self.capacities, self.groups, self.load)

    def cost_of(self, assignment: Assignment) -> int:
        load = sum(self.load * len(given) ** 2 for given in assignment.given)
        pairs = zip(assignment.audits, assignment.auditor_of, strict=True)
        return load + sum(wanted.apart.get(auditor, 0) for wanted, auditor in pairs)


@pytest.mark.proves("A3")
@pytest.mark.parametrize("number", AUDITS)
def test_after_each_audit_the_assignment_is_what_the_plainest_method_finds(number: int) -> None:
    case = _Case(number)
    ours, plain = case.assignment(), NaiveFlow(case.capacities, case.load)

    for wanted in case.wanted:
        assert ours.admit(wanted) == plain.admit(case.costs_of(wanted))
        assert case.cost_of(ours) == plain.cost()


@pytest.mark.proves("A3")
@pytest.mark.parametrize("number", AUDITS)
def test_after_each_audit_the_prices_prove_that_nothing_costs_less(number: int) -> None:
    case = _Case(number)
    assignment = case.assignment()
    for wanted in case.wanted:
        assignment.admit(wanted)
        prices = assignment.prices()

        for audit, auditor in zip(assignment.audits, assignment.auditor_of, strict=True):
            costs = case.costs_of(audit)
            open_to = [it for it, cost in enumerate(costs) if cost is not None and case.capacities[it]]
            assert auditor in open_to
            assert min((costs[it] or 0) + prices[it] for it in open_to) == (costs[auditor] or 0) + prices[auditor]
        for auditor, capacity in enumerate(case.capacities):
            load = len(assignment.given[auditor])
            assert load <= capacity
            assert not load or prices[auditor] >= case.load * (2 * load - 1)
            assert load == capacity or prices[auditor] <= case.load * (2 * load + 1)


@pytest.mark.proves("A3")
@pytest.mark.parametrize("number", AUDITS)
def test_whoever_is_exhausted_is_full_with_audits_that_nobody_else_may_do(number: int) -> None:
    case = _Case(number)
    assignment = case.assignment()
    refused = [wanted for wanted in case.wanted if not assignment.admit(wanted)]
    exhausted = set(assignment.exhausted)
    inside = [audit for audit, who in zip(assignment.audits, assignment.auditor_of, strict=True) if who in exhausted]

    assert all(len(assignment.given[it]) == case.capacities[it] for it in exhausted)
    for wanted in (*inside, *refused):
        open_to = {it for it, cost in enumerate(case.costs_of(wanted)) if cost is not None and case.capacities[it]}
        assert open_to <= exhausted


@pytest.mark.proves("A3")
@pytest.mark.parametrize("number", AUDITS)
def test_an_auditor_less_never_makes_the_same_audits_cheaper(number: int) -> None:
    case = _Case(number)
    with_all = case.assignment()
    admitted = [wanted for wanted in case.wanted if with_all.admit(wanted)]
    for gone in range(len(case.capacities)):
        capacities = [0 if it == gone else capacity for it, capacity in enumerate(case.capacities)]
        without = Assignment(capacities, case.groups, case.load)
        all_fit = all(without.admit(wanted) for wanted in admitted)

        assert not all_fit or case.cost_of(without) >= case.cost_of(with_all)


@pytest.mark.proves("A3", "S5")
@pytest.mark.parametrize("number", AUDITS)
def test_the_published_search_gives_the_same_auditors_and_the_same_prices(number: int) -> None:
    """Of several optima ours is the one that docs/the-draw.md describes in its step 9."""
    case = _Case(number)
    ours, published = case.assignment(), NaiveSearch(case.capacities, case.groups, case.load)
    for wanted in case.wanted:
        audit = Audit(wanted.group, frozenset(it for it in range(12) if it in wanted.team), dict(wanted.apart))

        assert ours.admit(wanted) == published.admit(audit)
        assert ours.given == published.has
        assert ours.prices() == published.prices()


@pytest.mark.proves("A3")
def test_an_audit_of_a_group_that_nobody_belongs_to_is_refused() -> None:
    assignment = Assignment([1], {"some": [0], "none": []}, 4)

    assert not assignment.admit(Wanted("none"))
    assert not assignment.admit(Wanted("unheard of"))
    assert assignment.admit(Wanted("some"))
    assert assignment.auditor_of == [0]
