"""A real PostgreSQL, started once per test run by pgserver, with a fresh database for each test that asks."""

import atexit
import shutil
import tempfile
import uuid
import warnings
from functools import cache

import psycopg
import pytest


def fresh_database() -> str:
    """The address of an empty database, in SQLAlchemy's form."""
    name = f"requestlog_{uuid.uuid4().hex}"
    with psycopg.connect(_server(), autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    return _server().replace("postgresql://", "postgresql+psycopg://").replace("/postgres?", f"/{name}?")


@cache
def _server() -> str:
    with warnings.catch_warnings():
        # pgserver looks for a runtime folder that a container does not have, and falls back by itself.
        warnings.simplefilter("ignore")
        package = pytest.importorskip("pgserver.postgres_server", reason="there is no pgserver for this Python")
    folder = tempfile.mkdtemp(prefix="requestlog-postgres-")
    server = package.get_server(folder, cleanup_mode="stop")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    address: str = server.get_uri()
    return address
