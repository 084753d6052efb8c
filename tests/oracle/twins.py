"""Slow twins of the member kernels and of the alliance decision, in plain Python.

Written from what the functions promise, a member at a time, with the C library's mathematics. They
draw the same addressed random numbers as the engine; where the engine computes in float32 so do
they, in the order in which its docstrings name the terms.
"""

import math
from collections import Counter
from types import SimpleNamespace

import numpy as np

from kingmaker.population.blocs import Blocs
from kingmaker.population.members import Members
from kingmaker.rng import Address, Stream, Streams, to_uniform32, uniform_pair, words

ABSTAINED, BLANK, NOT_ON_ROLL = -1, -2, -3
f32 = np.float32


def group_of(vote: int, n_candidates: int) -> int:
    """Return the row of a first vote: candidates, abstained, blank, not on the roll."""
    return vote if vote >= 0 else n_candidates - 1 - vote


def logit(p: float) -> float:
    return math.log(p / (1.0 - p))


def gumbel(u: float) -> float:
    return -math.log(-math.log(u))


# ---------------------------------------------------------------------------- a day


def campaign_day(a: SimpleNamespace) -> SimpleNamespace:
    """Live one day before round one, for every member."""
    n, n_candidates = a.base.shape
    out = _empty_day(a, n_candidates)
    for i in range(n):
        sector, group = int(a.sector[i]), int(a.peer_group[i])
        believed = f32(a.attention[i])
        if a.intention[i] != a.strongest:
            believed *= f32(1) - f32(a.projection)
        utilities = []
        for c in range(n_candidates):
            kept = (f32(1) - f32(a.relaxation)) * a.lean[i, c]
            out.lean[i, c] = kept + f32(a.relaxation) * a.pull[group, c]
            utilities.append(
                a.base[i, c] + out.lean[i, c] + a.table[sector, c] + believed * a.electability[c]
            )
        ranked = sorted(range(n_candidates), key=lambda c: -utilities[c])
        best, second = ranked[:2]
        torn = utilities[best] - utilities[second] < f32(a.undecided_margin)
        if torn:
            out.marginal[best, second] += 1
        camp, at_door = _contact(a, i, a.reach[sector])
        if camp is not None:
            _meet(a, out, i, camp, camp == best, at_door)
            if torn:
                out.lean[i, camp] += f32(a.persuasion)
        out.intention[i] = best
        out.peer_counts[group, best] += 1
        out.likely += _is_likely(a, out, i)
        out.gap[i] = utilities[best] - utilities[second]
    return out


def runoff_day(a: SimpleNamespace) -> SimpleNamespace:
    """Live one day between the rounds, for every member."""
    n, n_candidates = a.base.shape
    finalists = (a.terms.first, a.terms.second)
    out = _empty_day(a, 2)
    out.by_group = np.zeros((n_candidates + 3, 2), dtype=np.int64)
    for i in range(n):
        peers = int(a.peer_group[i])
        for k, c in enumerate(finalists):
            kept = (f32(1) - f32(a.relaxation)) * a.lean[i, c]
            out.lean[i, c] = kept + f32(a.relaxation) * a.pull[peers, k]
        d = preference(a, i, out.lean)
        side = 0 if d > 0 else 1
        torn = abs(d) < a.undecided_margin
        if torn:
            out.marginal[side, 1 - side] += 1
        camp, at_door = _contact(a, i, a.reach[a.sector[i]])
        if camp is not None:
            _meet(a, out, i, camp, camp == side, at_door)
            if torn:
                out.lean[i, finalists[camp]] += f32(a.persuasion)
        out.intention[i] = finalists[side]
        out.peer_counts[peers, side] += 1
        out.by_group[group_of(int(a.first_vote[i]), n_candidates), side] += 1
        out.likely += _is_likely(a, out, i)
        out.gap[i] = abs(d)
    return out


def _empty_day(a: SimpleNamespace, n_racing: int) -> SimpleNamespace:
    n_groups = a.peer_counts.shape[0]
    return SimpleNamespace(
        lean=a.lean.copy(),
        contact_turnout=a.contact_turnout.copy(),
        intention=a.intention.copy(),
        peer_counts=np.zeros((n_groups, n_racing), dtype=np.int64),
        contacts=np.zeros(n_racing, dtype=np.int64),
        marginal=np.zeros((n_racing, n_racing), dtype=np.int64),
        likely=0,
        gap=np.zeros(len(a.base)),
    )


