#!/usr/bin/env python3
"""Writes the first inputs of the fuzzers: the expressions and payloads of the vectors, a file each.

usage: corpus.py FOLDER
"""
import json
import os
import sys

DIALECTS = {"sluice": 0, "rocketmq": 1, "jms": 2}
VECTORS = os.path.join(os.path.dirname(__file__), "..", "Vectors", "expressions.jsonl")


def main():
    folders = {name: os.path.join(sys.argv[1], name) for name in ("expression", "json")}
    for folder in folders.values():
        os.makedirs(folder, exist_ok=True)
    with open(VECTORS, encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            vector = json.loads(line)
            payload = vector["message"].get("payload") or '{"a":1}'
            payload = payload if isinstance(payload, str) else json.dumps(payload)
            if len(vector["expr"]) < 2_000:
                data = bytes([DIALECTS[vector["dialect"]]]) + vector["expr"].encode()
                data += b"\x00" + payload.encode()
                with open(os.path.join(folders["expression"], f"{number}"), "wb") as file:
                    file.write(data)
            with open(os.path.join(folders["json"], f"{number}"), "wb") as file:
                file.write(payload.encode())


main()
