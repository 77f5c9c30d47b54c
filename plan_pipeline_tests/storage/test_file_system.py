"""What storage relies on is tried out where the data folder lies, and what does not hold is said with its remedy."""

from __future__ import annotations

import errno
import json
import platform
import subprocess
import sys
from pathlib import Path

import pytest

from plan_pipeline.storage.file_system import (
    HOST_LOCKS,
    HOST_LOCKS_ALWAYS,
    OBJECT_STORES,
    Mount,
    locks_on_this_machine_only,
    mount_of,
    unsupported_operations,
)
from plan_pipeline_tests.storage import lesser_file_system

SHARED = Mount("nfs4", frozenset({"rw", "vers=4.2", "local_lock=none"}))
needs_answers = pytest.mark.skipif(
    platform.machine() not in lesser_file_system.NUMBERS, reason="the system calls of this architecture are not listed"
)

MOUNTINFO = r"""
25 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
40 25 0:35 / /srv rw,relatime shared:20 - nfs4 server:/export rw,vers=4.2,local_lock=none
41 40 0:36 / /srv/plans\040of\011all rw - fuse.s3fs s3fs rw,user_id=0
42 25 0:37 / /twice rw - ext4 /dev/sdb1 rw
43 25 0:38 / /twice rw - nfs server:/other rw,vers=3,nolock
""".lstrip()


def mounts(tmp_path: Path) -> Path:
    path = tmp_path / "mountinfo"
    path.write_text(MOUNTINFO)
    return path


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/home", "ext4"),
        ("/srv/elsewhere/deep", "nfs4"),
        ("/srv/plans of\tall/data", "fuse.s3fs"),
        ("/srvother", "ext4"),
        ("/twice", "nfs"),
    ],
)
def test_a_folder_is_on_the_last_and_innermost_mount_around_it(tmp_path: Path, folder: str, kind: str) -> None:
    mount = mount_of(Path(folder), mounts(tmp_path))
    assert mount is not None
    assert mount.kind == kind


def test_the_options_of_a_mount_are_those_of_the_place_and_of_the_file_system(tmp_path: Path) -> None:
    mount = mount_of(Path("/srv/x"), mounts(tmp_path))
    assert mount is not None
    assert {"relatime", "vers=4.2"} <= mount.options


def test_where_the_system_does_not_list_its_mounts_none_is_known(tmp_path: Path) -> None:
    assert mount_of(tmp_path, tmp_path / "there is no such file") is None


def test_the_mount_of_this_very_folder_is_found(tmp_path: Path) -> None:
    assert mount_of(tmp_path) is not None


def test_a_local_disk_keeps_all_promises(tmp_path: Path) -> None:
    assert unsupported_operations(tmp_path) == ()


