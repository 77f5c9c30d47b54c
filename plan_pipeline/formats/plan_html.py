"""A plan as a page to look at, ride by and print."""

from plan_pipeline.core.model.plan import Plan
from plan_pipeline.formats import ExportedFile, file_name
from plan_pipeline.pages.plan_page import plan_page


def export_html(plan: Plan, week: int | None = None) -> tuple[ExportedFile, ...]:
    """One HTML file that needs nothing else; with a week, its calendar is of that week alone."""
    return (ExportedFile(file_name(plan, week, "html"), plan_page(plan, week).encode()),)
