"""Hold the commented contest file that newcomers start from, and write it."""

from __future__ import annotations

import os
from pathlib import Path

from kingmaker.errors import StoreError

TEMPLATE = """\
# A contest file: one party leadership election in two rounds, as far as you know it.
#
# Change what is here; leave out what you do not know. A run draws whatever is absent from priors
# and reports it. Only id, name, country, party, kind, confidence, rules, dates, roll and two
# candidates are required. `kingmaker check FILE` lists all problems at once.
#
# Shares are fractions (0.4 is 40 %), days are written without quotes (2030-05-12), ids are
# lower-case letters, digits and hyphens. Every figure names its source and how sure it is:
#   high      official, or two reports agree
#   medium    one report
#   low       doubtful
#   assumed   a judgement, no source

schema_version = 1
id = "example-2030"
name = "Example Party leadership, 2030"
country = "Nowhere"
party = "Example Party"
office = "party leader"
kind = "members"              # members, open (anybody may vote), delegates, general
confidence = "assumed"        # of the file as a whole
sources = ["invented, to show the format"]
hypothetical = true           # an invented contest; leave this out for a real one
note = "Everything in this file is invented."
# irregular = "why this is no ordinary two-round contest"
# from_memory = ["fields written from memory, unverified"]

[rules]
threshold = 0.4               # this share of the candidate votes wins in round one
campaign_days = 45            # days simulated before round one; 60 if absent
same_electorate = true        # both rounds are open to the same people
# gap_days = 14               # days between the rounds, where dates.round2 is unknown
# same_day = true             # the runoff follows on the day of round one
# voters_only = true          # only those who voted in round one may vote in the runoff
source = "invented"
confidence = "assumed"

[dates]
round1 = 2030-05-12
round2 = 2030-05-26           # leave out if somebody won in round one

[roll]                        # those entitled to vote; leave out if unknown
round1 = 60_000
# round2 = 60_500             # only where it differs
source = "invented"
confidence = "assumed"

[parliament]                  # the party before the contest
seats = 24                    # won at the last general election
source = "invented"
confidence = "assumed"

[salience]                    # weight of each dimension; 0 where it was no issue
socio_economic = 1.0
new_politics = 1.0
government = 0.5

# Candidates, in the order of the result. A position has three numbers, in standard deviations of
# the members: socio-economic (positive: more redistribution), new or clean politics (positive:
# more), staying in the government (positive: stay).

[[candidates]]
id = "arden"
name = "Alex Arden"
position = [-0.5, -0.3, 0.6]
incumbent = true
machine = 1.4                 # organised blocs, relative to the average of 1
competence = 0.5              # standing in the field that the campaign is about
themes = ["electability"]     # electability, competence, social-flag, clean-politics
registration_claim = 12_000   # members whom the camp says it enrolled
source = "invented"
confidence = "assumed"
[candidates.rejection]        # share of members who would never vote for the candidate
value = 0.25
source = "invented"
confidence = "assumed"

[[candidates]]
id = "brook"
name = "Bo Brook"
position = [0.2, 0.9, -0.8]
themes = ["clean-politics"]
no_deals = true               # promised in public to make no deals
# [candidates.strength]       # where there is no result: the share expected if everybody stands
# value = 0.35
# source = "invented"
# confidence = "assumed"

[[candidates]]
id = "calder"
name = "Chris Calder"
position = [1.2, -0.2, 0.4]
themes = ["social-flag"]
note = "The third; nobody knows yet whom Calder will support."

[[candidates]]
id = "dunn"
name = "Dana Dunn"
withdrawn = 2030-04-20        # before round one; withdrawn_after: gave up a place in the runoff

# Sectors divide the roll: disjoint, and exactly one of them is the rest.

[[sectors]]
id = "coast"
name = "Coastal branches"
members = 8_000               # or members_range = [6_000, 9_000]
brokered = 2.5                # density of vote contractors, relative to the other sectors
leaning = [0.4, -0.3, 0.2]
source = "invented"
confidence = "assumed"
[sectors.round1]              # what was observed: evidence, never a constraint
shares = { arden = 0.5, calder = 0.3 }
turnout = 0.7
source = "invented"
confidence = "assumed"

[[sectors]]
id = "rest"
name = "All other branches"
rest = true
source = "what is left of the roll"
confidence = "assumed"

[[towns]]                     # places observed; they overlap the sectors
id = "harbour"
name = "Harbour"
sector = "coast"
eligible = 400
votes_round1 = { arden = 180, calder = 60 }
source = "invented"
confidence = "assumed"

[[blocs]]                     # known blocs who follow a vote contractor; others are drawn
id = "dockers"
name = "Dockers"
size = 350
sector = "coast"
camp = "calder"
patron = "ellis"
source = "invented"
confidence = "assumed"

[[notables]]                  # named people with weight
id = "ellis"
name = "Emery Ellis"
role = "union"                # mp, minister, mayor, union, official, broker, activist, other
camp = "calder"
sectors = ["coast"]
members = 900
source = "invented"
confidence = "assumed"

[[outside]]                   # actors outside the party
id = "premier"
name = "The prime minister"
role = "head-of-government"   # central-committee, rival-party, pollster, press, other
prefers = "arden"
offices = ["finance", "labour"]
refuses = ["finance"]
stay_prob = 0.7
source = "invented"
confidence = "assumed"

[[outside]]                   # rival parties: where members may go, and seats come from
id = "new-centre"
name = "The New Centre"
role = "rival-party"          # one of its politicians has party = "new-centre" besides
position = [-0.9, 0.4, -0.5]  # as for candidates
ties = { calder = 0.1 }       # part of a candidate's voters with an old tie to its leader
seats = 15
source = "invented"
confidence = "assumed"

[[polls]]
date = 2030-05-08             # or earliest and latest
pollster = "Example Polls"
population = "members"        # exit, public
question = "round1"           # runoff, seats
n = 500
shares = { arden = 0.36, brook = 0.33, calder = 0.17 }
undecided = 0.14
source = "invented"
confidence = "assumed"

# A poll about seats: population = "public", question = "seats", then
# seats = { arden = 26, brook = 29 }
# seats_from = { arden = { new-centre = 1 }, brook = { new-centre = 3 } }

[[events]]                    # dated acts
date = 2030-05-05
kind = "wasted-vote-call"     # the reference lists all kinds
by = "brook"
to = "calder"
text = "Brook asks Calder's voters not to waste their votes."
source = "invented"
confidence = "assumed"

[[endorsements]]              # who called for whom; unknown is not neutral
by = "dunn"
to = "brook"                  # a candidate, or neutral, free-vote, unknown
date = 2030-04-20
source = "invented"
confidence = "assumed"

[[endorsements]]
by = "calder"
to = "unknown"
source = "no statement was found"
confidence = "low"

[[offers]]
by = "arden"
to = "calder"
earliest = 2030-05-13
latest = 2030-05-20
kind = "office"               # second-place, posts-kept, institutional-seats, policy, partnership
office = "labour"
text = "Arden holds out the labour ministry to Calder."
source = "invented"
confidence = "assumed"

[[pledges]]
by = "brook"
issue = "government"          # no-deals, no-challenge, cooperation, policy
stance = "leave"              # stay, conditional, keep
date = 2030-05-02
text = "Brook would leave the government."
source = "invented"
confidence = "assumed"

[[pledges]]
by = "brook"
issue = "no-challenge"
stance = "keep"
date = 2029-11-02
until = 2030-11-02            # last day on which it binds
text = "Brook will not challenge Arden for a year."
source = "invented"
confidence = "assumed"

[candidacy]                   # what is open before the contest; without it everybody stands
incumbent = "arden"
constitution_requires_primary = true
postponed_by_agreement = true # an informal agreement puts the contest off
incumbent_considers_himself_bound = false
postponed_until = 2031-03-02
source = "invented"
confidence = "assumed"

[[candidacy.challengers]]     # who has yet to decide; all others stand
id = "brook"
source = "invented"
confidence = "assumed"

[[candidacy.challengers]]
id = "calder"
declared = true               # said in public to stand, with or without the others
expressive = true             # to offer an alternative, even without a chance
source = "invented"
confidence = "assumed"

[[candidacy.promises]]        # what was promised for Brook's pledge, and the part kept of it
by = "arden"
to = "brook"
kept = 0.3
text = "Arden will consult Brook every week."
source = "invented"
confidence = "assumed"

[[candidacy.pacts]]
between = ["brook", "calder"]
kind = "one-way"              # support in the runoff; mutual, withdrawal
supporter = "calder"
supported = "brook"
# claimed_by = "brook"        # where one side says so and the other denies it
# denied_by = "calder"
source = "invented"
confidence = "assumed"

# Results: votes where they are known for all; else shares, with the ballots that they are of.
# Leave results out to forecast round one. The second round is printed, never read by a run.

[results.round1]
votes = { arden = 14_100, brook = 13_300, calder = 8_200 }
ballots = 36_000
blank = 400
turnout = 0.6
source = "invented"
confidence = "assumed"

# [results.round2]
# shares = { arden = 0.49, brook = 0.5 }
# base = 34_000
# other_or_blank = 0.01
"""


def write_template(path: str | os.PathLike[str]) -> None:
    """Write the template into a new file.

    Parameters
    ----------
    path
        The file; must not exist.

    Raises
    ------
    StoreError
        If the file exists or cannot be written.
    """
    name = os.fspath(path)
    try:
        with Path(name).open("x", encoding="utf-8", newline="\n") as file:
            file.write(TEMPLATE)
    except FileExistsError:
        raise StoreError(name, "exists already", "choose another name or remove it") from None
    except (OSError, ValueError) as error:
        reason = (getattr(error, "strerror", None) or "no possible file name").lower()
        raise StoreError(name, f"cannot be written: {reason}", "choose another place") from None
