"""Whether a stranger's file is a PNG picture of a size that a page can show."""

import struct
import zlib

SIGNATURE = b"\x89PNG\r\n\x1a\n"
LARGEST_SIDE = 4_000
"""Pixels."""

ENDS = 12
"""Bytes of a chunk beside its data: length, kind and checksum."""


def is_small_png(data: bytes) -> bool:
    """Whether data is one PNG and nothing else: a header with sides of 1 to 4,000 pixels, whole chunks, an end at the end."""
    if not data.startswith(SIGNATURE):
        return False
    kinds: list[bytes] = []
    place = len(SIGNATURE)
    while place + ENDS <= len(data) and kinds[-1:] != [b"IEND"]:
        length, kind = struct.unpack_from(">I4s", data, place)
        content, end = data[place + 8 : place + 8 + length], place + ENDS + length
        if end > len(data) or zlib.crc32(kind + content) != struct.unpack_from(">I", data, end - 4)[0]:
            return False
        if not kinds and not (kind == b"IHDR" and length == 13 and _sides_fit(content)):
            return False
        kinds.append(kind)
        place = end
    return place == len(data) and b"IDAT" in kinds and kinds[-1] == b"IEND"


def _sides_fit(header: bytes) -> bool:
    return all(1 <= side <= LARGEST_SIDE for side in struct.unpack_from(">II", header))
