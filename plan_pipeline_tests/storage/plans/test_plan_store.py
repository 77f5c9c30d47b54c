"""One folder a plan: artefacts by week, and a published plan that only a whole, valid one replaces."""

from __future__ import annotations

import hashlib
import json
import os
import threading
import time
from pathlib import Path

import pytest

from plan_pipeline.core.final_plan import content_hash
from plan_pipeline.core.measures.week_metrics import WeekMetrics
from plan_pipeline.core.model.plan import Plan, ValidatedWeek, Verdict
from plan_pipeline.core.model.rule_result import RuleResult
from plan_pipeline.core.model.vocabulary import LEGACY, PlanStatus
from plan_pipeline.storage.data_folder import DataFolder, UnsafePathError
from plan_pipeline.storage.model_files import DamagedArtefactError
from plan_pipeline.storage.plans.plan_files import ArtefactMissingError
from plan_pipeline.storage.plans.plan_store import PlanLockedError, PlanStore, Stage
from plan_pipeline.storage.plans.records import OverviewRecord, PlanRecord, request_hash
from plan_pipeline.storage.plans.rollbacks import roll_back
from plan_pipeline.storage.plans.versions import PlanVersions, UnpublishablePlanError
from plan_pipeline_tests.storage import samples


@pytest.fixture
def store(tmp_path: Path) -> PlanStore:
    return PlanStore(DataFolder(tmp_path / "data"))


def plan_file(store: PlanStore, plan_id: str = "rider-1") -> Path:
    return store.data.plan_folder(plan_id) / "plan.json"


class TestVersions:
    def test_the_published_plan_and_its_version_are_one_file_under_two_names(self, store: PlanStore) -> None:
        store.publish(samples.plan())
        assert plan_file(store).samefile(PlanVersions(store.data, "rider-1").path("gen-1"))

    def test_neither_can_be_written_to_in_place(self, store: PlanStore) -> None:
        store.publish(samples.plan())
        assert plan_file(store).stat().st_mode & 0o222 == 0

    def test_a_later_plan_leaves_the_earlier_version_as_it_was(self, store: PlanStore) -> None:
        store.publish(samples.plan())
        first = PlanVersions(store.data, "rider-1").path("gen-1").read_bytes()

        store.publish(samples.plan(generation_id="gen-2", notes="later"))

        assert PlanVersions(store.data, "rider-1").path("gen-1").read_bytes() == first
        assert plan_file(store).samefile(PlanVersions(store.data, "rider-1").path("gen-2"))

    def test_an_unchanged_plan_is_published_again_where_that_is_asked_for(self, store: PlanStore) -> None:
        store.publish(samples.plan())

        again = PlanStore(store.data, rewrite_unchanged=True).publish(samples.plan(generation_id="gen-2"))

        assert (again.changed, again.generation_id) == (True, "gen-2")
        assert [path.stem for path in store.versions("rider-1")] == ["gen-2", "gen-1"]

    def test_versions_beyond_the_setting_go_when_they_are_retired(self, store: PlanStore) -> None:
        for number in range(1, 5):
            store.publish(samples.plan(generation_id=f"gen-{number}", notes=f"notes {number}"))

        deleted = PlanStore(store.data, keep_versions=2).delete_old_versions("rider-1")

        assert deleted == 2
        assert [path.stem for path in store.versions("rider-1")] == ["gen-4", "gen-3"]

    def test_the_published_version_stays_however_old_it_is(self, store: PlanStore) -> None:
        for number in range(1, 5):
            store.publish(samples.plan(generation_id=f"gen-{number}", notes=f"notes {number}"))
        roll_back(store, "rider-1", to="gen-1", now=samples.NOON)

        PlanStore(store.data, keep_versions=2).delete_old_versions("rider-1")

        assert [path.stem for path in store.versions("rider-1")] == ["gen-4", "gen-1"]


