"""What the acknowledgement of a submitted modal does to the modals on the person's screen."""

from bot.playground.slack.content import Refusal, view_content
from bot.playground.slack.messages import View
from bot.playground.slack.people import Json
from bot.playground.slack.view_methods import put_on_top
from bot.playground.slack.workspace import Workspace

_SOURCE = "answer to view_submission"


def apply_answer(workspace: Workspace, view: View, answer: Json) -> None:
    """Close, clear, update, push, or show errors, as ``response_action`` says. An unknown answer is a breach."""
    action = answer.get("response_action")
    stack = workspace.stack(view.user)
    try:
        if action is None:
            workspace.set_stack(view.user, [each for each in stack if each.id != view.id])
        elif action == "clear":
            workspace.set_stack(view.user, [])
        elif action == "update":
            workspace.replace_view(view, view_content(workspace, answer.get("view"), _SOURCE, "modal"))
        elif action == "push":
            put_on_top(workspace, view.user, view_content(workspace, answer.get("view"), _SOURCE, "modal"), _SOURCE)
        elif action == "errors":
            _show_errors(workspace, view, answer.get("errors"))
        else:
            workspace.breach("unknown_response_action", f"Slack knows no response_action {action}", _SOURCE)
    except Refusal:
        workspace.replace_view(view, errors={"": "We had some trouble connecting. Try again?"})


def _show_errors(workspace: Workspace, view: View, errors: object) -> None:
    inputs = {block["block_id"] for block in view.blocks if block.get("type") == "input"}
    if not isinstance(errors, dict) or not errors:
        workspace.breach("no_errors", "response_action errors without errors", _SOURCE)
        return
    for block_id in errors.keys() - inputs:
        workspace.breach("unknown_block_id", f"an error for {block_id}, which is no input of the modal", _SOURCE)
    workspace.replace_view(view, errors=errors)
