"""Questions that the client's users asked.

Revision ID: 0003
"""

import sqlalchemy as sa
from alembic import op

# Alembic loads this file by its path, so a relative import finds nothing.
from nightschool.store.migrations import rules_0003  # pyright: ignore[reportMissingImports]

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the table `asked`."""
    op.create_table(
        "asked",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("sources", sa.JSON(), nullable=False),
        sa.Column("first_seen", sa.String(), nullable=False),
        sa.Column("last_seen", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("passage_id", sa.Integer(), nullable=True),
        sa.Column("fact_id", sa.Integer(), nullable=True),
        sa.Column("question_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"]),
        sa.ForeignKeyConstraint(["passage_id"], ["passage.id"]),
        sa.ForeignKeyConstraint(["fact_id"], ["fact.id"]),
        sa.ForeignKeyConstraint(["question_id"], ["question.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("client_id", "key"),
    )
    op.create_index("ix_asked_client_id", "asked", ["client_id"])
    op.create_index("ix_asked_question_id", "asked", ["question_id"])
    op.create_index("ix_asked_state", "asked", ["client_id", "state"])
    if op.get_bind().dialect.name == "sqlite":
        for rule in rules_0003.rules():
            op.execute(rule)


def downgrade() -> None:
    """There is no way back but the backup that was made before the migration."""
    raise NotImplementedError("restore the backup made before the migration")
