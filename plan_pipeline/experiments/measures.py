"""What an experiment measured, read from the warehouse as two frames: its feasible weeks and its plans.

Everything is read from one state of the warehouse, so that weeks and plans belong together.
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Final, NamedTuple

from plan_pipeline.core.model.request import check_key
from plan_pipeline.core.model.vocabulary import Sport
from plan_pipeline.experiments.model_use import read_model_use
from plan_pipeline.storage.data_folder import DataFolder, StorageError

if TYPE_CHECKING:
    import pandas as pd

VARIETY_WEEKS: Final = 4
"""Weeks over which rides are compared: a mesocycle, after which repeating a ride is training."""

MOST_NAMES_SHOWN: Final = 20

_PLANS = f"""
WITH generations AS (SELECT * FROM latest_generations WHERE experiment = $experiment),
times AS (
    SELECT plan_id, generation_id, arm, sum(duration_ms ORDER BY stage) AS ms
    FROM stage_timings
    WHERE experiment = $experiment
    GROUP BY ALL
),
rules AS (
    SELECT plan_id, generation_id, arm, count(*) FILTER (NOT passed AND severity IN ('error', 'warning')) AS broken
    FROM rule_results
    WHERE experiment = $experiment
    GROUP BY ALL
),
misfits AS (
    SELECT plan_id, arm, count(*) AS weeks
    FROM latest_weeks
    WHERE experiment = $experiment AND infeasible
    GROUP BY ALL
),
rides AS (
    SELECT
        w.plan_id, w.arm,
        coalesce(l.fingerprint, w.library_workout_id, w.name) AS structure,
        unnest(
            range(greatest(1, w.week + 1 - {VARIETY_WEEKS}), least(w.week, g.weeks + 1 - {VARIETY_WEEKS}) + 1)
        ) AS start
    FROM plan_workouts AS w
    JOIN generations AS g USING (plan_id, generation_id, arm)
    LEFT JOIN library_workouts AS l ON l.id = w.library_workout_id AND l.library_version = w.library_version
    WHERE w.experiment = $experiment AND w.type <> 'recovery'
),
windows AS (
    SELECT plan_id, arm, start, count(DISTINCT structure) / count(*) AS distinct_share
    FROM rides
    GROUP BY plan_id, arm, start
),
varieties AS (
    SELECT plan_id, arm, avg(distinct_share ORDER BY start) AS variety FROM windows GROUP BY plan_id, arm
)
SELECT
    plan_id, arm, g.status, g.weeks,
    coalesce(misfits.weeks, 0) AS infeasible_weeks,
    g.hours_per_week, g.experience_level,
    CASE WHEN g.status IN ('published', 'rejected') THEN times.ms / g.weeks END AS ms_per_week,
    varieties.variety,
    rules.broken::DOUBLE AS rules_broken,
    (rules.broken > 0)::DOUBLE AS breaks_rules,
    g.library_version, g.code_version,
    g.generated_at::TIMESTAMP AS generated_at
FROM generations AS g
LEFT JOIN times USING (plan_id, generation_id, arm)
LEFT JOIN rules USING (plan_id, generation_id, arm)
LEFT JOIN misfits USING (plan_id, arm)
LEFT JOIN varieties USING (plan_id, arm)
ORDER BY arm, plan_id
"""  # noqa: S608

_WEEKS = """
WITH weeks AS ( -- release 0.1 built warehouses whose weeks do not know of a goal's minutes
    FROM latest_weeks
    UNION ALL BY NAME
    SELECT NULL::DOUBLE AS goal_min, NULL::DOUBLE AS goal_min_least WHERE false
)
SELECT
    plan_id, arm, week, phase, training_days, target_hours,
    passed::DOUBLE AS passed,
    passed_before_fix::DOUBLE AS passed_before_fix,
    auto_fixed::DOUBLE AS auto_fixed,
    structure_preserved::DOUBLE AS structure_preserved,
    CASE WHEN goal_min_least > 0 THEN (goal_min >= goal_min_least)::DOUBLE END AS has_goal_minutes,
    time_error_pct, abs(time_error_pct) AS abs_time_error_pct
