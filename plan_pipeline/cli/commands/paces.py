"""``plan-pipeline paces``: a runner's paces and equivalent race times from a race, a test or a threshold pace."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from plan_pipeline.cli.options import JsonOption

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rich.table import Table

    from plan_pipeline.cli.tables import TableColumn
    from plan_pipeline.core.paces.text import Units
    from plan_pipeline.services.paces import PaceReport


def paces(
    race: Annotated[
        list[str] | None,
        typer.Option(
            "--race",
            metavar="TEXT",
            help='A race, such as "10 km 41:20" or "half marathon 1:32:05". Several of 2 to 20 minutes each are taken '
            "for critical speed; of others the best counts.",
        ),
    ] = None,
    test: Annotated[
        str | None,
        typer.Option("--test", metavar="TEXT", help='An all-out test of 20 to 60 minutes, such as "30 min 7.2 km".'),
    ] = None,
    threshold_pace: Annotated[
        str | None,
        typer.Option("--threshold-pace", metavar="PACE", help="A threshold pace that is known, such as 4:15/km."),
    ] = None,
    date: Annotated[
        dt.datetime | None,
        typer.Option("--date", metavar="DATE", formats=["%Y-%m-%d"], help="The day of the race or test."),
    ] = None,
    goal: Annotated[
        str | None, typer.Option("--goal", metavar="TEXT", help='A race to come, such as "marathon 3:05:00".')
    ] = None,
    weeks: Annotated[
        int | None, typer.Option("--weeks", metavar="N", min=1, help="Weeks until the goal.  [default: 12]")
    ] = None,
    weekly_km: Annotated[
        float | None,
        typer.Option("--weekly-km", metavar="KM", help="Kilometres a week, the mean of the last four weeks."),
    ] = None,
    units: Annotated[
        str, typer.Option("--units", metavar="UNITS", help="km or mile: of paces without a unit, and of texts in JSON.")
    ] = "km",
    as_json: JsonOption = False,
) -> None:
    """Say at which paces a runner trains and races, what that rests on, and what speaks against it.

    Give one of --race, --test and --threshold-pace. Paces are computed by Daniels & Gilbert's formula.
    """
    from plan_pipeline.cli import output
    from plan_pipeline.services.paces import USUAL_WEEKS, PaceQuestion, PaceQuestionError, paces_of

    question = PaceQuestion(
        race=race or (),
        test=test,
        threshold_pace=threshold_pace,
        date=date and date.date(),
        goal=goal,
        weeks=weeks or USUAL_WEEKS,
        weekly_km=weekly_km,
        units=_units(units),
    )
    try:
        report = paces_of(question, today=dt.date.today())
    except PaceQuestionError as error:
        raise typer.BadParameter(error.problem, param_hint=f"--{error.field.replace('_', '-')}") from None
    if as_json:
        output.print_json(report)
        return
    _show(report)


def _units(name: str) -> Units:
    from plan_pipeline.core.paces.text import Units

    try:
        return Units(name)
    except ValueError:
        raise typer.BadParameter(f"{name!r} is no unit; use km or mile", param_hint="--units") from None


def _show(report: PaceReport) -> None:
    from plan_pipeline.cli import output

    console = output.stdout()
    output.line(console, f"VDOT {report.vdot:.2f}, threshold pace {report.threshold_pace}: from {report.based_on}")
    if report.critical_speed is not None:
        critical = report.critical_speed
        output.line(console, f"Critical speed {critical.speed_m_s:.3f} m/s, D′ {critical.d_prime_m:.0f} m")
    console.print(_table("training", _training(report), report.units))
    console.print(_table("race", _races(report), report.units))
    for warning in report.warnings:
        output.line(output.stderr(), f"Note: {warning}")


class _Row(NamedTuple):
    """A pace, or a range of paces, of training or of a race that takes some time."""

    name: str
    source: str
    slow_m_s: float
    fast_m_s: float
    slow_pct: float
    fast_pct: float
    time_s: float | None = None
    lap_s: float | None = None


def _training(report: PaceReport) -> Iterator[_Row]:
    from plan_pipeline.core.paces.training import LAP_M, PaceName

    for name, pace in report.paces.items():
        lap_s = LAP_M / pace.fast_m_s if name in (PaceName.INTERVAL, PaceName.REPETITION) else None
        speeds = (pace.slow_m_s, pace.fast_m_s, pace.slow_pct, pace.fast_pct)
        yield _Row(name, report.sources[name], *speeds, lap_s=lap_s)


def _races(report: PaceReport) -> Iterator[_Row]:
    """Equivalent races, the marathon on little training, and the goal."""
    from plan_pipeline.core.paces.riegel import LOW_VOLUME_KM
    from plan_pipeline.core.paces.vdot import RaceDistance

    for name, time_s in report.equivalent_s.items():
        race = RaceDistance(name)
        yield _race_row(report, race.in_words, report.sources["equivalent_s"], race.metres, time_s)
    if report.marathon_outlook is not None:
        name, source = f"marathon, < {LOW_VOLUME_KM:g} km/week", report.sources["marathon_outlook"]
        marathon_m = RaceDistance.MARATHON.metres
        yield _race_row(report, name, source, marathon_m, report.marathon_outlook.low_volume_s)
    if report.goal is not None:
        goal = report.goal
        yield _race_row(report, f"goal: {goal.race}", f"takes VDOT {goal.vdot:.2f}", goal.distance_m, goal.time_s)


def _race_row(report: PaceReport, name: str, source: str, distance_m: float, time_s: float) -> _Row:
    speed = distance_m / time_s
    pct = 100 * speed / report.threshold_speed_m_s
    return _Row(name, source, speed, speed, pct, pct, time_s)


def _table(heading: str, rows: Iterable[_Row], units: Units) -> Table:
    """Rows with paces in both units, those that were asked for first."""
    from rich.table import Column

    from plan_pipeline.cli.tables import figures, table_of, words
    from plan_pipeline.core.paces.text import Units, pace_range_text, time_text

    def pace_in(each: Units) -> TableColumn[_Row]:
        return figures(f"per {each.short}"), lambda row: _bare(pace_range_text(row.slow_m_s, row.fast_m_s, each))

    rows = list(rows)
    timed = any(row.time_s is not None for row in rows)
    return table_of(
        rows,
        (words(heading), lambda row: row.name),
        (figures("time"), lambda row: time_text(row.time_s or 0)) if timed else None,
        *map(pace_in, sorted(Units, key=lambda each: each is not units)),
        None if timed else (figures("400 m"), lambda row: f"{row.lap_s:.0f} s" if row.lap_s else ""),
        (figures("% of threshold\nspeed"), _pct_text),
        (Column("source"), lambda row: row.source),
    )


def _pct_text(row: _Row) -> str:
    slow, fast = f"{row.slow_pct:.1f}", f"{row.fast_pct:.1f}"
    return slow if slow == fast else f"{slow}–{fast}"


def _bare(pace: str) -> str:
    return pace.partition("/")[0]
