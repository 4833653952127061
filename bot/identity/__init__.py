"""Whose credential signs the call."""
