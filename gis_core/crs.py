"""Coordinate reference systems: what a file's words mean, QazTRF-23, where coordinates would lie."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from pyproj.aoi import AreaOfInterest
from pyproj.exceptions import CRSError, ProjError
from pyproj.transformer import TransformerGroup

from gis_core.errors import InputError

WGS84 = CRS("EPSG:4326")
Bounds = tuple[float, float, float, float]
QAZTRF = 10941  # geographic; the Gauss-Kruger zones 8 to 15 follow as 10942 to 10949
FIRST_ZONE, LAST_ZONE = 8, 15
LAST_CODE = QAZTRF + LAST_ZONE - FIRST_ZONE + 1
# As PROJ 9.8 knows it; without its EPSG code, which PROJ 9.5 would look up in vain. The frame lies within
# centimetres of WGS 84, hence the zero shift.
GEOGRAPHIC = (
    'GEOGCS["QazTRF-23",DATUM["Kazakhstan_Terrestrial_Reference_Frame_2023",SPHEROID["GRS 1980",6378137,'
    '298.257222101,AUTHORITY["EPSG","7019"]],TOWGS84[0,0,0,0,0,0,0]],PRIMEM["Greenwich",0],'
    'UNIT["degree",0.0174532925199433]]'
)
GAUSS_KRUGER = (
    'PROJCS["QazTRF-23 / Gauss-Kruger zone {zone}",{base},PROJECTION["Transverse_Mercator"],'
    'PARAMETER["latitude_of_origin",0],PARAMETER["central_meridian",{meridian}],PARAMETER["scale_factor",1],'
    'PARAMETER["false_easting",{easting}],PARAMETER["false_northing",0],UNIT["metre",1]]'
)
UNTIED = re.compile(r"unknown|not[ _]specified|unspecified|undefined|unnamed|local", re.I)
NAMELESS = ("unknown", "unnamed")
FEW, MOST = 500, 0.5  # coordinates by which a CRS is judged, and the share of them that is most
SURE = 70  # per cent of PROJ's confidence from which an EPSG code is named


@dataclass(frozen=True)
class Known:
    """A CRS with the name to tell it by: "EPSG:28412", else its own name."""

    crs: CRS
    label: str

    @property
    def epsg(self) -> int | None:
        return int(self.label[5:]) if re.fullmatch(r"EPSG:\d+", self.label) else None


def qaztrf_wkt(code: int) -> str:
    """Well-known text of EPSG:10941 to 10949."""
    if code == QAZTRF:
        return GEOGRAPHIC
    zone = code - QAZTRF + FIRST_ZONE - 1
    return GAUSS_KRUGER.format(
        zone=zone, base=GEOGRAPHIC, meridian=6 * zone - 3, easting=zone * 1_000_000 + 500_000
    )


def spatial_ref_sys_rows(code: int) -> list[dict[str, Any]]:
    """What PostGIS' table `spatial_ref_sys` lacks of a CRS by its EPSG code: QazTRF-23, else nothing."""
    if not QAZTRF <= code <= LAST_CODE:
        return []
    return [
        {
            "srid": code,
            "auth_name": "EPSG",
            "auth_srid": code,
            "srtext": qaztrf_wkt(code),
            "proj4text": _proj4(code),
        }
    ]


def _proj4(code: int) -> str:
    shift = "+ellps=GRS80 +towgs84=0,0,0,0,0,0,0"
    if code == QAZTRF:
        return f"+proj=longlat {shift} +no_defs"
    zone = code - QAZTRF + FIRST_ZONE - 1
    return (
        f"+proj=tmerc +lat_0=0 +lon_0={6 * zone - 3} +k=1 +x_0={zone}500000 +y_0=0 {shift} +units=m +no_defs"
    )