def _contact(a: SimpleNamespace, i: int, edges: np.ndarray) -> tuple[int | None, bool]:
    """Return who meets the member today, if anybody, and whether at the door."""
    drawn = words(a.ids[i], a.address)
    met, place = to_uniform32(drawn[0]), to_uniform32(drawn[1])
    camp = next((c for c, edge in enumerate(edges) if met < edge), None)
    return camp, bool(place < a.door_share)


def _meet(
    a: SimpleNamespace, out: SimpleNamespace, i: int, camp: int, is_friend: bool, at_door: bool
) -> None:
    out.contacts[camp] += 1
    if is_friend:
        out.contact_turnout[i] += f32(a.door_effect if at_door else a.phone_effect)


def _is_likely(a: SimpleNamespace, out: SimpleNamespace, i: int) -> bool:
    return bool(a.propensity[i] + out.contact_turnout[i] > a.turnout_edge[a.sector[i]])


def wishes_by_sector(
    intention: list[int], sectors: list[int], n_sectors: int, racing: tuple[int, ...]
) -> list[list[float]]:
    """Return the part of each sector's members who want each candidate of the race."""
    seen = Counter(zip(sectors, intention, strict=True))
    sizes = [sum(seen[s, c] for c in racing) for s in range(n_sectors)]
    return [[seen[s, c] / max(1, sizes[s]) for c in racing] for s in range(n_sectors)]


def targeted(a: SimpleNamespace) -> list[list[float]]:
    """Send a part of each camp's activists to the sectors where it is behind (M13)."""
    n_sectors, n_camps = len(a.at_work), len(a.at_work[0])
    work = [[float(n) for n in row] for row in a.at_work]
    for c in range(n_camps):
        pulls = []
        for s in range(n_sectors):
            rivals = [share for d, share in enumerate(a.support[s]) if d != c]
            deficit = max(0.0, max(rivals) - a.support[s][c])
            pulls.append(deficit * a.reachable[s] * a.sector_sizes[s])
        if n_sectors == 1 or sum(pulls) <= 0.0:
            continue
        free = a.targeting * sum(row[c] for row in work)
        for s in range(n_sectors):
            work[s][c] = work[s][c] * (1.0 - a.targeting) + free * pulls[s] / sum(pulls)
    return work


def preference(a: SimpleNamespace, i: int, lean: np.ndarray) -> float:
    """Return a member's preference for the leader over the runner-up [logit]."""
    t, n_candidates = a.terms, a.base.shape[1]
    group = group_of(int(a.first_vote[i]), n_candidates)
    rejected = [c for c in range(n_candidates) if int(a.rejects[i]) >> c & 1]
    own = [float(a.base[i, f] + lean[i, f]) for f in (t.first, t.second)]
    table = t.table[a.sector[i]]
    # What is said in his sector is part of what makes him a partisan.
    d = (own[0] + table[0]) - (own[1] + table[1]) + t.local[a.sector[i]]
    seats = t.seat_gap * float(a.attention[i])
    # Partisans of the weaker leader believe in a part of the gap only.
    d += seats * (1.0 - t.projection) if d * seats < 0 else seats
    d += {t.first: t.habit, t.second: -t.habit}.get(group, 0.0)
    cue = t.cue[group]
    if (t.first if cue > 0 else t.second) in rejected:
        cue = 0.0
    attached = float(a.attachment[i]) / t.mean_attachment[group]
    d += t.flat[group] + attached * (t.selection[group] + cue + t.grudge[group])
    d += t.appeal[group]
    return float(d + sum(t.backlash[c] for c in rejected))


# ---------------------------------------------------------------------------- the ballots


