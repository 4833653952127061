"""The command line: ``requestlog`` with its sub-commands. Each imports what it needs when it runs, so all start quickly."""

import sys
from typing import Annotated, Literal

import typer

app = typer.Typer(
    name="requestlog",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
keys = typer.Typer(no_args_is_help=True, help="The keys that seal stored commands.")
app.add_typer(keys, name="keys")

Lang = Annotated[Literal["en", "zh"] | None, typer.Option("--lang", help="Language of the words.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Port = Annotated[int, typer.Option("--port", min=0, max=65535, help="Port to listen on.")]


def _version(wanted: bool) -> None:  # noqa: FBT001 - the signature is Typer's
    if wanted:
        from importlib.metadata import version

        print(f"requestlog {version('requestlog-bot')}")
        raise typer.Exit


@app.callback()
def options(
    *,
    version: Annotated[bool, typer.Option("--version", is_eager=True, callback=_version, help="Print the version.")] = False,
) -> None:
    """Explains Alibaba Cloud RequestIds: what failed, why, who can fix it and how."""


@app.command()
def extract(text: Annotated[list[str] | None, typer.Argument()] = None, *, json: Json = False) -> None:
    """Show what a text (else standard input) holds: RequestIds, other ids, error codes, products."""
    from bot.cli.offline import run_extract

    run_extract(_text(text), as_json=json)


@app.command()
def explain(
    file: Annotated[str | None, typer.Argument(help="A saved answer of GetOwnRequestLog, or with --text a text.")] = None,
    *,
    text: Annotated[bool, typer.Option("--text", help="Explain each error of a pasted text.")] = False,
    lang: Lang = None,
    json: Json = False,
    blocks: Annotated[bool, typer.Option("--blocks", help="Print the Slack message.")] = False,
) -> None:
    """Explain a saved answer or a pasted text (else standard input), offline."""
    from bot.cli.offline import run_explain, run_explain_text

    if text and blocks:
        raise typer.BadParameter("--blocks shows a saved answer; it does not go with --text.", param_hint="--blocks")  # noqa: TRY003 - Typer's way
    if text:
        run_explain_text(file, lang, as_json=json)
    else:
        run_explain(file, lang, as_json=json, as_blocks=blocks)


@app.command()
def lookup(
    text: Annotated[list[str] | None, typer.Argument(help="A RequestId, or any text with RequestIds in it.")] = None,
    *,
    lang: Lang = None,
    json: Json = False,
    verbose: Annotated[bool, typer.Option("--verbose", help="Log to standard error what is asked.")] = False,
) -> None:
    """Look up the RequestIds of a text (else standard input) with the environment's credential."""
    from bot.cli.lookup import run_lookup

    run_lookup(_text(text), lang, as_json=json, verbose=verbose)


@app.command()
def run() -> None:
    """Start the bot: Socket Mode when SLACK_APP_TOKEN is set, else HTTP."""
    from bot.cli.serve import run_bot

    run_bot()


@app.command()
def playground(
    port: Port = 3000, *, no_browser: Annotated[bool, typer.Option("--no-browser", help="Do not open a browser.")] = False
) -> None:
    """Try the bot on this machine, without any account."""
    from bot.cli.serve import run_playground

    run_playground(port, browser=not no_browser)


@app.command()
def standin(port: Port = 9000) -> None:
    """Start the stand-in of Alibaba Cloud alone."""
    from bot.cli.serve import run_standin

    run_standin(port)


@app.command()
def doctor(*, lang: Lang = None) -> None:
    """Check the settings, the connections and the rights."""
    from bot.cli.doctor import run_doctor

    run_doctor(lang)


@app.command()
def manifest(
    http: Annotated[str | None, typer.Option("--http", help="Public base URL, for HTTP instead of Socket Mode.")] = None,
) -> None:
    """Print the Slack manifest as YAML."""
    from bot.cli.manifest import run_manifest

    run_manifest(http)


@app.command()
def links() -> None:
    """List who may look as whom, by the identities file."""
    from bot.cli.doctor import run_links

    run_links()


@app.command()
def audit() -> None:
    """Export and verify the audit trail; this version keeps none yet."""
    from bot.cli.audit import run_audit

    run_audit()


@app.command()
def feedback() -> None:
    """List which explanations people called helpful or wrong."""
    from bot.cli.feedback import run_feedback

    run_feedback()


@app.command()
def healthcheck() -> None:
    """Ask the running bot whether it is ready; for containers."""
    from bot.cli.serve import run_healthcheck

    run_healthcheck()


@keys.command()
def rotate() -> None:
    """Put a new sealing key first; older keys still open what they sealed."""
    from bot.cli.serve import run_rotate

    run_rotate()


def main() -> None:
    """Run a command. An interrupt ends it quietly."""
    try:
        app()
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)


def _text(words: list[str] | None) -> str:
    return " ".join(words) if words else sys.stdin.buffer.read().decode("utf-8", "replace")
