"""The history of loaded layers, and more about runs; the triggers are set by every upgrade."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "changes",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("layer", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=True),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column(
            "at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("how", sa.Text(), nullable=False),
        sa.Column("run_id", sa.BigInteger(), nullable=True),
        sa.Column("before", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_changes")),
    )
    op.create_index(
        "ix_changes_layer_key",
        "changes",
        ["layer", "key"],
        unique=False,
        postgresql_ops={"key": "text_pattern_ops"},
    )

    for name, value in (("inputs", "[]"), ("versions", "{}")):
        column = sa.Column(
            name, postgresql.JSONB(astext_type=sa.Text()), server_default=value, nullable=False
        )
        op.add_column("runs", column)
    op.create_table(
        "run_times",
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.Column("began", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_run_times_run_id")),
        sa.PrimaryKeyConstraint("run_id", name=op.f("pk_run_times")),
    )


def downgrade() -> None:
    raise NotImplementedError("Abat does not go back; restore a backup made before the upgrade")
