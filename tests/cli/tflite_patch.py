# SPDX-License-Identifier: GPL-2.0-or-later
"""Changes single fields of a .tflite file in place: just enough of FlatBuffers to find them."""
import struct


class Table:
    """A table of a FlatBuffers file, by the position where it starts."""

    def __init__(self, content: bytearray, position: int) -> None:
        self.content, self.position = content, position

    @classmethod
    def root(cls, content: bytearray) -> "Table":
        return cls(content, struct.unpack_from("<I", content, 0)[0])

    def field(self, index: int) -> int | None:
        """Where a field's bytes are; None if the file leaves it out."""
        vtable = self.position - struct.unpack_from("<i", self.content, self.position)[0]
        size = struct.unpack_from("<H", self.content, vtable)[0]
        entry = 4 + 2 * index
        offset = struct.unpack_from("<H", self.content, vtable + entry)[0] if entry + 2 <= size else 0
        return self.position + offset if offset else None

    def tables(self, index: int) -> list["Table"]:
        field = self.field(index)
        start = field + struct.unpack_from("<I", self.content, field)[0]
        count = struct.unpack_from("<I", self.content, start)[0]
        places = [start + 4 + 4 * i for i in range(count)]
        return [Table(self.content, place + struct.unpack_from("<I", self.content, place)[0]) for place in places]


def with_operator(content: bytes, builtin: int, replacement: int) -> bytes:
    """The network with every operator of the kind `builtin` replaced by another kind."""
    patched = bytearray(content)
    for code in Table.root(patched).tables(1):  # Model.operator_codes
        deprecated, current = code.field(0), code.field(3)
        if deprecated is not None and patched[deprecated] == builtin:
            patched[deprecated] = replacement
            if current is not None:
                struct.pack_into("<i", patched, current, replacement)
    return bytes(patched)
