"""Hold the behavioural parameters: prior, bounds, unit, source and mechanism of each."""

from __future__ import annotations

import math
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from kingmaker.errors import Problem, did_you_mean
from kingmaker.numerics import exp, normal_quantile
from kingmaker.priors import Beta, Fixed, HalfNormal, LogNormal, Normal, Prior, Uniform
from kingmaker.rng import Stream, Streams


@dataclass(frozen=True)
class Parameter:
    """Describe one behavioural parameter.

    Attributes
    ----------
    name
        Word used in code, files and on the command line.
    mechanism
        Id of the mechanism that it belongs to.
    unit
        Unit; ``dimensionless`` where there is none.
    prior
        Prior distribution.
    bounds
        Smallest and largest value allowed; draws are truncated to them.
    meaning
        What it does, one line.
    source
        Where the prior comes from; ``assumed`` where it is a judgement.
    learned_from
        Contests from which the prior was learned, by id; empty for literature and judgement.
    by_kind
        Priors that replace `prior` for kinds of contests (``open``, ``united-states``, ...).
    diffuse
        Wider prior that owes nothing to the contests, from which a calibration starts; None where
        `prior` owes nothing to them either.
    diffuse_by_kind
        The same for kinds of contests; others with a prior of their own keep it.
    diffuse_bounds
        Bounds of the diffuse prior, where they are wider than `bounds`.
    """

    name: str
    mechanism: str
    unit: str
    prior: Prior
    bounds: tuple[float, float]
    meaning: str
    source: str
    learned_from: tuple[str, ...] = ()
    by_kind: Mapping[str, Prior] = MappingProxyType({})
    diffuse: Prior | None = None
    diffuse_by_kind: Mapping[str, Prior] = MappingProxyType({})
    diffuse_bounds: tuple[float, float] | None = None

    def prior_for(self, kind: str) -> Prior:
        """Return the prior for a kind of contest."""
        return self.by_kind.get(kind, self.prior)

    def unlearned(self) -> Parameter:
        """Return the parameter with the prior from which a calibration starts."""
        if self.diffuse is None:
            return self
        return replace(
            self,
            prior=self.diffuse,
            by_kind=MappingProxyType({**self.by_kind, **self.diffuse_by_kind}),
            bounds=self.diffuse_bounds or self.bounds,
            learned_from=(),
        )

    @property
    def key(self) -> int:
        """Number of the parameter in its random stream, fixed by its name."""
        return zlib.crc32(self.name.encode())


_TWO_ROUND = ("two-round contests",)
_ASSUMED = "assumed"

