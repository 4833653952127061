"""The command line: ``requestlog`` with its sub-commands. Each imports what it needs when it runs, so all start quickly."""

import sys
from collections.abc import Callable
from typing import Any, Final

import click

from bot.languages import LANGUAGES, Language

PROGRAM: Final = "requestlog"
SHELLS: Final = ("bash", "zsh", "fish")

_lang = click.option("--lang", type=click.Choice(LANGUAGES), help="Language of the words.")
#: Of the commands that read no settings.
_own_lang = click.option("--lang", type=click.Choice(LANGUAGES), envvar="REQUESTLOG_LANG", help="Language of the words.")
_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
_text = click.argument("text", nargs=-1)


def _port(default: int) -> Callable[[Callable[..., None]], Callable[..., None]]:
    said = "Port to listen on; 0 takes a free one."
    return click.option("--port", type=click.IntRange(0, 65535), default=default, show_default=True, help=said)


class _AsWritten(click.Group):
    """Commands in the order in which they stand here: those of everybody first."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - the signature is Click's
        return [*self.commands]


@click.group(
    PROGRAM,
    cls=_AsWritten,
    epilog="Each command's --help has an example.",
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(package_name="requestlog-bot", message="%(prog)s %(version)s")
def commands() -> None:
    """Explains Alibaba Cloud RequestIds: what failed, why, who can fix it and how."""


def _command(*examples: str, group: click.Group = commands, **settings: Any) -> Callable[[Callable[..., None]], click.Command]:
    """A command whose help ends with examples, each a line as it is typed."""
    lines = "\n".join(f"  {example}" for example in examples)
    return group.command(epilog=f"\b\nExample:\n{lines}", **settings)


@_command(
    "terraform apply 2>&1 | requestlog extract --json", 'requestlog extract "RequestId: 123E4567-E89B-12D3-A456-426614174000"'
)
@_text
@_own_lang
@_json
def extract(text: tuple[str, ...], lang: Language | None, *, as_json: bool) -> None:
    """Show what a text holds. RequestIds, other ids, error codes and products of TEXT, else of standard input."""
    from bot.cli.offline import run_extract
    from bot.cli.streams import text_of

    run_extract(text_of(text), lang, as_json=as_json)


@_command("requestlog explain answer.json", "terraform apply 2>&1 | requestlog explain --text --lang zh")
@click.argument("file", nargs=-1)
@click.option("--text", "as_text", is_flag=True, help="Explain each error of a pasted text: FILE, or the words themselves.")
@_own_lang
@_json
@click.option("--blocks", "as_blocks", is_flag=True, help="Print the Slack message.")
def explain(file: tuple[str, ...], lang: Language | None, *, as_text: bool, as_json: bool, as_blocks: bool) -> None:
    """Explain a saved answer or a pasted text, offline. FILE is what GetOwnRequestLog answered; without it, standard input."""
    from bot.cli.offline import run_explain, run_explain_text
    from bot.cli.streams import bad_usage

    if as_text and as_blocks:
        bad_usage(["--blocks shows a saved answer; it does not go with --text."])
    if len(file) > 1 and not as_text:
        bad_usage(["One saved answer at a time; the words of a pasted error go with --text."])
    if as_text:
        run_explain_text(" ".join(file), lang, as_json=as_json)
    else:
        run_explain(" ".join(file), lang, as_json=as_json, as_blocks=as_blocks)


@_command("requestlog lookup 123E4567-E89B-12D3-A456-426614174000", "terraform apply 2>&1 | requestlog lookup --lang zh")
@_text
@_lang
@_json
@click.option("--verbose", is_flag=True, help="Log to standard error what is asked.")
def lookup(text: tuple[str, ...], lang: Language | None, *, as_json: bool, verbose: bool) -> None:
    """Look up the RequestIds of a text. TEXT, else standard input, with the environment's credential."""
    from bot.cli.lookup import run_lookup
    from bot.cli.streams import text_of

    run_lookup(text_of(text), lang, as_json=as_json, verbose=verbose)


@_command("SLACK_BOT_TOKEN=xoxb-… SLACK_APP_TOKEN=xapp-… requestlog run")
def run() -> None:
    """Start the bot. In Socket Mode when SLACK_APP_TOKEN is set, else over HTTP."""
    from bot.cli.serve import run_bot

    run_bot()


