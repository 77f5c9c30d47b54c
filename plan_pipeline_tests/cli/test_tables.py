"""Outcomes as tables: a row a plan, or the sums of a large batch."""

from __future__ import annotations

import datetime as dt
import re
from io import StringIO

from rich.console import Console, RenderableType

from plan_pipeline.cli import tables
from plan_pipeline.core.coach_texts.texts import texts_of
from plan_pipeline.core.model.events import EventOnTheWay, TimeOff
from plan_pipeline.core.model.rule_result import Evidence, RuleResult, RuleSeverity
from plan_pipeline.core.model.vocabulary import ADJUSTED, LEGACY, PlanStatus
from plan_pipeline.storage.plans.records import PlanRecord
from plan_pipeline_tests.core.builders import planned, rider


def _shown(*what: RenderableType, width: int = 140) -> str:
    console = Console(file=StringIO(), width=width)
    console.print(*what)
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


def _record(number: int, status: PlanStatus = PlanStatus.PUBLISHED, *, changed: bool = True) -> PlanRecord:
    met = status is not PlanStatus.INFEASIBLE
    return PlanRecord(
        plan_id=f"plan-{number}",
        status=status,
        arm=ADJUSTED,
        generation_id="g1",
        weeks=10,
        weeks_passed=10 if status is PlanStatus.PUBLISHED else 0,
        mean_abs_time_error_pct=1.5 if met else None,
        target_hours=80 if met else 0,
        final_hours=81 if met else 0,
        reasons=() if status is PlanStatus.PUBLISHED else (f"reason of plan-{number}",),
        changed=changed,
    )


def test_a_plan_has_a_row_of_its_own() -> None:
    shown = _shown(tables.plan_outcomes([_record(1), _record(2)]))
    assert [line.split() for line in shown.splitlines() if "plan-" in line] == [
        ["plan-1", "published", "10/10", "80.0", "81.0", "1.5", "%", "0"],
        ["plan-2", "published", "10/10", "80.0", "81.0", "1.5", "%", "0"],
    ]


def test_the_arm_is_said_once_where_all_plans_have_it_and_by_plan_where_not() -> None:
    legacy = _record(2).model_copy(update={"arm": LEGACY})
    assert "Arm adjusted." in _shown(tables.plan_outcomes([_record(1)]))
    assert "legacy" in _shown(tables.plan_outcomes([_record(1), legacy]))


def test_a_usual_terminal_has_room_for_the_outcomes() -> None:
    long_id = _record(1).model_copy(update={"plan_id": "rider-215-time-crunched", "target_hours": 412.5})
    assert "…" not in _shown(tables.plan_outcomes([long_id]), width=80)


def test_a_plan_published_before_with_the_same_content_is_unchanged() -> None:
    assert "unchanged" in _shown(tables.plan_outcomes([_record(1, changed=False)]))


def test_a_plan_without_weeks_shows_no_hours() -> None:
    row = next(
        line
        for line in _shown(tables.plan_outcomes([_record(1, PlanStatus.INFEASIBLE)])).splitlines()
        if "plan-1" in line
    )
    assert row.split() == ["plan-1", "infeasible", "0/10", "–", "–", "–", "0"]


def test_a_large_batch_is_summed_up_by_outcome() -> None:
    records = [_record(n) for n in range(40)] + [_record(n, PlanStatus.REJECTED) for n in range(40, 50)]
    rows = [
        line.split() for line in _shown(tables.plan_outcomes(records)).splitlines() if "ed " in line and "%" in line
    ]
    assert rows == [
        ["40", "published", "400/400", "3200.0", "3240.0", "1.5", "%", "0"],
        ["10", "rejected", "0/100", "800.0", "810.0", "1.5", "%", "0"],
    ]


def test_reasons_are_given_for_what_was_not_published() -> None:
    shown = _shown(*tables.plan_reasons([_record(1), _record(2, PlanStatus.REJECTED)]))
    assert "plan-1" not in shown
    assert "plan-2: rejected\n  - reason of plan-2" in shown


