"""Find the conflicts of a project without reading all of them."""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("project_a", "project_b"):
        op.create_index(f"ix_conflicts_{name}", "conflicts", [name], unique=False)


def downgrade() -> None:
    raise NotImplementedError("Abat does not go back; restore a backup made before the upgrade")