class TestRequestAndOverview:
    def test_a_request_comes_back_as_it_was_saved(self, store: PlanStore) -> None:
        asked = samples.request()
        store.save_request(asked)

        assert store.load_request("rider-1") == asked

    def test_a_plan_nobody_asked_for_is_an_error_that_says_what_to_do(self, store: PlanStore) -> None:
        with pytest.raises(ArtefactMissingError, match=r"plan 'rider-9' has no request .* generate the plan from"):
            store.load_request("rider-9")

    def test_an_overview_comes_back_with_its_origin(self, store: PlanStore) -> None:
        record = OverviewRecord.of(samples.request(), "lib-1", "config-1", samples.overview())
        store.save_overview("rider-1", record)

        assert store.load_overview("rider-1") == record
        assert record.outcome == samples.overview()

    def test_why_there_is_no_overview_comes_back_too(self, store: PlanStore) -> None:
        record = OverviewRecord.of(samples.request(), "lib-1", "config-1", samples.nothing_fits())
        store.save_overview("rider-1", record)

        loaded = store.load_overview("rider-1")

        assert loaded is not None and loaded.outcome == samples.nothing_fits()

    def test_before_the_first_overview_there_is_none(self, store: PlanStore) -> None:
        assert store.load_overview("rider-1") is None

    def test_the_request_hash_changes_with_what_the_overview_is_made_from(self) -> None:
        assert request_hash(samples.request(weeks=12)) != request_hash(samples.request(weeks=8))
        assert request_hash(samples.request(overview="rules")) != request_hash(samples.request(overview="anthropic"))

    def test_the_request_hash_is_the_same_for_another_arm_or_experiment(self) -> None:
        other = samples.request(duration="legacy", auto_fix=False, experiment="exp-1")

        assert request_hash(other) == request_hash(samples.request())


