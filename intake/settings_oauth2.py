"""The oauth2 table of a mailbox and of smtp: where access tokens come from."""

from __future__ import annotations

from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, SecretStr, model_validator

from model.account import OAuth2
from model.errors import SettingsError

_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class OAuth2Settings(BaseModel):
    """Instead of a password; see `model.account.OAuth2`. Without a refresh token the client asks
    in its own name (client_credentials). A refresh_token_file is rewritten where the endpoint
    gives another token."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    token_url: str
    client_id: str
    client_secret: SecretStr = SecretStr("")
    client_secret_file: Path | None = None
    refresh_token: SecretStr = SecretStr("")
    refresh_token_file: Path | None = None
    scope: str = ""
    ca_file: Path | None = None

    @model_validator(mode="after")
    def _safe(self) -> Self:
        parts = urlsplit(self.token_url)
        plain_here = parts.scheme == "http" and parts.hostname in _LOOPBACK
        if parts.hostname is None or (parts.scheme != "https" and not plain_here):
            raise ValueError(f"token_url must be an https address, not {self.token_url!r}")
        return self

    def source(self) -> OAuth2:
        """Raises: SettingsError where the secret's file cannot be read."""
        return OAuth2(
            token_url=self.token_url,
            client_id=self.client_id,
            client_secret=read_secret(self.client_secret, self.client_secret_file),
            refresh_token=self.refresh_token.get_secret_value(),
            refresh_token_file=self.refresh_token_file,
            scope=self.scope,
            ca_file=self.ca_file,
        )

    def from_home(self, home: Path) -> Self:
        """Its paths, meant from the settings file's folder."""
        paths = ("client_secret_file", "refresh_token_file", "ca_file")
        found = {name: getattr(self, name) for name in paths}
        return self.model_copy(update={name: home / path for name, path in found.items() if path})


def read_secret(value: SecretStr, file: Path | None) -> str:
    """A secret as it is, or out of the file that holds it.

    Raises: SettingsError where the file cannot be read.
    """
    if file is None:
        return value.get_secret_value()
    try:
        return file.read_text("utf-8").strip()
    except OSError as error:
        raise SettingsError(
            f"The secret file {file} cannot be read: {error.strerror}.",
            "Check the path and its permissions.",
        ) from error
