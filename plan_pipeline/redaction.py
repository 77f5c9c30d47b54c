"""Keeping secrets out of whatever is kept or shown: logs, events, metadata, artefacts, messages, tracebacks."""

import base64
import json
import os
import re
import traceback
from collections.abc import Iterator
from functools import lru_cache
from typing import Final
from urllib.parse import quote, quote_plus, unquote, urlsplit

from plan_pipeline.settings import without_credentials

SECRET: Final = "(secret)"  # noqa: S105
"""What a text has in place of a secret."""

LEAST_CHARACTERS: Final = 6
"""Shorter values are kept: leaving "on" or "1234" out of a text would spoil it and hide nothing."""

_NAMES: Final = re.compile(r"(?:KEY|TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIALS?)$")
_ADDRESSES: Final = frozenset({"PLAN_PIPELINE_ALERT_URL"})
"""Addresses that are secret as a whole, as those of webhooks are: knowing one is enough to post to it."""


def without_secrets(text: str, *more: str) -> str:
    """The text without the secrets of this process's environment, ``more`` secrets, and credentials in addresses.

    Secret is the value of a variable whose name speaks of a key, token, secret or password; the user's password in
    any address; and all of ``PLAN_PIPELINE_ALERT_URL`` behind its host. Each is left out as it is and as addresses,
    JSON and the header of HTTP's basic authentication write it.
    """
    variables = tuple((name, value) for name, value in os.environ.items() if "://" in value or _NAMES.search(name))
    spellings = _spellings(variables, more)
    if spellings is not None:
        text = spellings.sub(SECRET, text)
    return without_credentials(text)


def traceback_without_secrets(error: BaseException) -> str:
    """An exception with its causes, as Python prints it."""
    return without_secrets("".join(traceback.format_exception(error)))


@lru_cache(maxsize=8)
def _spellings(variables: tuple[tuple[str, str], ...], more: tuple[str, ...]) -> re.Pattern[str] | None:
    secrets = {secret for name, value in variables for secret in _secrets_in(name, value)} | set(more)
    found = {spelling for secret in secrets for spelling in _spelled(secret) if len(spelling) >= LEAST_CHARACTERS}
    longest_first = sorted(found, key=lambda spelling: (-len(spelling), spelling))
    return re.compile("|".join(map(re.escape, longest_first))) if longest_first else None


def _secrets_in(name: str, value: str) -> Iterator[str]:
    if "://" not in value:
        yield value.strip()
        return
    try:
        parts = urlsplit(value.strip())
        user, password = parts.username or "", parts.password or ""
    except ValueError:
        yield value
        return
    if password:
        yield value.strip()
        yield password
        yield unquote(password)
        yield f"{unquote(user)}:{unquote(password)}"
    if name in _ADDRESSES:
        yield value.strip()
        yield f"{parts.path}{f'?{parts.query}' if parts.query else ''}"
        # Of its parts those that are no plain word, such as "services", which other texts may hold as well.
        yield from (part for part in re.split("[/&=]", f"{parts.path}&{parts.query}") if not part.islower())


def _spelled(secret: str) -> Iterator[str]:
    if len(secret) < LEAST_CHARACTERS:
        return
    yield from (secret, quote(secret, safe=""), quote(secret), quote_plus(secret), json.dumps(secret)[1:-1])
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        for before in range(3):  # within a longer text, such as "user:password", it begins at any of three places
            encoded = encode(b"\0" * before + secret.encode()).decode().rstrip("=")
            yield encoded[4 if before else 0 :]
            yield encoded[4 if before else 0 : len(encoded) // 4 * 4 - 4]
