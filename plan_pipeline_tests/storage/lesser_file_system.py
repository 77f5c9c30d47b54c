"""A program run on file systems that do less: the kernel answers system calls for it as such a file system would.

    python -m plan_pipeline_tests.storage.lesser_file_system flock=0 fsync=5 -- COMMAND…

``flock=0`` does nothing and says that it did; any other number is the error that the call fails with.
"""

from __future__ import annotations

import ctypes
import os
import platform
import struct
import sys
from collections.abc import Iterable

NUMBERS = {
    "x86_64": {"flock": (73,), "fsync": (74,), "rename": (82, 264, 316)},
    "aarch64": {"flock": (32,), "fsync": (82,), "rename": (38, 276)},
}
"""Numbers of system calls, from the kernel's tables of each architecture."""

_PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _SECCOMP_MODE_FILTER = 38, 22, 2
_LOAD_NUMBER, _RETURN_IF_EQUAL, _RETURN = 0x20, 0x15, 0x06
_ALLOW, _ERROR = 0x7FFF0000, 0x00050000


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def command(answers: Iterable[str], *program: str) -> list[str]:
    """The command that runs ``program`` with these answers, such as ``flock=0``."""
    return [sys.executable, "-m", __name__, *answers, "--", *program]


def main() -> None:
    arguments = sys.argv[1:]
    split = arguments.index("--")
    numbers = NUMBERS[platform.machine()]
    answers = [answer.split("=") for answer in arguments[:split]]
    pairs = [(number, int(error)) for name, error in answers for number in numbers[name]]
    code = struct.pack("HBBI", _LOAD_NUMBER, 0, 0, 0)
    for number, error in pairs:
        code += struct.pack("HBBI", _RETURN_IF_EQUAL, 0, 1, number) + struct.pack("HBBI", _RETURN, 0, 0, _ERROR | error)
    code += struct.pack("HBBI", _RETURN, 0, 0, _ALLOW)
    libc = ctypes.CDLL(None, use_errno=True)
    program = _Program(len(code) // 8, code)
    for call in (
        (_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0),
        (_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0),
    ):
        if libc.prctl(*call) != 0:
            sys.exit(f"prctl: {os.strerror(ctypes.get_errno())}")
    os.execvp(arguments[split + 1], arguments[split + 1 :])


if __name__ == "__main__":
    main()
