"""Slack's edge: what Slack sends is read, acknowledged and handed on, nothing else.

``payloads`` reads them; ``events``, ``actions`` and ``forms`` say what each stands for; ``intake`` is where all of them end.
"""
