"""Carry out ``kingmaker forecast``: read its arguments, show progress, print the forecast."""

from __future__ import annotations

from dataclasses import dataclass

import typer

from kingmaker.cli.arguments import progress_shown, whole_number


@dataclass(frozen=True)
class ForecastArguments:
    """Hold the arguments of ``kingmaker forecast`` as they were typed."""

    contest: str
    as_of: str | None
    posterior: str | None
    replicates: str
    seed: str
    workers: str
    as_json: bool


def forecast_command(arguments: ForecastArguments) -> None:
    """Forecast what the arguments say, and print it.

    Raises
    ------
    ParameterError, ContestError, DataError, CalibrationError
        If the input is wrong.
    RunFailedError
        If a replicate fails.
    """
    from kingmaker.experiment.environment import guard_process

    guard_process()
    from kingmaker.forecasting.options import ForecastOptions, plan_forecast

    plan = plan_forecast(
        ForecastOptions(
            contest=arguments.contest,
            as_of=arguments.as_of,
            posterior=arguments.posterior,
            replicates=whole_number(arguments.replicates),
            seed=whole_number(arguments.seed),
            workers=whole_number(arguments.workers),
            is_command_line=True,
        )
    )
    from kingmaker.forecasting.driver import run_forecast

    try:
        with progress_shown(is_shown=not arguments.as_json) as progress:
            result = run_forecast(plan, progress)
    except KeyboardInterrupt:
        typer.echo("kingmaker: interrupted, nothing is forecast", err=True)
        raise typer.Exit(130) from None
    if arguments.as_json:
        import json

        typer.echo(json.dumps(result.summary, indent=2, allow_nan=False))
    else:
        from kingmaker.report.forecast import print_forecast

        print_forecast(result.summary)
