"""Giving audits to auditors exactly, beside OR-Tools and scipy: time, memory, and the same cost from each.

Everybody gets the same audits, each with who may do it and which pairs cost more, and the same objective in one number.
*Pairwise* solvers need every pair of audit and auditor. A network with *hubs* (team × group) can't hold what is
particular to one audit, so it is measured on the same audits without pairs met, first auditors and own people.
The targets: at most 2 times OR-Tools for one council, 0.15 times the pairwise solvers and 100 MB for thirty.
"""

import multiprocessing
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np
from ortools.graph.python import min_cost_flow
from scipy.optimize import linear_sum_assignment

from benchmarks.councils import CYCLE, POLICY, SEED, council
from benchmarks.side_by_side import LEAST_ROUNDS, Contestant, medians, table
from rules.assignments import BARRED, Assignment, Wanted
from rules.audit_allocations import AuditAllocations
from rules.re_audit_turns import re_audit_turns
from rules.samples import candidates_of, seats_of
from rules.tickets import Tickets


@dataclass(frozen=True, slots=True)
class Problem:
    """Audits that can all be assigned together, in the order of their admission."""

    audits: tuple[Wanted, ...]
    capacities: tuple[int, ...]
    groups: dict[str, list[int]]
    load_weight: int

    @property
    def title(self) -> str:
        return f"Assign {len(self.audits):,} audits to {len(self.capacities):,} auditors"

    def cost(self, auditor_of: Sequence[int]) -> int:
        """What an assignment comes to."""
        loads = np.bincount(np.asarray(auditor_of), minlength=len(self.capacities))
        extra = sum(audit.apart.get(who, 0) for audit, who in zip(self.audits, auditor_of, strict=True))
        return int(self.load_weight * (loads**2).sum()) + extra


def problem(times: int) -> Problem:
    """What the council's own draw assigns."""
    frame, tickets = council(times), Tickets(SEED)
    turns = re_audit_turns(frame.re_audits, CYCLE, POLICY, tickets)
    candidates = candidates_of(frame, turns, CYCLE, POLICY, tickets)
    most_audits = len(turns.due) + min(frame.size, candidates.number())
    allocations = AuditAllocations(frame, most_audits, CYCLE.opens_on, POLICY, tickets)
    eligible, weights = allocations.eligible, allocations.weights
    audits = [
        eligible.for_re_audit(re_audit, weights.first_auditors, weights.repeats)
        for re_audit in turns.due
        if allocations.admit_re_audit(re_audit) is None
    ]

    def admit(team_id: str, position: int) -> bool:
        place = candidates.of_team(team_id)[position]
        case_id, person = place.case_to_draw(tickets), place.practitioner
        if allocations.admit_audit(case_id, person.id, team_id) is not None:
            return False
        audits.append(eligible.for_audit(case_id, person.id, team_id, weights.repeats))
        return True

    seats_of(frame, candidates, CYCLE, tickets, admit)
    capacities = tuple(auditor.capacity for auditor in eligible.auditors)
    return Problem(tuple(audits), capacities, eligible.groups, weights.load)


Solver = Callable[[Problem], list[int]]


def ours(of: Problem) -> list[int]:
    assignment = Assignment(of.capacities, of.groups, of.load_weight)
    for audit in of.audits:
        if not assignment.admit(audit):
            raise AssertionError("these audits can all be assigned together")
    return assignment.auditor_of


def _pair_costs(of: Problem) -> np.ndarray:
    """One row an audit, one column an auditor: what the pair costs beside the load, -1 where it may not be."""
    rows = {}
    costs = np.empty((len(of.audits), len(of.capacities)), dtype=np.int64)
    for number, audit in enumerate(of.audits):
        key = audit.group, id(audit.team)
        if key not in rows:
            row = np.full(len(of.capacities), -1, dtype=np.int64)
            row[of.groups[audit.group]] = 0
            row[[it for it in range(len(of.capacities)) if it in audit.team]] = -1
            rows[key] = row
        costs[number] = rows[key]
        for auditor, extra in audit.apart.items():
            costs[number, auditor] = -1 if extra == BARRED else extra
    return costs


def ortools_pairwise(of: Problem) -> list[int]:
    costs = _pair_costs(of)
    audits, auditors = np.nonzero(costs >= 0)
    network = _Network(len(of.audits), len(of.capacities))
    first = network.flow.add_arcs_with_capacity_and_unit_cost(
        audits, auditors + len(of.audits), np.ones(len(audits), dtype=np.int64), costs[audits, auditors]
    )
    network.add_loads(of, len(of.audits))
    network.solve(len(of.audits))
    used = network.flow.flows(first) > 0
    return _in_order_of_audits(audits[used], auditors[used])


