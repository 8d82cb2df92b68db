# SPDX-License-Identifier: GPL-3.0-or-later
"""What Alembic runs: the steps, on the connection and in the transaction that it is handed."""

from alembic import context

from gateway.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # SQLite cannot change a column: the table is made anew and its rows copied.
    render_as_batch=True,
)
context.run_migrations()
