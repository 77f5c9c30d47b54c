"""The prompt cache of the fake Messages API: what of a prompt was written, read, or neither, counted as the API does.

A prompt is its tools, the schema of its answer, its system prompt and its messages, in this order. What is kept under a
breakpoint is everything up to it, to the character.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

LIFETIMES_S = {"5m": 300.0, "1h": 3600.0}
LOOK_BACK_BLOCKS = 20
"""How many blocks before a breakpoint the API looks for something that is kept."""


def tokens(text: str) -> int:
    """A token for every four characters begun: simple, and the same every time."""
    return -(-len(text) // 4)


@dataclass(frozen=True)
class _Block:
    text: str
    ttl: str | None


@dataclass
class PromptCache:
    """What is kept, by the hash of the prompt up to there, with its lifetime and when it was last used."""

    clock: Callable[[], float] = time.monotonic
    _kept: dict[str, tuple[str, float]] = field(default_factory=dict)

    def usage(self, body: dict[str, Any], least_tokens: int) -> dict[str, Any]:
        """The input side of a request's ``usage``, as the API writes it; what is new is kept from now on."""
        blocks = list(_blocks(body))
        counts = [tokens(block.text) for block in blocks]
        ends = [sum(counts[: number + 1]) for number in range(len(counts))]
        hashes = _hashes(body["model"], blocks)
        marked = [number for number, block in enumerate(blocks) if block.ttl and ends[number] >= least_tokens]
        hit = self._hit(marked, hashes)
        read = ends[hit] if hit is not None else 0
        written = {"5m": 0, "1h": 0}
        at = read
        for number in marked:
            ttl = blocks[number].ttl or "5m"
            written[ttl] += max(0, ends[number] - at)
            at = max(at, ends[number])
            if hit is None or number > hit:
                self._kept[hashes[number]] = (ttl, self.clock())
        return {
            "input_tokens": sum(counts) - at,
            "cache_creation_input_tokens": sum(written.values()),
            "cache_read_input_tokens": read,
            "cache_creation": {f"ephemeral_{ttl}_input_tokens": count for ttl, count in written.items()},
        }

    def forget(self) -> None:
        """Lose everything, as after the lifetime."""
        self._kept.clear()

    def _hit(self, marked: list[int], hashes: list[str]) -> int | None:
        """The last block up to which the prompt is kept."""
        for breakpoint_ in reversed(marked):
            for number in range(breakpoint_, max(-1, breakpoint_ - LOOK_BACK_BLOCKS), -1):
                if self._is_kept(hashes[number]):
                    self._kept[hashes[number]] = (self._kept[hashes[number]][0], self.clock())
                    return number
        return None

    def _is_kept(self, prompt: str) -> bool:
        ttl, used_at = self._kept.get(prompt, ("5m", float("-inf")))
        return self.clock() - used_at < LIFETIMES_S[ttl]


def cache_controls(body: dict[str, Any]) -> list[dict[str, Any]]:
    """Every ``cache_control`` of a request, in the order of the prompt; that of the whole request comes last."""
    found = [block["cache_control"] for block in _raw_blocks(body) if block.get("cache_control")]
    return [*found, body["cache_control"]] if body.get("cache_control") else found


def _blocks(body: dict[str, Any]) -> Iterator[_Block]:
    raw = list(_raw_blocks(body))
    for number, block in enumerate(raw):
        control = block.get("cache_control") or (body.get("cache_control") if number == len(raw) - 1 else None)
        content = {name: value for name, value in block.items() if name != "cache_control"}
        yield _Block(json.dumps(content, sort_keys=True), (control or {}).get("ttl", "5m") if control else None)


def _raw_blocks(body: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield from body.get("tools") or []
    if schema := (body.get("output_config") or {}).get("format"):
        yield schema
    yield from _listed(body.get("system") or [])
    for message in body["messages"]:
        yield from ({**block, "role": message["role"]} for block in _listed(message["content"]))


def _listed(content: str | list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"type": "text", "text": content}] if isinstance(content, str) else content


def _hashes(model: str, blocks: list[_Block]) -> list[str]:
    hashes, so_far = [], model
    for block in blocks:
        so_far = hashlib.sha256(f"{so_far}\n{block.text}".encode()).hexdigest()
        hashes.append(so_far)
    return hashes
