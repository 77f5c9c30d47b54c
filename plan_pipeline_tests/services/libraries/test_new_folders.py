"""A folder of a library is there as a whole, or as it was."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from plan_pipeline.services.libraries.new_folders import write_folder

FILES = {"schema.json": b"{}", "cycling/tempo.yaml": b"one", "cycling/endurance.yaml": b"two"}

KILLED = """
import os, signal, sys
from pathlib import Path
from plan_pipeline.services.libraries.new_folders import write_folder

class Killing(dict):
    def items(self):
        for at, item in enumerate(super().items()):
            if at == 2:
                os.kill(os.getpid(), signal.SIGKILL)
            yield item

write_folder(Path(sys.argv[1]), Killing({"a": b"1", "b": b"2", "c": b"3"}))
"""


def held(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_all_files_are_there_and_nothing_beside_the_folder(tmp_path: Path) -> None:
    write_folder(tmp_path / "new", FILES)
    assert held(tmp_path / "new") == FILES
    assert [path.name for path in tmp_path.iterdir()] == ["new"]


def test_what_the_folder_held_is_kept_beside_it(tmp_path: Path) -> None:
    for content in (b"first", b"second", b"third"):
        write_folder(tmp_path / "new", {"a": content})
    assert held(tmp_path) == {"new/a": b"third", "new_backup/a": b"first", "new_backup_2/a": b"second"}


def test_a_process_that_is_killed_leaves_no_half_folder(tmp_path: Path) -> None:
    ended = subprocess.run([sys.executable, "-c", KILLED, tmp_path / "new"], check=False)
    assert ended.returncode < 0
    assert not (tmp_path / "new").exists()
    write_folder(tmp_path / "new", FILES)
    assert held(tmp_path / "new") == FILES


def test_a_file_that_cannot_be_written_leaves_the_folder_as_it_was(tmp_path: Path) -> None:
    write_folder(tmp_path / "new", FILES)
    with pytest.raises(OSError, match="a"):
        write_folder(tmp_path / "new", {"a": b"1", "a/b": b"2"})
    assert held(tmp_path / "new") == FILES
    assert [path.name for path in tmp_path.iterdir()] == ["new"]
