"""The campaign's day as a plain Mesa model would live it: an object per member.

`with_objects` takes the members of an election out of their arrays and makes each a `mesa.Agent`.
Everything else of the day stays: press, messages, polls, record. Members live the same mechanisms
in the same order, each a call of `AgentSet.do`, with Mesa's own random numbers: the days are equal
in distribution, not in bits.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from dataclasses import dataclass

import mesa

from kingmaker.campaign.canvassing import canvass
from kingmaker.election import LeadershipElection
from kingmaker.membership import PEER_SMOOTHING, UNDECIDED_MARGIN, Membership


class Member(mesa.Agent):
    """A party member with traits, leanings and a preference of the day."""

    def __init__(self, model: mesa.Model, row: int, members, n_candidates: int) -> None:
        super().__init__(model)
        self.sector = int(members.sector[row])
        self.peer_group = int(members.peer_group[row])
        self.base = members.base[row].tolist()
        self.attention = float(members.attention[row])
        self.propensity = float(members.propensity[row])
        self.lean = [0.0] * n_candidates
        self.contact_turnout = 0.0
        self.intention = 0
        self.runner_up = 0
        self.gap = 0.0

    def hear_peers(self) -> None:
        """Let the group's opinion of yesterday pull the leanings (M12)."""
        day = self.model.today
        keep = 1.0 - day.relaxation
        pull = day.pull[self.peer_group]
        self.lean = [
            keep * own + day.relaxation * peers for own, peers in zip(self.lean, pull, strict=True)
        ]

    def prefer(self) -> None:
        """Compare the candidates; a partisan of another discounts the strongest's seats (M08)."""
        day = self.model.today
        care = self.attention
        if self.intention != day.strongest:
            care *= 1.0 - day.projection
        shared = day.table[self.sector]
        utilities = [
            base + lean + common + care * seats
            for base, lean, common, seats in zip(
                self.base, self.lean, shared, day.seats, strict=True
            )
        ]
        best = max(range(len(utilities)), key=utilities.__getitem__)
        top = utilities[best]
        utilities[best] = -math.inf
        runner_up = max(range(len(utilities)), key=utilities.__getitem__)
        self.intention, self.runner_up = best, runner_up
        self.gap = top - utilities[runner_up]

    def meet_activists(self) -> None:
        """Meet at most one activist: he mobilises his own and persuades the undecided (M10)."""
        day = self.model.today
        reach = day.reach[self.sector]
        draw = self.random.random()
        if draw >= reach[-1]:
            return
        camp = bisect_right(reach, draw)
        day.contacts[camp] += 1
        if camp == self.intention:
            at_door = self.random.random() < day.door_share
            self.contact_turnout += day.door_effect if at_door else day.phone_effect
        if self.gap < UNDECIDED_MARGIN:
            self.lean[camp] += day.persuasion

    def is_likely(self) -> bool:
        """Say whether the member is more likely than not to vote."""
        return self.propensity + self.contact_turnout > self.model.today.edge[self.sector]


@dataclass
class Today:
    """What all members share on a day, as plain numbers and lists."""

    pull: list[list[float]]
    relaxation: float
    table: list[list[float]]
    seats: list[float]
    strongest: int
    projection: float
    reach: list[list[float]]
    door_share: float
    door_effect: float
    phone_effect: float
    persuasion: float
    edge: list[float]
    contacts: list[int]


class ObjectMembership(Membership):
    """Members as Mesa agents, in the place of the arrays."""

    def people(self, model: mesa.Model) -> ObjectMembership:
        """Make an agent of every member."""
        self.model = model
        n = self.setting.n_candidates
        for row in range(len(self.members)):
            Member(model, row, self.members, n)
        self.agents = model.agents_by_type[Member]
        self._counts = None
        return self

    def campaign(self, _day, climate, turnout_edge) -> None:
        """Live one day before round one."""
        work = canvass(
            self.at_work(), self.setting.sector_sizes, self.parameters, self.switches.on("M10")
        )
        self.model.today = today = Today(
            pull=self._peers(),
            relaxation=self.parameters["opinion_relaxation"],
            table=climate.table.tolist(),
            seats=climate.electability.tolist(),
            strongest=climate.strongest,
            projection=float(climate.projection),
            reach=work.reach.tolist(),
            door_share=float(work.door_share),
            door_effect=float(work.door_effect),
            phone_effect=float(work.phone_effect),
            persuasion=float(work.persuasion),
            edge=turnout_edge.tolist(),
            contacts=[0] * self.setting.n_candidates,
        )
        self.agents.do("hear_peers")
        self.agents.do("prefer")
        self.agents.do("meet_activists")
        self._sum_up(today)

    def _peers(self) -> list[list[float]]:
        """Return the pull of each group's opinion of yesterday on its members [logit]."""
        n = self.setting.n_candidates
        if self._counts is None:
            return [[0.0] * n for _ in range(self.n_groups)]
        open_to_peers = 1.0 - self.parameters["peer_anchor"]
        smoothing = max(1.0, PEER_SMOOTHING * self.setting.scale)
        totals = [sum(column) for column in zip(*self._counts, strict=True)]
        size = sum(totals)
        overall = [(total + 0.5) / (size + 0.5 * n) for total in totals]
        return [
            [
                open_to_peers * math.log((own + smoothing * all_) / (sum(group) + smoothing) / all_)
                for own, all_ in zip(group, overall, strict=True)
            ]
            for group in self._counts
        ]

    def _sum_up(self, today: Today) -> None:
        """Count opinions, undecided members and likely voters for tomorrow and for the record."""
        n = self.setting.n_candidates
        self._counts = [[0] * n for _ in range(self.n_groups)]
        self.marginal[:] = 0
        likely = 0
        for member in self.agents:
            self._counts[member.peer_group][member.intention] += 1
            if member.gap < UNDECIDED_MARGIN:
                self.marginal[member.intention, member.runner_up] += 1
            likely += member.is_likely()
        self.likely = likely
        self.contacts[:] = today.contacts
        self._peer_counts[:] = self._counts
        self.state.intention[:] = self.agents.get("intention")


def with_objects(election: LeadershipElection) -> LeadershipElection:
    """Make each member of an election an agent; it must not have begun."""
    own = election.membership
    election.membership = ObjectMembership(
        own.setting, own.members, own.state, own.blocs, own.activists, own.parameters,
        own.switches, own.streams,
    ).people(election)  # fmt: skip
    return election
