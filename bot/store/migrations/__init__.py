"""Alembic's folder: how the tables came to be, a step per file in ``versions``."""
