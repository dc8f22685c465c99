"""Choosing a sample by S1 to S6, beside solvers that find the same sample and a lottery that breaks the rules.

Ours starts from the facts of the frame: exclusions, orders, seats, tickets. The flow is measured twice: for the same
work from the same facts, and with the ranks of all practitioners and cases given, so that it only has to build and
solve its model. Auditors are measured apart (`assignment`). The targets: at most 0.6 times the flow for thirty
councils, growth no worse than n log n, and a hundred and fifty councils (1.2 million cases) in at most 1.5 GB.
"""

import math
import multiprocessing
import random
import time
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np
from ortools.graph.python import min_cost_flow
from ortools.sat.python import cp_model

from benchmarks.councils import CALENDAR, CYCLE, POLICY, SEED, council
from benchmarks.side_by_side import LEAST_ROUNDS, Contestant, medians, table
from rules.case_orders import Place
from rules.draws import draw
from rules.re_audit_turns import re_audit_turns
from rules.samples import Candidates, candidates_of, seats_of
from rules.sampling_frames import SamplingFrame
from rules.tickets import Tickets

OURS = "ours, from the facts"
FLOW = "OR-Tools flow, from the facts"


def ours(frame: SamplingFrame) -> list[str]:
    """The cases of the sample, worked out from the facts."""
    tickets = Tickets(SEED)
    candidates = _candidates(frame, tickets)
    seats = seats_of(frame, candidates, CYCLE, tickets, lambda _team, _position: True)
    return [
        place.case_to_draw(tickets)
        for team_id, held in seats.by_team.items()
        for place in candidates.of_team(team_id)[:held]
    ]


def _candidates(frame: SamplingFrame, tickets: Tickets) -> Candidates:
    turns = re_audit_turns(frame.re_audits, CYCLE, POLICY, tickets)
    return candidates_of(frame, turns, CYCLE, POLICY, tickets)


@dataclass(frozen=True, slots=True)
class Ranked:
    """The model of the solvers: each practitioner with the rank of their seat, each case with its rank among theirs."""

    size: int
    seat_rank: np.ndarray
    owner: np.ndarray
    case_rank: np.ndarray
    case_ids: list[str]


def ranked(frame: SamplingFrame) -> Ranked:
    """Works out the ranks, outside the time of the solvers."""
    tickets = Tickets(SEED)
    candidates = _candidates(frame, tickets)
    order: list[tuple[str, int]] = []

    def give(team_id: str, position: int) -> bool:
        order.append((team_id, position))
        return True

    everybody = SamplingFrame(frame.cycle, candidates.number(), frame.teams, frame.practitioners)
    seats_of(everybody, candidates, CYCLE, tickets, give)
    owner, case_rank, case_ids = [], [], []
    for number, (team_id, position) in enumerate(order):
        for rank, case_id in enumerate(_in_order(candidates.of_team(team_id)[position], tickets)):
            owner.append(number)
            case_rank.append(rank)
            case_ids.append(case_id)
    return Ranked(frame.size, np.arange(len(order)), np.array(owner), np.array(case_rank), case_ids)


def _in_order(place: Place, tickets: Tickets) -> list[str]:
    return [
        case_id
        for cases in (place.long_held, place.newer)
        for case_id in sorted(cases, key=lambda it: tickets.of("case", it))
    ]


def flow(of: Ranked) -> list[str]:
    """From a source through practitioners (one each, at the rank of the seat) and their cases to a sink."""
    people, cases = len(of.seat_rank), len(of.case_ids)
    source, sink = people + cases, people + cases + 1
    network = min_cost_flow.SimpleMinCostFlow()
    add = network.add_arcs_with_capacity_and_unit_cost
    add(np.full(people, source), np.arange(people), np.ones(people, dtype=np.int64), of.seat_rank)
    nodes = np.arange(people, people + cases)
    chosen = add(of.owner, nodes, np.ones(cases, dtype=np.int64), of.case_rank)
    add(nodes, np.full(cases, sink), np.ones(cases, dtype=np.int64), np.zeros(cases, dtype=np.int64))
    network.set_node_supply(source, of.size)
    network.set_node_supply(sink, -of.size)
    if network.solve() != network.OPTIMAL:
        raise AssertionError("OR-Tools found no sample")
    return [of.case_ids[place] for place in np.nonzero(network.flows(chosen))[0]]


