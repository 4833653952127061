"""The HTTP routes that the bot calls: Web API, response URLs, file uploads."""

import mimetypes
from http import HTTPStatus

from flask import Blueprint, Response, jsonify, request

from bot.playground.slack.messages import Call
from bot.playground.slack.people import Json
from bot.playground.slack.response_urls import respond
from bot.playground.slack.web_api import WebApi
from bot.playground.slack.workspace import Workspace


def api_routes(workspace: Workspace, api: WebApi) -> Blueprint:
    """The routes, as one blueprint."""
    routes = Blueprint("api", __name__)
    _add_calls(routes, workspace, api)
    _add_files(routes, workspace)
    return routes


def _add_calls(routes: Blueprint, workspace: Workspace, api: WebApi) -> None:
    @routes.route("/api/<method>", methods=["GET", "POST"])
    def call(method: str) -> Response:
        arguments = _arguments()
        token = request.headers.get("Authorization", "").removeprefix("Bearer ").strip() or str(arguments.get("token", ""))
        reply = api.answer(method, arguments, token)
        body = reply.body
        if "upload_url" in body:
            body = body | {"upload_url": request.host_url.rstrip("/") + body["upload_url"]}
        response = jsonify(body)
        response.status_code = reply.status
        response.headers["X-OAuth-Scopes"] = ",".join(sorted(workspace.scopes))
        if reply.retry_after_s is not None:
            response.headers["Retry-After"] = str(reply.retry_after_s)
        return response

    @routes.post("/response/<path:token>")
    def answer(token: str) -> Response:
        trouble = api.next_trouble("response_url")
        if trouble is not None:
            workspace.note_call(Call("response_url", _arguments(), ok=False, error=trouble.error))
            status = (
                _refused(trouble.error, HTTPStatus.INTERNAL_SERVER_ERROR)
                if trouble.retry_after_s is None
                else HTTPStatus.TOO_MANY_REQUESTS
            )
            headers = {} if trouble.retry_after_s is None else {"Retry-After": str(trouble.retry_after_s)}
            return Response(trouble.error, status, headers)
        error = respond(workspace, token, _arguments())
        if error is None:
            return Response("ok")
        return Response(error, _refused(error, HTTPStatus.BAD_REQUEST))


def _refused(error: str, otherwise: HTTPStatus) -> HTTPStatus:
    return HTTPStatus.NOT_FOUND if error in {"no_such_url", "expired_url", "used_url", "no_service"} else otherwise


def _add_files(routes: Blueprint, workspace: Workspace) -> None:
    @routes.post("/upload/<file_id>")
    def upload(file_id: str) -> Response:
        file = workspace.files.get(file_id)
        if file is None:
            return Response("no_such_file", HTTPStatus.NOT_FOUND)
        raw = request.get_data()
        sent = next(iter(request.files.values()), None)
        file["content"] = raw if sent is None else sent.read()
        return Response(f"OK - {len(file['content'])}")

    @routes.get("/files/<file_id>/<_name>")
    def file(file_id: str, _name: str) -> Response:
        found = workspace.files.get(file_id)
        if found is None or found["content"] is None:
            return Response("no_such_file", HTTPStatus.NOT_FOUND)
        kind = mimetypes.guess_type(found["name"])[0] or "application/octet-stream"
        shown = kind if kind.startswith("image/") else "text/plain; charset=utf-8"
        return Response(
            found["content"], content_type=shown, headers={"Content-Security-Policy": "sandbox; default-src 'none'"}
        )


def _arguments() -> Json:
    """The arguments of a call, from a JSON body, a form or the query, as the official client sends them."""
    body = request.get_json(silent=True) if request.is_json else None
    return {**request.args.to_dict(), **request.form.to_dict(), **(body if isinstance(body, dict) else {})}
