"""A plan as it was published, or one week of it."""

from plan_pipeline.core.model.plan import Plan
from plan_pipeline.formats import ExportedFile, file_name


def export_json(plan: Plan, week: int | None = None) -> tuple[ExportedFile, ...]:
    """The content of ``plan.json``, or the object of a week in it."""
    model = plan.training_plan.weekly_plan[week - 1] if week else plan
    return (ExportedFile(file_name(plan, week, "json"), model.model_dump_json(indent=2).encode() + b"\n"),)
