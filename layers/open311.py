"""Names of Open311 GeoReport v2 for the fields of appeals."""

from __future__ import annotations

SPELLINGS: dict[str, dict[str, tuple[str, ...]]] = {
    "appeals": {
        "id": ("service_request_id",),
        "requested_on": ("requested_datetime",),
        "closed_on": ("closed_datetime",),
        "category": ("service_name",),
        "text": ("description",),
    }
}
