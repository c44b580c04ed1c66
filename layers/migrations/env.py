"""How Alembic runs here: on the connection and with the SRID that `layers.schema` hands over, or with the tables
that `draft` does."""

from __future__ import annotations

from alembic import context
from geoalchemy2 import alembic_helpers

from gis_core.layer import Layer, in_srid

settings = context.config.attributes
context.configure(
    connection=settings["connection"],
    target_metadata=settings.get("tables") or in_srid(Layer.metadata, settings["srid"]),
    include_object=alembic_helpers.include_object,
    process_revision_directives=alembic_helpers.writer,
    render_item=alembic_helpers.render_item,
    compare_type=True,
    transactional_ddl=True,
)
context.run_migrations()
