"""XML that is nearly well formed, made so without a change of what it says."""

import html
import re
from typing import Final
from xml.sax.saxutils import escape

_BAD = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_AMPERSAND = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)(#\d{1,7};|#x[0-9A-Fa-f]{1,6};|[A-Za-z]{2,8};)?")
_LESS_THAN = re.compile(r"<(?![A-Za-z_/!?])")
_TAG = re.compile(r"<[A-Za-z_][^<>]*>")
_ATTRIBUTE = re.compile(r"""\s([\w:.-]+)\s*=\s*("[^"]*"|'[^']*')""")
_SHORT_NAME = re.compile(r"<n>([^<]*)</(?:n|name)>", re.IGNORECASE)

LAST_CHILD_END: Final = "</workout>"


def repaired_xml(text: str, root_end: str) -> str:
    """A document without what is before and after it, and with bare ``&`` and ``<``, attributes that stand twice and
    names of HTML as XML has them. A missing last tag, ``root_end``, is added where all before it is there.
    """
    found = _BAD.sub("", text[max(text.find("<"), 0) :])
    found = _LESS_THAN.sub("&lt;", _AMPERSAND.sub(_reference, found))
    found = _TAG.sub(lambda tag: _each_attribute_once(tag[0]), _SHORT_NAME.sub(r"<name>\1</name>", found)).rstrip()
    end = found.lower().rfind(root_end)
    if end >= 0:
        return found[: end + len(root_end)]
    return found + root_end if found.lower().endswith(LAST_CHILD_END) else found


def _reference(match: re.Match[str]) -> str:
    """The character that a reference stands for, or the ampersand that is none."""
    written = match[1]
    meant = _BAD.sub("", html.unescape(f"&{written}")) if written else ""
    is_known = written is not None and meant != f"&{written}"
    return escape(meant, {'"': "&quot;", "'": "&apos;"}) if is_known else f"&amp;{written or ''}"


def _each_attribute_once(tag: str) -> str:
    """The first of two attributes of a name counts."""
    seen: set[str] = set()

    def once(match: re.Match[str]) -> str:
        if match[1] in seen:
            return ""
        seen.add(match[1])
        return match[0]

    return _ATTRIBUTE.sub(once, tag)
