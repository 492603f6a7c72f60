"""The oauth2 table of the settings."""

from __future__ import annotations

from pathlib import Path

import pytest

from intake.settings import load_settings
from model.account import OAuth2
from model.errors import SettingsError

FILE = """
[mailboxes.main]
host = "outlook.office365.com"
username = "a@example.test"
[mailboxes.main.oauth2]
token_url = "https://login.example.test/token"
client_id = "client"
client_secret_file = "secret"
refresh_token_file = "main.refresh"
scope = "mail"
[mailboxes.plain]
host = "imap.example.test"
username = "b@example.test"
password = "pw"
[smtp]
host = "smtp.office365.com"
sender = "a@example.test"
username = "a@example.test"
[smtp.oauth2]
token_url = "http://127.0.0.1:8080/token"
client_id = "client"
refresh_token = "kept"
"""


def test_accounts_get_their_source_of_tokens(tmp_path: Path) -> None:
    (tmp_path / "intake.toml").write_text(FILE)
    (tmp_path / "secret").write_text("hidden\n")
    environment = {
        "INTAKE_CONFIG": str(tmp_path / "intake.toml"),
        "INTAKE_SMTP__OAUTH2__REFRESH_TOKEN": "from the environment",
    }
    settings = load_settings(environment)
    assert settings.mailboxes["main"].account("main").oauth2 == OAuth2(
        token_url="https://login.example.test/token",
        client_id="client",
        client_secret="hidden",
        refresh_token_file=tmp_path / "main.refresh",
        scope="mail",
    )
    assert settings.mailboxes["plain"].account("plain").oauth2 is None
    assert settings.smtp is not None
    letters = settings.smtp.account().oauth2
    assert letters is not None
    assert letters.refresh_token == "from the environment"
    assert "hidden" not in repr(settings)
    assert "from the environment" not in repr(settings)
    (tmp_path / "secret").unlink()
    with pytest.raises(SettingsError, match="secret"):
        settings.mailboxes["main"].account("main")


@pytest.mark.parametrize(
    "url", ["http://login.example.test/token", "login.example.test", "file:///x"]
)
def test_a_token_url_that_would_show_the_secrets(tmp_path: Path, url: str) -> None:
    (tmp_path / "intake.toml").write_text(FILE.replace("https://login.example.test/token", url))
    with pytest.raises(SettingsError, match=r"mailboxes\.main\.oauth2.*https"):
        load_settings({"INTAKE_CONFIG": str(tmp_path / "intake.toml")})
