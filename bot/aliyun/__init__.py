"""The thin client of Alibaba Cloud; it knows nothing of Slack.

``client`` has a method an operation, ``caller`` makes the attempts, ``transport`` carries one HTTP exchange; everything
between is plain values: ``signing``, ``protocol``, ``models``, ``errors``.
"""
