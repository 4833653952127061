"""Pasted text → the RequestIds and all else that helps to explain a failed call. Pure, linear in time, never raises."""

from bot.requestids.extraction import Extraction, OtherId, OtherKind, extract

__all__ = ["Extraction", "OtherId", "OtherKind", "extract"]
