"""`intake console`: the clerk's page alone."""

from __future__ import annotations

import click

from intake.settings import LOOPBACK, load_settings
from intake.workplace import open_workplace


@click.command("console")
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    help="Address to listen on; the page asks for no password, so keep it on loopback "
    "or behind a server that does.",
)
@click.option("--port", default=8080, show_default=True)
@click.option(
    "--name",
    "names",
    multiple=True,
    metavar="NAME",
    help="Another host name under which the page is asked for.",
)
@click.option(
    "--decide/--no-decide",
    default=None,
    help="Whether clerks decide on the pages; by default on loopback only, for whoever may open "
    "them may decide under any name.",
)
def command(host: str, port: int, names: tuple[str, ...], decide: bool | None) -> int:
    """Serve the clerk's page (台账)."""
    import uvicorn

    from console.web.app import make_app

    with open_workplace(load_settings()) as place:
        decides = host in LOOPBACK if decide is None else decide
        app = make_app(place, ("127.0.0.1", "localhost", host, *names), decides=decides)
        click.echo(f"台账: http://{host}:{port}/", err=True)
        uvicorn.run(app, host=host, port=port, log_level="warning")
    return 0
