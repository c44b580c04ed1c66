"""Say of conflicts that are there no longer in each row that the newest derive saw them."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.alter_column("assessments", "last_seen", nullable=True)
    op.execute("SET LOCAL abat.keeping = 'on'")  # what was found is written here, and no verdict
    op.execute("UPDATE assessments SET last_seen = NULL WHERE state = 'open'")
    op.execute("SET LOCAL abat.keeping = ''")


def downgrade() -> None:
    raise NotImplementedError("Abat does not go back; restore a backup made before the upgrade")
