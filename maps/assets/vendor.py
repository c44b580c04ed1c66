"""Rebuild the vendored browser libraries from exact npm packages: `python maps/assets/vendor.py`.

Needs npm and the network, and is run by a developer only: what it writes is kept in the repository. Each
package is pinned by version and by npm's own sha512; a package that differs stops the script.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import subprocess
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

ASSETS = Path(__file__).resolve().parent
# Folium 0.20 asks for 1.9.3 by these addresses; 1.9.4 is the same interface with its last repairs.
LEAFLET_URL = "https://cdn.jsdelivr.net/npm/leaflet@1.9.3/dist/"


@dataclass(frozen=True)
class Package:
    """An npm package: `files` maps the URL a page asks for to the file inside the package."""

    name: str
    version: str
    integrity: str
    files: dict[str, str]


PACKAGES = (
    Package(
        "leaflet",
        "1.9.4",
        "sha512-nxS1ynzJOmOlHp+iL3FyWqK89GtNL8U8rvlMOsQdTTssxZwCXh8N2NB3GDQOL+YR3XnWyZAxwQixURb+FA74PA==",
        {LEAFLET_URL + "leaflet.js": "dist/leaflet.js", LEAFLET_URL + "leaflet.css": "dist/leaflet.css"},
    ),
    # Only for browsers without DecompressionStream. fflate does the same in 33 KB, this one in 9.
    Package(
        "tiny-inflate",
        "1.0.3",
        "sha512-pkY1fj1cKHb2seWDy0B16HeWyczlJA9/WW3u3c4z/NiWDsO3DOU5D7nhTLE9CF0yXv/QZFY7sEJmj24dK+Rrqw==",
        {"npm:tiny-inflate": "index.js"},
    ),
)


def main() -> None:
    """Fetch every package, write its files, its licence and the manifest."""
    manifest: dict[str, dict[str, str]] = {}
    (ASSETS / "LICENSES").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        for package in PACKAGES:
            members = fetch(package, Path(folder))
            (ASSETS / "LICENSES" / f"{package.name}.txt").write_bytes(members["LICENSE"])
            for url, member in package.files.items():
                manifest[url] = write(package, member, members)
    (ASSETS / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")


def fetch(package: Package, folder: Path) -> dict[str, bytes]:
    """The files of a package by their name in it. Raises SystemExit if npm's sha512 is another one."""
    asked = f"{package.name}@{package.version}"
    subprocess.run(["npm", "pack", asked, "--silent", "--pack-destination", str(folder)], check=True)
    archive = folder / f"{package.name}-{package.version}.tgz"
    found = "sha512-" + base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    if found != package.integrity:
        raise SystemExit(f"{asked}: expected {package.integrity}, npm gave {found}")
    with tarfile.open(archive) as tar:
        files = {name: tar.extractfile(name) for name in tar.getnames()}
        return {name.partition("/")[2]: file.read() for name, file in files.items() if file}


def write(package: Package, member: str, members: dict[str, bytes]) -> dict[str, str]:
    """Write one file and return its line of the manifest."""
    text = re.sub(r"\n?//# sourceMappingURL=.*", "", members[member].decode())
    if member.endswith(".css"):
        text = with_pictures(text, Path(member).parent, members)
    if "module.exports" in text and "define" not in text:
        text = as_script(text, package.name)
    if member.endswith(".js"):  # a page is a copy of the library, so it carries the licence too
        text = f"/*\n{members['LICENSE'].decode().strip()}\n*/\n{text}"
    name = f"{package.name}-{package.version}{Path(member).suffix}"
    (ASSETS / name).write_text(text, encoding="utf-8")
    return {"file": name, "sha256": hashlib.sha256(text.encode()).hexdigest()}


def with_pictures(css: str, folder: Path, members: dict[str, bytes]) -> str:
    """The style sheet with its pictures inside as data URIs; a fragment such as `#default#VML` stays."""

    def inline(match: re.Match[str]) -> str:
        target = match[1].strip("'\"")
        if target.startswith(("data:", "#")):
            return match[0]
        picture = base64.b64encode(members[str(folder / target)]).decode()
        return f"url(data:image/png;base64,{picture})"

    return re.sub(r"url\(([^)]+)\)", inline, css)


def as_script(module: str, name: str) -> str:
    """A CommonJS module without comments as a script that leaves its export in `window.vendored`."""
    code = re.sub(r"^[ \t]*/\*.*?\*/[ \t]*\n", "", module, flags=re.MULTILINE | re.DOTALL)
    code = re.sub(r"\n{2,}", "\n", code)
    head = "(function (vendored) {\nvar module = {};\n"
    tail = (
        f"\nvendored[{json.dumps(name)}] = module.exports;\n}})(window.vendored = window.vendored || {{}});\n"
    )
    return head + code + tail


if __name__ == "__main__":
    main()
