"""Elections at prior medians, ready for their first day."""

from functools import cache

from kingmaker.contest.facts import prior_kind
from kingmaker.contest.load import load_contest
from kingmaker.election import LeadershipElection
from kingmaker.parameters import prior_medians


@cache
def _constants(contest_id: str):
    """Find a contest's constants once."""
    return at_medians(contest_id, constants=None).constants


def at_medians(contest_id: str, **arguments) -> LeadershipElection:
    """Make an election at prior medians; its constants are found only once."""
    contest = load_contest(contest_id)
    if "constants" not in arguments:
        arguments["constants"] = _constants(contest_id)
    return LeadershipElection(contest, settings=prior_medians(prior_kind(contest)), **arguments)
