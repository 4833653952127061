"""What Alembic runs: the steps, inside the transaction of the connection that ``store.database`` hands in."""

from alembic import context

from bot.store.tables import METADATA

context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA)
context.run_migrations()
