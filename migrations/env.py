"""Alembic's door: run the scripts on the connection, and in the transaction, that the caller gives."""

from alembic import context

from gradq.store.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, transactional_ddl=True)
with context.begin_transaction():
    context.run_migrations()
