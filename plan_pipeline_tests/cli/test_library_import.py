"""``library import``: files of other programs into a new library, with a report on each."""

from __future__ import annotations

import json
from pathlib import Path

from plan_pipeline_tests.cli.conftest import Run

RIDE = (
    "<workout_file><n>Ride</n><workout>"
    '<SteadyState Duration="3600" Power="0.63"/><SteadyState Duration="1200" Power="0.51"/></workout></workout_file>'
)


def test_files_become_a_library_that_validates_and_the_report_says_what_happened(run: Run, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "ride.zwo").write_text(RIDE)
    (tmp_path / "in" / "bad.zwo").write_text("<x/>")
    out, report = tmp_path / "out", tmp_path / "report.json"

    ended = run("library", "import", tmp_path / "in", "--output", out, "--report", report)

    assert ended.exit_code == 0
    assert "refused: bad.zwo: is XML of <x>, not a <workout_file>" in ended.stdout
    assert "2 files: 1 imported to" in ended.stdout
    found = json.loads(report.read_text())
    assert (found["files_in"], found["imported"], found["duplicates"]) == (2, 1, [])
    assert found["repaired"] == [{"file": "ride.zwo", "what": "<n> was read as <name>"}]
    assert [refused["file"] for refused in found["refused"]] == ["bad.zwo"]
    assert run("library", "validate", "--library", out).exit_code == 0


def test_a_file_alone_and_json_for_programs(run: Run, tmp_path: Path) -> None:
    (tmp_path / "ride.zwo").write_text(RIDE)
    ended = run("library", "import", tmp_path / "ride.zwo", "--output", tmp_path / "out", "--json")
    assert (ended.exit_code, ended.json["imported"]) == (0, 1)
    assert ended.json["workouts"][0] | {"id": "ride", "type": "endurance"} == ended.json["workouts"][0]


def test_where_no_file_can_be_used_the_command_fails(run: Run, tmp_path: Path) -> None:
    (tmp_path / "bad.zwo").write_text("<x/>")
    assert run("library", "import", tmp_path / "bad.zwo", "--output", tmp_path / "out").exit_code == 1
    assert not (tmp_path / "out").exists()


def test_bad_input_is_told_with_the_remedy(run: Run, tmp_path: Path) -> None:
    nothing = run("library", "import", tmp_path, "--output", tmp_path / "out")
    missing = run("library", "import", tmp_path / "none.zwo", "--output", tmp_path / "out")
    assert (nothing.exit_code, missing.exit_code) == (2, 1)
    assert "there are no workout files; give files, or folders with" in nothing.stderr
    assert "does not exist; check the path" in missing.stdout


RUN = "# By the clock\n- 15m 5:40/km Pace\n\n3x\n- 10m 4:15/km Pace\n- 2m 6:20/km Pace\n\n- 10m 6:00/km Pace\n"


def test_rides_and_runs_go_each_to_their_sport_and_paces_are_measured_by_the_threshold_pace(
    run: Run, tmp_path: Path
) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "ride.zwo").write_text(RIDE)
    (tmp_path / "in" / "run.txt").write_text(RUN)
    out = tmp_path / "out"

    ended = run("library", "import", tmp_path / "in", "--output", out, "--threshold-pace", "4:15/km", "--json")

    assert [(each["id"], each["type"]) for each in ended.json["workouts"]] == [
        ("ride", "endurance"),
        ("by_the_clock", "cruise_intervals"),
    ]
    assert sorted(path.parent.name for path in out.glob("*/*.yaml")) == ["cycling", "running"]
    assert run("library", "validate", "--library", out).exit_code == 0


def test_a_run_in_paces_is_refused_where_no_threshold_pace_is_given(run: Run, tmp_path: Path) -> None:
    (tmp_path / "run.txt").write_text(RUN)
    without = run("library", "import", tmp_path / "run.txt", "--output", tmp_path / "out")
    mistaken = run("library", "import", tmp_path / "run.txt", "--output", tmp_path / "out", "--threshold-pace", "15")
    assert (without.exit_code, mistaken.exit_code) == (1, 2)
    assert "no threshold pace to measure them by; give the runner's with --threshold-pace 4:15/km" in without.stdout
    assert "'15' is not read as a pace; write 4:15/km, 6:50/mi or 4:15" in mistaken.stderr


def test_a_library_of_one_sport_takes_in_files_of_the_other(run: Run, tmp_path: Path) -> None:
    (tmp_path / "ride.zwo").write_text(RIDE)
    (tmp_path / "run.txt").write_text(
        "# Kilometres\n- 15m 75% Pace\n\n5x\n- 1km 108% Pace\n- 3m 66% Pace\n\n- 10m 70% Pace\n"
    )
    run("library", "import", tmp_path / "ride.zwo", "--output", tmp_path / "rides")

    ended = run(
        "library", "import", tmp_path / "run.txt", "--library", tmp_path / "rides", "--output", tmp_path / "out"
    )

    assert ended.exit_code == 0, ended.stdout + ended.stderr
    assert [path.parent.name for path in (tmp_path / "out").glob("*/*.yaml")] == ["running"]
