"""A laboratory of few words for tests: it draws what is typed, notes who it is, and starts a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import BinaryIO


def packet(kind: bytes, data: bytes) -> bytes:
    return kind + len(data).to_bytes(4, "big") + data


def main() -> None:
    folder, stubborn = Path(sys.argv[1]), "stubborn" in sys.argv
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    (folder / f"{os.getpid()}").write_text(str(child.pid), encoding="utf-8")
    size = f"{os.environ['COLUMNS']}x{os.environ['ROWS']}"
    sys.stdout.buffer.write(b"something first\n__GANGLION__\n" + packet(b"D", size.encode()))
    sys.stdout.buffer.flush()
    talk(sys.stdin.buffer, sys.stdout.buffer, stubborn=stubborn)


def talk(keys: BinaryIO, drawn: BinaryIO, *, stubborn: bool) -> None:
    while head := keys.read(5):
        data = keys.read(int.from_bytes(head[1:], "big"))
        told = json.loads(data) if head[:1] == b"M" else {}
        if told.get("type") == "quit" and not stubborn:
            return
        drawn.write(packet(b"M", b'{"type": "exit"}') if data == b"q" else packet(b"D", b"<" + data + b">"))
        drawn.flush()


if __name__ == "__main__":
    main()
