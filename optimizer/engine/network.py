"""The network inside a program: people flow from where they sit, or along a move, through posts and groups.

Rows that count who comes into a post or a group less who leaves it are recognised by what they contain, not by their
names. With them, a goal is a minimum-cost flow, which looks at all moves at once and within a second. All other rows
only cost what their prices say, so the flow's plan need not be admissible; but of all prices that contain these, its
own prove the highest bound where everybody makes one move at most (Lagrangian relaxation).
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Final

import numpy as np
from ortools.graph.python import min_cost_flow

from optimizer.arrays import IntArray, KeyArray
from optimizer.certificate import SCALE
from optimizer.engine.face import Block, Face
from optimizer.engine.pricing import Prices, largest_price, move_costs, no_prices, plain_segment_costs
from optimizer.errors import EngineError
from optimizer.program import Program
from optimizer.program_goals import ProgramGoal
from optimizer.rulebook.rows import FREE, Term
from optimizer.texts import T

FAR_TIMES: Final = 64  # the dearest arc so many times is far: a way of so many arcs is rare
GRAIN: Final = SCALE // 16  # costs of a flow are multiples of it: the finer, the longer it takes
DEAREST: Final = 1 << 38  # cost of an arc, in grains: beyond it, distances times GRAIN could leave 63 bits


@dataclass(frozen=True, eq=False)
class Seeds:
    """`chosen`: the moves of the flow's plan; `prices`: those of its rows."""

    chosen: KeyArray
    prices: Prices


@dataclass(frozen=True, eq=False)
class Savings:
    """Persons who are priced: number of the row, its node, how many are there when this one is, and what that saves."""

    row: IntArray
    node: IntArray
    reached: IntArray
    saved: IntArray


