"""Alembic's entry. `store/migrating.py` starts it with an open connection inside one transaction."""

from alembic import context

connection = context.config.attributes["connection"]
# The caller holds the transaction (BEGIN IMMEDIATE) and commits it, so a killed migration leaves nothing.
context.configure(connection=connection, transactional_ddl=True)
with context.begin_transaction():
    context.run_migrations()
