"""The application alone, in this process: what is asked of each of its routes is asked quickly."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

from backend.app import create_app
from backend.migrate import migrate
from backend.settings import Settings


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FastAPI]:
    settings = Settings(data=tmp_path_factory.mktemp("data"))
    migrate(settings)
    made = create_app(settings)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HF_HUB_OFFLINE", "1")
        yield made
    made.state.studio.close()


@pytest.fixture(scope="session")
def routes(app: FastAPI) -> list[tuple[str, str]]:
    """Every method and path that the application answers, with something in each gap."""
    found = []
    for context in iter_route_contexts(app.routes):
        path = context.path_format
        for name in context.param_convertors:
            path = path.replace(f"{{{name}}}", "x").replace(f"{{{name}:path}}", "x/y")
        found += [(method, path) for method in sorted(context.methods or ())]
    return sorted(found)


@pytest.fixture(scope="session")
def root() -> Path:
    return Path(__file__).parents[2]
