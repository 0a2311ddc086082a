"""Alembic's door: run the scripts on the connection, and in the transaction, that the caller gives.

Views and triggers are dropped before and made again after: SQLite's batch migrations and PostgreSQL's ALTER TYPE fail
under views, and a batch loses the triggers of its table. They are those of the newest schema; a database that was brought
down to an older one has none until it goes up again.
"""

from alembic import context

from gradq.store.tables import metadata
from gradq.store.triggers import create_triggers, drop_triggers
from gradq.store.views import create_views, drop_views

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, transactional_ddl=True)
drop_views(connection)
drop_triggers(connection)
with context.begin_transaction():
    context.run_migrations()
if context.get_context().get_current_revision() == context.script.get_current_head():
    create_views(connection)
    create_triggers(connection)
