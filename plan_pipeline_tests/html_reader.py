"""A page taken apart: its tags with their attributes and texts, and what it would ask a network for."""

from __future__ import annotations

import re
from collections import Counter
from html.parser import HTMLParser
from typing import NamedTuple

VOID = {"meta", "br", "img", "link", "input", "hr"}
ADDRESSES = {"src", "href", "xlink:href", "action", "srcset", "data", "poster", "formaction", "background"}
HOSTILE = "</script></title></style><img src=x onerror=alert(1)>&amp;'\"\u2028{{ 7 * 7 }}"


class Tag(NamedTuple):
    name: str
    attributes: dict[str, str]
    text: str


class Reader(HTMLParser):
    """The tags of a page with the text directly in them; raises where one is closed that is not open."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.html = html
        self.open: list[int] = []
        self.tags: list[Tag] = []
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(Tag(tag, {name: value or "" for name, value in attrs}, ""))
        if tag not in VOID:
            self.open.append(len(self.tags) - 1)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(Tag(tag, {name: value or "" for name, value in attrs}, ""))

    def handle_endtag(self, tag: str) -> None:
        assert self.tags[self.open.pop()].name == tag

    def handle_data(self, data: str) -> None:
        if self.open:
            self.tags[self.open[-1]] = self.tags[self.open[-1]]._replace(text=self.tags[self.open[-1]].text + data)

    def all(self, name: str) -> list[Tag]:
        return [tag for tag in self.tags if tag.name == name]

    def of_class(self, name: str) -> list[Tag]:
        return [tag for tag in self.tags if name in tag.attributes.get("class", "").split()]

    @property
    def addresses(self) -> list[str]:
        return [value for tag in self.tags for name, value in tag.attributes.items() if name in ADDRESSES]

    @property
    def styles(self) -> str:
        return "".join(tag.text for tag in self.all("style"))

    @property
    def policy(self) -> list[str]:
        """What the browser is told it may load and run."""
        (content,) = (m.attributes["content"] for m in self.all("meta") if m.attributes.get("http-equiv"))
        return content.split("; ")


def asks_for(page: Reader) -> list[str]:
    """What a page would load from elsewhere."""
    loaded = [tag.name for name in ("link", "iframe", "img", "object", "embed") for tag in page.all(name)]
    beyond = [each for each in page.addresses if re.match(r"([a-z]+:|//)", each)]
    return [*loaded, *beyond, *re.findall(r"url\([^#][^)]*\)|@import", page.html)]


def broken_references(page: Reader) -> list[str]:
    """Ids that are there twice, and references within the page that lead nowhere."""
    ids = Counter(tag.attributes["id"] for tag in page.tags if "id" in tag.attributes)
    pointing = ("aria-labelledby", "popovertarget", "for")
    wanted = [value for tag in page.tags for name, value in tag.attributes.items() if name in pointing]
    wanted += [each[1:] for each in page.addresses if each.startswith("#")]
    return [*(name for name, count in ids.items() if count > 1), *sorted(set(wanted) - ids.keys())]