def cp_sat(of: Ranked) -> list[str]:
    """One yes or no for each case, at most one yes for each practitioner, so many in all."""
    model = cp_model.CpModel()
    taken = [model.new_bool_var("") for _ in of.case_ids]
    for start, end in pairwise(np.searchsorted(of.owner, np.arange(len(of.seat_rank) + 1))):
        model.add_at_most_one(taken[start:end])
    model.add(cp_model.LinearExpr.sum(taken) == of.size)
    weights = (of.seat_rank[of.owner] * (of.case_rank.max() + 1) + of.case_rank).tolist()
    model.minimize(cp_model.LinearExpr.weighted_sum(taken, weights))
    solver = cp_model.CpSolver()
    if solver.solve(model) != cp_model.OPTIMAL:
        raise AssertionError("CP-SAT found no sample")
    return [case_id for case_id, yes in zip(of.case_ids, taken, strict=True) if solver.boolean_value(yes)]


def lottery(frame: SamplingFrame) -> list[str]:
    """Any cases of anybody who is not away: as quick as can be, and against S1 to S4."""
    away = {person.id for person in frame.practitioners if person.away}
    eligible = [case.id for case in frame.cases if case.practitioner_id not in away]
    return random.Random(SEED).sample(eligible, frame.size)


def _compare(times: int) -> None:
    frame = council(times)
    model = ranked(frame)
    sample = set(ours(frame))
    contestants = [
        Contestant(OURS, partial(ours, frame)),
        Contestant(FLOW, lambda: flow(ranked(frame))),
        Contestant("OR-Tools flow, ranks given", partial(flow, model)),
        Contestant("OR-Tools CP-SAT, ranks given", partial(cp_sat, model)),
        Contestant("random.sample", partial(lottery, frame)),
    ]
    found = {FLOW: flow(model), "OR-Tools CP-SAT, ranks given": cp_sat(model), "random.sample": lottery(frame)}
    notes = {name: "same sample" if set(cases) == sample else "another sample" for name, cases in found.items()}
    seconds = medians(contestants, LEAST_ROUNDS)
    print(table(f"Choose {frame.size:,} of {len(frame.cases):,} cases", seconds, FLOW, notes))


def _choosing(frame: SamplingFrame) -> float:
    """Seconds to choose, the median of several."""
    return medians([Contestant(OURS, partial(ours, frame))])[OURS]


def _largest(sender: Connection) -> None:
    """In a process of its own: what thirty and a hundred and fifty councils take, and the most memory in megabytes."""
    thirty = _choosing(council(30))
    frame = council(150)
    choosing = _choosing(frame)
    started = time.perf_counter()
    draw(frame, SEED, POLICY, CALENDAR)
    answering = time.perf_counter() - started
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    peak = next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:"))
    sender.send((thirty, choosing, answering, peak / 1024))


def main() -> None:
    """Prints one, thirty and a hundred and fifty councils."""
    _compare(1)
    _compare(30)
    receiver, sender = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.get_context("spawn").Process(target=_largest, args=(sender,))
    process.start()
    thirty, choosing, answering, megabytes = receiver.recv()
    process.join()
    n_log_n = 5 * math.log(1_200_000) / math.log(240_000)
    print(
        f"Choose 24,000 of 1,200,000 cases: {choosing:.2f} s, {choosing / thirty:.1f} times what 240,000 take "
        f"(n log n would be {n_log_n:.1f}); the whole answer with auditors and reasons {answering:.1f} s; "
        f"most memory, frame and answer included, {megabytes:,.0f} MB"
    )


if __name__ == "__main__":
    main()
