"""Reaching others: sockets of every kind that the test listens on."""

from attacks import Attempt

_THROUGH_C = """
import ctypes, socket, struct
def attempt():
    libc = ctypes.CDLL(None)
    number = libc.socket(2, 1, 0)
    address = struct.pack("=H", 2) + struct.pack("!H", PORT) + bytes([127, 0, 0, 1]) + bytes(8)
    return libc.connect(number, address, 16) == 0
"""

NETWORK = (
    Attempt(
        "TCP",
        "import socket\ndef attempt():\n"
        "    socket.create_connection(('127.0.0.1', PORT), 1).send(b'got out')\n    return True",
    ),
    Attempt(
        "UDP",
        "import socket\ndef attempt():\n    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:\n"
        "        return one.sendto(b'got out', ('127.0.0.1', UDP_PORT)) > 0",
    ),
    Attempt(
        "an abstract Unix socket",
        "import socket\ndef attempt():\n    with socket.socket(socket.AF_UNIX) as one:\n"
        "        one.connect('\\0' + MARK)\n        return one.send(b'got out') > 0",
    ),
    Attempt(
        "a Unix socket in a folder",
        "import socket\ndef attempt():\n    with socket.socket(socket.AF_UNIX) as one:\n"
        "        one.connect(FOLDER + '/socket')\n        return one.send(b'got out') > 0",
    ),
    Attempt("TCP through the C library", _THROUGH_C),
    Attempt(
        "listening",
        "import socket\ndef attempt():\n"
        "    return socket.create_server(('127.0.0.1', 0)).getsockname()[1] > 0",
    ),
    Attempt("a pair of sockets", "import socket\ndef attempt():\n    return bool(socket.socketpair())"),
    Attempt(
        "its own channel, to another address",
        "import socket\ndef attempt():\n    return socket.socket(fileno=3).sendto(b'got out', '\\0' + MARK) > 0",
        no_control="a plain process has no such channel",
    ),
)  # fmt: skip
