"""Frames for kafka_protocol.py: recorded ones, made ones, and what becomes of them."""
import gzip
import importlib.util
import json
import os
import random
import re
import struct

import kafka.protocol
import lz4.frame
import snappy
import zstandard
from kafka.record.util import calc_crc32c

HERE = os.path.dirname(os.path.abspath(__file__))
_spec = importlib.util.spec_from_file_location(
    "generate", os.path.join(HERE, "..", "Fixtures", "Kafka", "Messages", "generate.py"))
generate = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(generate)

NUMBERS = [0, 0, 1, 1, -1, -2, -3, 2, 100, 10_000, 65_536, 1 << 20]
TEXTS = ["fuzz", "fuzz", "fuzz-group", "fuzz-txn", "", "a", ".", "..", "é", "/", "x" * 249,
         "x" * 250, "y" * 32_000, "__consumer_offsets", "1", "consumer", "range"]


def schemas():
    """Kafka's schemas of the requests that are spoken."""
    folder = os.path.join(os.path.dirname(kafka.protocol.__file__), "schemas", "resources")
    found = []
    for name in sorted(os.listdir(folder)):
        if not name.endswith("Request.json"):
            continue
        with open(os.path.join(folder, name), encoding="utf-8") as file:
            schema = json.loads(re.sub(r"^\s*//.*$", "", file.read(), flags=re.MULTILINE))
        if schema.get("apiKey") in generate.SPOKEN:
            found.append(schema)
    return found


