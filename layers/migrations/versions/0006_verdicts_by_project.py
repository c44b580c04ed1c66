"""Find the rows of the register about a project, and those on which somebody said something, without reading
all of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("project_a", "project_b"):
        op.create_index(f"ix_assessments_{name}", "assessments", [name], unique=False)
    said = sa.text("edition > 0")
    op.create_index(
        "ix_assessments_said", "assessments", ["conflict_id"], unique=False, postgresql_where=said
    )


def downgrade() -> None:
    raise NotImplementedError("Abat does not go back; restore a backup made before the upgrade")
