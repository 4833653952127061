"""Durable work: accepted commands are answered once, through kill -9, restarts and the loss of a replica.

``engine`` has accepted commands answered and noted; ``handover`` brings them to DBOS, ``durability`` tells DBOS what it may
keep and what it may say; ``tenure`` holds the replica's name.
"""

from bot.work.engine import Engine
from bot.work.tenure import LEASES

__all__ = ["LEASES", "Engine"]
