"""ZWO read as it is found: made by Zwift, by other programs or by hand.

A cooldown falls and a warm-up rises, whichever way round their powers are written. What has no power is given one, and
XML that a browser would read is repaired; document types and entities are refused.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final, Self

from plan_pipeline.core.model.vocabulary import Sport
from plan_pipeline.core.paces.runner import Runner
from plan_pipeline.formats.extras import of_extra
from plan_pipeline.formats.reading import (
    ReadSession,
    Repairs,
    UnreadableSessionError,
    check_limits,
    finished,
    text_in,
)
from plan_pipeline.formats.repeats import by_note
from plan_pipeline.formats.running.steps import OFF_WORDS
from plan_pipeline.formats.session import SessionPart, written_out
from plan_pipeline.formats.zwo.run_steps import RunSteps
from plan_pipeline.formats.zwo.steps import RideSteps
from plan_pipeline.formats.zwo.writing import OFF_THE_BIKE, PARTS, RUN
from plan_pipeline.formats.zwo.xml_repair import repaired_xml
from plan_pipeline.strict_input.input_limits import shortened

_NAMES: Final = {"n": "name", "title": "name", "desc": "description"}
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_ROOT_END: Final = "</workout_file>"


class ZwoReader:
    """Reads ZWO; shares of race paces are measured by a runner's threshold pace."""

    suffixes = (".zwo",)

    def __init__(self, runner: Runner | None = None) -> None:
        self.runner = runner

    def for_runner(self, runner: Runner) -> Self:
        return type(self)(runner)

    def read(self, content: bytes, ftp_watts: float | None = None) -> ReadSession:  # noqa: ARG002 -- it has no watts
        repairs = Repairs()
        root = _root(text_in(content, repairs), repairs)
        if not isinstance(root.tag, str) or root.tag.lower() not in ("workout_file", "workout"):
            tag = shortened(str(root.tag))
            raise UnreadableSessionError(f"is XML of <{tag}>, not a <workout_file>; give a ZWO file")
        said = _said(root, repairs)
        workout = root if root.tag.lower() == "workout" else _child(root, "workout")
        if workout is None:
            raise UnreadableSessionError("has no <workout> with steps; give a file of a workout")
        is_run = (_text_of(root, "sporttype") or "").lower() == RUN
        off = next((kind for kind, word in OFF_WORDS.items() if is_run and _is_tagged(root, word.lower())), None)
        steps = RideSteps(repairs) if not is_run or off else self._run_steps(root, repairs)
        parts: Sequence[SessionPart] = [part for element in workout for part in steps.of(element)]
        check_limits(parts)
        noted = by_note(tuple(written_out(parts)), said[PARTS])
        least = None if noted else 2
        return finished(
            said["name"],
            noted or parts,
            repairs,
            description=said["description"],
            least_repeats=least,
            off_the_bike=_is_tagged(root, OFF_THE_BIKE),
            sport=Sport.RUNNING if is_run else Sport.CYCLING,
            unmeasured=off,
        )

    def _run_steps(self, root: Any, repairs: Repairs) -> RunSteps:
        kind = (_text_of(root, "durationtype") or "").lower()
        if kind not in ("time", "distance"):
            repairs.add("durationType is missing and lengths were read as seconds")
        threshold = _text_of(root, "thresholdsecperkm")
        return RunSteps(repairs, by_distance=kind == "distance", of_threshold=threshold is not None, runner=self.runner)


# --- XML ----------------------------------------------------------------------------------------------------------


def _root(text: str, repairs: Repairs) -> Any:
    """The document as it is, or repaired where it is not well formed."""
    xml = of_extra("defusedxml.ElementTree", "zwo")
    refused = of_extra("defusedxml.common", "zwo").DefusedXmlException
    plain = _DECLARATION.sub("", text).strip()
    first: Exception | None = None
    try:
        for candidate, repair in _candidates(plain):
            try:
                root = xml.fromstring(candidate, forbid_dtd=True)
            except xml.ParseError as error:
                first = first or error
                continue
            if repair:
                repairs.add(repair)
            return root
    except refused:
        raise UnreadableSessionError(
            "has a document type or entities, which workout files do not need and which can do harm; remove them"
        ) from None
    except (ValueError, RecursionError) as error:
        first = first or error
    raise UnreadableSessionError(f"is not well-formed XML ({first}); export it again, or correct it there")


def _candidates(text: str) -> Iterator[tuple[str, str]]:
    yield text, ""
    yield repaired_xml(text, _ROOT_END), "the XML was not well formed (stray characters or tags) and was repaired"


def _said(root: Any, repairs: Repairs) -> dict[str, str]:
    """Name and description, whatever their elements are called."""
    found = {"name": "", "description": "", PARTS: ""}
    for element in root:
        tag = str(element.tag).lower()
        field = _NAMES.get(tag, tag)
        if field in found and not found[field]:
            found[field] = "".join(element.itertext())
            if tag != field:
                repairs.add(f"<{tag}> was read as <{field}>")
    return found


def _child(root: Any, name: str) -> Any:
    return next((element for element in root if str(element.tag).lower() == name), None)


def _text_of(root: Any, name: str) -> str | None:
    element = _child(root, name)
    return None if element is None else "".join(element.itertext()).strip()


def _is_tagged(root: Any, name: str) -> bool:
    return any(
        str(element.tag).lower() == "tag" and str(element.get("name", "")).strip().lower() == name
        for element in root.iter()
    )


READER: Final = ZwoReader()
