"""The training library. It knows no web, no database and no queue."""