def readiness(a: SimpleNamespace, i: int) -> float:
    """Return a member's readiness for round one, chance included [logit]."""
    m, state = a.members, a.state
    told = m.bloc[i] >= 0 and a.order[m.bloc[i]] >= 0
    u, _ = uniform_pair(m.ids[i], a.streams.address(Stream.BALLOT_TURNOUT_1))
    known = float(m.propensity[i])
    if a.switches.on("M05"):
        known += float(state.contact_turnout[i])
        known += a.parameters["broker_turnout_lift"] if told else 0.0
    return known + float(a.turnout_constants[m.sector[i]]) - logit(u)


def first_votes(a: SimpleNamespace, ballot: object) -> tuple[list[int], list[float]]:
    """Cast round one with the printed shifts.

    Returns
    -------
    Each member's vote, and how far it was from being another one [logit].
    """
    m = a.members
    address = a.streams.address(Stream.BALLOT_OBEDIENCE_1)
    votes, margins = [], []
    for i in range(len(m)):
        score = readiness(a, i) + ballot.turnout_shift
        if not m.on_roll[i] & 1:
            vote, margin = NOT_ON_ROLL, math.inf
        elif score <= 0:
            vote, margin = ABSTAINED, -score
        elif (order := obeyed(m, a.blocs, a.order, i, address)) is not None:
            vote, margin = order, score
        else:
            vote, margin = _best(a, i, ballot)
            margin = min(margin, score)
        votes.append(vote)
        margins.append(margin)
    return votes, margins


def obeyed(
    members: Members, blocs: Blocs, order: np.ndarray, i: int, address: Address
) -> int | None:
    """Return the order that a member follows, None where there is none or he does not."""
    bloc = int(members.bloc[i])
    if bloc < 0 or order[bloc] < 0:
        return None
    u, _ = uniform_pair(members.ids[i], address)
    return int(order[bloc]) if u < blocs.obedience[bloc] else None


def _best(a: SimpleNamespace, i: int, ballot: object) -> tuple[int, float]:
    """Return a free voter's best alternative and its lead over the next."""
    utilities = _utilities(a, i, ballot)
    first, second = sorted(utilities, key=utilities.get, reverse=True)[:2]
    return first, utilities[first] - utilities[second]


def _utilities(
    a: SimpleNamespace, i: int, ballot: object, *, sincere: bool = False
) -> dict[int, float]:
    """Return what each candidate and a blank ballot are worth to a voter who is free [logit]."""
    if not a.switches.on("M02"):
        return _lottery(a, i, ballot)
    m, state, climate = a.members, a.state, a.climate
    believed = f32(m.attention[i])
    if state.intention[i] != climate.strongest:
        believed *= f32(1) - f32(climate.projection)
    sector, n_candidates = m.sector[i], m.base.shape[1]
    hesitation, u_blank = uniform_pair(m.ids[i], a.streams.address(Stream.BALLOT_CHOICE_1))
    dropped = [] if sincere else deserted(a, i)
    utilities = {}
    for c in range(n_candidates):
        value = m.base[i, c] + state.lean[i, c] + climate.table[sector, c]
        value += believed * climate.electability[c]
        # The term that tells equal members apart, at most 1e-7.
        utilities[c] = float(value) + 1e-7 * hesitation * (c + 1) / n_candidates + ballot.shift[c]
        if c in dropped:
            utilities[c] -= 20.0
    blank = a.blank_constant - math.log(-math.log(u_blank)) + ballot.blank_shift
    utilities[BLANK] = blank if ballot.blank else -math.inf
    return utilities


