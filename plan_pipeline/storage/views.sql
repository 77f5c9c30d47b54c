-- What analysts ask of the tables again and again. Percentages are signed numbers such as -1.7, hours are
-- decimal hours, rates (…_pct) run from 0 to 100.

CREATE VIEW latest_generations AS
SELECT *
FROM plan_generations
QUALIFY row_number() OVER (
    PARTITION BY plan_id, arm, experiment ORDER BY generated_at DESC, generation_id DESC
) = 1;

CREATE VIEW latest_weeks AS
SELECT w.*
FROM plan_weeks AS w
SEMI JOIN latest_generations AS g
    ON w.plan_id = g.plan_id AND w.generation_id = g.generation_id AND w.arm = g.arm
    AND w.experiment IS NOT DISTINCT FROM g.experiment;

CREATE VIEW current_plans AS
SELECT *
FROM plan_generations
WHERE published
QUALIFY row_number() OVER (PARTITION BY plan_id ORDER BY generated_at DESC, generation_id DESC) = 1;

CREATE VIEW current_plan_weeks AS
SELECT w.*
FROM plan_weeks AS w
SEMI JOIN current_plans AS p ON w.plan_id = p.plan_id AND w.generation_id = p.generation_id AND w.arm = p.arm;

CREATE VIEW pass_rates AS
WITH plans AS (
    SELECT
        arm,
        count(*) AS plans,
        count(*) FILTER (status = 'published') AS plans_published,
        count(*) FILTER (status = 'rejected') AS plans_rejected,
        count(*) FILTER (status = 'infeasible') AS plans_infeasible,
        count(*) FILTER (status = 'error') AS plans_error,
        coalesce(sum(weeks) FILTER (status = 'infeasible'), 0)::BIGINT AS weeks_of_infeasible_plans
    FROM latest_generations
    GROUP BY arm
),
weeks AS (
    SELECT
        arm,
        count(*) AS weeks,
        count(*) FILTER (NOT infeasible) AS feasible_weeks,
        100 * avg(passed_before_fix::INTEGER) FILTER (NOT infeasible) AS pass_rate_before_fix_pct,
        100 * avg(passed::INTEGER) FILTER (NOT infeasible) AS pass_rate_after_fix_pct,
        avg(abs(time_error_pct)) FILTER (NOT infeasible) AS mean_abs_time_error_pct,
        max(abs(time_error_pct)) FILTER (NOT infeasible) AS max_abs_time_error_pct,
        avg(abs(tss_error_pct)) FILTER (NOT infeasible) AS mean_abs_tss_error_pct,
        100 * avg(auto_fixed::INTEGER) FILTER (NOT infeasible) AS auto_fixed_pct,
        100 * avg(structure_preserved::INTEGER) AS structure_preserved_pct
    FROM latest_weeks
    GROUP BY arm
)
SELECT
    arm,
    p.plans,
    p.plans_published,
    p.plans_rejected,
    p.plans_infeasible,
    p.plans_error,
    coalesce(w.weeks, 0) AS weeks,
    coalesce(w.feasible_weeks, 0) AS feasible_weeks,
    coalesce(w.weeks - w.feasible_weeks, 0) AS infeasible_weeks,
    p.weeks_of_infeasible_plans,
    w.pass_rate_before_fix_pct,
    w.pass_rate_after_fix_pct,
    w.mean_abs_time_error_pct,
    w.max_abs_time_error_pct,
    w.mean_abs_tss_error_pct,
    w.auto_fixed_pct,
    w.structure_preserved_pct
FROM plans AS p
LEFT JOIN weeks AS w USING (arm)
ORDER BY arm;

CREATE VIEW rule_breaches AS
SELECT
    r.arm,
    r.rule_id,
    r.rule_version,
    coalesce(
        min(r.severity::ENUM ('error', 'warning', 'note')) FILTER (NOT r.passed),
        min(r.severity::ENUM ('error', 'warning', 'note'))
    )::VARCHAR AS severity,
    any_value(r.evidence) AS evidence,
    any_value(r.threshold) AS threshold,
    count(*) AS plans,
    count(*) FILTER (NOT r.passed) AS plans_broken,
    100 * avg((NOT r.passed)::INTEGER) AS broken_pct,
    count(*) FILTER (NOT r.passed AND r.waived) AS plans_waived
FROM rule_results AS r
SEMI JOIN latest_generations AS g
    ON r.plan_id = g.plan_id AND r.generation_id = g.generation_id AND r.arm = g.arm
    AND r.experiment IS NOT DISTINCT FROM g.experiment
GROUP BY r.arm, r.rule_id, r.rule_version
ORDER BY r.arm, broken_pct DESC, r.rule_id;

CREATE VIEW ab_comparison AS
WITH measured AS (
    UNPIVOT (
        SELECT
            experiment,
            arm,
            plan_id,
            week,
            100.0 * passed_before_fix::INTEGER AS pass_rate_before_fix_pct,
            100.0 * passed::INTEGER AS pass_rate_after_fix_pct,
            100.0 * auto_fixed::INTEGER AS auto_fixed_pct,
            100.0 * structure_preserved::INTEGER AS structure_preserved_pct,
            abs(time_error_pct) AS mean_abs_time_error_pct,
            abs(tss_error_pct) AS mean_abs_tss_error_pct
        FROM latest_weeks
        WHERE NOT infeasible
    )
    ON pass_rate_before_fix_pct, pass_rate_after_fix_pct, auto_fixed_pct, structure_preserved_pct,
        mean_abs_time_error_pct, mean_abs_tss_error_pct
    INTO NAME metric VALUE value
),
per_arm AS (
    SELECT experiment, metric, arm, count(*) AS weeks, avg(value) AS mean
    FROM measured
    GROUP BY experiment, metric, arm
),
paired AS (
    SELECT a.experiment, a.metric, a.arm AS arm_a, b.arm AS arm_b, count(*) AS weeks, avg(b.value - a.value) AS difference
    FROM measured AS a
    JOIN measured AS b
        ON a.experiment IS NOT DISTINCT FROM b.experiment AND a.metric = b.metric
        AND a.plan_id = b.plan_id AND a.week = b.week AND a.arm < b.arm
    GROUP BY a.experiment, a.metric, a.arm, b.arm
)
SELECT
    a.experiment,
    a.metric,
    a.arm AS arm_a,
    b.arm AS arm_b,
    a.weeks AS weeks_a,
    b.weeks AS weeks_b,
    a.mean AS mean_a,
    b.mean AS mean_b,
    b.mean - a.mean AS difference,
    coalesce(p.weeks, 0) AS paired_weeks,
    p.difference AS paired_difference
FROM per_arm AS a
JOIN per_arm AS b
    ON a.experiment IS NOT DISTINCT FROM b.experiment AND a.metric = b.metric AND a.arm < b.arm
LEFT JOIN paired AS p
    ON p.experiment IS NOT DISTINCT FROM a.experiment AND p.metric = a.metric AND p.arm_a = a.arm AND p.arm_b = b.arm
ORDER BY a.experiment NULLS FIRST, arm_a, arm_b, a.metric;

CREATE VIEW data_dictionary AS
SELECT table_name AS relation, column_name AS "column", data_type AS sql_type, comment AS meaning
FROM duckdb_columns()
WHERE NOT internal AND database_name = current_database() AND schema_name = current_schema()
ORDER BY table_name, column_index;
