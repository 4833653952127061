"""A base image made of this machine's own files, for where no image registry can be reached: a Python, a shell, a few tools."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Final

TOOLS: Final = ("sh", "cat", "groupadd", "useradd", "install", "id", "touch")
#: Libraries that are opened late: for looking up names, and for what wheels bring.
LATE: Final = ("libnss_*.so.2", "libgcc_s.so.1", "libstdc++.so.6", "libm.so.6", "libdl.so.2", "librt.so.1", "libpthread.so.0")
CERTIFICATES: Final = "/etc/ssl/certs/ca-certificates.crt"
_LEFT_OUT: Final = shutil.ignore_patterns("test", "tests", "idlelib", "lib2to3", "site-packages", "__pycache__", "*.a")
_FILES: Final = {
    "etc/passwd": "root:x:0:0:root:/root:/bin/sh\n",
    "etc/group": "root:x:0:\n",
    "etc/nsswitch.conf": "passwd: files\ngroup: files\nhosts: files dns\n",
    "etc/login.defs": "UID_MIN 1000\nGID_MIN 1000\n",
}


def make_root(root: Path) -> None:
    """Fill a folder with what a slim image of Python has, as far as the Dockerfile uses it."""
    # A Python finds its own library beside it, wherever both are put.
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    shutil.copytree(Path(sys.base_prefix, "lib", version), root / "usr/local/lib" / version, ignore=_LEFT_OUT, symlinks=True)
    interpreter = root / "usr/local/bin" / version
    interpreter.parent.mkdir(parents=True)
    shutil.copy(Path(sys.base_prefix, "bin", version), interpreter)
    for name in ("python", "python3"):
        interpreter.with_name(name).symlink_to(version)
    for name in TOOLS:
        found = shutil.which(name, path="/usr/sbin:/usr/bin:/sbin:/bin")
        _copy(Path(found or name), root, root / "bin" / name)
    for binary in (interpreter, *(root / "bin").iterdir(), *root.glob("usr/local/lib/python*/lib-dynload/*.so")):
        for library in _libraries(binary):
            _copy(library, root)
    for name in LATE:
        for library in Path("/").glob(f"usr/lib/*-linux-gnu/{name}"):
            _copy(library, root)
    for name, text in _FILES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, "ascii")
    (root / "tmp").mkdir(mode=0o1777)
    (root / "tmp").chmod(0o1777)
    if Path(CERTIFICATES).exists():
        _copy(Path(CERTIFICATES), root)


def _copy(source: Path, root: Path, target: Path | None = None) -> None:
    place = target or root / str(source).lstrip("/")
    if not place.exists():
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source.resolve(), place)


def _libraries(binary: Path) -> Iterable[Path]:
    """The shared libraries of a binary, its loader among them."""
    said = subprocess.run(["ldd", binary], capture_output=True, text=True, check=False).stdout
    return map(Path, re.findall(r"(/\S+) \(0x", said))
