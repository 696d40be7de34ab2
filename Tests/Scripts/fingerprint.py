#!/usr/bin/env python3
"""Prints rows, SHA-256 of the bytes and an order-free fingerprint of a file of JSON lines.

usage: fingerprint.py FILE

The fingerprint is the sum, modulo 2^64, of the 8-byte BLAKE2b digests of the rows in a canonical
form: keys sorted, no blanks, whole numbers without a fraction, others rounded to six decimals.
"""
import hashlib
import json
import sys


def canonical(value):
    if isinstance(value, float):
        if value != value:
            return None
        return int(value) if value == int(value) else round(value, 6)
    if isinstance(value, dict):
        return {key: canonical(item) for key, item in value.items()}
    if isinstance(value, list):
        return [canonical(item) for item in value]
    return value


def main(path):
    rows, total, whole = 0, 0, hashlib.sha256()
    with open(path, "rb") as file:
        for line in file:
            whole.update(line)
            row = json.dumps(
                canonical(json.loads(line)), sort_keys=True, separators=(",", ":"), ensure_ascii=False
            )
            digest = hashlib.blake2b(row.encode(), digest_size=8).digest()
            total = (total + int.from_bytes(digest, "big")) % 2**64
            rows += 1
    print(rows, whole.hexdigest(), f"{total:016x}")


main(sys.argv[1])