def test_trying_out_leaves_nothing_behind(tmp_path: Path) -> None:
    unsupported_operations(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_yet_is_tried_out_above_it(tmp_path: Path) -> None:
    assert unsupported_operations(tmp_path / "not" / "yet") == ()


@pytest.mark.parametrize("kind", sorted(OBJECT_STORES))
def test_an_object_store_is_refused_whatever_it_seems_to_do(tmp_path: Path, kind: str) -> None:
    (problem,) = unsupported_operations(tmp_path, Mount(kind, frozenset()))
    assert problem == (
        f"{kind} is an object store: files are not replaced at once there, and locks hold on one machine; "
        "use a disk or a shared file system, and copy what is to be in the object store"
    )


def test_a_place_where_no_folder_can_be_made_is_said_to_be_one() -> None:
    (problem,) = unsupported_operations(Path("/proc"), SHARED)
    assert problem.startswith("no folder can be made in it (")
    assert problem.endswith("; make it writable, or use another")


@pytest.mark.parametrize(
    ("kind", "option"), [(kind, option) for kind, all in HOST_LOCKS.items() for option in sorted(all)]
)
def test_options_that_keep_locks_on_one_machine_are_named(tmp_path: Path, kind: str, option: str) -> None:
    problem = locks_on_this_machine_only(tmp_path, Mount(kind, frozenset({"rw", option})))
    assert problem == (
        f"locks on {kind} are not seen by other machines here, so two of them could write one plan at a time; "
        f"mount it without {option}, or let one machine do all the work"
    )


@pytest.mark.parametrize("kind", sorted(HOST_LOCKS_ALWAYS))
def test_file_systems_that_never_share_locks_are_named(tmp_path: Path, kind: str) -> None:
    problem = locks_on_this_machine_only(tmp_path, Mount(kind, frozenset({"rw"})))
    assert problem.startswith(f"locks on {kind} are not seen by other machines")
    assert "use NFS 4" in problem


@pytest.mark.parametrize(
    "mount", [SHARED, Mount("ext4", frozenset({"rw"})), Mount("ceph", frozenset({"rw"})), Mount("nfs", frozenset())]
)
def test_a_shared_file_system_that_shares_its_locks_is_accepted(tmp_path: Path, mount: Mount) -> None:
    assert locks_on_this_machine_only(tmp_path, mount) == ""


def test_a_local_disk_has_no_other_machines_to_tell(tmp_path: Path) -> None:
    assert locks_on_this_machine_only(tmp_path) == ""


def tried_out(folder: Path, *answers: str) -> list[str]:
    """What is found broken where the kernel answers system calls like this."""
    look = (
        "import json, sys; from pathlib import Path\n"
        "from plan_pipeline.storage.file_system import unsupported_operations\n"
        "print(json.dumps(unsupported_operations(Path(sys.argv[1]))))"
    )
    command = lesser_file_system.command(answers, sys.executable, "-c", look, str(folder))
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    found: list[str] = json.loads(done.stdout)
    return found


@needs_answers
def test_locks_that_shut_nobody_out_are_found(tmp_path: Path) -> None:
    assert tried_out(tmp_path, "flock=0") == [
        "locks do not shut others out, so two runs could write one plan at a time; use another file system"
    ]


@needs_answers
def test_a_file_system_without_locks_is_found(tmp_path: Path) -> None:
    assert tried_out(tmp_path, f"flock={errno.ENOLCK}") == [
        "locks do not shut others out, so two runs could write one plan at a time (No locks available); "
        "use another file system"
    ]


@needs_answers
def test_files_that_cannot_be_synced_are_found(tmp_path: Path) -> None:
    assert tried_out(tmp_path, f"fsync={errno.EINVAL}") == [
        "files cannot be synced, so a power cut could lose what was published (Invalid argument); "
        "use another file system"
    ]


@needs_answers
def test_files_that_cannot_be_replaced_are_found(tmp_path: Path) -> None:
    problems = tried_out(tmp_path, f"rename={errno.EPERM}")
    assert problems[0] == (
        "a file is not replaced at once, so a reader could find a plan half or gone (Operation not permitted); "
        "use another file system"
    )


@needs_answers
def test_a_replacement_that_is_only_said_to_be_made_is_found(tmp_path: Path) -> None:
    problems = tried_out(tmp_path, "rename=0")
    assert "a file is not replaced at once, so a reader could find a plan half or gone" in problems[0]


@needs_answers
def test_the_doctor_says_what_the_file_system_does_not_do_and_fails(tmp_path: Path) -> None:
    doctor = ("from plan_pipeline.cli import main; main()", "doctor", "--json", "--data", str(tmp_path))
    done = subprocess.run(
        lesser_file_system.command(["flock=0"], sys.executable, "-c", *doctor),
        capture_output=True,
        text=True,
        timeout=120,
    )
    (check,) = (check for check in json.loads(done.stdout)["checks"] if check["name"] == "file system")
    assert done.returncode == 1
    assert check["remedy"] == (
        "locks do not shut others out, so two runs could write one plan at a time; use another file system"
    )
