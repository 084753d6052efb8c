"""Carry out ``kingmaker story``: run one replicate and tell it."""

from __future__ import annotations

import json
import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING

import typer

from kingmaker.cli.arguments import number, settings_of, whole_number
from kingmaker.errors import ParameterError, Problem

if TYPE_CHECKING:
    from kingmaker.experiment.options import Options

TITLE = "kingmaker story"


@dataclass(frozen=True)
class StoryArguments:
    """Hold the arguments of ``kingmaker story`` as they were typed."""

    contest: str
    replicate: str
    seed: str
    behaviour: str
    settings: list[str]
    without: str
    scale: str | None
    first_round: str
    days: str | None
    as_json: bool
    words: tuple[str, ...]


def story_command(arguments: StoryArguments) -> None:
    """Run the replicate that the arguments name, and print its story.

    Raises
    ------
    ParameterError, ContestError, DataError
        If the input is wrong.
    RunFailedError
        If the replicate fails.
    """
    from kingmaker.experiment.environment import guard_process

    guard_process()
    from kingmaker.experiment.options import make_plan

    try:
        plan = make_plan(_options(arguments))
    except ParameterError as error:
        problems = (
            Problem("--replicate" if p.where == "--only" else p.where, p.wrong, p.remedy)
            for p in error.problems
        )
        raise ParameterError(TITLE, tuple(problems)) from None
    from kingmaker.experiment.workers import run_one
    from kingmaker.files.results import unpack_record
    from kingmaker.report.story.chronicle import tell_story
    from kingmaker.report.story.printing import print_story

    (number,) = plan.numbers
    story = tell_story(
        plan.contest,
        unpack_record(run_one(plan, number, plan.draw(number))),
        seed=plan.seed,
        behaviour=plan.behaviour,
        without=plan.without,
        settings=plan.settings,
        first_round=plan.first_round,
    )
    if arguments.as_json:
        typer.echo(json.dumps(story.as_json(), indent=2, ensure_ascii=False))
    else:
        print_story(story)


def _options(arguments: StoryArguments) -> Options:
    from kingmaker.experiment.options import Options

    problems: list[Problem] = []
    return Options(
        contest=arguments.contest,
        only=[whole_number(arguments.replicate)],
        seed=whole_number(arguments.seed),
        behaviour=arguments.behaviour,
        settings=settings_of(arguments.settings, problems),
        without=arguments.without,
        scale=None if arguments.scale is None else number(arguments.scale),
        first_round=arguments.first_round,
        days=None if arguments.days is None else whole_number(arguments.days),
        problems=tuple(problems),
        is_command_line=True,
        command=shlex.join(["kingmaker", *arguments.words]),
    )
