"""Refining: rulings, rights found in documents, near-duplicates, withdrawals.

Revision ID: 0002
"""

import sqlalchemy as sa
from alembic import op

# Alembic loads this file by its path, so a relative import finds nothing.
from nightschool.store.migrations import rules_0002  # pyright: ignore[reportMissingImports]

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# What clients wrote as `rights` for documents to examine on, but not to train on, before there was `clearance`.
_EXAM_ONLY = "('no', 'none', 'forbidden', 'denied', 'withdrawn', 'expired', 'no training', 'exam only')"


def upgrade() -> None:
    """Adds columns and tables; documents keep the clearance that their rights gave them."""
    op.add_column("document", sa.Column("licence", sa.String(), nullable=False, server_default=""))
    op.add_column("document", sa.Column("clearance", sa.String(), nullable=False, server_default="train"))
    op.add_column("document", sa.Column("rights_evidence", sa.String(), nullable=False, server_default=""))
    op.add_column("document", sa.Column("duplicate_of_id", sa.Integer(), nullable=True))
    op.add_column("document", sa.Column("signature", sa.LargeBinary(), nullable=True))
    op.add_column("modelversion", sa.Column("due_reason", sa.String(), nullable=False, server_default=""))
    op.create_table(
        "ruling",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("evidence", sa.String(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=True),
        sa.Column("end", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_ruling_document_id", "ruling", ["document_id"])
    op.create_table(
        "withdrawal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"]),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_withdrawal_client_id", "withdrawal", ["client_id"])
    op.create_index("ix_fact_successor_id", "fact", ["successor_id"])
    words = "lower(replace(replace(rights, '-', ' '), '_', ' '))"
    op.execute(f"UPDATE document SET clearance = 'exam-only' WHERE trim({words}) IN {_EXAM_ONLY}")
    if op.get_bind().dialect.name == "sqlite":
        for rule in rules_0002.rules():
            op.execute(rule)


def downgrade() -> None:
    """There is no way back but the backup that was made before the migration."""
    raise NotImplementedError("restore the backup made before the migration")
