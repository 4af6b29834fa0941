"""What a process of the studio holds while it lives: settings, database, artifacts, broker,
keys."""

from dataclasses import dataclass
from typing import Self

from backend.broker import Broker
from backend.db import Database
from backend.keyring import Keyring
from backend.settings import Settings
from backend.storage import Storage


@dataclass(frozen=True)
class Studio:
    settings: Settings
    database: Database
    storage: Storage
    broker: Broker
    keyring: Keyring

    @classmethod
    def open(cls, settings: Settings) -> Self:
        return cls(
            settings,
            Database(settings),
            Storage(settings),
            Broker(settings),
            Keyring(settings),
        )

    def close(self) -> None:
        self.database.close()
        self.broker.close()
