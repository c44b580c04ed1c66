"""One self-contained HTML text from a Folium figure: libraries inlined, every host forbidden."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

from branca.element import CssLink, Element, Figure, JavascriptLink, Link

ASSETS = Path(__file__).resolve().parent / "assets"
WIDEST_UNIT = 0xFFFF
OWN = "abat:"  # our own scripts and styles are asked for as abat:NAME and lie in assets/abat

# What folium.Map asks for and our pages do not need, with the word in a page's script that shows the need
# after all. A library that is needed but not vendored is then an unknown URL, and that stops the page.
SPARE = {
    "jquery": "$(",
    "bootstrap": "bootstrap.",
    "bootstrap_css": "bootstrap.",
    "glyphicons_css": "AwesomeMarkers",
    "awesome_markers": "AwesomeMarkers",
    "awesome_markers_font_css": "AwesomeMarkers",
    "awesome_markers_css": "AwesomeMarkers",
    "awesome_rotate_css": "AwesomeMarkers",
}
COMMENT = re.compile(r"^[ \t]*(//[^\n]*|/\*(?:(?!\*/).)*\*/)[ \t]*$", re.MULTILINE | re.DOTALL)
POLICY = (
    "default-src 'none'; script-src {scripts}; style-src {styles}; img-src data:{images}; "
    "base-uri 'none'; form-action 'none'"
)


class MissingAssetError(LookupError):
    """A page asks for something that is not in `maps/assets`, or refers outside itself."""


def render_offline(figure: Figure, images: str = "") -> str:
    """The page of a figure as one text that needs no network and forbids it. Raises MissingAssetError.

    `images` is the one origin that pictures may come from, when the reader asks for them; none if empty.
    The libraries and what `ascii_markup` wrote are ASCII: a browser decodes a large page then at once and
    keeps it in half the memory.
    """
    for child in list(figure._children.values()):
        child.render()  # this is what fills figure.header with links
    _drop_spare(figure)
    for element in figure.header._children.values():
        if isinstance(element, Link):
            _fill(element)
    policy = _policy(_Parts.of(_html(figure)), f" {images}" if images else "")
    figure.header.add_child(Element(policy), name="policy", index=1)
    page = _html(figure)
    if outside := _Parts.of(page).outside:
        raise MissingAssetError(f"the page refers outside itself: {outside}")
    return page


def asset(url: str) -> str:
    """The text of a vendored library by the URL Folium asks for, or of our own file by `abat:NAME`."""
    if url.startswith(OWN):
        return (ASSETS / "abat" / url.removeprefix(OWN)).read_text(encoding="utf-8")
    try:
        entry = manifest()[url]
    except KeyError:
        raise MissingAssetError(f"{url} is not vendored; add it to maps/assets/vendor.py") from None
    return (ASSETS / entry["file"]).read_text(encoding="utf-8")


@cache
def manifest() -> dict[str, dict[str, str]]:
    """What is vendored: URL, file and sha256."""
    found: dict[str, dict[str, str]] = json.loads((ASSETS / "manifest.json").read_text(encoding="utf-8"))
    return found


def _html(figure: Figure) -> str:
    return str(figure._template.render(this=figure, kwargs={"embedded": True}))


def _drop_spare(figure: Figure) -> None:
    script = "".join(element.render() for element in figure.script._children.values())
    for name, word in SPARE.items():
        if word not in script:
            figure.header._children.pop(name, None)


def _fill(link: Link) -> None:
    """Give a link its text, so that branca's embedded template writes it instead of opening the URL."""
    text = asset(link.url)
    if link.url.startswith(OWN) or isinstance(link, CssLink):
        text = _slim(text)
    if isinstance(link, JavascriptLink):
        text = re.sub(r"</(script)", r"<\\/\1", text, flags=re.IGNORECASE).replace("<!--", "<\\!--")
    if isinstance(link, CssLink) and "</" in text:
        raise MissingAssetError(f"{link.url} would end its own style element")
    text = _ascii(text, "\\{:x} " if isinstance(link, CssLink) else "\\u{:04x}")
    link.code = text  # type: ignore[assignment]  # branca writes what get_code() gives; bytes come out as b'...'


def ascii_markup(text: str) -> str:
    """Text of a page's markup with everything beyond ASCII as references to characters."""
    return text.encode("ascii", "xmlcharrefreplace").decode()


def _ascii(text: str, form: str) -> str:
    """A script or a style in ASCII; `form` is how it writes one unit of UTF-16 that is not."""
    return re.sub(r"[^\x00-\x7f]", lambda found: form.format(_unit(found[0])), text)


def _unit(letter: str) -> int:
    if ord(letter) > WIDEST_UNIT:
        raise MissingAssetError(f"{letter!r} takes two units in a script")
    return ord(letter)


def _slim(text: str) -> str:
    """A style or a script of ours without indentation and without comments that stand alone: a fifth less.

    No line of ours begins inside a string; a test holds that.
    """
    lines = COMMENT.sub("", text).splitlines()
    return "\n".join(line for line in map(str.strip, lines) if line)


def _policy(parts: _Parts, images: str) -> str:
    hashes = {"scripts": _hashes(parts.scripts), "styles": _hashes(parts.styles)}
    content = POLICY.format(**hashes, images=images)
    return f'<meta http-equiv="Content-Security-Policy" content="{content}">'


def _hashes(texts: list[str]) -> str:
    digests = (hashlib.sha256(text.encode()).digest() for text in dict.fromkeys(texts))
    return " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests) or "'none'"


class _Parts(HTMLParser):
    """The inline scripts and styles of a page, and everything in its markup that refers outside."""

    REFERENCES = (
        "src",
        "href",
        "srcset",
        "data",
        "poster",
        "action",
        "formaction",
        "background",
        "xlink:href",
    )

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.scripts: list[str] = []
        self.styles: list[str] = []
        self.outside: list[str] = []
        self._open: list[str] | None = None

    @classmethod
    def of(cls, page: str) -> _Parts:
        parts = cls()
        parts.feed(page)
        parts.close()
        for style in parts.styles:
            parts.outside += re.findall(r"@import[^;]*|url\((?!['\"]?(?:data:|#))[^)]*\)", style)
        return parts

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            refers = name in self.REFERENCES and re.match(
                r"\s*([a-z][a-z0-9+.-]*:|//)", value or "", re.IGNORECASE
            )
            if name.startswith("on") or (refers and not (value or "").startswith("data:image/")):
                self.outside.append(f"<{tag} {name}={value!r}>")
        if tag == "style":
            self._open = self.styles
        if tag == "script" and dict(attrs).get("type") != "application/octet-stream":
            self._open = self.scripts
        if self._open is not None:
            self._open.append("")

    def handle_data(self, data: str) -> None:
        if self._open is not None:
            self._open[-1] += data

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style"):
            self._open = None
