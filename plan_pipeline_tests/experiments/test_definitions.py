"""Definitions of live experiments: read strictly, refused with file, field and remedy, never two for one plan."""

from __future__ import annotations

from pathlib import Path

import pytest

from plan_pipeline.core.experiment import Guardrail, Metric
from plan_pipeline.core.model.vocabulary import ADJUSTED, LEGACY
from plan_pipeline.experiments.definitions import Definitions, read_definitions
from plan_pipeline.strict_input.input_limits import MAX_DEFINITION_BYTES

GOOD = """\
name: warm-ups
arms: {legacy: 50, adjusted: 50}
traffic: [0, 20]
start: 2027-01-04
end: 2027-04-05
metrics: [pass_rate_before_fix, variety]
guardrails:
  - {metric: structure_preserved_rate, max_worse: 0.02}
"""


def written(folder: Path, text: str | bytes, name: str = "warm-ups.yaml") -> Path:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def problems(folder: Path) -> tuple[str, ...]:
    """What is wrong in a folder, without the folder's own name."""
    return tuple(problem.replace(f"{folder}/", "") for problem in read_definitions(folder).problems)


def test_a_definition_is_read(tmp_path: Path) -> None:
    written(tmp_path, GOOD)

    ((found,), found_problems) = read_definitions(tmp_path)

    assert found_problems == ()
    assert found.name == "warm-ups"
    assert found.arms == {LEGACY: 50, ADJUSTED: 50}
    assert found.traffic == (0, 20)
    assert str(found.start), str(found.end) == ("2027-01-04", "2027-04-05")
    assert found.metrics == (Metric.PASS_RATE_BEFORE_FIX, Metric.VARIETY)
    assert found.guardrails == (Guardrail(metric=Metric.STRUCTURE_PRESERVED_RATE, max_worse=0.02),)


def test_definitions_come_in_the_order_of_their_names(tmp_path: Path) -> None:
    written(tmp_path, GOOD.replace("warm-ups", "zebra"), "a.yaml")
    written(tmp_path, GOOD.replace("[0, 20]", "[20, 40]").replace("warm-ups", "ant"), "z.yaml")

    assert [found.name for found in read_definitions(tmp_path).experiments] == ["ant", "zebra"]


def test_without_a_folder_or_files_there_are_no_experiments(tmp_path: Path) -> None:
    assert read_definitions(tmp_path / "none") == Definitions((), ())
    assert read_definitions(tmp_path) == Definitions((), ())


def test_other_files_of_the_folder_and_hidden_ones_are_left_alone(tmp_path: Path) -> None:
    written(tmp_path, "{}", "simulated.json")
    written(tmp_path, "notes", "README.md")
    written(tmp_path, "half written", ".warm-ups.yaml.12-ab.tmp")
    written(tmp_path, "half written", ".draft.yaml")

    assert read_definitions(tmp_path) == Definitions((), ())


def test_numbers_are_what_a_person_reads_in_them(tmp_path: Path) -> None:
    written(tmp_path, GOOD.replace("adjusted: 50", "adjusted: 050").replace("[0, 20]", "[00, 020]"))

    (experiment,) = read_definitions(tmp_path).experiments

    assert (experiment.arms["adjusted"], experiment.traffic) == (50, (0, 20))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("name: warm-ups\n", ""), "name: is missing; add it"),
        (
            ("name: warm-ups", "name: Warm Ups"),
            "name: 'Warm Ups' is not a usable id: use 1 to 63 lower-case letters, digits, '-' and '_', "
            "starting with a letter or digit",
        ),
        (("adjusted: 50", "adjustd: 50"), "arms.adjustd: 'adjustd' is not a known arm; did you mean adjusted?"),
        (("adjusted: 50", "adjusted: lots"), "arms.adjusted: must be a number, not 'lots'; write it in digits"),
        (("adjusted: 50", "adjusted: yes"), "arms.adjusted: must be a number, not 'yes'; write it in digits"),
        (("[0, 20]", "[0, 1_0]"), "traffic.1: must be a whole number, not '1_0'; write it in digits"),
        (("2027-04-05", "20270405"), "end: must be a date, not 20270405; write it like 2027-01-04"),
        (("adjusted: 50", "adjusted: -1"), "arms.adjusted: must be at least 0.001, not -1; correct it"),
        (
            (", adjusted: 50", ""),
            "arms: an experiment compares 2 arms or more, not 1; add one, such as legacy: 50",
        ),
        (
            ("{legacy: 50, adjusted: 50}", "[legacy, adjusted]"),
            "arms: must be a mapping, not ['legacy', 'adjusted']; write it as name: value",
        ),
        (("[0, 20]", "[0, 120]"), "traffic.1: must be at most 100, not 120; correct it"),
        (
            ("[0, 20]", "[20, 0]"),
            "traffic: [20, 0] holds no plan; give the first hundredth and the one after the last, such as [0, 100]",
        ),
        (("2027-04-05", "soon"), "end: must be a date, not 'soon'; write it like 2027-01-04"),
        (
            ("2027-04-05", "2027-01-01"),
            "end: 2027-01-01 is not after start 2027-01-04; the experiment runs up to the day before its end, "
            "so move one of them",
        ),
        (("variety]", "varety]"), "metrics.1: 'varety' is not known; did you mean variety?"),
        (("max_worse: 0.02", ""), "guardrails.0.max_worse: is missing; add it"),
        (
            ("max_worse: 0.02", "max_worse: 0.02, max_wors: 0.02"),
            "guardrails.0.max_wors: is not a known field; did you mean max_worse?",
        ),
        (("traffic:", "trafic:"), "trafic: is not a known field; did you mean traffic?"),
        (
            ("max_worse: 0.02", "max_worse: .nan"),
            "guardrails.0.max_worse: must be a number, not '.nan'; write it in digits",
        ),
    ],
)
def test_a_mistake_is_one_line_with_file_field_value_and_remedy(
    tmp_path: Path, change: tuple[str, str], message: str
) -> None:
    written(tmp_path, GOOD.replace(*change))

    assert problems(tmp_path) == (f"warm-ups.yaml: {message}",)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "does not define an experiment; write its fields as name: value, beginning with name"),
        ("- name: a\n", "does not define an experiment; write its fields as name: value, beginning with name"),
        ("name: a\nname: b\n", "line 2 gives the key 'name' a second time; remove one of them"),
        ("name: &a x\nsalt: *a\n", "line 2 uses the alias *a; write the value out instead"),
        ("name: !!python/object/apply:os.getcwd []\n", "line 1 uses the tag"),
        ("name: [a\n", "is not valid YAML"),
        (b"name: caf\xe9\n", "is not UTF-8 text (at byte 9); save it as UTF-8"),
        ("#" * (MAX_DEFINITION_BYTES + 1), "is larger than 100 kB; make it smaller"),
    ],
)
def test_what_is_no_definition_is_refused(tmp_path: Path, content: str | bytes, message: str) -> None:
    written(tmp_path, content)

    (line,) = problems(tmp_path)

    assert line.startswith(f"warm-ups.yaml: {message}")


