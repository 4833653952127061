"""Pasted text → the RequestIds and all else that helps to explain a failed call. Pure, linear in time, never raises."""

from bot.requestids.extraction import Extraction, OtherId, OtherKind, errors_in, extract, request_ids_in
from bot.requestids.pasted import PastedError

__all__ = ["Extraction", "OtherId", "OtherKind", "PastedError", "errors_in", "extract", "request_ids_in"]
