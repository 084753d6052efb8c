"""Let notables speak: as reported, as a behaviour has it, apart from their leader, or bought."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kingmaker.actors.candidate import CandidateAgent
from kingmaker.actors.notable import NotableAgent
from kingmaker.alliance.behaviours import Policy
from kingmaker.alliance.deals import Deal, Dealings
from kingmaker.alliance.lieutenants import (
    POACHING_DAY,
    LieutenantView,
    answer_poacher,
    decide_lieutenant,
    speaking_day,
)
from kingmaker.alliance.negotiation import default_day
from kingmaker.alliance.offers import PARTY_OWN, RELATIVE_WORTH
from kingmaker.alliance.outlook import News
from kingmaker.contest.schema import Endorsement, Notable
from kingmaker.mechanisms import Switches
from kingmaker.parameters import Parameters
from kingmaker.population.setting import Setting
from kingmaker.rng import Streams

POST = "posts-kept"


@dataclass
class Retinue:
    """Hold the notables between the rounds; their agents are changed.

    Attributes
    ----------
    setting, policy, parameters, switches, streams
        The contest and its rules.
    candidates, notables, finalists
        Who acts.
    calls
        Reported calls of notables between the rounds, by day.
    dealings
        What has passed between finalists and leaders.
    """

    setting: Setting
    policy: Policy
    parameters: Parameters
    switches: Switches
    streams: Streams
    candidates: Sequence[CandidateAgent]
    notables: Sequence[NotableAgent]
    finalists: tuple[int, int]
    calls: Mapping[int, Sequence[Endorsement]]
    dealings: Dealings

    def __post_init__(self) -> None:
        """See who is a lieutenant of an eliminated leader, and who is known to have spoken."""
        self._entries: dict[str, Notable] = {n.id: n for n in self.setting.contest.notables}
        self._spoke = {call.by for calls in self.calls.values() for call in calls}
        last = self.setting.gap_days
        first = min(default_day(last), last)
        speakers = self.notables if self.switches.on("M16") else ()
        self._day = {n.index: speaking_day(n.index, first, last, self.streams) for n in speakers}
        self._done: set[int] = set()
        self._bought: set[int] = set()

    def _leader(self, agent: NotableAgent) -> CandidateAgent | None:
        """Return the eliminated leader whose lieutenant a notable is, None where there is none."""
        if agent.camp is None or agent.camp in self.finalists:
            return None
        return self.candidates[agent.camp]

    def speak(self, day: int, news: News, win_prob: tuple[float, float]) -> list[Deal]:
        """Let those speak whose day has come.

        Reported calls come on their day; whom the behaviour names speaks then, or on the default
        day. Lieutenants who are not known to have spoken decide on a day of their own (M16), or
        say what their leader says; the loyal go with their leader when he calls for somebody.
        """
        deals: list[Deal] = []
        for call in self.calls.get(day, ()):
            deals += self._reported(call, day, news, win_prob)
        if day == default_day(self.setting.gap_days):
            for agent in self.notables:
                name = agent.notable_id
                if name in self.policy.by_actor and name not in self._spoke:
                    deals += self._by_behaviour(agent, day, news, win_prob)
        for agent in self.notables:
            deals += self._lieutenant(agent, day, news, win_prob)
        return deals

    def _reported(
        self, call: Endorsement, day: int, news: News, win_prob: tuple[float, float]
    ) -> list[Deal]:
        agent = next(n for n in self.notables if n.notable_id == call.by)
        if agent.index in self._bought:
            return []
        if self.policy.of_notable(call.by).name != "historical":
            return self._by_behaviour(agent, day, news, win_prob)
        if self._leader(agent) is not None and not self.switches.on("M16"):
            return []
        return self._say(agent, call.to, day, "historical", "; ".join(call.terms))

    def _by_behaviour(
        self, agent: NotableAgent, day: int, news: News, win_prob: tuple[float, float]
    ) -> list[Deal]:
        choice = self.policy.of_notable(agent.notable_id)
        if choice.name == "decide":
            return self._decide(agent, day, news, win_prob)
        return self._say(agent, choice.target or choice.name, day, "behaviour")

    def _say(
        self, agent: NotableAgent, to: str, day: int, basis: str, terms: str = ""
    ) -> list[Deal]:
        """Let a notable call for a finalist, or stay neutral; nothing where he is out."""
        names = self.setting.candidate_ids
        index = names.index(to) if to in names else None
        if to in ("unknown", "historical") or (index is not None and index not in self.finalists):
            return []
        self._done.add(agent.index)
        agent.choice = index
        act, target = ("endorses", to) if index is not None else (to, "")
        return [Deal(day, agent.notable_id, act, target, basis, terms)]

    def _lieutenant(
        self, agent: NotableAgent, day: int, news: News, win_prob: tuple[float, float]
    ) -> list[Deal]:
        leader = self._leader(agent)
        is_named = agent.notable_id in self.policy.by_actor
        if leader is None or agent.index in self._done or is_named:
            return []
        if not self.switches.on("M16"):
            return self._echo(agent, leader, day)
        if agent.notable_id in self._spoke:
            return []
        if self._entries[agent.notable_id].loyal:
            return self._echo(agent, leader, day)
        return self._decide(agent, day, news, win_prob) if day == self._day[agent.index] else []

    def _echo(self, agent: NotableAgent, leader: CandidateAgent, day: int) -> list[Deal]:
        """Say what the leader has said, if he called for a finalist."""
        if not isinstance(leader.choice, int):
            return []
        to = self.setting.candidate_ids[leader.choice]
        return self._say(agent, to, day, "decision", "with the leader")

    def _view(
        self, agent: NotableAgent, news: News, win_prob: tuple[float, float]
    ) -> LieutenantView:
        leader = self._leader(agent)
        first, second = self.finalists
        strain = (0.0, 0.0)
        if leader is not None:
            held = news.strain[leader.index]
            strain = (float(held[first]), float(held[second]))
        choice = leader.choice if leader is not None else None
        return LieutenantView(agent.index, self.finalists, choice, win_prob, strain)

    def _decide(
        self, agent: NotableAgent, day: int, news: News, win_prob: tuple[float, float]
    ) -> list[Deal]:
        view = self._view(agent, news, win_prob)
        choice, value, reason = decide_lieutenant(view, self.parameters, self.streams)
        self._done.add(agent.index)
        if choice is None:
            return []
        agent.choice = choice
        target = self.setting.candidate_ids[choice]
        return [Deal(day, agent.notable_id, "endorses", target, "decision", "", value, reason)]

    def poach(self, day: int, news: News, win_prob: tuple[float, float]) -> list[Deal]:
        """Let finalists buy lieutenants who have not spoken over their leaders' heads (M20)."""
        if not self.switches.on("M20") or day != min(POACHING_DAY, self.setting.gap_days):
            return []
        deals: list[Deal] = []
        ids = self.setting.candidate_ids
        for agent in self.notables:
            leader = self._leader(agent)
            if leader is None or agent.index in self._done or self._is_fixed(agent):
                continue
            for f in self.finalists:
                if agent.index in self._done or not self._poaches(leader.index, f):
                    continue
                view = self._view(agent, news, win_prob)
                worth = RELATIVE_WORTH[POST] * PARTY_OWN
                loyal = self._entries[agent.notable_id].loyal
                accepts, value, reason = answer_poacher(
                    view, f, worth, loyal, self.parameters, self.streams
                )
                basis = "behaviour" if self.policy.finalist("poach", ids[f]) else "decision"
                deals.append(Deal(day, ids[f], "poaches", agent.notable_id, basis, "a post"))
                act = "accepts" if accepts else "refuses"
                deals.append(
                    Deal(day, agent.notable_id, act, ids[f], "decision", "", value, reason)
                )
                if accepts:
                    agent.choice = f
                    self._done.add(agent.index)
                    self._bought.add(agent.index)
        return deals

    def _is_fixed(self, agent: NotableAgent) -> bool:
        """Whether a lieutenant's word is known, or set by the behaviour."""
        poached = any(
            self.policy.finalist("poach", self.setting.candidate_ids[f]) for f in self.finalists
        )
        known = agent.notable_id in self._spoke and not poached
        return known or agent.notable_id in self.policy.by_actor

    def _poaches(self, leader: int, finalist: int) -> bool:
        name = self.setting.candidate_ids[finalist]
        return self.policy.finalist("poach", name) or (leader, finalist) in self.dealings.poachers