_ROWS = (
    # M01
    Parameter("spatial_weight", "M01", "logit per squared sd", LogNormal(math.log(0.8), 0.5),
              (0.0, 5.0), "weight of half the squared distance to a candidate",
              "Sanders et al. 2011: valence outperforms, space works through it"),
    Parameter("ideal_point_sd", "M01", "sd", Uniform(0.6, 1.0), (0.1, 2.0),
              "spread of ideal points within a sector", _ASSUMED),
    Parameter("sector_sd", "M01", "logit", HalfNormal(0.5), (0.0, 2.0),
              "spread of sector constants where no sector result is known", _ASSUMED),
    Parameter("branch_sd", "M01", "logit", HalfNormal(0.3), (0.0, 2.0),
              "spread of branch effects per candidate (friends and neighbours)", _ASSUMED),
    Parameter("rejection_effect", "M01", "logit", Normal(0.6, 0.4), (-1.0, 3.0),
              "loss of utility of a candidate in members who reject him",
              "Haaretz-Dialog February 2007, n = 550, one man: hold it loosely",
              learned_from=("il-labor-2007",), diffuse=Normal(0.0, 1.0)),
    Parameter("rejection_share", "M01", "fraction", Beta(3, 9), (0.0, 0.95),
              "mean share of members who reject a candidate, where no poll asked", _ASSUMED),
    Parameter("registrar_tie", "M01", "logit", HalfNormal(1.0), (0.0, 5.0),
              "extra utility of the candidate whose camp enrolled the member",
              "assumed; forms to first-round votes of about 0.6 in 2011 for the sign"),
    # M03
    Parameter("strategic_share", "M03", "fraction", Beta(3, 27), (0.0, 0.9),
              "members, the most attentive first, who drop candidates without a chance",
              "laboratory elections in two rounds"),
    # M04
    Parameter("call_effect", "M04", "logit", HalfNormal(0.1), (0.0, 1.0),
              "loss of a candidate whose voters a front-runner calls wasted, per call",
              "report of 2011 for the sign"),
    # M05
    Parameter("turnout_sd", "M05", "logit", LogNormal(math.log(1.2), 0.25), (0.0, 4.0),
              "spread of members' turnout propensities", _ASSUMED),
    Parameter("turnout_habit", "M05", "logit", Normal(2.0, 0.5), (0.0, 6.0),
              "extra propensity in the runoff of those who voted in round one", _ASSUMED),
    Parameter("runoff_turnout_ratio", "M05", "log ratio", Normal(0.0, 0.09), (-1.5, 0.7),
              "log of runoff ballots over first-round ballots, before allies and brokers",
              "log vote ratios of the bundled contests; FairVote for the United States",
              learned_from=_TWO_ROUND,
              by_kind=MappingProxyType({
                  "open": Normal(-0.13, 0.18), "united-states": Normal(-0.3, 0.25)}),
              diffuse=Normal(0.0, 0.3),
              diffuse_by_kind=MappingProxyType({
                  "open": Normal(0.0, 0.4), "united-states": Normal(0.0, 0.6)})),
    Parameter("turnout_gap", "M05", "log ratio per week", HalfNormal(0.02), (0.0, 0.5),
              "fall of runoff turnout per week by which a behaviour puts the runoff off",
              "FairVote on primary runoffs of the United States for the sign"),
    Parameter("expressive_abstention", "M05", "logit", HalfNormal(0.5), (0.0, 4.0),
              "lower runoff propensity of indifferent members whose choice is out",
              "Pons and Tricaud 2018 for the sign; the size is assumed"),
    Parameter("runoff_blank_rate", "M05", "fraction", Beta(2, 120), (0.0, 0.2),
              "share of blank ballots in the runoff; three times as high for those whose choice "
              "is out", _ASSUMED),
    # M06
    Parameter("message_effect", "M06", "logit per day", HalfNormal(0.01), (0.0, 0.2),
              "gain of a candidate from a day of fitting messages", _ASSUMED),
    Parameter("attack_effect", "M06", "logit per day", Normal(0.0, 0.01), (-0.2, 0.2),
              "loss of the target of a day of attacks; negative where attacks backfire",
              "Lau, Sigelman and Rovner 2007: no net gain"),
    Parameter("attack_rate", "M06", "1/day", Beta(2, 38), (0.0, 1.0),
              "daily chance that a candidate attacks the rival who takes most of his marginal "
              "voters", _ASSUMED),
    # M07
    Parameter("leader_momentum", "M07", "logit", Normal(0.05, 0.05), (-0.5, 0.5),
              "bonus of the first-round leader in the runoff",
              "Granzier, Pons and Tricaud; Kiss and Simonovits"),
    Parameter("poll_momentum", "M07", "logit per unit share", HalfNormal(0.5), (0.0, 5.0),
              "bonus of a candidate per rise between published polls", _ASSUMED),
    # M08
    Parameter("electability_effect", "M08", "logit per 10 seats", HalfNormal(0.15), (0.0, 2.0),
              "gain of a leader who is worth 10 seats of 120 more, in a fully attentive member",
              "Simas 2017"),
    Parameter("electability_projection", "M08", "fraction", Beta(5, 5), (0.0, 1.0),
              "part of a seat gap that partisans of the weaker leader do not believe",
              "Hassell and Visalvanich 2024 for the sign; the size is assumed"),
    # M09
    Parameter("poll_house_sd", "M09", "fraction", LogNormal(math.log(0.015), 0.3), (0.0, 0.2),
              "spread of a pollster's house error per candidate", "primary poll errors"),
    Parameter("poll_design_effect", "M09", "dimensionless", LogNormal(math.log(2.0), 0.2),
              (1.0, 10.0), "variance of a poll over that of a simple sample",
              "primary poll errors"),
    Parameter("bloc_undercoverage", "M09", "fraction", Beta(2, 6), (0.0, 1.0),
              "chance that a bloc member is not in a pollster's frame",
              "polls of members 2002, 2005, 2007 and 2011",
              learned_from=("il-labor-2002", "il-labor-2005", "il-labor-2007", "il-labor-2011"),
              diffuse=Beta(1, 2)),
    Parameter("new_member_undercoverage", "M09", "fraction", Beta(2, 6), (0.0, 1.0),
              "chance that a newly enrolled member is not in a pollster's frame", _ASSUMED),
    Parameter("new_member_share", "M09", "fraction", Beta(6, 6), (0.01, 0.99),
              "members enrolled shortly before the contest / members",
              "about half of the roll of 2007 was new (Haaretz, February 2007)"),
    # M10
    Parameter("contact_rate", "M10", "contacts per activist and day",
              LogNormal(math.log(2.5), 0.4), (0.0, 50.0), "conversations of an activist",
              _ASSUMED),
    Parameter("activist_share", "M10", "fraction", Beta(2, 98), (0.0, 0.2),
              "activists / members", _ASSUMED),
    Parameter("door_share", "M10", "fraction", Beta(3, 7), (0.0, 1.0),
              "part of the contacts made in person", _ASSUMED),
    Parameter("door_turnout", "M10", "probability", Normal(0.03, 0.02), (-0.05, 0.2),
              "change of the chance to vote per contact in person",
              "Nickerson 2008; Green and Gerber; Bhatti et al. 2016"),
    Parameter("phone_turnout", "M10", "probability", Normal(0.015, 0.01), (-0.05, 0.2),
              "change of the chance to vote per call", "Green and Gerber"),
    Parameter("contact_persuasion", "M10", "logit", HalfNormal(0.05), (0.0, 1.0),
              "gain of a candidate in an undecided member per contact",
              "Kalla and Broockman 2018; Pons 2018"),
    # M11
    Parameter("ally_turnout_lift", "M11", "logit", HalfNormal(0.3), (0.0, 3.0),
              "lift of an ally's machine on his voters who go his way", _ASSUMED),
    # M12
    Parameter("peer_anchor", "M12", "fraction", Beta(8, 2), (0.0, 1.0),
              "weight of the first opinion against peers in equilibrium",
              "Friedkin and Johnsen"),
    Parameter("opinion_relaxation", "M12", "1/day", Beta(2, 18), (0.0, 1.0),
              "daily pace at which leanings follow peers and persuasion fades",
              "Friedkin and Johnsen; half-life of persuasion about a week"),
    # M13
    Parameter("targeting", "M13", "fraction", Beta(2, 4), (0.0, 1.0),
              "part of the activists' work that goes where the deficit is", _ASSUMED),
    # M14
    Parameter("brokered_share", "M14", "fraction", Beta(5, 15), (0.0, 0.6),
              "members in contractors' blocs / members",
              "poll gap of 2007; no academic estimate found; assumed outside member ballots",
              learned_from=("il-labor-2007",), diffuse=Beta(1, 4),
              by_kind=MappingProxyType({
                  "open": Beta(2, 18), "united-states": Beta(1, 30), "general": Beta(1, 60),
                  "delegates": Beta(1, 30)})),
    Parameter("bloc_size_shape", "M14", "dimensionless", Uniform(1.1, 1.6), (1.01, 5.0),
              "exponent of the Pareto law of bloc sizes between 20 and 3 000 members", _ASSUMED),
    Parameter("obedience", "M14", "fraction", Beta(8, 2), (0.0, 1.0),
              "mean chance that a fully monitored bloc member votes as told",
              "Larreguy et al. 2016; Szwarcberg 2012"),
    Parameter("monitoring", "M14", "fraction", Beta(6, 2), (0.0, 1.0),
              "mean part of obedience that survives a contractor's monitoring",
              "Stokes et al. 2013; Larreguy et al. 2016"),
    Parameter("broker_turnout_lift", "M14", "logit", HalfNormal(0.8), (0.0, 4.0),
              "lift of a contractor's order on his members", "Larreguy et al. 2016"),
    # M15
    Parameter("contract_tie", "M15", "utility", Normal(1.0, 0.3), (0.0, 4.0),
              "weight of a contractor's own tie to a finalist", _ASSUMED),
    Parameter("contract_patron", "M15", "utility", Normal(1.5, 0.5), (0.0, 5.0),
              "weight of the patron's choice", "report of 2011 for the sign"),
    Parameter("contract_leader", "M15", "utility", Normal(0.8, 0.4), (0.0, 4.0),
              "weight of the former candidate's endorsement", "report of 2011 for the sign"),
    Parameter("contract_reward", "M15", "utility", LogNormal(math.log(1.0), 0.4), (0.0, 6.0),
              "worth of being with the winner", "Novaes 2018 for the sign"),
    Parameter("contract_rent", "M15", "utility", Uniform(0.1, 0.3), (0.0, 2.0),
              "utility that an order must exceed", "Szwarcberg 2012 for the sign"),
    Parameter("recontract_rate", "M15", "1/day", Beta(3, 12), (0.0, 1.0),
              "daily chance that a contractor looks at his order again", _ASSUMED),
    # M16
    Parameter("lieutenant_follow", "M16", "utility", LogNormal(math.log(1.0), 0.5), (0.0, 6.0),
              "weight of the leader's word for a lieutenant who has not spoken",
              "calls of lieutenants in 2007 and 2011 for the sign"),
    # M17
    Parameter("early_move_rate", "M17", "1/day", Beta(2, 38), (0.0, 1.0),
              "daily chance that an activist of an undecided camp moves", _ASSUMED),
    # M18
    Parameter("consultation_weight", "M18", "utility", HalfNormal(1.0), (0.0, 5.0),
              "weight of the activists' wish in the leader's decision", _ASSUMED),
    Parameter("consultation_delay", "M18", "days", Uniform(1.0, 4.0), (0.0, 30.0),
              "age of the activists' wish when the leader sees it", _ASSUMED),
    # M19
    Parameter("letter_weight", "M19", "utility", HalfNormal(0.5), (0.0, 4.0),
              "weight of a public letter by all who have weight, one-sided",
              "report of 2011 for the sign"),
    # M20
    Parameter("poach_identity", "M20", "utility", LogNormal(math.log(1.0), 0.5), (0.0, 6.0),
              "worth of belonging to one's camp that an offer must exceed",
              "report of 2007 for the sign"),
    # M21
    Parameter("courting_relief", "M21", "fraction", Beta(2, 10), (0.0, 1.0),
              "part of a grudge that a meeting or praise takes away", _ASSUMED),
    Parameter("courting_goodwill", "M21", "utility", HalfNormal(0.3), (0.0, 3.0),
              "worth of having been courted more and earlier than by the other finalist",
              _ASSUMED),
    # M22
    Parameter("office_value", "M22", "utility", LogNormal(math.log(1.5), 0.4), (0.0, 8.0),
              "worth of a first-rank office to an eliminated leader", _ASSUMED),
    Parameter("offer_noise", "M22", "fraction", Uniform(0.0, 0.3), (0.0, 1.0),
              "spread of offers around the ally's share of the joint vote",
              "Gamson; Warwick and Druckman 2006"),
    # M23
    Parameter("office_grant_cost", "M23", "utility", Normal(1.0, 0.5), (-2.0, 6.0),
              "what an office costs the head of government", _ASSUMED),
    # M24
    Parameter("pledge_conflict", "M24", "utility", HalfNormal(0.8), (0.0, 5.0),
              "loss of a finalist whose pledge contradicts the leader's own",
              "report of 2007 for the sign"),
    Parameter("pledge_change_cost", "M24", "logit", HalfNormal(0.1), (0.0, 1.0),
              "loss among all voters of a finalist who changes a pledge", _ASSUMED),
    # M25
    Parameter("insult_effect", "M25", "logit", HalfNormal(0.2), (0.0, 2.0),
              "resentment of the insulted candidate's voters per unit of grudge",
              "Sanders and Clinton voters, secondary sources"),
    Parameter("grudge_weight", "M25", "utility", HalfNormal(0.8), (0.0, 5.0),
              "weight of a leader's grudge in his decisions", _ASSUMED),
    Parameter("grudge_decay", "M25", "1/day", Uniform(0.01, 0.04), (0.0, 1.0),
              "daily loss of grudges", _ASSUMED),
    # M26
    Parameter("deliverability", "M26", "fraction", Beta(4, 2), (0.0, 1.0),
              "chance that a camp on good terms with an ally votes for him as its second",
              "report of 2011 for the sign"),
    # M27
    Parameter("decision_distance", "M27", "utility", LogNormal(math.log(0.5), 0.5), (0.0, 5.0),
              "weight of half the squared distance in the endorser's choice",
              "Golder 2006 for the sign"),
    Parameter("decision_win", "M27", "utility", HalfNormal(1.0), (0.0, 5.0),
              "worth of siding with the probable winner", _ASSUMED),
    Parameter("neutral_base", "M27", "utility", Normal(-1.3, 0.5), (-4.0, 4.0),
              "worth of staying neutral", "29 neutral of 98 known choices in the contests",
              learned_from=_TWO_ROUND, diffuse=Normal(0.0, 1.5)),
    Parameter("split_fear", "M27", "utility", HalfNormal(1.5), (0.0, 6.0),
              "extra worth of neutrality to a leader whose voters are evenly divided",
              "report of 2011 for the sign"),
    # M28
    Parameter("endorsement_total", "M28", "logit", Normal(0.6, 0.4), (-1.0, 2.5),
              "selection and cue together, per full endorsement",
              "two-round contests: one follow rate about 0.75", learned_from=_TWO_ROUND,
              diffuse=Normal(0.0, 1.5), diffuse_bounds=(-4.0, 5.0)),
    Parameter("endorsement_cue", "M28", "logit", HalfNormal(0.3), (0.0, 0.45),
              "cue of an endorsement alone, in those told; selection is the total minus the cue",
              "Kousser, Lucas, Masket and McGhee 2015"),
    Parameter("notable_cue", "M28", "logit", HalfNormal(0.1), (0.0, 1.0),
              "cue of all notables of a sector with one voice, in its members", _ASSUMED),
    Parameter("contest_shock_sd", "M02", "logit", Uniform(0.4, 0.6), (0.0, 2.0),
              "what endorsements and leads leave unexplained in the eliminated vote",
              "two-round contests", learned_from=_TWO_ROUND, diffuse=HalfNormal(0.8)),
    Parameter("late_swing_sd", "M02", "logit", Fixed(0.0), (0.0, 3.0),
              "what moves all voters between the rounds, those of the finalists too; none before "
              "a calibration", _ASSUMED, diffuse=HalfNormal(0.5)),
    Parameter("finalist_habit", "M02", "logit", Normal(1.0, 0.5), (0.0, 4.0),
              "extra utility of the finalist one voted for in round one", _ASSUMED),
    Parameter("runoff_noise", "M02", "logit", LogNormal(math.log(0.5), 0.3), (0.01, 3.0),
              "scale of fresh chance in a member's runoff choice", _ASSUMED),
    # M29
    Parameter("backlash", "M29", "logit", Normal(0.1, 0.3), (-1.5, 1.5),
              "turn against the endorsed among members who reject the endorser",
              "polls of 30 May and 6 June 2007: added after seeing them",
              learned_from=("il-labor-2007",), diffuse=Normal(0.0, 0.5)),
    # M30
    Parameter("appeal_effect", "M30", "logit", HalfNormal(0.1), (0.0, 1.0),
              "gain of a finalist who appeals to a leader's voters over his head", _ASSUMED),
    Parameter("appeal_discount", "M30", "fraction", Beta(2, 6), (0.0, 1.0),
              "part of the leader's later word that an appeal takes away", _ASSUMED),
    # M31
    Parameter("outside_guilt", "M31", "logit", HalfNormal(0.05), (0.0, 0.5),
              "loss of a finalist whom a rival party's politician praises",
              "report of 2011 for the sign"),
    # M32
    Parameter("leak_rate", "M32", "1/day", Beta(2, 18), (0.0, 1.0),
              "daily chance that talks on an offer leak", _ASSUMED),
    # M33
    Parameter("expressive_candidacy", "M33", "utility", LogNormal(math.log(0.8), 0.5), (0.0, 5.0),
              "worth of standing without a chance", "report of 2008 for the sign"),
    Parameter("promise_price", "M33", "utility", LogNormal(math.log(1.0), 0.5), (0.0, 5.0),
              "price of breaking a promise not to stand that the other side has kept",
              "report of 2008 for the sign"),
    # M34
    Parameter("constitution_force", "M34", "fraction", Beta(3, 3), (0.0, 1.0),
              "chance that the constitution prevails over an agreement that a candidate disputes",
              _ASSUMED),
    # M35
    Parameter("promise_keeping", "M35", "fraction", Beta(6, 3), (0.0, 1.0),
              "part of the promises in his power that a winner keeps", _ASSUMED),
    # M36
    Parameter("institution_growth", "M36", "fraction", HalfNormal(0.2), (0.0, 2.0),
              "growth of a loser's machine until the next contest", _ASSUMED),
    # M37
    Parameter("exit_rate", "M37", "1/month", LogNormal(math.log(0.005), 0.5), (0.0, 0.2),
              "rate at which a content member leaves", "Cross and Pruysers 2019 for the signs"),
    # M38
    Parameter("rival_tie", "M38", "utility", LogNormal(math.log(1.5), 0.4), (0.0, 6.0),
              "weight of an old tie to a rival party's leader against distance",
              "report of 2011 for the sign"),
    # M39
    Parameter("split_base", "M39", "logit", Normal(-4.7, 0.7), (-8.0, 2.0),
              "log odds that a faction without a complaint leaves", "Ceron for the signs"),
    # M40
    Parameter("seat_poll_sd", "M40", "seats", LogNormal(math.log(2.0), 0.3), (0.0, 20.0),
              "error of a seat poll against the seats won", _ASSUMED),
    # M41
    Parameter("forms_valid", "M41", "fraction", Beta(7, 3), (0.01, 1.0),
              "forms that a camp claims and that become members",
              "claims and rolls of 2007 and 2011"),
    # M42
    Parameter("irregularity_rate", "M42", "fraction", Beta(1, 60), (0.0, 1.0),
              "stations of one broker where ballots are cast for absent members", _ASSUMED),
    Parameter("annulment_rate", "M42", "fraction", Beta(2, 8), (0.0, 1.0),
              "irregular stations that are annulled after a complaint",
              "police looked at 4 to 10 stations in 2007"),
    # M43
    Parameter("counter_frame", "M43", "logit", HalfNormal(0.15), (0.0, 1.5),
              "turn against the endorsed among those who reject the ally, once the pact is named",
              "stickers of June 2007: added after seeing the result",
              learned_from=("il-labor-2007",), diffuse=HalfNormal(0.3)),
)  # fmt: skip

