-- What analysts ask of the tables again and again. Percentages are signed numbers such as -1.7, hours are
-- decimal hours, rates (…_pct) run from 0 to 100.

CREATE VIEW latest_generations AS
SELECT *
FROM plan_generations
QUALIFY row_number() OVER (
    PARTITION BY plan_id, arm, experiment ORDER BY generation_id DESC
) = 1;

CREATE VIEW latest_weeks AS
SELECT w.*
FROM plan_weeks AS w
SEMI JOIN latest_generations AS g
    ON w.plan_id = g.plan_id AND w.generation_id = g.generation_id AND w.arm = g.arm
    AND w.experiment IS NOT DISTINCT FROM g.experiment;

CREATE VIEW plans_in_place AS
WITH published AS (
    SELECT
        plan_id,
        generation_id,
        published_generation,
        content_hash IS DISTINCT FROM lag(content_hash) OVER (PARTITION BY plan_id ORDER BY generation_id) AS is_new
    FROM plan_generations
    WHERE published AND simulated IS NOT TRUE
),
put_in_place AS (
    SELECT
        plan_id,
        generation_id AS change_id,
        coalesce(
            published_generation,
            max(generation_id) FILTER (is_new) OVER (PARTITION BY plan_id ORDER BY generation_id)
        ) AS generation_id,
        false AS rolled_back
    FROM published
    UNION ALL
    SELECT plan_id, change_id, generation_id, rolled_back FROM plan_changes WHERE generation_id IS NOT NULL
),
marked AS (
    SELECT plan_id, generation_id AS change_id, false AS retired FROM plan_generations WHERE simulated IS NOT TRUE
    UNION ALL
    SELECT plan_id, change_id, retired FROM plan_changes WHERE retired IS NOT NULL
)
SELECT
    p.plan_id,
    arg_max(p.generation_id, p.change_id) AS generation_id,
    coalesce(arg_max(p.rolled_back, p.change_id), false) AS rolled_back,
    any_value(m.retired) AS retired
FROM put_in_place AS p
JOIN (SELECT plan_id, arg_max(retired, change_id) AS retired FROM marked GROUP BY plan_id) AS m USING (plan_id)
GROUP BY p.plan_id;

CREATE VIEW current_plans AS
SELECT g.*, p.rolled_back
FROM plan_generations AS g
JOIN plans_in_place AS p ON g.plan_id = p.plan_id AND g.generation_id = p.generation_id
WHERE g.published AND g.simulated IS NOT TRUE AND NOT p.retired;

CREATE VIEW current_plan_weeks AS
SELECT w.*
FROM plan_weeks AS w
SEMI JOIN current_plans AS p ON w.plan_id = p.plan_id AND w.generation_id = p.generation_id AND w.arm = p.arm;

CREATE VIEW plan_instances AS
SELECT
    instance_id,
    plan_id,
    athlete_id,
    start_date,
    end_date,
    CASE
        WHEN cancelled_at IS NOT NULL THEN 'cancelled'
        WHEN current_date < start_date THEN 'planned'
        WHEN current_date <= end_date THEN 'active'
        ELSE 'finished'
    END AS status,
    weeks,
    created_at,
    changed_at,
    cancelled_at,
    changes
FROM instance_states
QUALIFY row_number() OVER (PARTITION BY instance_id ORDER BY change_id DESC) = 1;

