"""``plan-pipeline show``: a plan, or one week of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from plan_pipeline.cli.exits import finish
from plan_pipeline.cli.options import DataOption, JsonOption, data_folder

if TYPE_CHECKING:
    from plan_pipeline.core.model.plan import Plan
    from plan_pipeline.core.model.rule_result import RuleResult
    from plan_pipeline.storage.plans.records import PlanRecord


def show(
    ctx: typer.Context,
    plan: Annotated[str, typer.Argument(metavar="PLAN", help="The id of a plan, or of an instance.")],
    week: Annotated[int | None, typer.Option("--week", metavar="N", min=1, help="One week, step by step.")] = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show a published plan, or an instance on its dates, week by week; or one week workout by workout."""
    from plan_pipeline.cli import output, tables
    from plan_pipeline.cli.plans import check_known, week_of
    from plan_pipeline.core.coach_texts.texts import texts_of
    from plan_pipeline.core.model.instance import plan_of_instance
    from plan_pipeline.core.model.plan import PlanWeek
    from plan_pipeline.services.instances.placed import placed_plan
    from plan_pipeline.storage.plans.plan_store import PlanStore

    store = PlanStore(data_folder(ctx, data))
    check_known(store, [plan], instances=True)
    template = plan_of_instance(plan)
    published, last = placed_plan(store, plan), store.load_generation_record(template)
    _remark_on_the_last_generation(template, last, published)
    if published is None:
        finish(good=False)
    wanted = published if week is None else week_of(published, week)
    if as_json:
        output.print_json(wanted)
    elif isinstance(wanted, PlanWeek):
        texts = texts_of(published).week(wanted.week_number)
        body = published.training_plan
        output.stdout().print(tables.week_in_full(wanted, body.plan_metadata, texts, body.athlete_profile.units))
    else:
        console = output.stdout()
        console.print(tables.plan_overview(published, console.width, _results_of_the_same_content(last, published)))


def _results_of_the_same_content(last: PlanRecord | None, published: Plan) -> tuple[RuleResult, ...]:
    """What the rules say of the published plan: as of the last generation, where that came to the same content."""
    if last is not None and last.content_hash == published.generation.content_hash:
        return last.rule_results
    return published.rule_results


def _remark_on_the_last_generation(plan: str, last: PlanRecord | None, published: Plan | None) -> None:
    from plan_pipeline.cli import output, tables

    console = output.stderr()
    if last is None and published is None:
        output.line(console, f"{plan} has not been generated to its end yet; `plan-pipeline generate` does")
    if last is None or last.was_published:
        return
    for reasons in tables.plan_reasons([last]):
        output.line(console, reasons)
    if published is not None:
        output.line(console, f"shown is the last published plan, {published.generation.generation_id}")