@lru_cache(maxsize=64)
def known_crs(words: str) -> Known:
    """The CRS that a code, WKT or PROJJSON means. Raises InputError where it ties coordinates to no place."""
    code = _qaztrf_code(words)
    if code is not None:
        return Known(CRS.from_wkt(qaztrf_wkt(code)), f"EPSG:{code}")
    try:
        crs = CRS.from_user_input(words)
    except CRSError:
        raise InputError(f"the CRS cannot be understood: {' '.join(words.split())[:80]!r}") from None
    crs = crs.sub_crs_list[0] if crs.is_compound else crs
    crs = crs.to_2d() if len(crs.axis_info) > 2 else crs  # noqa: PLR2004  heights are not kept
    datum = crs.datum.name if crs.datum else ""
    if not (crs.is_projected or crs.is_geographic) or (UNTIED.search(datum) and not crs.is_bound):
        raise InputError(
            f"the CRS {crs.name!r} is a local grid: its datum ({datum or 'none'}) is tied to no known place"
        )
    code = crs.to_epsg(SURE)
    if code is None:
        same = crs.equals(WGS84, ignore_axis_order=True) or "CRS84" in crs.name
        named = crs.name if crs.name not in NAMELESS else f"a system without a name on {datum}"
        return Known(crs, "EPSG:4326" if same else named)
    return Known(crs, f"EPSG:{code}")


def defined(words: str) -> str:
    """A CRS in words that PROJ can read: the same, but for QazTRF-23 its well-known text."""
    code = _qaztrf_code(words)
    return words if code is None else qaztrf_wkt(code)


def epsg_of(crs: CRS) -> int | None:
    """The EPSG code of a CRS, QazTRF-23 included; None where it has none."""
    return known_crs(crs.to_wkt()).epsg


def _qaztrf_code(words: str) -> int | None:
    """The code of QazTRF-23 in a short name or in a definition that names it."""
    short = re.search(r"(?:EPSG|epsg)\D{1,4}(109\d\d)\D*$", words.strip()[-24:])
    code = int(short.group(1)) if short else None
    if code is None and re.search(r"QazTRF|Kazakhstan[_ ]Terrestrial", words):
        zone = re.search(r"[Zz]one[_ ](\d+)", words)
        projected = "PROJCS" in words or "PROJCRS" in words or "ProjectedCRS" in words
        code = QAZTRF + int(zone.group(1)) - FIRST_ZONE + 1 if zone else None if projected else QAZTRF
    return code if code is not None and QAZTRF <= code <= LAST_CODE else None


@lru_cache(maxsize=16)
def transformer(source: CRS, target: CRS, bounds: Bounds) -> Transformer:
    """The most accurate transformation for a city, always longitude or easting first.

    Raises InputError for a definition from which none leads there, as a damaged one may be.
    """
    area = AreaOfInterest(*bounds)
    try:
        with warnings.catch_warnings():
            # a finer grid is not on this machine; what is used instead is told with its accuracy
            warnings.filterwarnings("ignore", message="Best transformation is not available")
            group = TransformerGroup(source, target, always_xy=True, area_of_interest=area)  # type: ignore[arg-type]
        found = group.transformers
        return found[0] if found else Transformer.from_crs(source, target, always_xy=True)
    except (IndexError, ProjError):  # pyproj looks for the first of no operations
        raise InputError(
            f"no transformation leads from {source.name} to {target.name}: the definition is damaged;"
            " ask the sender for the CRS, then specify it with --crs"
        ) from None


def in_degrees(bounds: Bounds, crs: str) -> Bounds:
    """West, south, east and north in degrees of a box in a CRS."""
    return Transformer.from_crs(crs, WGS84, always_xy=True).transform_bounds(*bounds)


def how(step: Transformer) -> str:
    """What a transformation does, with its accuracy in metres where it is known."""
    accuracy = f", accuracy {step.accuracy:g} m" if step.accuracy is not None and step.accuracy > 0 else ""  # type: ignore[redundant-expr]
    return f"{step.description}{accuracy}"


