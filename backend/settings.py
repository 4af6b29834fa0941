"""What an operator can set: `LIKEWISE_*` in the environment, or a file for a secret."""

import hashlib
import os
import re
import stat
import tempfile
from functools import cached_property
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, IPvAnyNetwork, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

LOOPBACK = ("127.0.0.1", "localhost", "::1")
EVERYWHERE = ("0.0.0.0", "::")
"""Where one listens, and nobody can be called."""

SHORTEST_KEY = 32
"""Characters: of random hexadecimal digits, 128 bits."""


def _default_data() -> Path:
    home = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    return home / "likewise"


class NotOurs(Exception):
    """A folder that must be ours alone isn't."""


class Settings(BaseSettings):
    """All settings, with the embedded studio's defaults. Times are in seconds, sizes in bytes."""

    model_config = SettingsConfigDict(env_prefix="LIKEWISE_", frozen=True, env_ignore_empty=True)

    data: Path = Field(default_factory=_default_data, description="Where everything is kept.")
    database_url: str | None = Field(None, description="Default: SQLite in the data folder.")
    lock_seconds: float | None = Field(
        None,
        gt=0,
        description="Wait so long for a lock of the database; default 10, on PostgreSQL 5.",
    )
    broker_url: str | None = Field(None, description="Default: an embedded Valkey server.")
    storage_url: str | None = Field(None, description="Default: `artifacts` in the data folder.")
    embedder_url: str | None = Field(None, description="Default: a process started when needed.")
    host: str = Field("127.0.0.1", description="Where the server listens.")
    port: int = Field(8000, ge=0, le=65_535, description="On which port of it.")
    auth: Literal["none", "accounts"] = Field(
        "none", description="`none`: a single user, on loopback only."
    )
    public_url: str | None = Field(
        None, description="How browsers reach us, such as https://studio.example.org."
    )
    trusted_proxies: list[str] = Field(
        default_factory=list,
        description="Addresses or networks of proxies whose X-Forwarded-For is believed.",
    )
    admin_email: str | None = Field(None, description="The first administrator, made at a start.")
    admin_password: SecretStr | None = Field(None, description="Theirs, until they change it.")
    admin_password_file: Path | None = Field(None, description="The file that holds it.")
    allow_public_bind: bool = Field(
        False, description="The port is published on loopback only, by a container's host."
    )
    allowed_hosts: list[str] = Field(
        default_factory=list, description="Names that browsers may call us, beside loopback's."
    )
    secret_key: SecretStr | None = Field(None, description="Or several, the newest first.")
    secret_key_file: Path | None = Field(None, description="A key a line, the newest first.")

    requests_per_minute: int = Field(
        1_200, gt=0, description="Of one person; without accounts nothing is counted."
    )
    requests_per_minute_of_an_address: int = Field(
        6_000, gt=0, description="Of one address, whoever asks."
    )
    most_open_jobs: int | None = Field(
        None, gt=0, description="Of one project, waiting, paused or running."
    )
    most_stored_bytes: int | None = Field(
        None, gt=0, description="Of one project: its data and its models."
    )
    most_streams: int = Field(
        10, gt=0, description="Live streams that one person may have open; with accounts."
    )

    max_upload_bytes: int = Field(4_000_000_000, gt=0, description="The largest file taken.")
    max_request_bytes: int = Field(2_000_000, gt=0, description="The largest other request taken.")
    upload_part_bytes: int = Field(8_000_000, gt=0, description="Of a file that comes in parts.")
    import_here_bytes: int = Field(
        8_000_000, ge=0, description="A larger file is read by a worker, not by the server."
    )
    import_prefixes: list[str] = Field(
        default_factory=list,
        description="Where data may be imported from, such as s3://bucket/folder/.",
    )

    oidc_issuer: str | None = Field(None, description="By whom people may sign in, too.")
    oidc_client_id: str | None = Field(None, description="What the provider knows us as.")
    oidc_client_secret: SecretStr | None = Field(None, description="None for a public client.")
    oidc_client_secret_file: Path | None = Field(None, description="The file that holds it.")
    oidc_name: str = Field(
        "single sign-on",
        min_length=1,
        max_length=60,
        description="What people know the provider as.",
    )
    oidc_domains: list[str] = Field(
        default_factory=list, description="Whoever has a verified address there may come in."
    )

    outgoing_networks: list[IPvAnyNetwork] = Field(
        default_factory=list,
        description="Inside networks that webhooks and sign-in may call, such as 10.1.0.0/16; over "
        "http too. All others must be of the public internet, over https.",
    )

    mail_url: SecretStr | None = Field(
        None, description="The Apprise URL by which the studio sends e-mail."
    )
    mail_url_file: Path | None = Field(None, description="The file that holds it.")

    nano_beir: str = Field(
        "sentence-transformers/NanoBEIR-en",
        min_length=1,
        description="Where the guard's texts are: a Hub dataset, or a folder in its layout.",
    )

    general_similarity: str = Field(
        "sentence-transformers/stsb",
        min_length=1,
        description="Where the guard's pairs are, with a score each: a Hub dataset, or a folder.",
    )

    beat_seconds: float = Field(1.0, gt=0, description="How often a worker says it is alive.")
    lost_seconds: float = Field(60.0, gt=0, description="A beat standing still so long is lost.")
    reconcile_seconds: float = Field(
        5.0, gt=0, description="How often lost workers are looked for."
    )
    ring_again_seconds: float = Field(
        10.0, gt=0, description="A job that waits so long is announced again."
    )
    poll_seconds: float = Field(2.0, gt=0, description="Viewers look by themselves so often.")
    retry_seconds: float = Field(10.0, ge=0, description="Wait before the 2nd retry; then ×3.")
    queue_limits: dict[str, int] = Field(
        default_factory=dict, description='Jobs at once, over all workers, such as {"gpu": 2}.'
    )
    kind_limits: dict[str, int] = Field(
        default_factory=lambda: {"profile": 1, "convert": 1},
        description="Jobs of a kind at once, so that an import never waits for a long look.",
    )
    cpu_slots: int = Field(2, ge=1, le=64, description="Jobs at once on one worker without a GPU.")
    cpu_ranks: int = Field(
        1, ge=1, le=64, description="Processes of one training on a worker without a GPU."
    )
    keep_ready: bool = Field(
        True,
        description="A worker keeps one idle process that has imported torch: the next training "
        "begins ten seconds sooner. It takes 500 MB of memory.",
    )
    measure_speed: bool = Field(
        True,
        description="An idle worker that has never done so measures for half a minute how fast its "
        "machine is: the first estimate of a training is then no guess.",
    )
    own_address: str | None = Field(
        None, description="Where other hosts reach this one. Default: what its name resolves to."
    )
    hosts_wait_seconds: float = Field(
        300.0, gt=0, description="So long a run of several hosts waits for the others."
    )
    run_limit_seconds: int | None = Field(
        None, gt=0, description="No run may take longer; one that names a shorter time has that."
    )
    hang_seconds: float = Field(600.0, gt=0, description="No sign of a training: it hangs.")
    deaf_seconds: float = Field(
        120.0,
        gt=0,
        description="An idle worker that hears nothing of work that is there begins anew; by then "
        "the reconciler has rung four times.",
    )
    cut_off_seconds: float = Field(
        900.0, gt=0, description="Without the database for so long, a worker stops its job."
    )
    ballast_bytes: int = Field(
        64_000_000, gt=0, description="Kept of the disk, to write down that it is full."
    )
    embedder_idle_seconds: float = Field(
        600.0, gt=0, description="After so long without a question the embedder ends."
    )

    @model_validator(mode="after")
    def _single_user_stays_on_loopback(self) -> Self:
        is_open = self.host not in LOOPBACK and not self.allow_public_bind
        if self.auth == "none" and is_open:
            raise ValueError(
                f"without accounts the studio listens on loopback only, and LIKEWISE_HOST is "
                f"{self.host!r}: anybody on the network could read your data. Set it to "
                "127.0.0.1, or set LIKEWISE_AUTH=accounts"
            )
        return self

    @model_validator(mode="after")
    def _mail_goes_to_whom_it_is_for(self) -> Self:
        url = self.mail_url.get_secret_value() if self.mail_url else None
        if self.mail_url and self.mail_url_file:
            raise ValueError("set LIKEWISE_MAIL_URL or LIKEWISE_MAIL_URL_FILE, not both")
        if url is not None and not url.startswith(("mailto://", "mailtos://")):
            raise ValueError("LIKEWISE_MAIL_URL begins with mailtos:// (or mailto://, without TLS)")
        if url is not None and re.search(r"[?&](to|cc|bcc)=", url):
            raise ValueError(
                "LIKEWISE_MAIL_URL names nobody: the studio adds whom a message is for"
            )
        return self

    @model_validator(mode="after")
    def _a_provider_knows_us(self) -> Self:
        if self.oidc_issuer and not self.oidc_client_id:
            raise ValueError("LIKEWISE_OIDC_ISSUER needs LIKEWISE_OIDC_CLIENT_ID")
        return self

    @model_validator(mode="after")
    def _secret_keys_are_strong_and_elsewhere(self) -> Self:
        if self.secret_key and self.secret_key_file:
            raise ValueError("set LIKEWISE_SECRET_KEY or LIKEWISE_SECRET_KEY_FILE, not both")
        if self.secret_key_file and self.secret_key_file.absolute().is_relative_to(
            self.data.absolute()
        ):
            raise ValueError(
                "LIKEWISE_SECRET_KEY_FILE is in the data folder: whoever has a copy of the data "
                "would have the key to its secrets. Put it elsewhere"
            )
        keys = self.secret_key.get_secret_value().split() if self.secret_key else []
        if any(len(key) < SHORTEST_KEY for key in keys) or (self.secret_key and not keys):
            raise ValueError(
                f"each key in LIKEWISE_SECRET_KEY needs {SHORTEST_KEY} characters. Make one with: "
                "openssl rand -hex 32"
            )
        return self

    @property
    def is_https(self) -> bool:
        """Do browsers reach us over https, by a proxy that ends it?"""
        return self.public_url is not None and self.public_url.startswith("https://")

    @property
    def address(self) -> str:
        """How browsers reach us, without a slash at the end."""
        host = "127.0.0.1" if self.host in EVERYWHERE else self.host
        return (self.public_url or f"http://{host}:{self.port}").rstrip("/")

    @cached_property
    def database(self) -> str:
        return self.database_url or f"sqlite:///{self.data.absolute() / 'likewise.db'}"

    @cached_property
    def broker(self) -> str:
        return self.broker_url or f"redis+socket://{self.socket('broker')}"

    @cached_property
    def storage(self) -> str:
        return self.storage_url or str(self.data.absolute() / "artifacts")

    @property
    def is_embedded_broker(self) -> bool:
        return self.broker_url is None

    @cached_property
    def jobs(self) -> Path:
        """Folders of attempts: shared by all workers that may carry on each other's work."""
        return self.data.absolute() / "jobs"

    def socket(self, name: str) -> Path:
        """A socket of this data folder. A path of one may have 107 bytes at most, hence the hash."""
        digest = hashlib.sha256(str(self.data.absolute()).encode()).hexdigest()[:16]
        runtime = os.environ.get("XDG_RUNTIME_DIR")
        folder = Path(runtime) if runtime else Path(tempfile.gettempdir())
        place = folder / f"likewise-{os.getuid()}-{digest}"
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = place.lstat()
        if found.st_uid != os.getuid() or stat.S_IMODE(found.st_mode) & 0o077:
            raise NotOurs(
                f"{place} belongs to somebody else, or others may enter it; the studio's sockets "
                "would not be safe there. Remove it, or set XDG_RUNTIME_DIR to a folder of yours."
            )
        return place / f"{name}.sock"
