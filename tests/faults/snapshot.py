"""A database as it was, put back: as by a restored backup, or a failover that lost commits."""

from typing import Any

from sqlalchemy import Table, delete, insert, select, text

import backend.tables  # noqa: F401 - all tables
from backend.db import Base
from backend.studio import Studio


class Snapshot:
    """Every row of every table, as they are now."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio
        self._rows: dict[Table, list[dict[str, Any]]] = {}
        with studio.database.reading() as session:
            for table in Base.metadata.sorted_tables:
                rows = session.execute(select(table)).mappings()
                self._rows[table] = [dict(row) for row in rows]

    def put_back(self) -> None:
        with self._studio.database.writing() as session:
            if session.get_bind().dialect.name == "postgresql":  # a backup knows no triggers
                session.execute(text("SET LOCAL session_replication_role = replica"))
                # Nobody writes between two of its tables: a backup is of one moment.
                names = ", ".join(f'"{table.name}"' for table in Base.metadata.sorted_tables)
                session.execute(text(f"LOCK TABLE {names} IN ACCESS EXCLUSIVE MODE"))
            for table in reversed(Base.metadata.sorted_tables):
                session.execute(delete(table))
            for table, rows in self._rows.items():
                if rows:
                    session.execute(insert(table), rows)
