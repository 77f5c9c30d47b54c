"""``plan-pipeline standard-plans``: the fixed set of running plans: which there are, making them, and reading one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from plan_pipeline.cli.exits import InputError, finish
from plan_pipeline.cli.help import WholeSentences
from plan_pipeline.cli.options import DataOption, JsonOption, LibraryOption, check_knowledge, data_folder, load_settings

if TYPE_CHECKING:
    from plan_pipeline.core.standard_plans.plans import StandardPlan
    from plan_pipeline.settings import Settings

app = typer.Typer(
    help="The standard plans of running: four race distances, two lengths and three volume tiers.", cls=WholeSentences
)


@app.command("list")
def list_plans(ctx: typer.Context, data: DataOption = None, as_json: JsonOption = False) -> None:
    """List the standard plans: id, race distance, weeks and volume tier, and whether each has been generated."""
    from rich.table import Column

    from plan_pipeline.cli import output, tables
    from plan_pipeline.core.standard_plans.plans import STANDARD_PLANS
    from plan_pipeline.storage.standard_plans import StandardPlanStore

    if as_json:
        output.print_json(
            [{"id": p.plan_id, "distance": p.distance, "weeks": p.weeks, "tier": p.tier} for p in STANDARD_PLANS]
        )
        return
    store = StandardPlanStore(data_folder(ctx, data))
    table = tables.table_of(
        STANDARD_PLANS,
        (Column("id"), lambda plan: plan.plan_id),
        (Column("race"), lambda plan: plan.race),
        (Column("weeks", justify="right"), lambda plan: str(plan.weeks)),
        (Column("tier"), lambda plan: plan.tier.value),
        (Column("generated"), lambda plan: "yes" if store.has(plan.plan_id) else "no"),
    )
    output.stdout().print(table)


@app.command()
def generate(
    ctx: typer.Context,
    ids: Annotated[
        list[str] | None,
        typer.Argument(metavar="[ID…]", help="Ids of standard plans.  [default: all]", show_default=False),
    ] = None,
    data: DataOption = None,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Generate standard plans through Dagster, each in a run of its own, and store them with a page of text.

    Exit code 1 if any cannot be made; the one that was made before stays in place.
    """
    from plan_pipeline.cli import output
    from plan_pipeline.core.model.vocabulary import PlanStatus, Sport

    wanted = _named(ids or ())
    settings = load_settings(ctx, data=data, library=library)
    check_knowledge(settings, [Sport.RUNNING])
    failures = _generated(wanted, settings)
    for plan_id, reason in failures.items():
        if as_json:
            status = PlanStatus.ERROR if reason else PlanStatus.PUBLISHED
            output.print_json({"id": plan_id, "status": status, "reasons": [reason] if reason else []})
        elif reason:
            output.line(output.stderr(), reason)
    failed = sum(map(bool, failures.values()))
    if not as_json:
        _report(failures, settings)
    finish(good=not failed)


@app.command()
def show(
    ctx: typer.Context,
    plan: Annotated[str, typer.Argument(metavar="ID", help="The id of a standard plan.")],
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show the page of a standard plan: volume, long runs, quality with its options, taper, and rules."""
    from plan_pipeline.cli import output
    from plan_pipeline.storage.standard_plans import StandardPlanStore

    (standard,) = _named([plan])
    folder = data_folder(ctx, data)
    stored = StandardPlanStore(folder).load(standard.plan_id)
    if stored is None:
        command = f"{output.command_on(folder.root)} standard-plans generate {standard.plan_id}"
        output.line(output.stderr(), f"{standard.plan_id} has not been generated yet; `{command}` does")
        finish(good=False)
    if as_json:
        output.print_json(stored.plan)
    else:
        output.write_text([stored.page])


def _named(ids: Sequence[str]) -> list[StandardPlan]:
    """The standard plans of some ids, each once; all where none is named. Raises ``InputError``."""
    from difflib import get_close_matches

    from plan_pipeline.core.standard_plans.plans import BY_ID

    for each in ids:
        if each not in BY_ID:
            near = get_close_matches(each, BY_ID, n=3, cutoff=0.4)
            hint = f"did you mean {', '.join(near)}?" if near else "`plan-pipeline standard-plans list` lists them"
            raise InputError(f"there is no standard plan {each!r}; {hint}")
    return [BY_ID[each] for each in dict.fromkeys(ids or BY_ID)]


def _generated(wanted: Sequence[StandardPlan], settings: Settings) -> dict[str, str]:
    """Why each of some plans could not be made, empty where it was, by id."""
    from plan_pipeline.cli import output
    from plan_pipeline.cli.interrupts import counted
    from plan_pipeline.storage.data_folder import DataFolder

    def so_far(finished: int) -> str:
        return f"{finished} of {len(wanted)} standard plans are generated and kept; the same command makes all anew"

    failures = {}
    with output.progress("Generating standard plans", len(wanted)) as move_on, counted(move_on, so_far) as tick:
        from plan_pipeline.orchestration import launch

        data, ids = DataFolder(settings.data), [plan.plan_id for plan in wanted]
        with launch.dagster_instance(data) as instance:
            made = launch.generate_standard_plans(ids, data=data, library=settings.named_library, instance=instance)
            for plan_id, reason in made:
                failures[plan_id] = reason
                tick(plan_id)
    return failures


def _report(failures: dict[str, str], settings: Settings) -> None:
    from plan_pipeline.cli import output
    from plan_pipeline.storage.data_folder import DataFolder

    made = [plan_id for plan_id, reason in failures.items() if not reason]
    data = DataFolder(settings.data)
    output.line(output.stdout(), f"{len(made)} of {len(failures)} standard plans generated.")
    if made:
        command = f"{output.command_on(data.root)} standard-plans show {made[0]}"
        output.line(output.stdout(), f"Plans: {data.root}/standard_plans/<plan>/plan.json; read one with `{command}`")
