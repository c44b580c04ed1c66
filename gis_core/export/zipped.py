"""A folder of files as one ZIP for the mail: the same bytes for the same files."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Sequence
from pathlib import Path

from gis_core.errors import GisError
from gis_core.export.aside import file_aside

MOMENT = (1980, 1, 1, 0, 0, 0)  # the earliest a ZIP can say


def write_zip(paths: Sequence[Path], target: Path) -> Path:
    """These files side by side in one archive, which QGIS opens as it is; read back before it is in place."""
    with file_aside(target) as made:
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in sorted(paths):
                member = zipfile.ZipInfo(path.name, MOMENT)
                member.compress_type = zipfile.ZIP_DEFLATED
                with path.open("rb") as source, archive.open(member, "w", force_zip64=True) as sink:
                    shutil.copyfileobj(source, sink)
        with zipfile.ZipFile(made) as archive:
            broken = archive.testzip()
        if broken:
            raise GisError(f"{target.name}: read back, {broken} is broken; export again")
    return target
