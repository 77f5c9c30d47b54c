"""A message about a field of a YAML file can name its line."""

import pytest

from plan_pipeline.strict_input.validation_messages import Location
from plan_pipeline.strict_input.yaml_lines import Lines

TEXT = """# a comment
id: century
phases:
  - phase: base
    sessions: [[tempo],
               [sweet_spot]]
  - phase: build
long_ride: {hours_share: 0.4,
            longest_min: 300}
"""


@pytest.mark.parametrize(
    ("location", "line"),
    [
        (("id",), 2),
        (("phases",), 3),
        (("phases", 0), 4),
        (("phases", 0, "sessions", 1, 0), 6),
        (("phases", 1, "phase"), 7),
        (("long_ride", "longest_min"), 9),
    ],
)
def test_every_key_and_item_has_a_line(location: Location, line: int) -> None:
    assert Lines(TEXT).of(location) == line


def test_what_is_missing_is_at_the_line_of_what_it_is_missing_from() -> None:
    assert Lines(TEXT).of(("phases", 1, "sessions", 0)) == 7


def test_of_a_field_of_an_empty_file_it_is_the_first() -> None:
    assert Lines("").of(("id",)) == 1
