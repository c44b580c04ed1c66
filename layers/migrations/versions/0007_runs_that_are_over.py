"""Say of each run that it is over: of those before 0003 nobody noted when they ended, and rows could pass as
theirs for ever. They get the time at which they were recorded, as beginning and end."""

from __future__ import annotations

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "INSERT INTO run_times (run_id, began, ended)"
        " SELECT id, at, at FROM runs WHERE id NOT IN (SELECT run_id FROM run_times)"
    )


def downgrade() -> None:
    raise NotImplementedError("Abat does not go back; restore a backup made before the upgrade")