@dataclass(frozen=True)
class City:
    """Where a city lies: its metric CRS, its bounds, and its outline in degrees where that is known."""

    crs: CRS
    bounds: Bounds
    outline: Any = None

    def near(self, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Which places lie within the bounds."""
        west, south, east, north = self.bounds
        return (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)

    def inside(self, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Which places lie in the outline, or within the bounds where none is known."""
        near = self.near(lon, lat)
        return near if self.outline is None else near & shapely.contains_xy(self.outline, lon, lat)


@dataclass(frozen=True)
class Candidate:
    """A CRS under which coordinates would lie about a place.

    `inside`: most of them in the city; `near`: most of them within its bounds at least.
    """

    label: str
    name: str
    lon: float
    lat: float
    inside: bool
    near: bool

    @property
    def told(self) -> str:
        """The system and the place."""
        name = "" if self.name in NAMELESS else f" ({self.name})"
        return f"{self.label}{name}: lon {self.lon:.4f}, lat {self.lat:.4f}"


def candidates(points: NDArray[np.float64], city: City) -> list[Candidate]:
    """Where some coordinates would lie under the systems met here, those inside the city first."""
    few = points[:: max(1, len(points) // FEW)]
    placed = (_placed(each, few, city) for each in _systems(city.crs, city.bounds))
    return sorted((each for each in placed if each), key=lambda each: not each.inside)


@dataclass(frozen=True)
class System:
    """A CRS that coordinates may be in, with its way to degrees; `swapped`: northing before easting."""

    label: str
    name: str
    swapped: bool
    step: Transformer


@lru_cache(maxsize=8)
def _systems(city: CRS, bounds: Bounds) -> tuple[System, ...]:
    """What is met about a city, found once: PROJ takes half a second to look up all the ways to degrees."""
    return tuple(
        System(label, crs.name, swapped, Transformer.from_crs(crs, WGS84, always_xy=True))
        for label, crs, swapped in _met(city, bounds)
    )


def _met(city: CRS, bounds: Bounds) -> Iterator[tuple[str, CRS, bool]]:
    """Systems in use about a city: its own, degrees, UTM, Pulkovo 1942 and QazTRF-23 zones, web maps; then
    what is made of them by mistake: axes exchanged, feet, a zone number before the easting or left out."""
    zone = int((bounds[0] + bounds[2]) / 2 // 6) + 1
    near = [zone + by for by in (0, -1, 1) if FIRST_ZONE <= zone + by <= LAST_ZONE] or [zone]
    codes = [epsg_of(city), 4326, 4284, 3857, 32600 + zone + 30, 28400 + zone, 2490 + zone]
    codes += [code for each in near for code in (QAZTRF + each - FIRST_ZONE + 1, 28400 + each, 32630 + each)]
    for code in dict.fromkeys(code for code in codes if code):
        known = _safely(code)
        if known:
            yield f"EPSG:{code}", known, False
    for code in dict.fromkeys((4326, epsg_of(city), 28400 + zone)):  # type: ignore[assignment]
        known = _safely(code) if code else None
        if known:
            yield f"EPSG:{code} with the axes exchanged (swapped)", known, True
    for words in _mistaken(zone):
        yield words, CRS.from_user_input(words), False


def _mistaken(zone: int) -> Iterator[str]:
    """UTM in feet, UTM with the zone before the easting, QazTRF-23 and Pulkovo 1942 without it, as words for
    --crs."""
    meridian, utm = 6 * zone - 3, zone + 30
    for unit in ("ft", "us-ft"):
        yield f"+proj=utm +zone={utm} +datum=WGS84 +units={unit}"
    yield f"+proj=tmerc +lon_0={meridian} +k=0.9996 +x_0={utm}500000 +datum=WGS84"
    yield f"+proj=tmerc +lon_0={meridian} +x_0=500000 +ellps=GRS80 +towgs84=0,0,0"


def _safely(code: int) -> CRS | None:
    try:
        return known_crs(f"EPSG:{code}").crs
    except InputError:
        return None


def _placed(system: System, points: NDArray[np.float64], city: City) -> Candidate | None:
    lon, lat = system.step.transform(*(points[:, ::-1] if system.swapped else points).T)
    middle = np.median(lon), np.median(lat)
    if not np.isfinite(middle).all():
        return None
    inside, near = city.inside(lon, lat).mean() > MOST, city.near(lon, lat).mean() > MOST
    return Candidate(system.label, system.name, float(middle[0]), float(middle[1]), bool(inside), bool(near))


def advice(points: NDArray[np.float64], city: City) -> str:
    """What the candidates are, in one clause for a refusal."""
    found = candidates(points, city) if len(points) else []
    x, y = np.nanmedian(points, axis=0) if len(points) else (np.nan, np.nan)
    such = f"its coordinates, such as {x:.6g} {y:.6g},"
    inside = "; or as ".join(each.told for each in found if each.inside)
    near = "; or as ".join(each.told for each in found if each.near)
    if inside:
        return f"{such} would lie in the city as {inside}"
    if near:
        return f"{such} would lie within the city's bounds, but outside its districts, as {near}"
    return f"{such} lie in the city under no system that is met here"
