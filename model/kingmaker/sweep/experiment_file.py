"""Define what an experiment file may say: frozen types, a meaning for every key."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from kingmaker.contest.fields import Id, Section, Text

MAX_RUNS = 5_000_000
MAX_POINTS = 1_000_000
MAX_REPLICATES = 1_000_000
MAX_SEED = 2**63 - 1

Kind = Literal["grid", "latin-hypercube", "sobol", "morris", "list", "posterior"]
Count = Annotated[int, Field(ge=1, le=MAX_POINTS)]
Seed = Annotated[int, Field(ge=0, le=MAX_SEED)]
Finite = Annotated[float, Field(allow_inf_nan=False)]


class Design(Section):
    """What differs between the points; without it there is one point per contest and behaviour."""

    kind: Annotated[
        Kind,
        Field(
            description="grid: all combinations of listed values; latin-hypercube, sobol: points "
            "spread over ranges; morris: trajectories that change one parameter at a time; list: "
            "the points themselves; posterior: draws from a file"
        ),
    ]
    parameters: Annotated[
        dict[str, Any],
        Field(
            description="grid: parameter = list of values; latin-hypercube, sobol and morris: "
            'parameter = [low, high], or "prior" for the quantiles of its prior; morris: between '
            "2.5 % and 97.5 %"
        ),
    ] = Field(default_factory=dict)
    points: Annotated[
        Count | None,
        Field(
            description="latin-hypercube: number of points; sobol: the same, a power of two; "
            "posterior: number of draws, all if absent"
        ),
    ] = None
    trajectories: Annotated[Count | None, Field(description="morris: trajectories")] = None
    levels: Annotated[
        Annotated[int, Field(ge=2, le=100)] | None,
        Field(description="morris: levels of the grid, even"),
    ] = None
    rows: Annotated[
        tuple[dict[str, Finite], ...],
        Field(
            strict=False,
            description="list: a table of parameters per point; what is absent is drawn",
        ),
    ] = ()
    file: Annotated[
        Text | None,
        Field(description="posterior: Parquet file of draws, as for `kingmaker run --posterior`"),
    ] = None
    design_seed: Annotated[
        Seed, Field(description="latin-hypercube, sobol, morris: seed of the design")
    ] = 1


class Experiment(Section):
    """What is asked, of which contests, under which behaviours, how often."""

    id: Annotated[Id, Field(description="name of the experiment, and of its folder by default")]
    question: Annotated[Text, Field(description="what the experiment asks, in a sentence")]
    contests: Annotated[
        tuple[Text, ...],
        Field(
            strict=False,
            min_length=1,
            description="ids of bundled contests, or paths of contest files, seen from the folder "
            "of the experiment file",
        ),
    ]
    behaviours: Annotated[
        tuple[Text, ...],
        Field(strict=False, min_length=1, description="alliance behaviours, as for `--behaviour`"),
    ] = ("historical",)
    without: Annotated[
        tuple[Annotated[tuple[Text, ...], Field(strict=False)], ...],
        Field(
            strict=False,
            min_length=1,
            description="lists of mechanisms to switch off: a list is a point, `[]` is the whole "
            "model",
        ),
    ] = ((),)
    scale: Annotated[
        Annotated[float, Field(gt=0.0, le=1.0, allow_inf_nan=False)] | None,
        Field(description="simulated members / members; absent: full size, as for `--scale`"),
    ] = None
    days: Annotated[
        Annotated[int, Field(ge=1, le=1000)] | None,
        Field(description="days of campaign before round one; absent: the contest's, else 60"),
    ] = None
    first_round: Annotated[
        Literal["exact", "free"],
        Field(description="round one as observed, or left to chance"),
    ] = "exact"
    reinvert: Annotated[bool, Field(description="find the constants anew without what is off")] = (
        False
    )
    replicates: Annotated[
        Annotated[int, Field(ge=1, le=MAX_REPLICATES)],
        Field(description="replicates of every point, counted from 0"),
    ]
    seed: Annotated[Seed, Field(description="seed of the experiment")] = 1
    seeds: Annotated[
        Literal["paired", "independent"],
        Field(
            description="paired: all points share the seed, so that differences between points "
            "hold little noise; independent: each has a seed of its own, made of what it is"
        ),
    ] = "paired"
    tables: Annotated[
        tuple[Text, ...],
        Field(
            strict=False,
            min_length=1,
            description="tables that are kept: `runs`, always, and others of the page of tables",
        ),
    ] = ("runs",)
    settings: Annotated[
        dict[str, Finite],
        Field(
            description="parameters held at a value everywhere, as for `--set`",
        ),
    ] = Field(default_factory=dict)
    design: Annotated[
        Design | None,
        Field(description="what differs between the points, beside contests and behaviours"),
    ] = None