class Network:
    """The nodes of a program and the rows that stand at them."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.n = len(program.network.parent)
        self.people, self.person = np.unique(program.move_person, return_inverse=True)
        self.home = program.network.home[self.people]
        present = np.zeros(self.n + 1, dtype=np.int64)
        np.add.at(present, self.home, 1)
        self.add_up(present)
        self.present = present[:-1]  # who sits at each node today
        self._moves = np.flatnonzero(program.network.into >= 0)
        self._signature = np.random.default_rng(0).integers(-(1 << 62), 1 << 62, program.n)
        self._known = self._signatures()
        self.nodes: list[IntArray] = [self._nodes_of(program.terms, len(program.lower))]

    def _signatures(self) -> dict[int, int]:
        """The node of each signature: the sum over its moves, those that come in less those that leave."""
        network, sums = self.program.network, np.zeros(self.n + 1, dtype=np.int64)
        moves = self._moves
        np.add.at(sums, network.into[moves], self._signature[moves])
        np.subtract.at(sums, network.home[self.program.move_person[moves]], self._signature[moves])
        self.add_up(sums)
        return {int(total): node for node, total in enumerate(sums[: self.n].tolist()) if total}

    def add_up(self, sums: IntArray) -> None:
        """Add what stands at posts to their groups, in place."""
        posts = np.flatnonzero(self.program.network.parent < self.n)
        np.add.at(sums, self.program.network.parent[posts], sums[posts])

    def _nodes_of(self, terms: tuple[Term, ...], n_rows: int) -> IntArray:
        """The node at which each row stands, -1 where it is none of the network."""
        sums = np.zeros(n_rows + 1, dtype=np.int64)
        for term in terms:
            np.add.at(sums, term.rows, self._signature * term.of_all)
        return np.array([self._known.get(total, -1) for total in sums[:n_rows].tolist()], dtype=np.int64)

    def seeds(self, face: Face, goal: ProgramGoal, prices: Prices) -> Seeds:
        """The flow of a goal over the face, whose last goal it is; rows outside the network cost what `prices` say."""
        self.recognise(face)
        if not len(self.people):
            return Seeds(np.empty(0, dtype=np.int32), no_prices(face))
        beside = self._beside(face, prices)
        flow = _Flow(self, face, goal, beside)
        if flow.dearest > DEAREST or not flow.solve():
            return Seeds(np.empty(0, dtype=np.int32), beside)
        return Seeds(flow.chosen, self._prices(face, flow, beside))

    def _beside(self, face: Face, prices: Prices) -> Prices:
        """The prices of the rows outside the network alone, rounded to the grain of the flow's costs."""
        blocks = tuple(
            np.where(nodes < 0, of_rows // GRAIN * GRAIN, 0)
            for nodes, of_rows in zip(self.nodes, prices.blocks, strict=True)
        )
        blocks[0][face.choice_rows] = 0
        return Prices(blocks, prices.fixed // GRAIN * GRAIN)

    def recognise(self, face: Face) -> None:
        """Find the nodes of rows that have come since."""
        while len(self.nodes) < len(face.blocks):
            block = face.blocks[len(self.nodes)]
            self.nodes.append(self._nodes_of(block.terms, len(block.lower)))

    def bounds(self, face: Face) -> tuple[IntArray, IntArray]:
        """Fewest and most people at each node.

        There is room for one more than there are people, so that no price leans on their number.
        """
        least, most = np.full(self.n, -FREE), np.full(self.n, FREE)
        at, fewest, largest, _ = self._rows(face)
        np.maximum.at(least, at, fewest)
        np.minimum.at(most, at, largest)
        least = np.clip(self.present + least, 0, len(self.people))
        return least, np.maximum(least, np.clip(self.present + most, 0, len(self.people) + 1))

    def _rows(self, face: Face) -> tuple[IntArray, IntArray, IntArray, IntArray]:
        """Of each row of the network: node, fewest and most who come less those who leave, and its number."""
        found, first = [], 0
        for k, (block, nodes) in enumerate(zip(face.blocks, self.nodes, strict=True)):
            at = np.flatnonzero(nodes >= 0)
            fewest, largest = self._missing(face, k, block)
            found.append((nodes[at], (block.lower - largest)[at], (block.upper - fewest)[at], at + first))
            first += len(nodes)
        node, fewest, largest, number = (np.concatenate([part[k] for part in found]) for k in range(4))
        return node, fewest, largest, number

    def _missing(self, face: Face, k: int, block: Block) -> tuple[IntArray, IntArray]:
        """Smallest and largest sum of the segments in each row of block k."""
        if k == 0:
            return np.zeros_like(block.lower), np.zeros_like(block.lower)
        rows, n = face.goals[k - 1].segment_row, len(block.lower)
        least = np.bincount(rows, weights=face.segment_least[k - 1], minlength=n)
        return least.astype(np.int64), np.bincount(rows, weights=face.segment_most[k - 1], minlength=n).astype(np.int64)

    def savings(self, face: Face, goal: ProgramGoal, beside: Prices) -> Savings:
        """What every person who is priced at a node saves, for the goal and for finished ones that have a price."""
        found, first = [], 0
        for k, (block, nodes) in enumerate(zip(face.blocks, self.nodes, strict=True)):
            if k:
                owner, costs = face.goals[k - 1], plain_segment_costs(face, k - 1, goal, beside) // GRAIN
                size = np.where(nodes[owner.segment_row] >= 0, face.segment_most[k - 1] - face.segment_least[k - 1], 0)
                segment = np.repeat(np.flatnonzero(costs > 0), size[costs > 0])
                row = owner.segment_row[segment]
                place = np.arange(len(row)) - np.searchsorted(row, row)  # persons missing in the row, cheapest first
                fewest, _ = self._missing(face, k, block)
                reached = self.present[nodes[row]] + (block.lower - fewest)[row] - place
                found.append((row + first, nodes[row], reached, costs[segment]))
            first += len(nodes)
        return Savings(*(np.concatenate([part[k] for part in found]) for k in range(4)))

    def _prices(self, face: Face, flow: _Flow, beside: Prices) -> Prices:
        """Prices of the rows at the nodes: those of goals up to what they save, the rest to the tightest row."""
        left = np.append(flow.marginals(), 0)
        node, fewest, largest, number = self._rows(face)
        ends = np.cumsum([len(block.lower) for block in face.blocks])
        every = self._of_goals(flow, left, int(ends[-1]))
        for wanted, tightness in ((left > 0, -fewest), (left < 0, largest)):
            order = np.lexsort((tightness, node))
            order = order[wanted[node[order]] & (tightness[order] < FREE // 2)]  # others lean on an open side
            tightest = order[np.flatnonzero(np.diff(node[order], prepend=-1))]
            every[number[tightest]] += left[node[tightest]]
        blocks = np.split(every * GRAIN, ends[:-1])
        together = []
        for block, at_nodes, others in zip(face.blocks, blocks, beside.blocks, strict=True):
            most = largest_price(block)
            together.append(np.clip(at_nodes, -most, most) + others)
        return Prices(tuple(together), beside.fixed)

    def _of_goals(self, flow: _Flow, left: IntArray, n_rows: int) -> IntArray:
        """Prices of goals' own rows, taken off `left`: between what the next person saves and what the last one did.

        Where several rows stand at a node, those that come first take what is left.
        """
        row, node, reached, saved = flow.savings.row, flow.savings.node, flow.savings.reached, flow.savings.saved
        given, most = np.zeros(n_rows, dtype=np.int64), np.zeros(n_rows, dtype=np.int64)
        next_one, met = reached == flow.through[node] + 1, reached >= flow.through[node]
        given[row[next_one]] = saved[next_one]
        np.maximum.at(most, row, np.where(met, saved, 0))
        at = np.full(n_rows, self.n)
        at[row] = node
        np.subtract.at(left, at, given)
        for number in np.flatnonzero((most > given) & (left[at] > 0)).tolist():
            more = min(max(int(left[at[number]]), 0), int(most[number] - given[number]))
            given[number] += more
            left[at[number]] -= more
        left[self.n] = 0
        return given


def flow_seconds(program: Program) -> float:
    """Seconds of one `SimpleMinCostFlow` call over all moves, its arcs included, for the first goal of a program."""
    face = Face(program)
    face.begin(program.goals[0])
    network = Network(program)
    network.recognise(face)
    flow = _Flow(network, face, program.goals[0], no_prices(face))
    began = time.perf_counter()
    flow.solve()
    return time.perf_counter() - began


class _Flow:
    """One flow: arcs from people to posts or to where they sit, and from nodes upwards."""

    def __init__(self, network: Network, face: Face, goal: ProgramGoal, beside: Prices) -> None:
        program = network.program
        must = np.zeros(len(network.people), dtype=bool)
        must[network.person[face.least]] = True
        self._moves = np.flatnonzero(np.where(must[network.person], face.least, face.most))
        must[network.person[face.choice_moves[face.choice_first]][face.blocks[0].lower[face.choice_rows] >= 1]] = True
        staying = np.flatnonzero(~must)
        into = program.network.into[self._moves]
        self._n_nodes, self._n_people = network.n, len(network.people)
        self.savings = network.savings(face, goal, beside)
        weights = (move_costs(face, goal, beside) // GRAIN)[self._moves]
        self._parent = program.network.parent
        self._person = np.concatenate([network.person[self._moves], staying])
        to_posts = np.where(into >= 0, into, network.home[network.person[self._moves]])
        self._add_arcs(
            np.concatenate([to_posts, network.home[staying]]),
            np.concatenate([weights, np.zeros_like(staying)]),
            *network.bounds(face),
        )
        self.dearest = int(np.abs(self._cost).max(initial=0))
        self._used = np.zeros_like(self._tail)
        self.chosen: KeyArray = np.empty(0, dtype=np.int32)

    def _add_arcs(self, to: IntArray, costs: IntArray, least: IntArray, most: IntArray) -> None:
        """Arcs of people, with their nodes and costs; and upwards for the fewest, every priced person, and the most."""
        nodes, parent = np.arange(self._n_nodes), self._parent
        node, saved = self._priced(least, most)
        dear = 4 * (int(np.abs(costs).max(initial=0)) + 3 * int(saved.max(initial=0))) + 1
        free = np.maximum(0, most - least - np.bincount(node, minlength=self._n_nodes))
        self._tail = np.concatenate([self._n_nodes + 1 + self._person, nodes, node, nodes])
        self._head = np.concatenate([to, parent, parent[node], parent])
        self._capacity = np.concatenate([np.ones_like(to), least, np.ones_like(node), free])
        self._cost = np.concatenate([costs, np.full_like(nodes, -dear), -saved, np.zeros_like(nodes)])

    def _priced(self, least: IntArray, most: IntArray) -> tuple[IntArray, IntArray]:
        """Node and saving of every person between the fewest and the most; several rows of a node add up."""
        node, reached = self.savings.node, self.savings.reached
        inside = (reached > least[node]) & (reached <= most[node])
        key, where = np.unique(node[inside] * (self._n_people + 2) + reached[inside], return_inverse=True)
        total = np.zeros(len(key), dtype=np.int64)
        np.add.at(total, where, self.savings.saved[inside])
        return key // (self._n_people + 2), total

    def solve(self) -> bool:
        """Solve; False where the flow can say nothing, EngineError where its solver fails.

        Where no row forbids it, a person may be forced into two moves; no flow shows that, and then there may be none.
        """
        flow = min_cost_flow.SimpleMinCostFlow()
        flow.add_arcs_with_capacity_and_unit_cost(self._tail, self._head, self._capacity, self._cost)
        people = self._n_nodes + 1 + np.arange(self._n_people)
        flow.set_nodes_supplies(people, np.ones_like(people))
        flow.set_nodes_supplies(np.array([self._n_nodes]), np.array([-self._n_people]))
        status = flow.solve()
        if status in (flow.INFEASIBLE, flow.BAD_COST_RANGE):
            return False
        if status != flow.OPTIMAL:
            raise EngineError(T("the flow ended with {reason}", reason=str(status)))
        self._used = flow.flows(np.arange(len(self._tail)))
        through = np.zeros(self._n_nodes + 1 + self._n_people, dtype=np.int64)
        np.add.at(through, self._tail, self._used)
        self.through = through[: self._n_nodes]
        self.chosen = self._moves[self._used[: len(self._moves)] > 0].astype(np.int32)
        return True

    def marginals(self) -> IntArray:
        """What one more person at each node saves, beyond what it saves above: from shortest paths to the province.

        Nodes from which there is no way are far away.
        """
        tail, head, cost = self._residual()
        first = np.flatnonzero(np.append(True, tail[1:] != tail[:-1]))
        distance = np.full(self._n_nodes + 1, FAR_TIMES * self.dearest)
        distance[-1] = 0
        while True:
            nearer = distance.copy()
            by_arc = np.minimum.reduceat(cost + distance[head], first)
            nearer[tail[first]] = np.minimum(distance[tail[first]], by_arc)
            if (nearer == distance).all():
                return np.asarray(distance[self._parent] - distance[:-1])
            distance = nearer

    def _residual(self) -> tuple[IntArray, IntArray, IntArray]:
        """Arcs between nodes along which the flow can still change, people contracted, sorted by tail."""
        people = len(self._person)
        node, paid = np.zeros(self._n_people, dtype=np.int64), np.zeros(self._n_people, dtype=np.int64)
        taken = self._used[:people] > 0
        node[self._person[taken]], paid[self._person[taken]] = self._head[:people][taken], self._cost[:people][taken]
        onward = np.flatnonzero(np.concatenate([~taken, (self._used < self._capacity)[people:]]))
        back = people + np.flatnonzero(self._used[people:] > 0)
        tails = np.concatenate([node[self._person], self._tail[people:]])
        costs = np.concatenate([self._cost[:people] - paid[self._person], self._cost[people:]])
        tail = np.concatenate([tails[onward], self._head[back]])
        head = np.concatenate([self._head[onward], tails[back]])
        cost = np.concatenate([costs[onward], -costs[back]])
        order = np.lexsort((cost, head, tail))
        tail, head, cost = tail[order], head[order], cost[order]
        first = np.append(True, (tail[1:] != tail[:-1]) | (head[1:] != head[:-1]))
        return tail[first], head[first], cost[first]