CREATE VIEW pass_rates AS
WITH plans AS (
    SELECT
        arm,
        count(*) AS plans,
        count(*) FILTER (status = 'published') AS plans_published,
        count(*) FILTER (status = 'rejected') AS plans_rejected,
        count(*) FILTER (status = 'infeasible') AS plans_infeasible,
        count(*) FILTER (status = 'error') AS plans_error,
        count(*) FILTER (simulated) AS plans_simulated,
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
    p.plans_simulated,
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

CREATE VIEW pass_rates_by_sport AS
WITH plans AS (
    SELECT
        arm,
        sport,
        count(*) AS plans,
        count(*) FILTER (status = 'published') AS plans_published,
        count(*) FILTER (status = 'rejected') AS plans_rejected,
        count(*) FILTER (status = 'infeasible') AS plans_infeasible,
        count(*) FILTER (status = 'error') AS plans_error
    FROM latest_generations
    GROUP BY arm, sport
),
weeks AS (
    SELECT
        arm,
        sport,
        count(*) FILTER (NOT infeasible) AS feasible_weeks,
        100 * avg(passed_before_fix::INTEGER) FILTER (NOT infeasible) AS pass_rate_before_fix_pct,
        100 * avg(passed::INTEGER) FILTER (NOT infeasible) AS pass_rate_after_fix_pct,
        avg(abs(time_error_pct)) FILTER (NOT infeasible) AS mean_abs_time_error_pct,
        avg(100 * abs(actual_km / nullif(target_km, 0) - 1)) FILTER (NOT infeasible) AS mean_abs_km_error_pct,
        avg(abs(tss_error_pct)) FILTER (NOT infeasible) AS mean_abs_tss_error_pct,
        avg(final_hours) FILTER (NOT infeasible) AS mean_final_hours,
        avg(actual_km) FILTER (NOT infeasible) AS mean_actual_km,
        100 * sum(zone_1_min) / nullif(sum(zone_1_min + zone_2_min + zone_3_min), 0) AS zone_1_pct,
        100 * sum(zone_2_min) / nullif(sum(zone_1_min + zone_2_min + zone_3_min), 0) AS zone_2_pct,
        100 * sum(zone_3_min) / nullif(sum(zone_1_min + zone_2_min + zone_3_min), 0) AS zone_3_pct
    FROM latest_weeks
    GROUP BY arm, sport
)
SELECT
    p.*,
    coalesce(w.feasible_weeks, 0) AS feasible_weeks,
    w.* EXCLUDE (arm, sport, feasible_weeks)
FROM plans AS p
LEFT JOIN weeks AS w USING (arm, sport)
ORDER BY arm, sport;

CREATE VIEW pass_rates_by_goal AS
WITH plans AS (
    SELECT
        arm,
        goal,
        event_type,
        sport,
        count(*) AS plans,
        count(*) FILTER (status = 'published') AS plans_published,
        avg(longest_ride_min / long_ride_target_min) FILTER (long_ride_target_min > 0) AS long_ride_share
    FROM latest_generations
    GROUP BY arm, goal, event_type, sport
),
weeks AS (
    SELECT
        arm,
        goal,
        event_type,
        sport,
        count(*) FILTER (NOT infeasible) AS feasible_weeks,
        100 * avg(passed_before_fix::INTEGER) FILTER (NOT infeasible) AS pass_rate_before_fix_pct,
        100 * avg(passed::INTEGER) FILTER (NOT infeasible) AS pass_rate_after_fix_pct,
        avg(abs(time_error_pct)) FILTER (NOT infeasible) AS mean_abs_time_error_pct,
        count(goal_min_least) AS goal_weeks,
        100 * avg((goal_min >= goal_min_least)::INTEGER) AS goal_weeks_met_pct,
        avg(goal_min) AS mean_goal_min,
        avg(goal_min_wanted) AS mean_goal_min_wanted
    FROM latest_weeks
    GROUP BY arm, goal, event_type, sport
)
SELECT
    p.arm,
    p.goal,
    p.event_type,
    p.plans,
    p.plans_published,
    coalesce(w.feasible_weeks, 0) AS feasible_weeks,
    w.pass_rate_before_fix_pct,
    w.pass_rate_after_fix_pct,
    w.mean_abs_time_error_pct,
    coalesce(w.goal_weeks, 0) AS goal_weeks,
    w.goal_weeks_met_pct,
    w.mean_goal_min,
    w.mean_goal_min_wanted,
    100 * p.long_ride_share AS long_ride_reached_pct,
    p.sport
FROM plans AS p
LEFT JOIN weeks AS w
    ON p.arm = w.arm AND p.goal IS NOT DISTINCT FROM w.goal AND p.event_type IS NOT DISTINCT FROM w.event_type
    AND p.sport = w.sport
ORDER BY p.arm, p.goal, p.event_type, p.sport;

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

CREATE VIEW week_failures AS
WITH stated AS (
    SELECT plan_id, generation_id, arm, experiment, week, unnest(causes) AS cause
    FROM plan_weeks
    WHERE infeasible OR NOT passed
    UNION ALL
    SELECT
        plan_id,
        generation_id,
        arm,
        experiment,
        unnest(CASE WHEN weeks IS NULL THEN [NULL] ELSE string_split(weeks, ', ') END)::BIGINT AS week,
        'rule:' || rule_id AS cause
    FROM rule_results
    WHERE NOT passed AND NOT waived AND severity = 'error'
),
found AS (
    SELECT s.*
    FROM stated AS s
    SEMI JOIN plan_generations AS g
        ON s.plan_id = g.plan_id AND s.generation_id = g.generation_id AND s.arm = g.arm
        AND s.experiment IS NOT DISTINCT FROM g.experiment
)
SELECT * FROM found
UNION ALL
SELECT
    plan_id,
    generation_id,
    arm,
    experiment,
    NULL AS week,
    CASE status WHEN 'infeasible' THEN 'infeasible' WHEN 'error' THEN 'error' ELSE 'other' END AS cause
FROM plan_generations AS g
ANTI JOIN found AS f
    ON f.plan_id = g.plan_id AND f.generation_id = g.generation_id AND f.arm = g.arm
    AND f.experiment IS NOT DISTINCT FROM g.experiment
WHERE status <> 'published';

CREATE VIEW failure_taxonomy AS
WITH asked AS (
    SELECT plan_id, generation_id, arm, experiment, weeks
    FROM latest_generations
),
totals AS (
    SELECT experiment, arm, sum(weeks)::BIGINT AS weeks
    FROM asked
    GROUP BY experiment, arm
),
by_plan AS (
    SELECT
        a.experiment,
        a.arm,
        f.cause,
        a.plan_id,
        CASE WHEN bool_or(f.week IS NULL) THEN any_value(a.weeks) ELSE count(DISTINCT f.week) END AS weeks
    FROM week_failures AS f
    JOIN asked AS a
        ON f.plan_id = a.plan_id AND f.generation_id = a.generation_id AND f.arm = a.arm
        AND f.experiment IS NOT DISTINCT FROM a.experiment
    GROUP BY a.experiment, a.arm, f.cause, a.plan_id, a.generation_id
)
SELECT
    p.experiment,
    p.arm,
    p.cause,
    sum(p.weeks)::BIGINT AS weeks,
    100 * sum(p.weeks) / any_value(t.weeks) AS weeks_pct,
    count(*) AS plans
FROM by_plan AS p
JOIN totals AS t ON t.experiment IS NOT DISTINCT FROM p.experiment AND t.arm = p.arm
GROUP BY p.experiment, p.arm, p.cause
ORDER BY p.experiment NULLS FIRST, p.arm, weeks DESC, p.cause;

CREATE VIEW strata AS
SELECT
    w.experiment,
    w.arm,
    (CASE
        WHEN w.target_hours < 5 THEN '<5'
        WHEN w.target_hours < 8 THEN '5–8'
        WHEN w.target_hours < 11 THEN '8–11'
        WHEN w.target_hours < 14 THEN '11–14'
        ELSE '≥14'
    END)::ENUM ('<5', '5–8', '8–11', '11–14', '≥14') AS hours_band,
    w.training_days,
    w.phase,
    g.experience_level,
    count(*) AS weeks,
    count(*) FILTER (NOT w.infeasible) AS feasible_weeks,
    100 * avg(w.passed_before_fix::INTEGER) FILTER (NOT w.infeasible) AS pass_rate_before_fix_pct,
    100 * avg(w.passed::INTEGER) FILTER (NOT w.infeasible) AS pass_rate_after_fix_pct,
    avg(abs(w.time_error_pct)) FILTER (NOT w.infeasible) AS mean_abs_time_error_pct
FROM plan_weeks AS w
JOIN latest_generations AS g
    ON w.plan_id = g.plan_id AND w.generation_id = g.generation_id AND w.arm = g.arm
    AND w.experiment IS NOT DISTINCT FROM g.experiment
GROUP BY ALL
ORDER BY w.experiment NULLS FIRST, w.arm, hours_band, w.training_days, w.phase, g.experience_level;

CREATE VIEW ab_comparison AS
WITH measured AS (
    SELECT
        experiment,
        arm,
        plan_id,
        week,
        100.0 * passed_before_fix::INTEGER AS before_fix,
        100.0 * passed::INTEGER AS after_fix,
        100.0 * auto_fixed::INTEGER AS fixed,
        100.0 * structure_preserved::INTEGER AS preserved,
        abs(time_error_pct) AS time_error,
        abs(tss_error_pct) AS tss_error
    FROM latest_weeks
    WHERE NOT infeasible
),
means AS (
    SELECT
        experiment,
        arm,
        avg(before_fix) AS before_fix,
        count(before_fix) AS before_fix_weeks,
        avg(after_fix) AS after_fix,
        count(after_fix) AS after_fix_weeks,
        avg(fixed) AS fixed,
        count(fixed) AS fixed_weeks,
        avg(preserved) AS preserved,
        count(preserved) AS preserved_weeks,
        avg(time_error) AS time_error,
        count(time_error) AS time_error_weeks,
        avg(tss_error) AS tss_error,
        count(tss_error) AS tss_error_weeks
    FROM measured
    GROUP BY experiment, arm
),
differences AS (
    SELECT
        a.experiment,
        a.arm AS arm_a,
        b.arm AS arm_b,
        avg(b.before_fix - a.before_fix) AS before_fix,
        count(b.before_fix - a.before_fix) AS before_fix_weeks,
        avg(b.after_fix - a.after_fix) AS after_fix,
        count(b.after_fix - a.after_fix) AS after_fix_weeks,
        avg(b.fixed - a.fixed) AS fixed,
        count(b.fixed - a.fixed) AS fixed_weeks,
        avg(b.preserved - a.preserved) AS preserved,
        count(b.preserved - a.preserved) AS preserved_weeks,
        avg(b.time_error - a.time_error) AS time_error,
        count(b.time_error - a.time_error) AS time_error_weeks,
        avg(b.tss_error - a.tss_error) AS tss_error,
        count(b.tss_error - a.tss_error) AS tss_error_weeks
    FROM measured AS a
    JOIN measured AS b
        ON a.experiment IS NOT DISTINCT FROM b.experiment AND a.plan_id = b.plan_id AND a.week = b.week AND a.arm < b.arm
    GROUP BY a.experiment, a.arm, b.arm
),
per_arm AS (
    UNPIVOT means ON
        (before_fix, before_fix_weeks) AS pass_rate_before_fix_pct,
        (after_fix, after_fix_weeks) AS pass_rate_after_fix_pct,
        (fixed, fixed_weeks) AS auto_fixed_pct,
        (preserved, preserved_weeks) AS structure_preserved_pct,
        (time_error, time_error_weeks) AS mean_abs_time_error_pct,
        (tss_error, tss_error_weeks) AS mean_abs_tss_error_pct
    INTO NAME metric VALUE mean, weeks
),
paired AS (
    UNPIVOT differences ON
        (before_fix, before_fix_weeks) AS pass_rate_before_fix_pct,
        (after_fix, after_fix_weeks) AS pass_rate_after_fix_pct,
        (fixed, fixed_weeks) AS auto_fixed_pct,
        (preserved, preserved_weeks) AS structure_preserved_pct,
        (time_error, time_error_weeks) AS mean_abs_time_error_pct,
        (tss_error, tss_error_weeks) AS mean_abs_tss_error_pct
    INTO NAME metric VALUE difference, weeks
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

CREATE VIEW llm_spending AS
SELECT
    (asked_at AT TIME ZONE 'UTC')::DATE AS day,
    purpose,
    provider,
    model,
    count(*) AS calls,
    count(*) FILTER (outcome IN ('answered', 'accepted', 'sent_back', 'refused', 'cut_off')) AS answers,
    sum(input_tokens)::BIGINT AS input_tokens,
    sum(cache_write_tokens)::BIGINT AS cache_write_tokens,
    sum(cache_write_1h_tokens)::BIGINT AS cache_write_1h_tokens,
    sum(cache_read_tokens)::BIGINT AS cache_read_tokens,
    sum(output_tokens)::BIGINT AS output_tokens,
    sum(thinking_tokens)::BIGINT AS thinking_tokens,
    100 * sum(cache_read_tokens) / nullif(sum(input_tokens + cache_write_tokens + cache_read_tokens), 0)
        AS cache_read_pct,
    fsum(cost_usd) AS cost_usd,
    count(*) FILTER (
        cost_usd IS NULL AND input_tokens + cache_write_tokens + cache_read_tokens + output_tokens > 0
    ) AS unpriced_calls
FROM llm_calls
GROUP BY ALL
ORDER BY day, purpose, provider, model;

CREATE VIEW data_dictionary AS
SELECT table_name AS relation, column_name AS "column", data_type AS sql_type, comment AS meaning
FROM duckdb_columns()
WHERE NOT internal AND database_name = current_database() AND schema_name = current_schema()
ORDER BY table_name, column_index;
