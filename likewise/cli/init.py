"""`likewise init`: the settings that the Compose file asks for, with secrets of your own."""

import json
import os
import secrets
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer

from likewise.cli.exits import Exit
from likewise.cli.output import Json, note, show

SECRET_BYTES = 32
PROXIES = "172.16.0.0/12"
"""Where Docker's own networks are: a proxy beside the studio calls from there."""


def init(
    to: Annotated[Path, typer.Option(help="The file to write.")] = Path(".env"),
    url: Annotated[
        str | None,
        typer.Option(help="How browsers call the studio, behind a proxy that speaks https."),
    ] = None,
    port: Annotated[
        int, typer.Option(min=1, max=65535, help="The port on this host's loopback.")
    ] = 8000,
    has_gpu: Annotated[
        bool, typer.Option("--gpu/--cpu", help="Whether it trains on an NVIDIA GPU.")
    ] = True,
    speaks_https: Annotated[
        bool, typer.Option("--https", help="Have Caddy speak https for --url, on this host.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Write .env for `docker compose up -d`: new secrets, readable by you alone."""
    if speaks_https and url is None:
        raise typer.BadParameter("--https needs --url, the address that it is to speak for.")
    host = _host_of(url) if url is not None else None
    profiles = ["gpu" if has_gpu else "cpu", *(["https"] if speaks_https else [])]
    lines = [
        f"POSTGRES_PASSWORD={secrets.token_hex(SECRET_BYTES)}",
        f"LIKEWISE_SECRET_KEY={secrets.token_hex(SECRET_BYTES)}",
        f"COMPOSE_PROFILES={','.join(profiles)}",
        f"LIKEWISE_PUBLISHED_PORT={port}",
    ]
    if host is not None:
        lines += [
            f"LIKEWISE_PUBLIC_URL={url}",
            f"LIKEWISE_ALLOWED_HOSTS={json.dumps([host])}",
            f"LIKEWISE_TRUSTED_PROXIES={json.dumps([PROXIES])}",
        ]
    lines += [
        "",
        "# By whom the studio sends e-mail to people whose runs end.",
        "# LIKEWISE_MAIL_URL=mailtos://user:password@example.org?smtp=smtp.example.org",
    ]
    try:
        descriptor = os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        note(
            f"{to} is there already, and the secrets in it may be in use: without them nothing that "
            "was sealed can be read. Move it away first, or name another file with --to.",
            as_json,
        )
        raise typer.Exit(Exit.REFUSED) from None
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
    said = (
        f"{to}: two new secrets, readable by you alone. Keep a copy apart from the backups.\n"
        "Next: docker compose up -d, then open the link in `docker compose logs server`."
    )
    show({"file": str(to)}, as_json, lambda: said)


def _host_of(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname or parts.path not in ("", "/"):
        raise typer.BadParameter(
            f"{url!r} is no https address without a path, such as https://studio.example.org."
        )
    return parts.hostname
