from collections.abc import Iterator

import pytest

from backend.studio import Studio
from tests.people import House, house, with_accounts


@pytest.fixture
def home(studio: Studio) -> Iterator[House]:
    """A studio with accounts, in this process."""
    with house(with_accounts(studio.settings)) as opened:
        yield opened
