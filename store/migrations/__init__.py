"""The schema's history. Each file in `versions` is one step; `REVISIONS` names them in order.

A test compares `REVISIONS` with what Alembic finds, so that opening a current file needn't import Alembic.
"""

REVISIONS = ("0001",)
HEAD = REVISIONS[-1]
