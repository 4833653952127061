"""Outcome + Explanation → Message: what Slack shows. Pure; ``kit`` alone makes block dicts."""
