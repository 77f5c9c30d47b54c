"""Secrets planted in an environment, and looking for them afterwards in everything that was left.

Belongs here: the secrets, their spellings, the search. Does not belong here: the flows that may give them away.
"""

from __future__ import annotations

import base64
import gzip
import json
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final
from urllib.parse import quote, quote_plus

KEY: Final = "sk-ant-Zq8/planted+key=="
TOKEN: Final = "T0PLANTED/B1/tok3n-Vw7"
USER_PASSWORD: Final = "hook:p@ss/w0rd+9x"
DATABASE_PASSWORD: Final = "pg-S3cret:4&you"
REDIS_PASSWORD: Final = "redis-S3cret-77"
PROXY_PASSWORD: Final = "pr0xy-S3cret-42"
ALL: Final = (KEY, TOKEN, USER_PASSWORD, DATABASE_PASSWORD, REDIS_PASSWORD, PROXY_PASSWORD)


def environment(*, model: str, webhook: str) -> dict[str, str]:
    """Every variable that holds a secret in some installation. ``model`` and ``webhook`` are ``host:port``."""
    user, password = USER_PASSWORD.split(":")
    return {
        "ANTHROPIC_API_KEY": KEY,
        "ANTHROPIC_BASE_URL": f"http://proxy:{PROXY_PASSWORD}@{model}",
        "PLAN_PIPELINE_ALERT_URL": f"http://{user}:{quote(password, safe='')}@{webhook}/services/{TOKEN}?v=1",
        "DAGSTER_POSTGRES_URL": f"postgresql+psycopg2://dagster:{quote(DATABASE_PASSWORD)}@127.0.0.1:9/dagster",
        "DAGSTER_REDIS_URL": f"redis://:{REDIS_PASSWORD}@127.0.0.1:9/0",
    }


def spellings(secret: str) -> Iterator[bytes]:
    """A secret as it is, in addresses, in JSON, and in base64 at each of its three alignments."""
    yield from {s.encode() for s in (secret, quote(secret, safe=""), quote(secret), quote_plus(secret))}
    yield json.dumps(secret)[1:-1].encode()
    yield json.dumps(json.dumps(secret)[1:-1])[1:-1].encode()
    for before in range(3):
        encoded = base64.b64encode(b"\0" * before + secret.encode())
        yield encoded[4 if before else 0 : len(encoded) // 4 * 4 - 4]


def found_in(folders: Iterable[Path], texts: Iterable[str] = ()) -> list[str]:
    """Which secret stands in which file below the folders, in which text, or in which variable's spelling."""
    wanted = [(secret, spelling) for secret in ALL for spelling in set(spellings(secret))]
    found = []
    for where, content in _contents(folders, texts):
        found += [f"{secret} in {where}" for secret, spelling in wanted if spelling in content]
    return sorted(set(found))


def _contents(folders: Iterable[Path], texts: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    for number, text in enumerate(texts):
        yield f"text {number}", text.encode()
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            yield f"the name of {path}", str(path).encode()
            if path.is_file() and not path.is_symlink():
                content = path.read_bytes()
                yield str(path), content
                yield from ((f"{path} unpacked", plain) for plain in _unpacked(content))


def _unpacked(content: bytes) -> Iterator[bytes]:
    for unpack in (gzip.decompress, zlib.decompress):
        try:
            yield unpack(content)
        except (OSError, EOFError, zlib.error):
            continue
