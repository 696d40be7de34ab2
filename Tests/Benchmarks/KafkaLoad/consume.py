#!/usr/bin/env python3
"""Reads records as a Python program does, with confluent-kafka.

usage: consume.py ADDRESS TOPIC COUNT [MODULUS REST]

Reads COUNT records of partition 0; with MODULUS and REST keeps those whose "id" has that rest.
Prints read=N kept=N.
"""
import json
import sys

from confluent_kafka import Consumer, TopicPartition

address, topic, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
modulus, rest = map(int, sys.argv[4:6] or (0, 0))
consumer = Consumer({"bootstrap.servers": address, "group.id": "load", "enable.auto.commit": False,
                     "fetch.message.max.bytes": 4_000_000, "check.crcs": False})
consumer.assign([TopicPartition(topic, 0, 0)])
read = kept = 0
while read < count:
    for message in consumer.consume(10_000, 1.0):
        if message.error():
            sys.exit(str(message.error()))
        read += 1
        if modulus and json.loads(message.value())["id"] % modulus == rest:
            kept += 1
print(f"read={read} kept={kept}")
