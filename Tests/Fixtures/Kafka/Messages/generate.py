"""Makes messages.txt: every message of the Kafka protocol in every version that Sluice speaks.

    python3 generate.py KAFKA_PYTHON > messages.txt

Layouts are those of Kafka's own schemas, which kafka-python (3.0.12 made the file) carries in
kafka/protocol/schemas/resources; each message is read and written again by kafka-python before it
is believed. The groups of KIP-848 are not among them: their layouts stand below, as in Kafka 4.0's
schemas. KAFKA_PYTHON is the folder that holds the package `kafka`. The n-th field of a message
holds what follows from n, and lists have two elements: see `scalar`. The tests fill their messages
by the same rule (WireFiller.swift) and have to come to the same bytes.
"""

import glob
import json
import os
import re
import struct
import sys

# Rows of KafkaAPI: key, first and last version.
SPOKEN = {
    0: (0, 11), 1: (4, 17), 2: (1, 9), 3: (0, 12), 8: (1, 9), 9: (1, 9), 10: (0, 6), 11: (0, 9),
    12: (0, 4), 13: (0, 5), 14: (0, 5), 15: (0, 5), 16: (0, 5), 18: (0, 4), 19: (0, 7), 20: (0, 6),
    21: (0, 2), 22: (0, 5), 23: (0, 4), 24: (0, 3), 25: (0, 4), 26: (0, 4), 28: (0, 4), 29: (0, 3),
    30: (0, 3), 31: (0, 3), 32: (0, 4),
    33: (0, 2), 35: (0, 4), 37: (0, 3), 42: (0, 2), 44: (0, 1), 47: (0, 0), 60: (0, 1), 61: (0, 0),
    65: (0, 0), 66: (0, 1),
}


def fields(*rows):
    """Fields in the form of the schemas: name, type, first version; "?" behind a type is nullable."""
    return [{"name": name, "type": kind.rstrip("?"), "versions": f"{first}+",
             **({"nullableVersions": f"{first}+"} if kind.endswith("?") else {})}
            for name, kind, first in rows]


PLACES = fields(("TopicId", "uuid", 0), ("Partitions", "[]int32", 0))
NAMED_PLACES = fields(("TopicId", "uuid", 0), ("TopicName", "string", 0),
                      ("Partitions", "[]int32", 0))
ASSIGNMENT = fields(("TopicPartitions", "[]TopicPartitions", 0))
# Messages that kafka-python does not know: key, type, fields, structures; versions 0 and 1.
KIP_848 = [
    (68, "request", fields(
        ("GroupId", "string", 0), ("MemberId", "string", 0), ("MemberEpoch", "int32", 0),
        ("InstanceId", "string?", 0), ("RackId", "string?", 0), ("RebalanceTimeoutMs", "int32", 0),
        ("SubscribedTopicNames", "[]string?", 0), ("SubscribedTopicRegex", "string?", 1),
        ("ServerAssignor", "string?", 0), ("TopicPartitions", "[]TopicPartitions?", 0)),
     {"TopicPartitions": PLACES}),
    (68, "response", fields(
        ("ThrottleTimeMs", "int32", 0), ("ErrorCode", "int16", 0), ("ErrorMessage", "string?", 0),
        ("MemberId", "string?", 0), ("MemberEpoch", "int32", 0),
        ("HeartbeatIntervalMs", "int32", 0), ("Assignment", "Assignment?", 0)),
     {"TopicPartitions": PLACES, "Assignment": ASSIGNMENT}),
    (69, "request", fields(("GroupIds", "[]string", 0), ("IncludeAuthorizedOperations", "bool", 0)),
     {}),
    (69, "response", fields(("ThrottleTimeMs", "int32", 0), ("Groups", "[]DescribedGroup", 0)),
     {"TopicPartitions": NAMED_PLACES, "Assignment": ASSIGNMENT,
      "DescribedGroup": fields(
          ("ErrorCode", "int16", 0), ("ErrorMessage", "string?", 0), ("GroupId", "string", 0),
          ("GroupState", "string", 0), ("GroupEpoch", "int32", 0), ("AssignmentEpoch", "int32", 0),
          ("AssignorName", "string", 0), ("Members", "[]Member", 0),
          ("AuthorizedOperations", "int32", 0)),
      "Member": fields(
          ("MemberId", "string", 0), ("InstanceId", "string?", 0), ("RackId", "string?", 0),
          ("MemberEpoch", "int32", 0), ("ClientId", "string", 0), ("ClientHost", "string", 0),
          ("SubscribedTopicNames", "[]string", 0), ("SubscribedTopicRegex", "string?", 0),
          ("Assignment", "Assignment", 0), ("TargetAssignment", "Assignment", 0),
          ("MemberType", "int8", 1))}),
]