@_command("requestlog playground --port 8080 --no-browser")
@_port(3000)
@click.option("--no-browser", is_flag=True, help="Do not open a browser.")
def playground(port: int, *, no_browser: bool) -> None:
    """Try the bot on this machine, without any account."""
    from bot.cli.serve import run_playground

    run_playground(port, browser=not no_browser)


@_command("requestlog standin --port 9000")
@_port(9000)
def standin(port: int) -> None:
    """Start the stand-in of Alibaba Cloud alone."""
    from bot.cli.serve import run_standin

    run_standin(port)


@_command("requestlog doctor --lang zh")
@_lang
def doctor(lang: Language | None) -> None:
    """Check settings, connections and rights. Exit status 1 when a check failed."""
    from bot.cli.doctor import run_doctor

    run_doctor(lang)


@_command("requestlog manifest --http https://requestlog.example.com")
@click.option("--http", metavar="BASE_URL", help="Public base URL, for HTTP instead of Socket Mode.")
@click.option("--unfurl", is_flag=True, help="With what “Explain privately” under pasted links takes (REQUESTLOG_UNFURL).")
def manifest(http: str | None, unfurl: bool) -> None:  # noqa: FBT001 - Click hands options in
    """Print the Slack manifest as YAML."""
    from bot.cli.streams import bad_usage
    from bot.manifest import as_yaml

    try:
        sys.stdout.write(as_yaml(http, unfurl=unfurl))
    except ValueError as error:
        bad_usage([str(error)])


@_command("requestlog links")
def links() -> None:
    """List who may look as whom, by the identities file."""
    from bot.cli.upkeep import run_links

    run_links()


@_command("requestlog audit --since 2026-11-01 --person U012ABCDEF | wc -l", "requestlog audit --anchors bot.log")
@click.option("--since", metavar="TIME", help="Print rows from this date or time on, UTC unless it says otherwise.")
@click.option("--until", metavar="TIME", help="Print rows from before this date or time.")
@click.option("--person", metavar="USER", help="Print rows of this Slack user id.")
@click.option("--request", metavar="ID", help="Print rows of this RequestId.")
@click.option("--anchors", metavar="FILE", help="A log of the bot or an earlier export: what it names must still be there.")
def audit(since: str | None, until: str | None, person: str | None, request: str | None, anchors: str | None) -> None:
    """Print who looked up what, and verify the record of it. JSON lines; exit status 1 when something was changed."""
    from bot.cli.audit import run_audit

    run_audit(since, until, person, request, anchors)


@_command("requestlog feedback")
def feedback() -> None:
    """List what people called helpful or wrong."""
    from bot.cli.upkeep import run_feedback

    run_feedback()


@_command("requestlog healthcheck && echo ready")
def healthcheck() -> None:
    """Ask the bot here whether it is ready. Exit status 0 when it is, else 1; for containers."""
    from bot.cli.upkeep import run_healthcheck

    run_healthcheck()


@commands.group()
def keys() -> None:
    """The keys that seal what is stored, and vouch for the audit."""


@_command("requestlog keys rotate", group=keys)
def rotate() -> None:
    """Take the next step to a new key. First it is added; run again a minute later, it seals."""
    from bot.cli.upkeep import run_rotate

    run_rotate()


@_command("requestlog keys retire", group=keys)
def retire() -> None:
    """Take old keys away. Only those that nothing needs, the audit included; else it says what needs them."""
    from bot.cli.upkeep import run_retire

    run_retire()


@_command('eval "$(requestlog completion bash)"', "requestlog completion fish | source")
@click.argument("shell", type=click.Choice(SHELLS))
def completion(shell: str) -> None:
    """Print a shell's completion of the commands."""
    from click.shell_completion import get_completion_class

    if made := get_completion_class(shell):
        sys.stdout.write(made(commands, {}, PROGRAM, f"_{PROGRAM.upper()}_COMPLETE").source() + "\n")


def main() -> None:
    """Run a command. An interrupt ends it quietly, and what the system refuses with a sentence."""
    from bot.cli.streams import bear_any_text, could_not

    bear_any_text()
    try:
        status = commands.main(prog_name=PROGRAM, standalone_mode=False)
        sys.stdout.flush()
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except click.Abort:
        sys.exit(130)
    except OSError as error:
        # Nothing more can be written there, and the interpreter would try again when it ends.
        sys.stdout = sys.stderr
        could_not(f"The system refused: {error.strerror or error}.")
    sys.exit(status)
