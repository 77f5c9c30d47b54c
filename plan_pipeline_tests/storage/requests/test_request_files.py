"""Requests from files: what is read, and every mistake as one line with file, field and remedy."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from plan_pipeline.core.model.vocabulary import Weekday
from plan_pipeline.storage.requests.request_files import RequestFileError, read_all
from plan_pipeline.strict_input.input_limits import MAX_REQUEST_BYTES
from plan_pipeline_tests.storage import samples

GOOD = """\
plan_id: rider-042-century
athlete_profile:
  athlete_id: rider-042
  ftp: 265
  goals: [Improve FTP]
  training_availability:
    hours_per_week: "7-9"
    week_days: Tuesday, thu, Saturday
    max_minutes: {tuesday: 75}
start_date: 2027-01-04
event: {date: 2027-03-28, name: Spring Century, type: century}
options: {duration: adjusted, seed: 7}
"""


def written(folder: Path, content: str | bytes, name: str = "request.yaml") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def problems(path: Path) -> tuple[str, ...]:
    """The problems of a file, with the folder left out."""
    with pytest.raises(RequestFileError) as error:
        read_all([path])
    assert str(error.value).splitlines() == list(error.value.problems)
    return tuple(line.replace(f"{path.parent}/", "") for line in error.value.problems)


def changed(**changes: Any) -> dict[str, Any]:
    """A good request in which dotted fields (``athlete_profile__ftp``) are changed, or removed with ``...``."""
    request: dict[str, Any] = json.loads(json.dumps(samples.raw_request(weeks=12)))
    for path, value in changes.items():
        *parents, field = path.split("__")
        target = request
        for parent in parents:
            target = target[parent]
        if value is ...:
            del target[field]
        else:
            target[field] = value
    return request


class TestWhatIsRead:
    def test_yaml_with_ranges_lists_and_dates(self, tmp_path: Path) -> None:
        (request,) = read_all([written(tmp_path, GOOD)])

        availability = request.athlete_profile.training_availability
        assert (request.plan_id, request.total_weeks) == ("rider-042-century", 12)
        assert availability.hours_per_week == 8
        assert availability.week_days == (Weekday.TUESDAY, Weekday.THURSDAY, Weekday.SATURDAY)
        assert availability.max_minutes == {Weekday.TUESDAY: 75}

    def test_numbers_and_words_are_what_a_person_reads_in_them(self, tmp_path: Path) -> None:
        text = GOOD.replace("265", "0250").replace("tuesday: 75", "tuesday: 0100").replace("seed: 7", "seed: 007")
        text = text.replace("athlete_id: rider-042", "athlete_id: 007").replace("Spring Century", "No")
        text = text.replace("plan_id: rider-042-century", "plan_id: 1e5").replace("type: century", "type: 12:30")

        (request,) = read_all([written(tmp_path, text)])

        athlete = request.athlete_profile
        assert request.event is not None
        assert (athlete.ftp, athlete.training_availability.max_minutes[Weekday.TUESDAY]) == (250, 100)
        assert (request.plan_id, athlete.athlete_id, request.options.seed) == ("1e5", "007", 7)
        assert (request.event.name, request.event.type) == ("No", "12:30")

    @pytest.mark.parametrize("name", ["r.yaml", "r.yml", "r.json", "R.JSON", "r.jsonl"])
    def test_every_kind_of_file_gives_the_same_request(self, tmp_path: Path, name: str) -> None:
        path = written(tmp_path, json.dumps(samples.raw_request()), name)

        assert read_all([path]) == (samples.request(),)

    def test_jsonl_has_one_request_a_line_and_blank_lines_are_skipped(self, tmp_path: Path) -> None:
        lines = [json.dumps(samples.raw_request(plan_id)) for plan_id in ("b", "a")]
        path = written(tmp_path, f"\n{lines[0]}\r\n   \n{lines[1]}", "cohort.jsonl")

        assert [request.plan_id for request in read_all([path])] == ["b", "a"]

    def test_a_byte_order_mark_does_not_matter(self, tmp_path: Path) -> None:
        assert len(read_all([written(tmp_path, b"\xef\xbb\xbf" + GOOD.encode())])) == 1

    def test_several_files_are_read_in_order(self, tmp_path: Path) -> None:
        paths = [
            written(tmp_path, json.dumps(samples.raw_request(plan_id)), f"{plan_id}.json") for plan_id in ("z", "a")
        ]

        assert [request.plan_id for request in read_all(paths)] == ["z", "a"]

    def test_no_files_are_no_requests(self) -> None:
        assert read_all([]) == ()

    def test_reading_writes_nothing(self, tmp_path: Path) -> None:
        path = written(tmp_path, GOOD)
        read_all([path])

        assert list(tmp_path.iterdir()) == [path]


class TestFields:
    @pytest.mark.parametrize(
        ("changes", "expected"),
        [
            ({"plan_idd": "x"}, "plan_idd: is not a known field; did you mean plan_id?"),
            ({"athlete_profile__fpt": 3}, "athlete_profile.fpt: is not a known field; did you mean ftp?"),
            ({"ftp": 250}, "ftp: is not a known field; did you mean athlete_profile.ftp?"),
            ({"duration": "legacy"}, "duration: is not a known field; did you mean options.duration?"),
            (
                {"options__zzz": 1},
                "options.zzz: is not a known field; remove it; the fields here are "
                "overview, workouts, duration, auto_fix, seed, experiment, waivers",
            ),
            ({"athlete_profile__ftp": ...}, "athlete_profile.ftp: is missing; add it"),
            ({"athlete_profile": ...}, "athlete_profile: is missing; add it"),
            ({"weeks": ...}, "weeks: is missing; give weeks, or start_date together with event.date"),
            ({"weeks": 30}, "weeks: must be at most 24, not 30; give a number from 4 to 24"),
            ({"weeks": 3}, "weeks: must be at least 4, not 3; give a number from 4 to 24"),
            ({"weeks": "many"}, "weeks: 'many' is not a number of weeks; write it like 12"),
            ({"weeks": 7.5}, "weeks: must be a whole number, not 7.5; write it in digits"),
            (
                {"athlete_profile__ftp": 0},
                "athlete_profile.ftp: must be at least 30, not 0; give a number from 30 to 700",
            ),
            (
                {"athlete_profile__ftp": "265 V"},
                "athlete_profile.ftp: '265 V' is not a number of watts; write it like 250",
            ),
            (
                {"athlete_profile__training_availability__hours_per_week": 0},
                "athlete_profile.training_availability.hours_per_week: must be more than 0, not 0; "
                "give a number above 0 to 40",
            ),
            (
                {"athlete_profile__training_availability__hours_per_week": "9-7"},
                "athlete_profile.training_availability.hours_per_week: '9-7' ends before it begins; "
                "write the smaller number first",
            ),
            (
                {"athlete_profile__training_availability__week_days": ["tuesday", "firday"]},
                "athlete_profile.training_availability.week_days.1: 'firday' is not known; did you mean Friday?",
            ),
            (
                {"athlete_profile__training_availability__week_days": "tuesday, xyz"},
                "athlete_profile.training_availability.week_days.1: 'xyz' is not known; use one of "
                "Monday, Tuesday, Wednesday, Thursday, Friday, Saturday, Sunday",
            ),
            (
                {"athlete_profile__training_availability__week_days": []},
                "athlete_profile.training_availability.week_days: is empty; give at least one",
            ),
            (
                {"athlete_profile__training_availability__max_minutes": {"tusday": 60}},
                "athlete_profile.training_availability.max_minutes.tusday: "
                "'tusday' is not known; did you mean Tuesday?",
            ),
            (
                {"athlete_profile__training_availability__max_minutes": 60},
                "athlete_profile.training_availability.max_minutes: must be a mapping, not 60; write it as name: value",
            ),
            (
                {"athlete_profile": "rider"},
                "athlete_profile: must be a mapping of fields, not 'rider'; write its fields as name: value",
            ),
            ({"options__duration": "optimum"}, "options.duration: 'optimum' is not a known arm; did you mean optimal?"),
            ({"options__auto_fix": "maybe"}, "options.auto_fix: must be true or false, not 'maybe'; write one of them"),
            ({"options__auto_fix": 1}, "options.auto_fix: must be true or false, not 1; write one of them"),
            (
                {"athlete_profile__training_availability__hours_per_week": True},
                "athlete_profile.training_availability.hours_per_week: must be a number, not true; write it in digits",
            ),
            (
                {"athlete_profile__training_availability__max_minutes": {"tuesday": True}},
                "athlete_profile.training_availability.max_minutes.tuesday: "
                "must be a whole number, not true; write it in digits",
            ),
            (
                {"athlete_profile__ftp": "1_000"},
                "athlete_profile.ftp: '1_000' is not a number of watts; write it like 250",
            ),
            ({"weeks": 8.5}, "weeks: must be a whole number, not 8.5; write it in digits"),
            ({"start_date": 20270104}, "start_date: must be a date, not 20270104; write it like 2027-01-04"),
            ({"plan_id": 42}, "plan_id: must be text, not 42; put it in quotes"),
            ({"start_date": "soon"}, "start_date: must be a date, not 'soon'; write it like 2027-01-04"),
            ({"athlete_profile__athlete_id": ""}, "athlete_profile.athlete_id: is empty; give it a text"),
            (
                {"athlete_profile__athlete_id": "x" * 200},
                "athlete_profile.athlete_id: is longer than 128 characters; shorten it",
            ),
            ({"athlete_profile__athlete_id": "  "}, "athlete_profile.athlete_id: is empty; give it a text"),
            (
                {"athlete_profile__ftp": 250, "target_ftp": 200},
                "target_ftp: 200 W lies below today's FTP of 250 W, and no plan trains towards less; set it to 250 to "
                "hold what is there, or leave it out for 5 % more than today's",
            ),
            (
                {"athlete_profile__ftp": 150, "target_ftp": 600, "weeks": 4},
                "target_ftp: 600 W is 300 % above today's FTP of 150 W, and nobody gains that in 4 weeks: the fastest "
                "gain that a trial has shown is 4.4 % a week (Hickson 1977, PMID 838658: 44 % in 10 weeks, untrained); "
                "set a lower target, or leave it out for 5 % more than today's",
            ),
            (
                {"athlete_profile__goals": "Improve FTP"},
                "athlete_profile.goals: must be a list, not 'Improve FTP'; write it like [one, two]",
            ),
        ],
    )
    def test_a_mistake_is_one_line_that_names_field_value_and_remedy(
        self, tmp_path: Path, changes: dict[str, Any], expected: str
    ) -> None:
        path = written(tmp_path, json.dumps(changed(**changes)), "request.json")

        assert problems(path) == (f"request.json: {expected}",)

    @pytest.mark.parametrize("plan_id", ["../x", "a|b", "", "A", "a b", "x" * 64])
    def test_a_bad_id_is_shown_with_the_rule(self, tmp_path: Path, plan_id: str) -> None:
        (line,) = problems(written(tmp_path, json.dumps(changed(plan_id=plan_id)), "request.json"))

        assert line.startswith(f"request.json: plan_id: {plan_id!r} is not a usable id: use 1 to 63 lower-case letters")

    def test_dates_that_do_not_agree_are_explained(self, tmp_path: Path) -> None:
        request = changed(weeks=8, start_date="2027-01-04", event={"date": "2027-03-28"})

        (line,) = problems(written(tmp_path, json.dumps(request), "request.json"))

        assert line.startswith(
            "request.json: weeks: 8 does not lead from start_date 2027-01-04 to event.date 2027-03-28"
        )
        assert "set weeks to 12 or leave it out" in line

    @pytest.mark.parametrize(
        "day", ["9999-12-31", "0001-01-01", "1970-01-01", "2207-01-04", "2099-12-31", "1999-12-31"]
    )
    def test_a_day_that_no_plan_is_made_for_is_refused(self, tmp_path: Path, day: str) -> None:
        remedy = f"{day} is no day that a plan is made for; give one from 2000-01-01 to 2068-12-31, or none"
        events = changed(plan_id="a", weeks=12, event={"date": day})
        starts = changed(plan_id="b", weeks=12, start_date=day, target_ftp=50)

        found = problems(written(tmp_path, f"{json.dumps(events)}\n{json.dumps(starts)}", "r.jsonl"))

        assert found[:2] == (f"r.jsonl:1: event.date: {remedy}", f"r.jsonl:2: start_date: {remedy}")
        assert found[2].startswith("r.jsonl:2: target_ftp: ")

    @pytest.mark.parametrize("day", ["2000-01-01", "2028-02-29", "2068-12-31"])
    def test_any_other_day_is_taken(self, tmp_path: Path, day: str) -> None:
        assert len(read_all([written(tmp_path, json.dumps(changed(weeks=12, event={"date": day})), "r.json")])) == 1

    def test_all_mistakes_are_reported_at_once(self, tmp_path: Path) -> None:
        request = changed(weeks=30, athlete_profile__ftp=0, plan_id="a|b", colour="red")

        lines = problems(written(tmp_path, json.dumps(request), "request.json"))

        assert sorted(line.split(": ")[1] for line in lines) == ["athlete_profile.ftp", "colour", "plan_id", "weeks"]

    def test_a_long_value_is_cut(self, tmp_path: Path) -> None:
        (line,) = problems(written(tmp_path, json.dumps(changed(weeks="x" * 10_000)), "request.json"))

        assert len(line) < 200 and "…" in line

    @pytest.mark.parametrize("name", ["evil\nname", "evil\x1b[31m", "\ud800"])
    def test_a_name_that_cannot_be_shown_is_escaped(self, tmp_path: Path, name: str) -> None:
        (line,) = problems(written(tmp_path, json.dumps(changed(**{name: 1})), "request.json"))

        assert line.isprintable()
        line.encode()

    def test_infinity_is_no_number(self, tmp_path: Path) -> None:
        path = written(tmp_path, GOOD.replace("265", ".inf"))

        assert problems(path) == (
            "request.yaml: athlete_profile.ftp: '.inf' is not a number of watts; write it like 250",
        )


class TestFiles:
    def test_broken_yaml_names_the_line(self, tmp_path: Path) -> None:
        (line,) = problems(written(tmp_path, GOOD.replace("goals: [Improve FTP]", "goals: [Improve FTP")))

        assert line.startswith("request.yaml:6: is not valid YAML: ")
        assert line.endswith("correct the syntax there")

    def test_broken_json_names_the_line(self, tmp_path: Path) -> None:
        (line,) = problems(written(tmp_path, '{\n  "plan_id": "a",\n  oops\n}', "request.json"))

        assert line.startswith("request.json:3: is not valid JSON: ")
        assert "(line 3, column 3); correct the syntax there" in line

    def test_a_broken_line_of_jsonl_is_named_and_the_others_are_checked_too(self, tmp_path: Path) -> None:
        lines = [json.dumps(samples.raw_request("a")), "{oops", "", json.dumps(changed(plan_id="b", weeks=30))]

        found = problems(written(tmp_path, "\n".join(lines), "cohort.jsonl"))

        assert [line.split(" ")[0] for line in found] == ["cohort.jsonl:2:", "cohort.jsonl:4:"]

    @pytest.mark.parametrize("name", ["request.yaml", "request.json", "request.jsonl"])
    @pytest.mark.parametrize("content", [b"", b"  \n\n", b"\xef\xbb\xbf"])
    def test_an_empty_file_is_an_error(self, tmp_path: Path, name: str, content: bytes) -> None:
        (line,) = problems(written(tmp_path, content, name))

        assert line.startswith(f"{name}: is empty; write ")

    @pytest.mark.parametrize("content", ["# only a comment\n", "null\n", "---\n"])
    def test_yaml_that_says_nothing_is_empty_too(self, tmp_path: Path, content: str) -> None:
        assert problems(written(tmp_path, content)) == ("request.yaml: is empty; write a request into it",)

    @pytest.mark.parametrize(
        ("name", "content", "kind"),
        [
            ("r.yaml", "- plan_id: a", "a list"),
            ("r.json", "[{}]", "a list"),
            ("r.yaml", "just words", "a single value"),
            ("r.json", "42", "a single value"),
            ("r.jsonl", "[]", "a list"),
        ],
    )
    def test_something_else_than_a_request_is_an_error(
        self, tmp_path: Path, name: str, content: str, kind: str
    ) -> None:
        (line,) = problems(written(tmp_path, content, name))

        assert f"holds {kind}, not a request; write one request a file" in line

    @pytest.mark.parametrize("name", ["r.yaml", "r.json", "r.jsonl"])
    def test_text_that_is_not_utf8_is_an_error(self, tmp_path: Path, name: str) -> None:
        (line,) = problems(written(tmp_path, b'{"plan_id": "caf\xe9"}', name))

        assert "is not UTF-8 text (at byte 16); save it as UTF-8" in line

    def test_a_missing_file_is_an_error(self, tmp_path: Path) -> None:
        assert problems(tmp_path / "none.yaml") == ("none.yaml: does not exist; check the path",)

    def test_a_folder_is_an_error(self, tmp_path: Path) -> None:
        (tmp_path / "requests.yaml").mkdir()

        assert problems(tmp_path / "requests.yaml") == ("requests.yaml: is a folder; name the request files in it",)

    def test_another_kind_of_file_is_an_error(self, tmp_path: Path) -> None:
        path = written(tmp_path, GOOD, "request.txt")

        assert problems(path) == (
            "request.txt: is not a request file; its name must end in .yaml, .yml, .json or .jsonl",
        )

    @pytest.mark.parametrize("name", ["r.yaml", "r.json"])
    def test_a_key_given_twice_is_an_error(self, tmp_path: Path, name: str) -> None:
        content = '{"plan_id": "a",\n"plan_id": "b"}'

        (line,) = problems(written(tmp_path, content, name))

        assert "gives the key 'plan_id' a second time; remove one of them" in line

    def test_an_alias_is_an_error_that_names_the_line(self, tmp_path: Path) -> None:
        (line,) = problems(written(tmp_path, "plan_id: &a x\nathlete_profile: *a\n"))

        assert line.startswith("request.yaml:2: line 2 uses the alias *a")

    def test_a_python_object_is_not_made(self, tmp_path: Path) -> None:
        (line,) = problems(written(tmp_path, "plan_id: !!python/object/apply:os.getcwd []\n"))

        assert "request.yaml:1: line 1 uses the tag" in line

    @pytest.mark.parametrize("name", ["r.yaml", "r.json", "r.jsonl"])
    @pytest.mark.parametrize("depth", [50, 100_000])
    def test_nesting_has_a_limit(self, tmp_path: Path, name: str, depth: int) -> None:
        (line,) = problems(written(tmp_path, '{"a": ' + "[" * depth + "]" * depth + "}", name))

        assert "is nested more than 40 deep; flatten it" in line

    @pytest.mark.parametrize("name", ["r.yaml", "r.json"])
    def test_a_request_larger_than_a_megabyte_is_not_read(self, tmp_path: Path, name: str) -> None:
        path = written(tmp_path, '"' + "x" * MAX_REQUEST_BYTES + '"', name)

        assert problems(path) == (f"{name}: is larger than 1 MB; a request is a few kilobytes",)

    def test_a_line_larger_than_a_megabyte_is_one_problem_and_the_next_line_is_read(self, tmp_path: Path) -> None:
        lines = ["x" * (3 * MAX_REQUEST_BYTES), json.dumps(changed(weeks=30))]

        found = problems(written(tmp_path, "\n".join(lines), "cohort.jsonl"))

        assert [line.split(" ")[0] for line in found] == ["cohort.jsonl:1:", "cohort.jsonl:2:"]

    def test_a_plan_id_used_twice_names_both_places(self, tmp_path: Path) -> None:
        line = json.dumps(samples.raw_request("same"))

        assert problems(written(tmp_path, f"{line}\n\n{line}\n", "cohort.jsonl")) == (
            "cohort.jsonl:3: plan_id: 'same' is already the id of the request in cohort.jsonl:1; "
            "give every request an id of its own",
        )

    def test_a_plan_id_used_in_two_files_is_an_error(self, tmp_path: Path) -> None:
        paths = [written(tmp_path, json.dumps(samples.raw_request("same")), name) for name in ("a.json", "b.json")]

        with pytest.raises(RequestFileError, match=r"b\.json: plan_id: 'same' is already .*a\.json; give"):
            read_all(paths)

    def test_the_problems_of_all_files_are_reported(self, tmp_path: Path) -> None:
        paths = [written(tmp_path, json.dumps(changed(weeks=30, plan_id=name)), f"{name}.json") for name in "ab"]

        with pytest.raises(RequestFileError) as error:
            read_all([*paths, tmp_path / "none.json"])

        assert len(error.value.problems) == 3

    def test_a_flood_of_problems_is_cut_but_counted(self, tmp_path: Path) -> None:
        path = written(tmp_path, "{oops\n" * 1000, "cohort.jsonl")

        with pytest.raises(RequestFileError) as error:
            read_all([path])

        assert len(error.value.problems) == 1000
        assert str(error.value).splitlines()[-1] == "… and 800 more problems; correct these first"