def test_a_file_with_another_ending_is_not_silently_passed_over(tmp_path: Path) -> None:
    written(tmp_path, GOOD, "warm-ups.yml")

    assert problems(tmp_path) == ("warm-ups.yml: is not read; rename it to warm-ups.yaml",)


def test_a_folder_and_a_link_to_nowhere_are_refused(tmp_path: Path) -> None:
    (tmp_path / "folder.yaml").mkdir()
    (tmp_path / "link.yaml").symlink_to(tmp_path / "nothing")

    assert problems(tmp_path) == (
        "folder.yaml: is not a file; put a definition there, or remove it",
        "link.yaml: is a link, which is not followed; put the file itself there, or remove the link",
    )


def test_a_name_used_twice_is_a_problem_of_the_second_file(tmp_path: Path) -> None:
    written(tmp_path, GOOD, "a.yaml")
    written(tmp_path, GOOD.replace("[0, 20]", "[20, 40]"), "b.yaml")

    assert problems(tmp_path) == (
        f"b.yaml: name: 'warm-ups' is already the name in {tmp_path / 'a.yaml'}; choose another".replace(
            f"{tmp_path}/", ""
        ),
    )


def test_the_name_of_a_simulated_experiment_is_taken(tmp_path: Path) -> None:
    written(tmp_path, GOOD)
    written(tmp_path, "{}", "warm-ups.json")

    assert problems(tmp_path) == (
        "warm-ups.yaml: name: 'warm-ups' is a simulated experiment, whose plans could not be told apart; "
        "choose another name",
    )


def test_experiments_that_would_share_plans_are_refused_both(tmp_path: Path) -> None:
    written(tmp_path, GOOD, "a.yaml")
    written(tmp_path, "name: long-rides\narms: {legacy: 1, optimal: 1}\ntraffic: [10, 100]\n", "b.yaml")

    assert problems(tmp_path) == (
        "a.yaml: traffic: 'warm-ups' would share plans with 'long-rides' in b.yaml: both run from 2027-01-04 until "
        "2027-04-05 and have hundredths 10 to 20; give them traffic or periods that do not meet",
        "b.yaml: traffic: 'long-rides' would share plans with 'warm-ups' in a.yaml: both run from 2027-01-04 until "
        "2027-04-05 and have hundredths 10 to 20; give them traffic or periods that do not meet",
    )


def test_experiments_without_dates_are_said_to_run_at_all_times(tmp_path: Path) -> None:
    for name in ("one", "two"):
        written(tmp_path, f"name: {name}\narms: {{legacy: 1, optimal: 1}}\n", f"{name}.yaml")

    assert "both run at all times and have hundredths 0 to 100" in problems(tmp_path)[0]


def test_the_problems_of_all_files_are_reported_at_once(tmp_path: Path) -> None:
    written(tmp_path, "", "a.yaml")
    written(tmp_path, GOOD.replace("warm-ups", "Warm Ups").replace("variety", "varety"), "b.yaml")

    assert [line.split(": ")[:2] for line in problems(tmp_path)] == [
        ["a.yaml", "does not define an experiment; write its fields as name"],
        ["b.yaml", "name"],
        ["b.yaml", "metrics.1"],
    ]


def test_sound_definitions_can_be_had_beside_broken_ones(tmp_path: Path) -> None:
    written(tmp_path, GOOD)
    written(tmp_path, "oops: [", "broken.yaml")

    found = read_definitions(tmp_path)

    assert [experiment.name for experiment in found.experiments] == ["warm-ups"]
    assert len(found.problems) == 1


def test_what_cannot_be_shown_in_a_file_name_is_escaped(tmp_path: Path) -> None:
    written(tmp_path, "", "evil\nname.yaml")

    (line,) = read_definitions(tmp_path).problems

    assert line.isprintable()
