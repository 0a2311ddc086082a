"""Alembic's scripts: how a database becomes what `gradq.store.tables` describes."""