PARAMETERS: Mapping[str, Parameter] = MappingProxyType({row.name: row for row in _ROWS})


@dataclass(frozen=True)
class Parameters:
    """Hold one value per parameter, as attributes through `get`.

    Attributes
    ----------
    values
        Value by name; complete.
    """

    values: Mapping[str, float]

    def __getitem__(self, name: str) -> float:
        """Return a parameter's value."""
        return self.values[name]


def prior_quantile(parameter: Parameter, kind: str, u: float) -> float:
    """Compute a quantile of a prior truncated to the parameter's bounds.

    Parameters
    ----------
    parameter
        The parameter.
    kind
        Kind of contest.
    u
        Probability in (0, 1).

    Returns
    -------
    Value within the bounds: the quantile of the truncated prior, by inversion.
    """
    prior = parameter.prior_for(kind)
    low, high = parameter.bounds
    below, above = prior.cdf(low), prior.cdf(high)
    return min(max(prior.quantile(below + u * (above - below)), low), high)


def draw_parameters(
    streams: Streams,
    kind: str,
    settings: Mapping[str, float] = MappingProxyType({}),
    draw: Mapping[str, float] = MappingProxyType({}),
) -> Parameters:
    """Draw every parameter from its prior, unless it is set or comes from a posterior draw.

    Parameters
    ----------
    streams
        Random numbers of the replicate; stream ``PARAMETERS_PRIOR``.
    kind
        Kind of contest, for priors that depend on it.
    settings
        Values held by the user; they win.
    draw
        Values of one posterior draw.

    Returns
    -------
    One value per parameter. A parameter's number depends on its name alone: adding, removing or
    setting others never moves it.
    """
    values: dict[str, float] = {}
    for name, parameter in PARAMETERS.items():
        if name in settings:
            values[name] = float(settings[name])
        elif name in draw:
            values[name] = float(draw[name])
        else:
            u = streams.uniform(Stream.PARAMETERS_PRIOR, parameter.key)
            values[name] = prior_quantile(parameter, kind, u)
    return Parameters(MappingProxyType(values))


