"""Slack's edge: each listener acknowledges and hands on, nothing else. One file a feature."""
