"""How fast workout files come in and plans go out, and whether their figures agree: the figures of docs/formats.md.

python benchmarks/files.py [--files 2000] [--seed 7]
"""

from __future__ import annotations

import argparse
import datetime as dt
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import fmean

import yaml

from plan_pipeline.config import load_config
from plan_pipeline.core.final_plan import Stamp
from plan_pipeline.core.load import tss_if2, workout_load
from plan_pipeline.core.model.plan import Plan
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.workout import write_out
from plan_pipeline.core.pipeline import generate_plan
from plan_pipeline.formats import EXPORTERS
from plan_pipeline.formats.session import library_parts
from plan_pipeline.formats.zwo.reading import READER
from plan_pipeline.library import load_library, validate_library
from plan_pipeline.services.workout_files.library_import import Known, import_workouts, write_library
from plan_pipeline.shipped import shipped

ROOT = Path(__file__).resolve().parents[1]
EXAMPLE = ROOT / "examples" / "requests" / "rider-318-ultra.yaml"
LINES = 100_000
"""Additions in a Python loop that times are compared with."""

BROKEN: tuple[Callable[[str], str], ...] = (
    lambda text: text[: len(text) // 2],
    lambda text: text.replace("<workout>", "<!DOCTYPE x><workout>"),
    lambda text: "<!DOCTYPE x [<!ENTITY a 'b'>]>" + text,
    lambda text: text.replace('Duration="', 'Duration="ten', 1),
    lambda text: text.replace("workout_file", "html"),
    lambda _: "",
)
"""What no reader can repair."""

ODD: tuple[Callable[[str], str], ...] = (
    lambda text: text.replace("<name>", "<n>").replace("</name>", "</n>"),
    lambda text: text.replace("<name>", "<name>Over & under "),
    lambda text: text.replace('Duration="600"', 'Duration="600.4"'),
    lambda text: text.replace("<SteadyState ", '<FreeRide Duration="300" FlatRoad="1"/><SteadyState ', 1),
    lambda text: text + "\x00",
    lambda text: text.replace("</workout_file>", ""),
)
"""What collections hold and a reader repairs."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=7)
    asked = parser.parse_args()
    library, config = load_library(shipped("workout_library")), load_config(shipped("config"))
    unit = _seconds(lambda: _additions())
    with tempfile.TemporaryDirectory() as temporary:
        folder, made = Path(temporary, "collection"), Path(temporary, "library")
        wrong = write_collection(folder, asked.files, asked.seed)
        print(f"TSS by IF² in the name and as read, mean difference over {asked.files} files: {_tss_error(folder):.2f}")
        began = time.perf_counter()
        imported = import_workouts([folder], [Known(library, config)])
        write_library(imported.workouts, made)
        took = time.perf_counter() - began
        report = imported.report
        print(
            f"{report.files_in} ZWO files imported in {took:.1f} s ({took / unit:.0f} reference operations): "
            f"{report.imported} new, {len(report.duplicates)} duplicates, {len(report.repaired)} repaired, "
            f"{len(report.refused)} refused, of {wrong} that are broken"
        )
        print(f"the library made of them has {len(validate_library(made, config).errors)} errors")
    plan = _plan(library, config)
    weeks = plan.training_plan.weekly_plan
    print(f"\na plan of {len(weeks)} weeks and {sum(len(week.workouts) for week in weeks)} workouts, with imports\n")
    print("| format | s | in reference operations | files | kB |\n|---|---:|---:|---:|---:|")
    total = 0.0
    for name in EXPORTERS.names():
        began = time.perf_counter()
        files = EXPORTERS.get(name)(plan)
        took = time.perf_counter() - began
        total += took
        size = sum(len(file.content) for file in files) / 1000
        print(f"| {name} | {took:.2f} | {took / unit:.0f} | {len(files)} | {size:.0f} |")
    print(f"| all | {total:.2f} | {total / unit:.0f} | | |")


def write_collection(folder: Path, count: int, seed: int) -> int:
    """Write ZWO files that do not repeat, one in twenty odd and one in forty broken; how many are broken."""
    rng = random.Random(seed)
    broken = 0
    for number in range(count):
        steps, stretches = zip(*_steps(rng), strict=True)
        tss = round(tss_if2([part for parts in stretches for part in parts]))
        text = (
            f"<workout_file><name>Session {number}</name><sportType>bike</sportType><workout>"
            f"{''.join(steps)}</workout></workout_file>"
        )
        is_broken, is_odd = number % 40 == 0, number % 20 == 10
        broken += is_broken
        if is_broken or is_odd:
            changes = BROKEN if is_broken else ODD
            text = changes[number // 40 % len(changes)](text)
        path = folder / f"part_{number % 7}" / f"session_{number:04}_{tss}TSS{'_odd' * (is_odd or is_broken)}.zwo"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return broken


Part = tuple[float, float, float]


def _steps(rng: random.Random) -> Iterator[tuple[str, list[Part]]]:
    """Steps with their minutes and powers: a way in, two blocks of work, and a way out."""
    yield _ramp("Warmup", 600, 0.45, 0.75)
    for _ in range(2):
        power = rng.choice((0.8, 0.85, 0.88, 0.91, 0.95, 0.98, 1.0, 1.06, 1.12, 1.2))
        on = rng.randrange(30, 240 if power > 1 else 900, 15)
        off = rng.randrange(60, 300, 15) if power < 1.05 else on + rng.randrange(0, 120, 15)
        repeat, rest = rng.randrange(2, 6), rng.choice((0.45, 0.5, 0.55))
        yield (
            f'<IntervalsT Repeat="{repeat}" OnDuration="{on}" OffDuration="{off}" '
            f'OnPower="{power}" OffPower="{rest}"/>',
            [(on / 60, power, power), (off / 60, rest, rest)] * repeat,
        )
        easy = rng.randrange(300, 1800, 60)
        yield f'<SteadyState Duration="{easy}" Power="0.65"/>', [(easy / 60, 0.65, 0.65)]
    yield _ramp("Cooldown", 600, 0.65, 0.4)


def _ramp(name: str, seconds: int, start: float, end: float) -> tuple[str, list[Part]]:
    return f'<{name} Duration="{seconds}" PowerLow="{start}" PowerHigh="{end}"/>', [(seconds / 60, start, end)]


def _tss_error(folder: Path) -> float:
    """How far the TSS by IF² of what is read is from the figure in the name, over the files that are as they should."""
    errors = []
    for path in sorted(folder.rglob("*TSS.zwo")):
        session = READER.read(path.read_bytes()).session
        load = workout_load(tuple(write_out(library_parts(session.parts))))
        errors.append(abs(load.tss_if2 - float(path.stem.rsplit("_", 1)[1].removesuffix("TSS"))))
    return fmean(errors)


def _plan(library: object, config: object) -> Plan:
    request = PlanRequest.model_validate(yaml.safe_load(EXAMPLE.read_text()))
    stamp = Stamp(generation_id="g", generated_at=dt.datetime(2027, 1, 4, tzinfo=dt.UTC), code_version="benchmark")
    plan = generate_plan(request, library, config, stamp=stamp).plan
    assert plan is not None
    return plan


def _additions() -> int:
    total = 0
    for number in range(LINES):
        total += number
    return total


def _seconds(work: Callable[[], object]) -> float:
    taken = []
    for _ in range(5):
        began = time.perf_counter()
        work()
        taken.append(time.perf_counter() - began)
    return min(taken)


if __name__ == "__main__":
    main()
