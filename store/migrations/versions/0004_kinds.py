"""What further kinds of questions need, and how much a fact matters.

Revision ID: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds columns that have a value in every row, so that no table is rebuilt and no trigger lost."""
    for name, value in (("importance", "0.5"), ("confidence", "1.0")):
        op.add_column("fact", sa.Column(name, sa.Float(), nullable=False, server_default=value))
    for name, value in (("rests_on", "[]"), ("details", "{}")):
        op.add_column("question", sa.Column(name, sa.JSON(), nullable=False, server_default=value))


def downgrade() -> None:
    """There is no way back but the backup that was made before the migration."""
    raise NotImplementedError("restore the backup made before the migration")
