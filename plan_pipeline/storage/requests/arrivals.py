"""Files that lay in the inbox when a request came in by another door: that request is newer than theirs.

Files are ingested when they are ready, which may be after the other request was. What lies in the inbox at that moment
is therefore given its place in the order of requests there and then. A file that changes later is another, newer file.
"""

import datetime as dt
from collections.abc import Collection, Mapping
from pathlib import Path

from plan_pipeline.core.model.frozen import Frozen
from plan_pipeline.storage.data_folder import sync_folder, write_atomically
from plan_pipeline.storage.model_files import read_model
from plan_pipeline.storage.requests.claims import Claims
from plan_pipeline.storage.requests.inbox_files import candidates

_NAME = ".arrivals.json"


class _Arrivals(Frozen):
    """Places in the order of requests by ``Candidate.identity``."""

    orders: dict[str, str]


def claim_after_inbox(claims: Claims, now: dt.datetime) -> str:
    """An id for requests that are newer than all before them, files in the inbox included. Needs the claims' lock."""
    waiting = candidates(claims.data.place("requests", "inbox"), claims.staged)
    orders = dict(arrivals(claims))
    if new := [each.identity for each in waiting if each.identity not in orders]:
        earlier = claims.new_claim(now)
        orders |= {identity: f"{earlier}-{number:06}" for number, identity in enumerate(new, start=1)}
        _save(claims, {each.identity: orders[each.identity] for each in waiting})
    return claims.new_claim(now)


def arrivals(claims: Claims) -> Mapping[str, str]:
    """The places given to files, by ``Candidate.identity``. Raises ``StorageError`` where they cannot be read."""
    remedy = "delete it, and check that plans asked for lately have the request you meant"
    found = read_model(_path(claims), _Arrivals, remedy)
    return found.orders if found else {}


def forget_arrivals(claims: Claims, identities: Collection[str]) -> None:
    """Forget the places of files that were ingested. Needs the claims' lock."""
    before = arrivals(claims)
    left = {identity: order for identity, order in before.items() if identity not in identities}
    if len(left) < len(before):
        _save(claims, left)


def _save(claims: Claims, orders: dict[str, str]) -> None:
    path = _path(claims)
    if orders:
        write_atomically(path, _Arrivals(orders=orders).model_dump_json().encode())
    else:
        path.unlink(missing_ok=True)
        sync_folder(path.parent)


def _path(claims: Claims) -> Path:
    return claims.folder / _NAME
