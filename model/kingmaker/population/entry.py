"""Let a candidate join a resolved contest, and leave everybody else as he was."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from kingmaker.population.apportion import largest_remainder
from kingmaker.population.setting import Setting, Targets


def joined_by(base: Setting, wide: Setting) -> Setting:
    """Resolve the contest that somebody joins.

    Parameters
    ----------
    base
        The contest as it was, resolved.
    wide
        The contest with the entrant as its last candidate (`kingmaker.contest.entry.staying`),
        resolved with the same parameters, streams, scale and days.

    Returns
    -------
    `wide` with the roll, ballots, sectors and calendar of `base`, whatever was drawn for them:
    only the entrant is new. He has the share of candidate votes that was drawn for him; the others
    have theirs of `base` in what is left.

    Raises
    ------
    ValueError
        If `wide` has not one candidate more than `base`, the last.
    """
    n = base.n_candidates
    if wide.candidate_ids[:n] != base.candidate_ids or wide.n_candidates != n + 1:
        raise ValueError("the entrant must be the last on the ballot, and the only new one")
    own = float(wide.vote_shares[n])
    shares = np.append((1.0 - own) * base.vote_shares, own)
    votes = largest_remainder(shares, int(base.targets.votes.sum()))
    unknown = np.full((base.n_sectors, 1), np.nan)
    evidence = np.hstack([base.sector_shares, unknown])
    for array in (shares, votes, evidence):
        array.flags.writeable = False
    return replace(
        wide,
        sector_sizes=base.sector_sizes,
        roll_round2=base.roll_round2,
        scale=base.scale,
        targets=Targets(votes, base.targets.blank, observed=False),
        vote_shares=shares,
        sector_shares=evidence,
        sector_turnout=base.sector_turnout,
        campaign_days=base.campaign_days,
        gap_days=base.gap_days,
        drawn=(*base.drawn, f"strength of {wide.candidate_ids[n]}, who did not stand"),
    )
