"""Which files count: every row in exactly one place, whatever was merged, written again or removed."""

from __future__ import annotations

import datetime as dt
import os
import threading
from pathlib import Path

import pytest

from plan_pipeline.storage.data_folder import Mark, StorageError
from plan_pipeline.storage.facts.manifest import (
    Manifest,
    MergedFile,
    RetiredFile,
    read_manifest,
    replace_manifest,
    stored_parts,
)

NOW = dt.datetime(2027, 1, 4, 12, tzinfo=dt.UTC)
GONE = Mark(1, 2, 3)
MANY_OTHERS = 600


def part_file(folder: Path, name: str, content: bytes = b"rows") -> Mark:
    path = folder / f"part-{name}.parquet"
    path.write_bytes(content)
    return Mark.of(path)


def merged_file(folder: Path, name: str, **parts: Mark) -> MergedFile:
    (folder / name).write_bytes(b"merged")
    return MergedFile(name=name, parts=parts)


def places(folder: Path) -> dict[str, str]:
    return {part: stored.path.name for part, stored in stored_parts(folder).items()}


def test_without_a_manifest_every_part_counts(tmp_path: Path) -> None:
    part_file(tmp_path, "b")
    part_file(tmp_path, "a")
    (tmp_path / ".part-c.parquet.1-x.tmp").write_bytes(b"unfinished")

    assert places(tmp_path) == {"a": "part-a.parquet", "b": "part-b.parquet"}


def test_a_folder_that_does_not_exist_has_no_parts(tmp_path: Path) -> None:
    assert stored_parts(tmp_path / "none") == {}


def test_a_merged_file_that_no_manifest_lists_does_not_count(tmp_path: Path) -> None:
    part_file(tmp_path, "a")
    merged_file(tmp_path, "merged-1.parquet")

    assert places(tmp_path) == {"a": "part-a.parquet"}


def test_a_part_that_was_merged_counts_in_the_merged_file_though_its_own_is_still_there(tmp_path: Path) -> None:
    mark = part_file(tmp_path, "a")
    part_file(tmp_path, "b")
    replace_manifest(
        tmp_path,
        Manifest(
            merged=(merged_file(tmp_path, "merged-1.parquet", a=mark),),
            retired=(RetiredFile(name="part-a.parquet", mark=mark, retired_at=NOW),),
        ),
    )

    assert places(tmp_path) == {"a": "merged-1.parquet", "b": "part-b.parquet"}
    assert stored_parts(tmp_path)["a"].mark == mark


def test_a_part_that_was_merged_and_whose_file_is_gone_counts_in_the_merged_file(tmp_path: Path) -> None:
    replace_manifest(tmp_path, Manifest(merged=(merged_file(tmp_path, "merged-1.parquet", a=GONE),)))

    assert places(tmp_path) == {"a": "merged-1.parquet"}


def test_a_part_that_was_written_again_after_it_was_merged_counts_as_it_was_written_last(tmp_path: Path) -> None:
    mark = part_file(tmp_path, "a")
    replace_manifest(
        tmp_path,
        Manifest(
            merged=(merged_file(tmp_path, "merged-1.parquet", a=mark, b=GONE),),
            retired=(RetiredFile(name="part-a.parquet", mark=mark, retired_at=NOW),),
        ),
    )
    (tmp_path / "part-a.parquet").unlink()
    part_file(tmp_path, "a", b"other rows")

    assert places(tmp_path) == {"a": "part-a.parquet", "b": "merged-1.parquet"}


def test_a_file_of_the_same_size_put_in_place_of_another_is_another(tmp_path: Path) -> None:
    before = part_file(tmp_path, "a", b"1234")
    (tmp_path / "new").write_bytes(b"5678")
    os.utime(tmp_path / "new", ns=(before.mtime_ns, before.mtime_ns))
    (tmp_path / "new").replace(tmp_path / "part-a.parquet")

    assert Mark.of(tmp_path / "part-a.parquet") != before


def test_a_manifest_comes_back_as_it_was(tmp_path: Path) -> None:
    manifest = Manifest(
        merged=(MergedFile(name="merged-1.parquet", parts={"a": GONE}),),
        retired=(RetiredFile(name="part-a.parquet", mark=GONE, retired_at=NOW),),
    )
    replace_manifest(tmp_path, manifest)

    assert read_manifest(tmp_path) == manifest


def test_a_part_can_be_taken_out_of_a_merged_file() -> None:
    manifest = Manifest(merged=(MergedFile(name="merged-1.parquet", parts={"a": GONE, "b": GONE}),))

    assert manifest.without_part("a").merged == (MergedFile(name="merged-1.parquet", parts={"b": GONE}),)


def merge_and_remove_without_end(folder: Path, parts: int, done: threading.Event) -> None:
    """Put all parts into a merged file and remove their own, then the other way round, without a pause between."""
    while not done.is_set():
        marks = {f"p{number}": part_file(folder, f"p{number}") for number in range(parts)}
        replace_manifest(folder, Manifest())
        replace_manifest(folder, Manifest(merged=(MergedFile(name="merged-1.parquet", parts=marks),)))
        for name in marks:
            (folder / f"part-{name}.parquet").unlink()


@pytest.mark.slow
def test_whoever_lists_parts_while_they_are_merged_and_removed_sees_each_of_them(tmp_path: Path) -> None:
    for number in range(MANY_OTHERS):  # so that listing them takes longer than a merge
        part_file(tmp_path, f"other-{number}")
    merged = [part_file(tmp_path, f"p{number}") for number in range(3)]
    done = threading.Event()
    merging = threading.Thread(target=merge_and_remove_without_end, args=(tmp_path, len(merged), done))
    merging.start()
    try:
        counts = {len(stored_parts(tmp_path)) for _ in range(40)}
    finally:
        done.set()
        merging.join()

    assert counts == {MANY_OTHERS + len(merged)}


@pytest.mark.parametrize("content", [b"{", b'{"version": 2}', b'{"merged": [], "deleted": []}'])
def test_a_manifest_that_cannot_be_read_is_named_with_a_remedy(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "manifest.json").write_bytes(content)

    with pytest.raises(StorageError, match=r"manifest.json is damaged \(.*\); update the program .*, or restore"):
        stored_parts(tmp_path)
