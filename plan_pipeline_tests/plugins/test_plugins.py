"""Other packages add rules, arms, overview writers and formats; a broken one stops what asks for it, and nothing else.

The packages are put on the path with the metadata that installing them would write, and commands run in processes of
their own, as after an installation.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from plan_pipeline.settings import code_version

PACKAGES = Path(__file__).parent
EXAMPLE = PACKAGES.parents[1] / "examples" / "requests" / "rider-042-century.yaml"
NOTES = "Ride steadily, and let others race to the sign."
BROKEN = "of broken-plans 0.3 cannot be loaded (ImportError: No module named 'coaching_cloud')"


class Ended(NamedTuple):
    exit_code: int
    stdout: str
    stderr: str

    @property
    def json_lines(self) -> list[Any]:
        return [json.loads(line) for line in self.stdout.splitlines()]


def install(package: str, site: Path) -> None:
    """Put a package on a path as an installer does: its module, and a ``.dist-info`` from its ``pyproject.toml``."""
    project = tomllib.loads((PACKAGES / package / "pyproject.toml").read_text())["project"]
    shutil.copy(PACKAGES / package / f"{package}.py", site)
    info = site / f"{package}-{project['version']}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n")
    groups = project["entry-points"].items()
    sections = [
        "\n".join([f"[{group}]", *(f"{name} = {place}" for name, place in found.items())]) for group, found in groups
    ]
    (info / "entry_points.txt").write_text("\n".join(sections) + "\n")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    for package in ("steady_plans", "broken_plans"):
        install(package, folder)
    return folder


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("plugins") / "data"


Run = Callable[..., Ended]


@pytest.fixture(scope="module")
def run(site: Path, data: Path) -> Run:
    """Run a command with both packages installed."""

    def command(*arguments: str | Path) -> Ended:
        done = subprocess.run(
            [sys.executable, "-c", "from plan_pipeline.cli import main; main()", *map(str, arguments)],
            env={"PATH": "/usr/bin:/bin", "HOME": str(data.parent), "PYTHONPATH": str(site)},
            cwd=data.parent,
            capture_output=True,
            text=True,
            timeout=300,
        )
        return Ended(done.returncode, done.stdout, done.stderr)

    return lambda *arguments: command("--data", data, *arguments)


def request_file(folder: Path, plan_id: str, **options: Any) -> Path:
    content = yaml.safe_load(EXAMPLE.read_text())
    content |= {"plan_id": plan_id, "options": options}
    path = folder / f"{plan_id}.yaml"
    path.write_text(yaml.safe_dump(content))
    return path


@pytest.fixture(scope="module")
def generated(run: Run, data: Path) -> dict[str, Any]:
    """The outcomes of one call by plan, whose requests ask for a plug-in, a broken one and none."""
    ended = run(
        "generate",
        "--json",
        request_file(data.parent, "steady", overview="Steady", waivers=["no-vo2max"]),
        request_file(data.parent, "held", overview="steady"),
        request_file(data.parent, "broken", overview="broken", waivers=["no-vo2max"]),
        request_file(data.parent, "varied", duration="varied", waivers=["no-vo2max"]),
        request_file(data.parent, "plain", waivers=["no-vo2max"]),
    )
    assert ended.exit_code == 1, ended.stderr
    assert "Traceback" not in ended.stderr
    return {record["plan_id"]: record for record in ended.json_lines}


@pytest.fixture(scope="module")
def plan(generated: dict[str, Any], data: Path) -> Any:
    assert generated["steady"]["status"] == "published", generated["steady"]
    return json.loads((data / "plans" / "steady" / "plan.json").read_text())


def test_a_plan_is_published_with_the_overview_of_another_packages_writer(plan: Any) -> None:
    assert plan["training_plan"]["plan_metadata"]["coaching_notes"] == NOTES
    assert (plan["ai_metadata"]["ai_provider"], plan["ai_metadata"]["ai_model"]) == ("steady", "club-1")


def test_the_version_that_a_plan_was_made_by_names_the_packages_with_their_versions(plan: Any) -> None:
    assert plan["generation"]["code_version"] == f"{code_version()}; broken-plans 0.3, steady-plans 1.2.0"


def test_a_plan_is_made_in_the_arm_of_another_package(generated: dict[str, Any], data: Path) -> None:
    assert generated["varied"]["status"] == "published"
    varied = json.loads((data / "plans" / "varied" / "plan.json").read_text())
    assert varied["generation"]["arm"] == "varied"


def test_another_packages_rule_is_among_the_results_and_can_be_waived(plan: Any) -> None:
    (result,) = [result for result in plan["rule_results"] if result["rule_id"] == "no-vo2max"]
    assert (result["passed"], result["waived"], result["threshold"]) == (False, True, "≤ 0 VO2max days")


def test_another_packages_rule_rejects_a_plan_that_does_not_waive_it(generated: dict[str, Any]) -> None:
    assert generated["held"]["status"] == "rejected"
    assert any("the club rides at most 0" in reason for reason in generated["held"]["reasons"])


def test_a_plug_in_that_cannot_be_loaded_stops_the_plan_that_asks_for_it_with_its_name(
    generated: dict[str, Any],
) -> None:
    assert generated["broken"]["status"] == "error"
    assert f"the overview writer 'broken' {BROKEN}" in generated["broken"]["reasons"][0]


def test_a_plug_in_that_cannot_be_loaded_does_not_stop_plans_that_do_not_ask_for_it(generated: dict[str, Any]) -> None:
    assert generated["plain"]["status"] == "published"


def test_a_plan_is_made_in_bulk_as_it_is_alone(run: Run, data: Path, plan: Any) -> None:
    requests = [request_file(data.parent, name, overview=name, waivers=["no-vo2max"]) for name in ("steady", "broken")]
    lines = [json.dumps(yaml.safe_load(path.read_text()), default=str) for path in requests]
    (data.parent / "both.jsonl").write_text("\n".join(lines) + "\n")
    ended = run("batch", data.parent / "both.jsonl", "--json")
    outcomes = {record["plan_id"]: record for record in ended.json_lines}
    assert (outcomes["steady"]["status"], outcomes["steady"]["changed"]) == ("published", False)
    assert outcomes["broken"]["status"] == "error"
    assert f"the overview writer 'broken' {BROKEN}" in outcomes["broken"]["reasons"][0]


def test_a_plan_is_exported_in_the_format_of_another_package(run: Run, plan: Any) -> None:
    assert run("export", "steady", "--format", "text").stdout == "steady: 12 weeks\n"


def test_workout_files_in_the_format_of_another_package_go_out_and_come_in(run: Run, plan: Any, data: Path) -> None:
    folder = data.parent / "steady-files"
    assert run("export", "steady", "--format", "steady", "--week", "1", "--output", folder).exit_code == 0
    names = sorted(path.name for path in folder.iterdir())
    assert names
    assert all(name.startswith("W01-") and name.endswith(".steady") for name in names)
    (folder / "bad.steady").write_text("as you like")

    ended = run("library", "import", folder, "--output", data.parent / "steady-library", "--json")

    report = json.loads(ended.stdout)
    assert report["files_in"] == len(names) + 1
    assert [refused["file"] for refused in report["refused"]] == ["bad.steady"]


def test_a_format_that_cannot_be_loaded_is_bad_input(run: Run, plan: Any) -> None:
    ended = run("export", "steady", "--format", "broken")
    assert (ended.exit_code, ended.stdout) == (2, "")
    assert ended.stderr.startswith(f"plan-pipeline: the format 'broken' {BROKEN}")
    assert "Traceback" not in ended.stderr


def test_a_model_of_another_packages_provider_can_be_tried(run: Run) -> None:
    ended = run("models", "try", "club", "--json")

    tried = json.loads(ended.stdout)
    assert ended.exit_code == 0
    assert (tried["provider"], tried["model"], tried["output_tokens"]) == ("club", "club-1", 9)


def test_doctor_lists_what_other_packages_add_and_what_of_it_is_broken(run: Run) -> None:
    ended = run("doctor", "--json")
    assert ended.exit_code == 1
    (check,) = [check for check in json.loads(ended.stdout)["checks"] if check["name"] == "plug-ins"]
    assert not check["ok"]
    assert f"the overview writer 'broken' {BROKEN}" in check["detail"]
    assert "rule no-vo2max of steady-plans 1.2.0" in check["detail"]
    assert "provider of models club of steady-plans 1.2.0" in check["detail"]


def test_an_unknown_overview_writer_is_answered_with_the_nearest_there_is(run: Run, data: Path) -> None:
    ended = run("generate", request_file(data.parent, "misspelt", overview="steddy"))
    assert ended.exit_code == 2
    assert "options.overview: 'steddy' is not a known overview writer; did you mean steady?" in ended.stderr
