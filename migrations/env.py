"""Alembic's door: run the scripts on the connection, and in the transaction, that the caller gives.

Views are dropped before and made again after: SQLite's batch migrations and PostgreSQL's ALTER TYPE fail under them.
"""

from alembic import context
from sqlalchemy import inspect

from gradq.store.tables import metadata
from gradq.store.views import create_views, drop_views

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, transactional_ddl=True)
drop_views(connection)
with context.begin_transaction():
    context.run_migrations()
if inspect(connection).has_table("graph"):
    create_views(connection)
