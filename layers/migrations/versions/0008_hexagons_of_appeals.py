"""Say of each tied appeal in which hexagon its point lies, of those that meet there in the first by index."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

FILL = """
UPDATE appeal_places SET cell_id = held.cell_id FROM (
    SELECT appeals.id, min(grid_cells.cell_id) AS cell_id
    FROM grid_cells JOIN appeals ON ST_Intersects(grid_cells.geom, appeals.geom) GROUP BY appeals.id
) AS held WHERE held.id = appeal_places.appeal_id
"""


def upgrade() -> None:
    op.add_column("appeal_places", sa.Column("cell_id", sa.Text(), nullable=True))
    op.execute("SET LOCAL abat.deriving = 'on'")  # it is what a derive would say
    op.execute(FILL)
    op.execute("SET LOCAL abat.deriving = ''")


def downgrade() -> None:
    raise NotImplementedError("Abat does not go back; restore a backup made before the upgrade")