FROM weeks
WHERE experiment = $experiment AND NOT infeasible
ORDER BY arm, plan_id, week
"""

_FAILURES = (
    "SELECT arm, cause, weeks FROM failure_taxonomy WHERE experiment = $experiment ORDER BY arm, weeks DESC, cause"
)

_SPORTS = """
WITH plans AS ( -- up to release 0.1 there was one sport, and warehouses do not name it
    FROM latest_generations
    UNION ALL BY NAME
    SELECT NULL::VARCHAR AS sport WHERE false
)
SELECT DISTINCT coalesce(sport, 'cycling') FROM plans WHERE experiment = $experiment ORDER BY 1
"""

_EXPERIMENTS = "SELECT DISTINCT experiment FROM plan_generations WHERE experiment IS NOT NULL ORDER BY 1"


class UnknownExperimentError(StorageError, ValueError):
    """No plan was made under the experiment's name; the message lists the names there are."""


class Measures(NamedTuple):
    """An experiment's measurements: each plan and week by the latest generation of its arm.

    ``weeks``, one row a feasible week: ``plan_id, arm, week, phase, training_days, target_hours, passed,
    passed_before_fix, auto_fixed, structure_preserved, has_goal_minutes`` (these five 0 or 1, the last NaN where no
    minutes are asked for), ``time_error_pct`` (%, below 0 where too
    short) and ``abs_time_error_pct``, both NaN where no hours were wanted.

    ``plans``, one row a plan and arm: ``plan_id, arm, status, weeks`` (asked for), ``infeasible_weeks, hours_per_week,
    experience_level, ms_per_week`` (all stages together, NaN where not timed or not generated), ``variety`` (distinct
    structures by rides over every four weeks on end, recovery rides left out, mean over the windows, 0 to 1),
    ``rules_broken`` (errors and warnings, waived or not; NaN where no rule was applied to the plan), ``breaks_rules``,
    ``library_version, code_version, generated_at`` (UTC).

    ``failures``, one row an arm and cause: ``arm, cause, weeks``, as in the view ``failure_taxonomy``.

    ``models`` are plans and calls as of ``read_model_use``, where a model was asked. ``sports`` are those that plans
    were made for.
    """

    experiment: str
    weeks: pd.DataFrame
    plans: pd.DataFrame
    failures: pd.DataFrame
    models: tuple[pd.DataFrame, pd.DataFrame] | None = None
    sports: tuple[Sport, ...] = (Sport.CYCLING,)


def read_measures(data: DataFolder, experiment: str) -> Measures:
    """Everything that the analysis of an experiment needs, from the warehouse.

    Raises ``UnknownExperimentError`` for a name under which no plan was made, ``ValueError`` for one that is no name,
    ``WarehouseMissingError`` before the first refresh, ``StorageError`` for a warehouse of an older version.
    """
    import duckdb

    from plan_pipeline.storage.warehouse.queries import reader

    name = check_key(experiment)
    with reader(data) as db:
        try:
            plans, weeks, failures = (db.execute(sql, {"experiment": name}).df() for sql in (_PLANS, _WEEKS, _FAILURES))
            models = read_model_use(db, name)
            sports = tuple(Sport(row[0]) for row in db.execute(_SPORTS, {"experiment": name}).fetchall())
            known = [row[0] for row in db.execute(_EXPERIMENTS).fetchall()]
        except duckdb.CatalogException as error:
            what = str(error).partition("\n")[0]
            raise StorageError(
                f"{data.warehouse} was built by an older version ({what}); launch metrics_warehouse to build it anew"
            ) from None
    if plans.empty:
        raise UnknownExperimentError(_unknown(name, known))
    dated = plans.assign(generated_at=plans.generated_at.dt.tz_localize("UTC"))
    return Measures(experiment=name, weeks=weeks, plans=dated, failures=failures, models=models, sports=sports)


def _unknown(name: str, known: list[str]) -> str:
    if not known:
        return (
            f"experiment {name!r} has no plans, and neither has any other; "
            f"run it first: plan-pipeline experiment run --name {name}"
        )
    near = get_close_matches(name, known, n=1)
    shown = ", ".join(known[:MOST_NAMES_SHOWN]) + (", …" if len(known) > MOST_NAMES_SHOWN else "")
    remedy = f"did you mean {near[0]}?" if near else "name one of them, or launch metrics_warehouse if it ran just now"
    return f"experiment {name!r} has no plans in the warehouse, which knows {shown}; {remedy}"