def prior_medians(kind: str) -> dict[str, float]:
    """Return the median of every prior for a kind of contest."""
    return {name: prior_quantile(p, kind, 0.5) for name, p in PARAMETERS.items()}


def check_settings(settings: Mapping[str, float], where: str = "--set") -> tuple[Problem, ...]:
    """Find all problems of parameters set by hand.

    Parameters
    ----------
    settings
        Value by name.
    where
        Place named in the problems.

    Returns
    -------
    Unknown names, values that are not finite, values outside the bounds.
    """
    problems = []
    for name, value in settings.items():
        if name not in PARAMETERS:
            wrong = f"unknown parameter '{name}'"
            problems.append(Problem(where, wrong, did_you_mean(name, PARAMETERS)))
            continue
        low, high = PARAMETERS[name].bounds
        if not (math.isfinite(value) and low <= value <= high):
            unit = PARAMETERS[name].unit
            remedy = f"a number from {low:g} to {high:g} [{unit}]"
            problems.append(Problem(f"{where} {name}", f"{value!r} is out of bounds", remedy))
    return tuple(problems)


def beta_like(mean: float, spread: float, u: float) -> float:
    """Spread a probability around a mean on the logit scale.

    Parameters
    ----------
    mean
        Median of the result, in (0, 1).
    spread
        Standard deviation [logit].
    u
        Uniform draw in (0, 1).

    Returns
    -------
    Probability in (0, 1): the logit-normal quantile.
    """
    clipped = min(max(mean, 1e-9), 1.0 - 1e-9)
    odds = clipped / (1.0 - clipped) * exp(spread * normal_quantile(u))
    return odds / (1.0 + odds)