def has(version, text):
    """Whether a range such as 3+, 0-4, 7 or none holds a version."""
    if text in (None, "none"):
        return False
    first, _, last = text.partition("-")
    if text.endswith("+"):
        return version >= int(text[:-1])
    return int(first) <= version <= int(last or first)


def varint(value):
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes(out + bytes([value]))


class Message:
    """One message in one version."""

    def __init__(self, schema, version):
        self.schema, self.version = schema, version
        self.flexible = has(version, schema["flexibleVersions"])
        self.common = {s["name"]: s["fields"] for s in schema.get("commonStructs", [])}
        self.n = 0

    def encode(self):
        return self.structure(self.schema["fields"])

    def structure(self, fields):
        out = b""
        for field in fields:
            if has(self.version, field["versions"]) and "tag" not in field:
                out += self.field(field)
        return out + (b"\0" if self.flexible else b"")

    def field(self, field):
        kind = field["type"]
        if not kind.startswith("[]"):
            inner = field.get("fields") or self.common.get(kind)
            # A structure that may be missing is announced by a byte.
            announced = b"\1" if inner and "nullableVersions" in field else b""
            return announced + (self.structure(inner) if inner else self.scalar(kind))
        self.n += 1
        inner = field.get("fields") or self.common.get(kind[2:])
        out = self.count(2, ">i")
        for _ in range(2):
            out += self.structure(inner) if inner else self.scalar(kind[2:])
        return out

    def count(self, count, form):
        return varint(count + 1) if self.flexible else struct.pack(form, count)

    def scalar(self, kind):
        self.n += 1
        n = self.n
        text = {"string": f"s{n}", "bytes": f"b{n}", "records": f"r{n}"}.get(kind)
        if text:
            return self.count(len(text), ">h" if kind == "string" else ">i") + text.encode()
        return {
            "int8": lambda: struct.pack(">b", n % 100),
            "int16": lambda: struct.pack(">h", n % 100),
            "int32": lambda: struct.pack(">i", n * 0x010203),
            "int64": lambda: struct.pack(">q", n * 0x0102030405),
            "float64": lambda: struct.pack(">d", n + 0.5),
            "bool": lambda: struct.pack(">b", n % 2),
            "uuid": lambda: struct.pack(">QQ", n, n << 32),
        }[kind]()


def main():
    sys.path.insert(0, sys.argv[1])
    import importlib
    import kafka.protocol as protocol

    classes = {}
    for name in ("admin", "consumer", "producer", "metadata"):
        classes.update(vars(importlib.import_module(f"kafka.protocol.{name}")))
    folder = os.path.join(os.path.dirname(protocol.__file__), "schemas", "resources")
    for path in sorted(glob.glob(os.path.join(folder, "*.json"))):
        with open(path, encoding="utf-8") as file:
            schema = json.loads(re.sub(r"^\s*//.*$", "", file.read(), flags=re.MULTILINE))
        if schema.get("apiKey") not in SPOKEN or schema["type"] not in ("request", "response"):
            continue
        first, last = SPOKEN[schema["apiKey"]]
        for version in range(first, last + 1):
            data = Message(schema, version).encode()
            known = classes.get(schema["name"])
            # An answer to ApiVersions with an error is read as version 0 there (KIP-511).
            if known and schema["name"] != "ApiVersionsResponse":
                message = known.decode(data, version=version)
                message._header = None
                again = message.encode(version=version)
                assert bytes(again) == data, (schema["name"], version, data.hex(), again.hex())
            print(schema["type"], schema["apiKey"], version, data.hex())
    for key, kind, rows, structures in KIP_848:
        schema = {"flexibleVersions": "0+", "fields": rows,
                  "commonStructs": [{"name": name, "fields": its}
                                    for name, its in structures.items()]}
        for version in (0, 1):
            print(kind, key, version, Message(schema, version).encode().hex())


if __name__ == "__main__":
    main()