class TestWeeks:
    def test_weeks_come_back_by_number(self, store: PlanStore) -> None:
        store.save_request(samples.request(weeks=4))
        weeks = {number: samples.validated_week(number) for number in range(1, 5)}
        store.save_weeks("rider-1", Stage.WEEK_VALIDATION, weeks)

        assert store.load_weeks("rider-1", Stage.WEEK_VALIDATION, ValidatedWeek) == weeks

    def test_saving_one_week_keeps_the_others(self, store: PlanStore) -> None:
        store.save_request(samples.request(weeks=4))
        store.save_weeks("rider-1", Stage.WEEK_VALIDATION, {n: samples.validated_week(n) for n in range(1, 5)})
        redone = samples.validated_week(3, passed=False)
        store.save_weeks("rider-1", Stage.WEEK_VALIDATION, {3: redone})

        weeks = store.load_weeks("rider-1", Stage.WEEK_VALIDATION, ValidatedWeek)

        assert weeks == {n: redone if n == 3 else samples.validated_week(n) for n in range(1, 5)}

    def test_metrics_survive_with_their_instants(self, store: PlanStore) -> None:
        store.save_request(samples.request(weeks=4))
        row = samples.facts(weeks=4).weeks[0]
        store.save_weeks("rider-1", Stage.WEEK_METRICS, {1: row})

        assert store.load_weeks("rider-1", Stage.WEEK_METRICS, WeekMetrics) == {1: row}

    def test_weeks_beyond_the_plan_are_dropped_when_the_plan_gets_shorter(self, store: PlanStore) -> None:
        store.save_request(samples.request(weeks=6))
        store.save_weeks("rider-1", Stage.WEEK_VALIDATION, {n: samples.validated_week(n) for n in range(1, 7)})
        store.save_request(samples.request(weeks=4))
        store.save_weeks("rider-1", Stage.WEEK_VALIDATION, {1: samples.validated_week(1), 9: samples.validated_week(9)})

        assert list(store.load_weeks("rider-1", Stage.WEEK_VALIDATION, ValidatedWeek)) == [1, 2, 3, 4]

    def test_weeks_are_kept_in_order_however_they_were_saved(self, store: PlanStore) -> None:
        store.save_request(samples.request(weeks=12))
        for number in (11, 2, 1):
            store.save_weeks("rider-1", Stage.WEEK_VALIDATION, {number: samples.validated_week(number)})

        assert list(store.load_weeks("rider-1", Stage.WEEK_VALIDATION, ValidatedWeek)) == [1, 2, 11]

    def test_the_file_has_one_line_a_week(self, store: PlanStore) -> None:
        store.save_request(samples.request(weeks=4))
        weeks = {number: samples.validated_week(number) for number in range(1, 5)}
        text = store.save_weeks("rider-1", Stage.WEEK_VALIDATION, weeks).read_text(encoding="utf-8")

        assert len(text.splitlines()) == 6
        assert json.loads(text) == {
            "plan_id": "rider-1",
            "stage": "week_validation",
            "weeks": {str(number): week.model_dump(mode="json") for number, week in weeks.items()},
        }

    def test_saving_the_same_again_leaves_the_file_alone(self, store: PlanStore) -> None:
        weeks = {number: samples.validated_week(number) for number in range(1, 5)}
        paths = [
            store.save_request(samples.request(weeks=4)),
            store.save_weeks("rider-1", Stage.WEEK_VALIDATION, weeks),
        ]
        before = [path.stat().st_ino for path in paths]
        store.save_request(samples.request(weeks=4))
        store.save_weeks("rider-1", Stage.WEEK_VALIDATION, weeks)

        assert [path.stat().st_ino for path in paths] == before

    def test_a_stage_that_was_not_launched_is_an_error_that_names_it(self, store: PlanStore) -> None:
        store.save_request(samples.request())

        with pytest.raises(ArtefactMissingError) as error:
            store.load_weeks("rider-1", Stage.WEEK_SELECTION, ValidatedWeek, weeks=[8])

        assert str(error.value) == "plan 'rider-1' has no week_selection for week 8; launch week_selection first"

    def test_a_week_that_is_not_there_yet_is_an_error_that_names_it(self, store: PlanStore) -> None:
        store.save_request(samples.request())
        store.save_weeks("rider-1", Stage.WEEK_VALIDATION, {1: samples.validated_week(1)})

        with pytest.raises(
            ArtefactMissingError, match=r"has no week_validation for week 8; launch week_validation first"
        ):
            store.load_weeks("rider-1", Stage.WEEK_VALIDATION, ValidatedWeek, weeks=[1, 8])

    @pytest.mark.parametrize(
        "content", ["", "{", "[]", '{"weeks": []}', '{"weeks": {"one": {}}}', '{"weeks": {"1": {}}}']
    )
    def test_a_damaged_artefact_is_an_error_that_names_the_file_and_the_remedy(
        self, store: PlanStore, content: str
    ) -> None:
        path = store.save_request(samples.request()).with_name("week_validation.json")
        path.write_text(content)

        with pytest.raises(
            DamagedArtefactError, match=r"week_validation.json is damaged \(.+\); launch week_validation for all"
        ):
            store.load_weeks("rider-1", Stage.WEEK_VALIDATION, ValidatedWeek)

    def test_launching_all_weeks_mends_a_damaged_artefact(self, store: PlanStore) -> None:
        path = store.save_request(samples.request(weeks=4)).with_name("week_validation.json")
        path.write_text("{")
        store.save_weeks("rider-1", Stage.WEEK_VALIDATION, {n: samples.validated_week(n) for n in range(1, 5)})

        assert len(store.load_weeks("rider-1", Stage.WEEK_VALIDATION, ValidatedWeek)) == 4

    def test_a_stage_that_is_kept_a_plan_has_no_weeks(self, store: PlanStore) -> None:
        with pytest.raises(ValueError, match=r"plan_overview is kept a plan, not a week"):
            store.save_weeks("rider-1", Stage.PLAN_OVERVIEW, {})

    def test_two_writers_of_different_weeks_lose_nothing(self, store: PlanStore) -> None:
        store.save_request(samples.request(weeks=24))
        weeks = {number: samples.validated_week(number) for number in range(1, 25)}

        def save(numbers: range) -> None:
            for number in numbers:
                store.save_weeks("rider-1", Stage.WEEK_VALIDATION, {number: weeks[number]})

        threads = [threading.Thread(target=save, args=(range(first, 25, 3),)) for first in (1, 2, 3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert store.load_weeks("rider-1", Stage.WEEK_VALIDATION, ValidatedWeek) == weeks


class TestPublishing:
    def test_a_published_plan_comes_back_equal(self, store: PlanStore) -> None:
        plan = samples.plan()
        publication = store.publish(plan)

        assert store.load_plan("rider-1") == plan
        assert publication[:4] == (plan_file(store), True, plan.generation.content_hash, "gen-1")
        assert publication.file_hash == hashlib.sha256(plan_file(store).read_bytes()).hexdigest()

    def test_the_file_is_for_people_as_well(self, store: PlanStore) -> None:
        store.publish(samples.plan())
        text = plan_file(store).read_text(encoding="utf-8")

        assert text.startswith('{\n  "training_plan": {\n    "plan_id": "rider-1",\n')
        assert '"coaching_notes": "Fahr locker – 80 % easy"' in text

    def test_the_file_holds_what_the_model_dumps(self, store: PlanStore) -> None:
        store.publish(samples.plan())

        assert json.loads(plan_file(store).read_bytes()) == samples.plan().model_dump(mode="json")

    def test_the_same_content_again_touches_nothing(self, store: PlanStore) -> None:
        store.publish(samples.plan(generation_id="gen-1"))
        before = plan_file(store).stat()
        publication = store.publish(samples.plan(generation_id="gen-2"))
        after = plan_file(store).stat()

        assert (publication.changed, publication.generation_id) == (False, "gen-1")
        assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
        assert [path.name for path in store.versions("rider-1")] == ["gen-1.json"]

    def test_new_content_replaces_the_plan_and_keeps_the_version_before(self, store: PlanStore) -> None:
        store.publish(samples.plan(generation_id="gen-1", notes="one"))
        publication = store.publish(samples.plan(generation_id="gen-2", notes="two"))

        assert publication.changed
        assert store.load_plan("rider-1") == samples.plan(generation_id="gen-2", notes="two")
        assert {path.name for path in store.versions("rider-1")} == {"gen-1.json", "gen-2.json"}

    def test_a_version_is_the_plan_as_it_was_published(self, store: PlanStore) -> None:
        store.publish(samples.plan(generation_id="gen-1"))

        assert store.versions("rider-1")[0].read_bytes() == plan_file(store).read_bytes()

    def test_a_version_cannot_be_replaced_by_another_plan(self, store: PlanStore) -> None:
        store.publish(samples.plan(generation_id="gen-1", notes="one"))

        with pytest.raises(UnpublishablePlanError, match=r"gen-1.json already holds another plan of this generation"):
            store.publish(samples.plan(generation_id="gen-1", notes="two"))
        assert store.load_plan("rider-1") == samples.plan(generation_id="gen-1", notes="one")

    def test_a_publication_that_was_interrupted_after_its_version_is_completed(self, store: PlanStore) -> None:
        store.publish(samples.plan(generation_id="gen-1"))
        plan_file(store).unlink()

        assert store.publish(samples.plan(generation_id="gen-1")).changed
        assert store.load_plan("rider-1") == samples.plan(generation_id="gen-1")

    def test_only_the_newest_versions_are_kept(self, tmp_path: Path) -> None:
        store = PlanStore(DataFolder(tmp_path), keep_versions=3)
        for number in range(1, 7):
            store.publish(samples.plan(generation_id=f"gen-{number}", notes=f"notes {number}"))

        assert [path.stem for path in store.versions("rider-1")] == ["gen-6", "gen-5", "gen-4"]

    def test_the_current_version_stays_even_if_it_looks_old(self, tmp_path: Path) -> None:
        store = PlanStore(DataFolder(tmp_path), keep_versions=1)
        store.publish(samples.plan(generation_id="gen-1", notes="one"))
        tomorrow = time.time() + 86_400
        os.utime(store.versions("rider-1")[0], (tomorrow, tomorrow))
        store.publish(samples.plan(generation_id="gen-2", notes="two"))

        assert [path.stem for path in store.versions("rider-1")] == ["gen-2"]

    def test_keeping_no_version_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(ValueError, match=r"keep at least 1"):
            PlanStore(DataFolder(tmp_path), keep_versions=0)

    @pytest.mark.parametrize("generation_id", ["", "../gen", "a/b", ".hidden", "a b"])
    def test_a_generation_id_never_becomes_a_path(self, store: PlanStore, generation_id: str) -> None:
        with pytest.raises(UnsafePathError, match=r"generation_id .* is not usable as a file name"):
            store.publish(samples.plan(generation_id=generation_id))
        assert store.load_plan("rider-1") is None

    def test_a_published_plan_that_was_damaged_is_replaced(self, store: PlanStore) -> None:
        store.publish(samples.plan(generation_id="gen-1"))
        plan_file(store).write_text("{")

        assert store.publish(samples.plan(generation_id="gen-2")).changed
        assert store.load_plan("rider-1") == samples.plan(generation_id="gen-2")

    def test_a_published_plan_that_was_edited_by_hand_is_replaced(self, store: PlanStore) -> None:
        store.publish(samples.plan(generation_id="gen-1"))
        plan_file(store).write_text(plan_file(store).read_text().replace("Long ride", "Short ride"))

        assert store.publish(samples.plan(generation_id="gen-2")).changed
        assert store.load_plan("rider-1") == samples.plan(generation_id="gen-2")

    def test_a_damaged_plan_is_an_error_that_names_the_remedy(self, store: PlanStore) -> None:
        store.publish(samples.plan())
        plan_file(store).write_text('{"training_plan": {}}')

        with pytest.raises(
            DamagedArtefactError,
            match=r"plan.json is damaged \(it is not a whole plan\); `plan-pipeline generate .+/request.json` makes",
        ):
            store.load_plan("rider-1")

    def test_a_plan_that_was_never_published_is_none(self, store: PlanStore) -> None:
        assert store.load_plan("rider-1") is None


class TestOnlyWholeAndValidPlansArePublished:
    @pytest.fixture
    def published(self, store: PlanStore) -> Plan:
        plan = samples.plan(generation_id="gen-1")
        store.publish(plan)
        return plan

    def test_a_plan_with_a_week_missing_is_refused(self, store: PlanStore, published: Plan) -> None:
        body = published.training_plan
        shorter = body.model_copy(update={"weekly_plan": body.weekly_plan[:-1]})

        with pytest.raises(
            UnpublishablePlanError, match=r"has weeks .* not 1 to 12; generate the plan for all its weeks"
        ):
            store.publish(published.model_copy(update={"training_plan": shorter}))
        assert store.load_plan("rider-1") == published

    def test_a_plan_with_a_failed_week_is_refused(self, store: PlanStore, published: Plan) -> None:
        body = published.training_plan
        failed = body.weekly_plan[7].model_copy(
            update={"validation": samples.validated_week(8, passed=False).validation}
        )
        weeks = (*body.weekly_plan[:7], failed, *body.weekly_plan[8:])
        plan = published.model_copy(update={"training_plan": body.model_copy(update={"weekly_plan": weeks})})

        with pytest.raises(UnpublishablePlanError, match=r"weeks \[8\] did not pass validation"):
            store.publish(plan)
        assert store.load_plan("rider-1") == published

    def test_a_plan_that_breaks_a_rule_which_rejects_it_is_refused(self, store: PlanStore, published: Plan) -> None:
        broken = published.model_copy(update={"rule_results": (samples.rule_result("rest-days", 2, severity="error"),)})

        with pytest.raises(
            UnpublishablePlanError,
            match=r"plan 'rider-1' breaks rules; keep them, or waive them in the request: rest-days: Week 2: too even",
        ):
            store.publish(broken)
        assert store.load_plan("rider-1") == published

    def test_a_plan_that_breaks_a_rule_its_request_waives_is_published(self, store: PlanStore) -> None:
        waived = samples.rule_result("rest-days", 2, severity="error", waived=True)

        assert store.publish(samples.plan().model_copy(update={"rule_results": (waived,)})).changed

    def test_a_plan_of_which_only_the_rules_say_something_else_is_not_replaced(
        self, store: PlanStore, published: Plan
    ) -> None:
        assert not store.publish(published.model_copy(update={"rule_results": ()})).changed
        assert store.load_plan("rider-1") == published

    def test_a_plan_whose_hash_is_not_its_own_is_refused(self, store: PlanStore, published: Plan) -> None:
        other = samples.plan(generation_id="gen-2", notes="other")
        forged = other.model_copy(update={"generation": published.generation})

        with pytest.raises(UnpublishablePlanError, match=r"content_hash does not match the plan's content"):
            store.publish(forged)
        assert store.load_plan("rider-1") == published


class TestWhereFilesLie:
    def test_a_link_in_place_of_a_file_is_not_followed(self, store: PlanStore, tmp_path: Path) -> None:
        secret = tmp_path / "secret.json"
        secret.write_text(samples.request().model_dump_json())
        path = store.save_request(samples.request())
        path.unlink()
        path.symlink_to(secret)

        with pytest.raises(
            UnsafePathError, match=r"request.json is a link; the data folder must hold its files itself"
        ):
            store.load_request("rider-1")

    def test_versions_are_not_written_through_a_link(self, store: PlanStore, tmp_path: Path) -> None:
        outside = tmp_path / "outside"
        outside.mkdir()
        folder = store.save_request(samples.request()).parent
        (folder / "versions").symlink_to(outside)

        with pytest.raises(UnsafePathError, match=r"versions is a link to"):
            store.publish(samples.plan())
        assert list(outside.iterdir()) == []

    @pytest.mark.parametrize("plan_id", ["../x", "a|b", ""])
    def test_a_bad_id_reads_and_writes_nothing(self, store: PlanStore, plan_id: str) -> None:
        with pytest.raises(UnsafePathError):
            store.load_plan(plan_id)
        with pytest.raises(UnsafePathError), store.lock(plan_id):
            pass
        assert not store.data.root.exists()

    def test_plan_ids_are_the_plans_asked_for_or_published_in_order(self, store: PlanStore, tmp_path: Path) -> None:
        store.save_request(samples.request("rider-2"))
        store.publish(samples.plan("rider-1"))
        (store.data.plans / "empty").mkdir()
        (store.data.plans / "Not A Plan").mkdir()
        (store.data.plans / "linked").symlink_to(store.data.plan_folder("rider-1"))
        (store.data.plans / "file").write_text("")

        assert store.plan_ids() == ("rider-1", "rider-2")

    def test_a_new_data_folder_has_no_plans(self, store: PlanStore) -> None:
        assert store.plan_ids() == ()

    def test_leftovers_of_a_killed_writer_go_with_the_next_publication(self, store: PlanStore) -> None:
        leftover = store.save_request(samples.request()).with_name(".plan.json.1-dead.tmp")
        leftover.write_text("{")
        os.utime(leftover, (0, 0))
        store.publish(samples.plan())

        assert not leftover.exists()


class TestOneWriterAPlan:
    def test_a_second_writer_is_turned_away_by_name(self, store: PlanStore) -> None:
        other = PlanStore(store.data)

        with (
            store.lock("rider-1"),
            pytest.raises(PlanLockedError, match=r"plan 'rider-1' is being written by another run; waited 0.05 s"),
            other.lock("rider-1", timeout_s=0.05),
        ):
            pass

    def test_another_thread_is_a_second_writer_too(self, store: PlanStore) -> None:
        turned_away = []

        def write() -> None:
            try:
                with store.lock("rider-1", timeout_s=0.05):
                    pass
            except PlanLockedError as error:
                turned_away.append(error)

        with store.lock("rider-1"):
            thread = threading.Thread(target=write)
            thread.start()
            thread.join()

        assert len(turned_away) == 1

    def test_other_plans_can_be_written_meanwhile(self, store: PlanStore) -> None:
        with store.lock("rider-1"), PlanStore(store.data).lock("rider-2", timeout_s=0):
            pass

    def test_whoever_holds_the_lock_can_write(self, store: PlanStore) -> None:
        with store.lock("rider-1"):
            store.save_request(samples.request())
            store.publish(samples.plan())

        assert store.load_plan("rider-1") == samples.plan()

    def test_the_lock_outlasts_a_write_made_while_it_is_held(self, store: PlanStore) -> None:
        with store.lock("rider-1"):
            store.save_request(samples.request())

            with pytest.raises(PlanLockedError), PlanStore(store.data).lock("rider-1", timeout_s=0):
                pass


def verdict(*failed: int, rules: tuple[RuleResult, ...] = ()) -> Verdict:
    """How a generation ended, of which some weeks failed."""
    if failed:
        return Verdict(status=PlanStatus.REJECTED, reasons=("week 2: too short",), rule_results=rules)
    return Verdict(status=PlanStatus.PUBLISHED, rule_results=rules)


class TestVerdict:
    def record(self, *failed: int) -> PlanRecord:
        facts = samples.facts(weeks=4, failed=failed, arm=LEGACY)
        return PlanRecord.of(facts.generation, verdict=verdict(*failed), weeks=facts.weeks, publication=None)

    def test_a_verdict_comes_back_with_its_weeks(self, store: PlanStore) -> None:
        record = self.record(2)
        store.save_generation_record("rider-1", record)

        assert store.load_generation_record("rider-1") == record
        assert [week.passed for week in record.week_summaries] == [True, False, True, True]

    def test_a_rejected_plan_says_so_and_has_no_path(self) -> None:
        record = self.record(2)

        assert (record.status, record.arm, record.weeks, record.weeks_passed) == (PlanStatus.REJECTED, LEGACY, 4, 3)
        assert (record.reasons, record.path, record.changed) == (("week 2: too short",), None, False)

    def test_a_published_plan_says_where_it_is_and_whether_it_changed(self, store: PlanStore) -> None:
        facts = samples.facts(weeks=4)
        record = PlanRecord.of(
            facts.generation, verdict=verdict(), weeks=facts.weeks, publication=store.publish(samples.plan(weeks=4))
        )

        assert (record.path, record.changed) == (str(plan_file(store)), True)

    def test_a_verdict_keeps_what_every_rule_said(self, store: PlanStore) -> None:
        rules = (samples.rule_result("rest-days", severity="error"), samples.rule_result("monotony", 3, 7))
        facts = samples.facts(weeks=4)
        record = PlanRecord.of(facts.generation, verdict=verdict(rules=rules), weeks=facts.weeks, publication=None)
        store.save_generation_record("rider-1", record)

        read_back = store.load_generation_record("rider-1")
        assert read_back is not None
        assert read_back.rule_results == rules

    def test_the_warnings_of_a_plan_are_the_broken_rules_that_neither_reject_it_nor_are_waived(self) -> None:
        rules = (
            samples.rule_result("rest-days", 1, severity="error"),
            samples.rule_result("monotony", 3, 7),
            samples.rule_result("ctl-ramp", 2, waived=True),
            samples.rule_result("taper-volume"),
        )
        facts = samples.facts(weeks=4)
        record = PlanRecord.of(facts.generation, verdict=verdict(rules=rules), weeks=facts.weeks, publication=None)

        assert record.warnings == ("monotony: Week 3: too even.",)

    def test_before_the_first_generation_there_is_none(self, store: PlanStore) -> None:
        assert store.load_generation_record("rider-1") is None

    def test_a_verdict_does_not_touch_the_published_plan(self, store: PlanStore) -> None:
        store.publish(samples.plan())
        store.save_generation_record("rider-1", self.record(2))

        assert store.load_plan("rider-1") == samples.plan()


def test_the_sample_plan_is_what_publishing_expects() -> None:
    plan = samples.plan()

    assert plan.generation.content_hash == content_hash(plan.training_plan)
