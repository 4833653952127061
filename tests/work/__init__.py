"""Tests of bot.work."""