class Hostile(generate.Message):
    """A message of the right form whose values are not those of a friend."""

    def __init__(self, schema, version, rng, most):
        super().__init__(schema, version)
        self.rng, self.most = rng, most
        # Elements and bytes that the message may still have.
        self.left, self.bytes_left = 20_000, 1 << 20

    def field(self, field):
        kind = field["type"]
        nullable = "nullableVersions" in field
        if nullable and generate.has(self.version, field["nullableVersions"]) \
                and self.rng.random() < 0.2:
            return self.null(kind)
        if not kind.startswith("[]"):
            return super().field(field)
        inner = field.get("fields") or self.common.get(kind[2:])
        count = self.rng.choice([0, 1, 1, 2, 3, self.rng.randrange(self.most + 1)])
        count = min(count, self.left)
        self.left -= count
        body = b"".join(
            self.structure(inner) if inner else self.scalar(kind[2:]) for _ in range(count))
        return self.count(count, ">i") + body

    def null(self, kind):
        if kind.startswith("[]") or kind in ("bytes", "records"):
            return b"\0" if self.flexible else struct.pack(">i", -1)
        return b"\0" if self.flexible else struct.pack(">h", -1)

    def scalar(self, kind):
        rng = self.rng
        if kind == "string":
            text = rng.choice(TEXTS if self.bytes_left > 0 else TEXTS[:5]).encode()
            self.bytes_left -= len(text)
            return self.count(len(text), ">h") + text
        if kind in ("bytes", "records"):
            data = rng.randbytes(rng.randrange(200))
            if rng.random() < 0.5 and self.bytes_left > 0:
                data = rng.choice(batches())
            self.bytes_left -= len(data)
            return self.count(len(data), ">i") + data
        if kind == "uuid":
            return rng.randbytes(16) if rng.random() < 0.5 else bytes(16)
        if kind == "float64":
            return rng.randbytes(8)
        if kind == "bool":
            return bytes([rng.randrange(2)])
        bits = int(kind[3:])
        low, high = -(1 << bits - 1), (1 << bits - 1) - 1
        value = rng.choice(NUMBERS + [low, low + 1, high, high - 1])
        return max(low, min(high, value)).to_bytes(bits // 8, "big", signed=True)


def header(key, version, flexible, client=b"fuzz"):
    start = struct.pack(">hhih", key, version, 7, len(client)) + client
    return start + (b"\0" if flexible else b"")


def hostile(schema, rng):
    """A whole request."""
    first, last = generate.SPOKEN[schema["apiKey"]]
    version = rng.randint(first, last)
    most = rng.choice([5, 5, 5, 50, 2_000])
    message = Hostile(schema, version, rng, most)
    return header(schema["apiKey"], version, message.flexible) + message.encode()


def varint(value):
    return generate.varint((value << 1) ^ (value >> 63))


def record(value=b"v"):
    body = b"\0" + varint(0) + varint(0) + varint(-1) + varint(len(value)) + value + varint(0)
    return varint(len(body)) + body


_BOMBS = {}


def bomb(codec):
    """Few bytes that become hundreds of millions."""
    if codec not in _BOMBS:
        zeros = bytes(256 << 20)
        if codec == 1:
            data = gzip.compress(zeros[:64 << 20], 9)
        elif codec == 2:
            data = snappy.compress(zeros[:4 << 20])
        elif codec == 3:
            data = lz4.frame.compress(zeros[:32 << 20])
        else:
            data = zstandard.ZstdCompressor(level=3).compress(zeros)
        _BOMBS[codec] = data
    return _BOMBS[codec]


def batch(rng, codec=None):
    """A record batch v2 with a right checksum, and sometimes wrong in another way."""
    codec = rng.choice([0, 0, 1, 2, 3, 4, 7]) if codec is None else codec
    count = rng.choice([1, 1, 1, 3, 0, -1, 2**31 - 1])
    if codec in (1, 2, 3, 4) and rng.random() < 0.2:
        body = bomb(codec)
    elif codec in (0, 7):
        body = record() * max(1, min(3, count))
    else:
        body = rng.randbytes(40)
    attributes = codec | rng.choice([0, 0, 0, 8, 16, 32, 48, 0x80])
    tail = struct.pack(
        ">hiqqqhii", attributes, rng.choice([max(0, min(count, 3) - 1), 0, -1, 2**31 - 1]),
        rng.choice([1_000, 0, -1, 2**63 - 1, -2**63]), rng.choice([1_000, -1, 2**63 - 1, -2**63]),
        rng.choice([-1, -1, 1, 1_000, 2**63 - 1]), rng.choice([-1, 0, 32_767, -32_768]),
        rng.choice([-1, 0, 2**31 - 1, -2**31]), count) + body
    crc = calc_crc32c(tail)
    length = 9 + len(tail) if rng.random() < 0.9 else rng.choice([0, -1, 2**31 - 1, -2**31])
    return struct.pack(">qiibI", rng.choice([0, -1, 2**63 - 1]), length, 0, 2, crc) + tail


_BATCHES = []


def batches():
    """Many of them, made once: checksums are slow here."""
    if not _BATCHES:
        rng = random.Random(1)
        _BATCHES.extend(batch(rng) for _ in range(200))
    return _BATCHES


def framed(frame):
    return struct.pack(">i", len(frame)) + frame


class Mutator:
    def __init__(self, recorded, rng):
        self.recorded, self.rng, self.schemas = recorded, rng, schemas()
        batches()

    def next(self):
        """Bytes to send: a frame and its length, right or wrong."""
        rng = self.rng
        kind = rng.randrange(12)
        if kind < 4:
            return framed(hostile(rng.choice(self.schemas), rng))
        frame = bytearray(rng.choice(self.recorded))
        if kind == 4:
            return framed(bytes(frame))
        if kind == 5:
            for _ in range(rng.choice([1, 1, 2, 8])):
                frame[rng.randrange(len(frame))] ^= 1 << rng.randrange(8)
        elif kind == 6 and len(frame) > 16:
            place, width = rng.randrange(8, len(frame) - 7), rng.choice([1, 2, 4, 8])
            frame[place:place + width] = rng.choice(
                [b"\x7f" + b"\xff" * (width - 1), b"\x80" + bytes(width - 1), b"\xff" * width])
        elif kind == 7:
            del frame[rng.randrange(len(frame)):]
        elif kind == 8:
            other = rng.choice(self.recorded)
            frame[rng.randrange(len(frame)):] = other[rng.randrange(len(other)):]
        elif kind == 9:
            begin = rng.randrange(len(frame))
            end = min(len(frame), begin + rng.choice([1, 4, 16, 64]))
            frame[begin:begin] = frame[begin:end] * rng.choice([1, 2, 100])
        elif kind == 10:
            struct.pack_into(">hh", frame, 0, rng.choice([rng.randrange(80), -1, 32_767]),
                             rng.choice([rng.randrange(20), -1, 99, -32_768]))
        else:
            length = rng.choice([-2**31, -1, 0, 7, 2**31 - 1, len(frame) + 5])
            return struct.pack(">i", length) + bytes(frame)
        return framed(bytes(frame))