def scipy_pairwise(of: Problem) -> list[int]:
    costs = _pair_costs(of)
    slots = [(who, nth) for who, room in enumerate(of.capacities) for nth in range(room)]
    owner = np.array([who for who, _ in slots])
    loads = np.array([of.load_weight * (2 * nth + 1) for _, nth in slots], dtype=np.float64)
    by_slot = costs[:, owner].astype(np.float64)
    by_slot[by_slot < 0] = np.inf
    by_slot += loads
    audits, chosen = linear_sum_assignment(by_slot)
    return _in_order_of_audits(audits, owner[chosen])


def ortools_hubs(of: Problem) -> list[int]:
    """Audits of one team and group are alike here: they go through one hub, and any of them may take any unit."""
    hubs: dict[tuple[str, int], list[int]] = {}
    for number, audit in enumerate(of.audits):
        hubs.setdefault((audit.group, id(audit.team)), []).append(number)
    network = _Network(len(hubs), len(of.capacities), [len(members) for members in hubs.values()])
    tails, heads = [], []
    for hub, members in enumerate(hubs.values()):
        audit = of.audits[members[0]]
        open_to = [it for it in of.groups[audit.group] if it not in audit.team]
        tails += [hub] * len(open_to)
        heads += open_to
    arcs = network.flow.add_arcs_with_capacity_and_unit_cost(
        np.array(tails), np.array(heads) + len(hubs), np.full(len(tails), 99), np.zeros(len(tails), dtype=np.int64)
    )
    network.add_loads(of, len(hubs))
    network.solve(len(of.audits))
    auditor_of = [0] * len(of.audits)
    waiting = [list(members) for members in hubs.values()]
    for hub, auditor, flow in zip(tails, heads, network.flow.flows(arcs), strict=True):
        for _ in range(flow):
            auditor_of[waiting[hub].pop()] = auditor
    return auditor_of


class _Network:
    """Starts of one unit or more each, auditors, and a sink."""

    def __init__(self, starts: int, auditors: int, supplies: Sequence[int] | None = None) -> None:
        self.flow = min_cost_flow.SimpleMinCostFlow()
        self.sink = starts + auditors
        self._supplies = supplies or [1] * starts

    def add_loads(self, of: Problem, first: int) -> None:
        """From each auditor to the sink, an arc for each audit that they have room for, each dearer than the last."""
        slots = np.array([(who, nth) for who, room in enumerate(of.capacities) for nth in range(room)])
        self.flow.add_arcs_with_capacity_and_unit_cost(
            slots[:, 0] + first,
            np.full(len(slots), self.sink),
            np.ones(len(slots), dtype=np.int64),
            of.load_weight * (2 * slots[:, 1] + 1),
        )

    def solve(self, units: int) -> None:
        self.flow.set_nodes_supplies(np.arange(len(self._supplies)), np.array(self._supplies))
        self.flow.set_node_supply(self.sink, -units)
        if self.flow.solve() != self.flow.OPTIMAL:
            raise AssertionError("OR-Tools found no assignment")


def _in_order_of_audits(audits: np.ndarray, auditors: np.ndarray) -> list[int]:
    return [int(who) for who in auditors[np.argsort(audits, kind="stable")]]


def _classes_only(of: Problem) -> Problem:
    return replace(of, audits=tuple(Wanted(audit.group, audit.team) for audit in of.audits))


def _compare(of: Problem, title: str, solvers: Mapping[str, Solver], beside: str) -> None:
    costs = {name: of.cost(solve(of)) for name, solve in solvers.items()}
    contestants = [Contestant(name, partial(solve, of)) for name, solve in solvers.items()]
    times = medians(contestants, LEAST_ROUNDS)
    notes = {name: "same cost" if cost == costs["ours"] else f"costs {cost}" for name, cost in costs.items()}
    for name, solve in solvers.items():
        notes[name] += f", {_peak_memory(of, solve):.0f} MB more"
    print(table(title, times, beside, notes))


def _peak_memory(of: Problem, solve: Solver) -> float:
    """How far the memory of a process of its own grows, in megabytes, from holding the problem to having solved it."""
    receiver, sender = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.get_context("spawn").Process(target=_measure_memory, args=(of, solve, sender))
    process.start()
    grown: float = receiver.recv()
    process.join()
    return grown


def _measure_memory(of: Problem, solve: Solver, sender: Connection) -> None:
    before = _kilobytes("VmRSS")
    solve(of)
    sender.send((_kilobytes("VmHWM") - before) / 1024)


def _kilobytes(what: str) -> int:
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{what}:"))


def main() -> None:
    """Prints one council and thirty, with everything and with classes only."""
    pairwise: Mapping[str, Solver] = {
        "ours": ours,
        "OR-Tools flow, pairwise": ortools_pairwise,
        "scipy linear_sum_assignment": scipy_pairwise,
    }
    for times in (1, 30):
        everything = problem(times)
        _compare(everything, everything.title, pairwise, "OR-Tools flow, pairwise")
        classes = _classes_only(everything)
        hubs = {"ours": ours, "OR-Tools flow with hubs": ortools_hubs}
        _compare(classes, f"{classes.title}, classes only", hubs, "OR-Tools flow with hubs")
        print()


if __name__ == "__main__":
    main()