def test_more_reasons_than_anyone_reads_are_counted() -> None:
    shown = _shown(*tables.plan_reasons([_record(n, PlanStatus.REJECTED) for n in range(tables.LARGE_BATCH + 7)]))
    assert "… and 7 more" in shown


def _result(rule_id: str, *, severity: str = "warning", passed: bool = False, waived: bool = False) -> RuleResult:
    return RuleResult(
        rule_id=rule_id,
        rule_version=1,
        severity=RuleSeverity(severity),
        evidence=Evidence.CONVENTION,
        threshold="≤ 2",
        value=2.4,
        passed=passed,
        waived=waived,
        weeks=() if passed else (3,),
        message=f"What {rule_id} says." if severity == "note" or not passed else "",
    )


def _warned(number: int, *results: RuleResult) -> PlanRecord:
    return _record(number).model_copy(update={"rule_results": results})


def _rows_of_rules(*results: RuleResult) -> list[list[str]]:
    findings = tables.rule_findings(results)
    assert findings is not None
    return [line.split()[:2] for line in _shown(findings).splitlines() if " says." in line]


def test_broken_rules_are_listed_before_waived_ones_and_notes() -> None:
    results = [_result("zones", severity="note", passed=True), _result("ramp", waived=True), _result("monotony")]
    assert _rows_of_rules(*results) == [["monotony", "warning"], ["ramp", "waived"], ["zones", "note"]]


def test_a_rule_that_is_kept_is_not_listed() -> None:
    assert tables.rule_findings([_result("ramp", passed=True)]) is None


def test_how_to_waive_a_rule_is_said_where_one_is_broken_that_is_not() -> None:
    broken, waived = (tables.rule_findings([_result("ramp", waived=waived)]) for waived in (False, True))
    assert broken is not None and waived is not None
    assert "under waivers" in _shown(broken)
    assert "waivers" not in _shown(waived)


def test_published_plans_with_warnings_are_counted_with_the_way_to_read_them() -> None:
    records = [_record(1), _warned(2, _result("ramp"), _result("monotony")), _warned(3, _result("ramp"))]
    assert tables.warnings_note(records) == (
        "3 warnings of plan rules on 2 published plans; `plan-pipeline show plan-2` lists them"
    )


def test_nothing_is_said_of_rules_that_are_kept_or_waived() -> None:
    assert tables.warnings_note([_record(1), _warned(2, _result("ramp", waived=True))]) is None


def test_weeks_of_a_plan_at_the_end_of_the_calendar_begin_on_its_last_day_at_most() -> None:
    assert tables.monday_of(dt.date(9999, 12, 20), 2) == dt.date(9999, 12, 27)
    assert tables.monday_of(dt.date(9999, 12, 27), 4) == dt.date.max


def test_events_on_the_way_are_in_the_calendar_and_time_off_is_told() -> None:
    made = planned(rider(5, "tue, thu, sat", weeks=4, start_date="2027-01-04")).plan
    assert made is not None
    way = {"date": "2027-01-15", "name": "Club race", "type": "criterium"}
    around = {
        "events": (EventOnTheWay.model_validate(way),),
        "time_off": (TimeOff.model_validate({"from": "2027-01-18", "to": "2027-01-20", "reason": "work"}),),
    }
    body = made.training_plan
    meta = body.plan_metadata.model_copy(update=around)
    plan = made.model_copy(update={"training_plan": body.model_copy(update={"plan_metadata": meta})})

    season = _shown(tables.plan_overview(plan, 200), width=200)
    assert re.search(r"^On the way +Club race \(criterium, B\), Friday 2027-01-15 *$", season, re.MULTILINE)
    assert re.search(r"^Off +2027-01-18 to 2027-01-20, work *$", season, re.MULTILINE)
    assert season.count("★ Friday: Club race (criterium, B)") == 1

    coach = texts_of(plan)
    assert f"2. {coach.week(2).preview}".split(". ")[1] in season

    week = _shown(tables.week_in_full(body.weekly_plan[1], meta, texts_of(plan).week(2)), width=200)
    assert re.findall(r"^ (\w+day) ", week, re.MULTILINE) == ["Tuesday", "Thursday", "Friday", "Saturday"]
    assert "★ Club race (criterium, B)  event" in week
