"""``plan-pipeline show``: a plan, or one week of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from plan_pipeline.cli.options import DataOption, JsonOption, load_settings

if TYPE_CHECKING:
    from plan_pipeline.core.model.plan import Plan
    from plan_pipeline.core.rules.model import RuleResult
    from plan_pipeline.storage.plans.plan_store import PlanStore

NAMES_TO_SUGGEST = 5


def show(
    ctx: typer.Context,
    plan: Annotated[str, typer.Argument(metavar="PLAN", help="The plan's id.")],
    week: Annotated[int | None, typer.Option("--week", metavar="N", min=1, help="One week, step by step.")] = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show a published plan week by week, or one week workout by workout."""
    from plan_pipeline.cli import output, tables
    from plan_pipeline.cli.exits import ExitCode, InputError
    from plan_pipeline.storage.data_folder import DataFolder
    from plan_pipeline.storage.plans.plan_store import PlanStore

    store = PlanStore(DataFolder(load_settings(ctx, data=data).data))
    published = store.load_plan(plan) if plan in store.plan_ids() else _unknown(store, plan)
    _remark_on_the_last_generation(store, plan, published)
    if published is None:
        raise typer.Exit(ExitCode.REJECTED)
    body = published.training_plan
    if week is None:
        if as_json:
            output.print_json(published.model_dump(mode="json"))
        else:
            console = output.stdout()
            results = _results_of_the_same_content(store, published)
            console.print(tables.plan_overview(published, console.width, results))
        return
    if week > len(body.weekly_plan):
        raise InputError(f"--week: {week} is beyond the plan; {plan} has {len(body.weekly_plan)} weeks")
    wanted = body.weekly_plan[week - 1]
    if as_json:
        output.print_json(wanted.model_dump(mode="json"))
    else:
        output.stdout().print(tables.week_in_full(wanted, body.plan_metadata.start_date))


def _unknown(store: PlanStore, plan: str) -> Plan | None:
    from difflib import get_close_matches

    from plan_pipeline.cli.exits import InputError

    known = store.plan_ids()
    near = get_close_matches(plan, known, n=NAMES_TO_SUGGEST, cutoff=0.4)
    if not known:
        raise InputError(
            f"there is no plan {plan!r}, and none at all in the data folder; `plan-pipeline generate` first"
        )
    hint = f"did you mean {', '.join(near)}?" if near else f"there are {len(known)}, such as {known[0]}"
    raise InputError(f"there is no plan {plan!r}; {hint}")


def _results_of_the_same_content(store: PlanStore, published: Plan) -> tuple[RuleResult, ...]:
    """What the rules say of the published plan: as of the last generation, where that came to the same content."""
    verdict = store.load_generation_record(published.training_plan.plan_id)
    same = verdict is not None and verdict.content_hash == published.generation.content_hash
    return verdict.rule_results if verdict and same else published.rule_results


def _remark_on_the_last_generation(store: PlanStore, plan: str, published: Plan | None) -> None:
    """Say on stderr where the plan's last generation was not published."""
    from plan_pipeline.cli import output, tables
    from plan_pipeline.core.model.vocabulary import PlanStatus

    verdict = store.load_generation_record(plan)
    console = output.stderr()
    if verdict is None:
        if published is None:
            output.say(console, f"{plan} has not been generated to its end yet; `plan-pipeline generate` does")
        return
    if verdict.status is not PlanStatus.PUBLISHED:
        for reasons in tables.plan_reasons([verdict]):
            output.say(console, reasons)
        if published is not None:
            output.say(console, f"shown is the last published plan, {published.generation.generation_id}")