def _lottery(a: SimpleNamespace, i: int, ballot: object) -> dict[int, float]:
    """Return fresh Gumbel draws: without M02 nothing else decides."""
    m = a.members
    n_candidates = m.base.shape[1]
    hesitation, u_blank = uniform_pair(m.ids[i], a.streams.address(Stream.BALLOT_CHOICE_1))
    utilities = {}
    for c in range(n_candidates):
        address = a.streams.address(Stream.BALLOT_LOTTERY_1, block=c // 2)
        u = uniform_pair(m.ids[i], address)[c % 2]
        utilities[c] = gumbel(u) + 1e-7 * hesitation * (c + 1) / n_candidates + ballot.shift[c]
    rate = a.setting.targets.blank / a.setting.targets.ballots
    level = math.log(n_candidates * rate / (1.0 - rate)) if rate else -math.inf
    utilities[BLANK] = level + gumbel(u_blank) + ballot.blank_shift
    return utilities


def deserted(a: SimpleNamespace, i: int) -> list[int]:
    """Return whom a free voter drops: the hopeless, if he is among the most attentive (M03)."""
    told = [] if a.hopeless is None else np.flatnonzero(a.hopeless).tolist()
    return told if a.members.attention[i] > 1.0 - a.parameters["strategic_share"] else []


def ranked_ballots(a: SimpleNamespace, ballot: object) -> dict[int, tuple[int, ...]]:
    """Rank the candidates for every voter of round one; who ranks need not desert anybody.

    Free voters rank those above a blank ballot; members who vote as told rank all, the candidate
    of the order first.
    """
    votes, _ = first_votes(a, ballot)
    address = a.streams.address(Stream.BALLOT_OBEDIENCE_1)
    ranked = {}
    for i, vote in enumerate(votes):
        if vote in (ABSTAINED, NOT_ON_ROLL):
            continue
        utilities = _utilities(a, i, ballot, sincere=True)
        ranking = sorted(utilities, key=utilities.get, reverse=True)
        if obeyed(a.members, a.blocs, a.order, i, address) is None:
            ranked[i] = tuple(ranking[: ranking.index(BLANK)])
        else:
            ranked[i] = (vote, *(c for c in ranking if c not in (vote, BLANK)))
    return ranked


def instant_runoff(ballots: Counter[tuple[int, ...]], n_candidates: int) -> list[Counter[int]]:
    """Count ranked ballots until two are left: ballots by candidate who stands, at each count."""
    standing = list(range(n_candidates))
    counts = []
    while True:
        count = Counter(dict.fromkeys(standing, 0))
        for ranking, n in ballots.items():
            best = next((c for c in ranking if c in standing), None)
            if best is not None:
                count[best] += n
        counts.append(count)
        if len(standing) == 2:
            return counts
        standing.remove(min(standing, key=lambda c: (count[c], -c)))


def second_votes(a: SimpleNamespace, streams: Streams) -> tuple[list[int], list[float]]:
    """Cast the runoff; returns votes and how far each was from being another one [logit]."""
    m, rules, t = a.members, a.rules, a.terms
    n_candidates = m.base.shape[1]
    facts = SimpleNamespace(
        terms=t, base=m.base, sector=m.sector, attention=m.attention, rejects=m.rejects,
        attachment=a.state.attachment, first_vote=a.state.first_vote,
    )  # fmt: skip
    votes, margins = [], []
    for i in range(len(m)):
        if not m.on_roll[i] & 2:
            votes.append(NOT_ON_ROLL)
            margins.append(math.inf)
            continue
        first_vote = int(a.state.first_vote[i])
        group = group_of(first_vote, n_candidates)
        is_out = first_vote >= 0 and first_vote not in (t.first, t.second)
        d = preference(facts, i, a.state.lean)
        u, u_blank = uniform_pair(m.ids[i], streams.address(Stream.BALLOT_CHOICE_2))
        latent = d + a.parameters["runoff_noise"] * logit(u)
        if not a.switches.on("M02"):
            latent = logit(u)
        margin = abs(latent)
        side = 0 if latent > 0 else 1
        told = m.bloc[i] >= 0 and rules.order[m.bloc[i]] >= 0
        order = obeyed(m, a.blocs, rules.order, i, streams.address(Stream.BALLOT_OBEDIENCE_2))
        if order is not None:
            side, margin = order, math.inf
        score = float(m.propensity[i]) + rules.turnout[m.sector[i]] + rules.ally_lift[group, side]
        if first_vote >= 0 or first_vote == BLANK:
            score += rules.habit
        if is_out and order is None:
            score -= rules.expressive * math.exp(-abs(d))
        if a.switches.on("M05"):
            score += float(a.state.contact_turnout[i])
            score += a.parameters["broker_turnout_lift"] if told else 0.0
        u, _ = uniform_pair(m.ids[i], streams.address(Stream.BALLOT_TURNOUT_2))
        score -= logit(u)
        blank_prob = a.parameters["runoff_blank_rate"] * (3 if is_out else 1)
        finalist = t.first if side == 0 else t.second
        if score <= 0:
            vote = ABSTAINED
        else:
            vote = BLANK if order is None and u_blank < blank_prob else finalist
        is_stuffed, is_annulled = irregular_bloc(a, i)
        if is_stuffed:
            vote, score, margin = (t.first, t.second)[rules.order[m.bloc[i]]], 1.0, math.inf
        votes.append(BLANK if is_annulled and vote != ABSTAINED else vote)
        margins.append(min(margin, math.inf if is_stuffed else abs(score)))
    return votes, margins


def irregular_bloc(a: SimpleNamespace, i: int) -> tuple[bool, bool]:
    """Say whether the member's ballot is cast for him, and whether his bloc's are annulled."""
    bloc, irregular = int(a.members.bloc[i]), a.rules.irregular
    if bloc < 0 or irregular is None:
        return False, False
    can_be_stuffed = a.rules.order[bloc] >= 0
    return bool(irregular.stuffed[bloc]) and can_be_stuffed, bool(irregular.annulled[bloc])


def tally(votes: list[int], sectors: list[int]) -> Counter:
    """Count votes by sector and vote."""
    return Counter(zip(sectors, votes, strict=True))


def transfers(
    first: list[int], second: list[int], sectors: list[int]
) -> Counter[tuple[int, int, int]]:
    """Count members by sector, first vote and second vote."""
    return Counter(zip(sectors, first, second, strict=True))


def top_two(votes: dict[str, int], threshold: tuple[int, int]) -> str | tuple[str, str]:
    """Name the winner at a threshold (a fraction of whole numbers), or the two who go on."""
    total = sum(votes.values())
    ranked = sorted(votes, key=votes.get, reverse=True)
    numerator, denominator = threshold
    if votes[ranked[0]] * denominator >= numerator * total:
        return ranked[0]
    return ranked[0], ranked[1]


# ---------------------------------------------------------------------------- the decision


def normal_cdf(z: float) -> float:
    return 0.5 * math.erfc(-z / math.sqrt(2.0))


def believed_win_probs(leader_share: float, endorser_share: float) -> tuple[float, float]:
    """Return the chance of each finalist with the endorser's support, as actors believe it."""
    gain = endorser_share * (0.65 - 0.5)
    shares = (leader_share + gain, 1.0 - leader_share + gain)
    first, second = (normal_cdf((min(share, 1.0) - 0.5) / 0.05) for share in shares)
    return first, second


def option_values(view: object, p: dict[str, float]) -> dict[int | str, float]:
    """Return the value of each option to an eliminated leader [utility]."""
    values: dict[int | str, float] = {}
    for k, finalist in enumerate(view.finalists):
        value = p["office_value"] * view.offers[k] * view.win_prob[k]
        value -= p["decision_distance"] * view.distance[k]
        value -= p["grudge_weight"] * view.grudge[k]
        value += p["decision_win"] * (view.win_prob[k] - 0.5)
        if view.wish is not None:
            for_him = view.wish if k == 0 else 1.0 - view.wish
            value += p["consultation_weight"] * (2.0 * for_him - 1.0)
        value += p["letter_weight"] * view.letters[k] + p["courting_goodwill"] * view.courted[k]
        value -= p["pledge_conflict"] * view.conflict[k]
        values[finalist] = value
    divided = 1.0 - abs(2.0 * view.own_split - 1.0)
    values["neutral"] = p["neutral_base"] + p["split_fear"] * divided
    values["free-vote"] = values["neutral"] - 0.7
    return values


def gumbels(streams: Streams, who: int, n: int) -> list[float]:
    """Return the unexplained part of each option's value, by its place among the options."""
    return [gumbel(streams.uniform(Stream.ALLIANCE_DECISION, who, block=k)) for k in range(n)]


def choose(view: object, p: dict[str, float], streams: Streams, who: int) -> int | str:
    """Choose by logit: the best of the values plus a Gumbel draw each."""
    values = option_values(view, p)
    chances = gumbels(streams, who, len(values))
    noisy = {option: v + g for (option, v), g in zip(values.items(), chances, strict=True)}
    return max(noisy, key=noisy.get)
