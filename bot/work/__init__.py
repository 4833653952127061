"""Durable work: accepted commands are answered once, through kill -9, restarts and the loss of a replica.

``engine`` hands accepted commands to the handlers; ``durability`` tells DBOS what it may keep and what it may say.
"""

from bot.work.engine import Engine

__all__ = ["Engine"]
