"""OpenAPIExplorer 2024-11-30: the logs of calls, and the solutions that the vendor's engineers wrote for error codes."""

import json
import re
from dataclasses import dataclass
from http import HTTPStatus
from importlib import resources
from typing import Final, Literal

from bot.playground.alibaba.diagnostics import Diagnostics
from bot.playground.alibaba.operations import Call, Operation
from bot.playground.alibaba.people import GET_REQUEST_LOG
from bot.playground.alibaba.requestlogs import Granularity, RequestLogs, StoredLog, is_own
from bot.playground.alibaba.wire import ApiError, JsonObject

VERSION: Final = "2024-11-30"
PRODUCT: Final = "OpenAPIExplorer"
_REQUEST_ID: Final = re.compile(r"[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}")
_GET: Final = frozenset({"GET"})


@dataclass(slots=True)
class Explorer:
    """The product's operations over the stored logs.

    ``own`` says what counts as the same caller, ``denied`` what GetRequestLog answers who lacks the right: nobody published it.
    """

    logs: RequestLogs
    diagnostics: Diagnostics
    own: Granularity = "session"
    denied: Literal[403, 404] = 404

    def operations(self) -> dict[str, Operation]:
        """The operations by name."""
        about = "logRequestId"
        return {
            "GetOwnRequestLog": Operation(PRODUCT, VERSION, self.own_request_log, "/getOwnRequestLog", _GET, about),
            "GetRequestLog": Operation(PRODUCT, VERSION, self.request_log, "/getRequestLog", _GET, about),
            "GetErrorCodeSolutions": Operation(PRODUCT, VERSION, error_code_solutions, "/getErrorCodeSolutions", _GET),
        }

    def own_request_log(self, call: Call) -> JsonObject:
        """The log of a call that the asker made. Needs no permission and reads nobody else's."""
        log = self._log(call)
        if not is_own(call.caller, log.owner, self.own):
            raise _not_found()
        return _answer(log, call)

    def request_log(self, call: Call) -> JsonObject:
        """The log of any call in the account, for those who may; for others it is not found either, or denied."""
        may = GET_REQUEST_LOG in call.caller.permissions
        if not may and HTTPStatus(self.denied) is HTTPStatus.FORBIDDEN:
            raise self.diagnostics.denied(call, GET_REQUEST_LOG)
        log = self._log(call)
        if not may or log.owner.account_id != call.caller.account_id:
            raise _not_found()
        return _answer(log, call)

    def _log(self, call: Call) -> StoredLog:
        request_id = call.query("logRequestId")
        if not _REQUEST_ID.fullmatch(request_id):
            message = "Please ensure that the request ID you provided originates from a request you made to a certain OpenAPI."
            raise ApiError(400, "InvalidParam.LogRequestId", message)
        log = self.logs.find(request_id, call.at)
        if log is None:
            raise _not_found()
        return log


def error_code_solutions(call: Call) -> JsonObject:
    """The written solutions of an error code, narrowed by product and, where one fits, by message; possibly none."""
    code, language = call.query("errorCode"), call.query("acceptLanguage") or "zh-CN"
    if not code:
        raise ApiError(400, "InvalidParam.ErrorCode", "The parameter errorCode is invalid.")
    if language not in {"zh-CN", "en-US"}:
        raise ApiError(400, "InvalidParam.AcceptLanguage", "The parameter acceptLanguage is invalid.")
    library = json.loads(resources.files("bot.playground.alibaba").joinpath("solutions.json").read_text("utf-8"))
    product = call.query("product")
    if product and product.lower() not in library["products"]:
        raise ApiError(404, "NotFound.Product", "The specified product does not exist.")
    found = [
        entry
        for entry in library["solutions"]
        if entry["errorCode"] == code and (not product or entry["product"].lower() == product.lower())
    ]
    message = call.query("errorMessage")
    fitting = [entry for entry in found if message and entry["errorMessage"] == message] or found
    solutions = [entry | {"content": entry["content"][language]} for entry in fitting if language in entry["content"]]
    return {"requestId": call.request_id, "solutions": solutions}


def _answer(log: StoredLog, call: Call) -> JsonObject:
    return {"logInfo": log.info, "requestId": log.answer_id or call.request_id}


def _not_found() -> ApiError:
    text = "The log related to this logRequestId does not exist, has expired, or you do not have permission to view it."
    return ApiError(404, "NotFound.RequestLog", text)
