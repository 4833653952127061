"""The Web API's views.* methods: open and push a modal within a trigger's three seconds, update it, publish a Home tab."""

import dataclasses
from typing import Final

from bot.playground.slack.content import Refusal, view_content
from bot.playground.slack.lifetimes import Trigger
from bot.playground.slack.messages import View
from bot.playground.slack.payloads import view_payload
from bot.playground.slack.people import Json
from bot.playground.slack.workspace import Workspace

#: How many modals may lie on one another.
DEEPEST_STACK: Final = 3


def open_view(workspace: Workspace, arguments: Json) -> Json:
    """views.open: the first modal, in place of any that is open."""
    content = view_content(workspace, arguments.get("view"), "views.open", "modal")
    trigger = _trigger(workspace, arguments, "views.open")
    _unique_external_id(workspace, content)
    view = dataclasses.replace(workspace.make_view(trigger.user, content), opened_from=trigger.id)
    workspace.set_stack(trigger.user, [view])
    return {"view": view_payload(view, {})}


def push_view(workspace: Workspace, arguments: Json) -> Json:
    """views.push: one more modal on top; needs a trigger that was given inside a modal."""
    content = view_content(workspace, arguments.get("view"), "views.push", "modal")
    trigger = _trigger(workspace, arguments, "views.push")
    _unique_external_id(workspace, content)
    view = put_on_top(workspace, trigger.user, content, "views.push")
    return {"view": view_payload(view, {})}


def update_view(workspace: Workspace, arguments: Json) -> Json:
    """views.update, by view_id or external_id; a hash guards against overtaking."""
    content = view_content(workspace, arguments.get("view"), "views.update")
    view = _find(workspace, arguments)
    _same_hash(view, arguments)
    return {"view": view_payload(workspace.replace_view(view, content), {})}


def publish_view(workspace: Workspace, arguments: Json) -> Json:
    """views.publish: a person's Home tab."""
    content = view_content(workspace, arguments.get("view"), "views.publish", "home")
    user = str(arguments.get("user_id"))
    if user not in workspace.people:
        raise Refusal("user_not_found")
    if user in workspace.homes:
        _same_hash(workspace.homes[user], arguments)
    return {"view": view_payload(workspace.set_home(user, content), {})}


def put_on_top(workspace: Workspace, user: str, content: Json, source: str) -> View:
    """A modal on top of a person's others. Raises Refusal push_limit_reached or not_found."""
    stack = workspace.stack(user)
    if not stack:
        raise Refusal("not_found")
    if len(stack) >= DEEPEST_STACK:
        workspace.breach("push_limit_reached", f"a stack holds {DEEPEST_STACK} modals", source)
        raise Refusal("push_limit_reached")
    view = workspace.make_view(user, content, below=stack[-1])
    workspace.set_stack(user, [*stack, view])
    return view


def _trigger(workspace: Workspace, arguments: Json, source: str) -> Trigger:
    trigger = workspace.lifetimes.spend_trigger(arguments.get("trigger_id"))
    if isinstance(trigger, str):
        workspace.breach(trigger, "a trigger lives 3 s and opens one modal", source)
        raise Refusal(trigger)
    return trigger


def _find(workspace: Workspace, arguments: Json) -> View:
    wanted = arguments.get("external_id")
    everybody = [view for user in workspace.people for view in workspace.stack(user)]
    by_name = next((view for view in everybody if wanted and view.content.get("external_id") == wanted), None)
    view = workspace.view(str(arguments.get("view_id"))) or by_name
    if view is None:
        raise Refusal("not_found")
    return view


def _same_hash(view: View, arguments: Json) -> None:
    if arguments.get("hash") and arguments["hash"] != view.hash:
        raise Refusal("hash_conflict")


def _unique_external_id(workspace: Workspace, content: Json) -> None:
    wanted = content.get("external_id")
    taken = {view.content.get("external_id") for user in workspace.people for view in workspace.stack(user)}
    if wanted and wanted in taken:
        raise Refusal("duplicate_external_id")
