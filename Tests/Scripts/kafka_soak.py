#!/usr/bin/env python3
"""A mixed load on one server: producers, transactions, rebalancing groups, topics that come and go.

usage: kafka_soak.py SLUICE [SECONDS]      (needs confluent-kafka; default 1200)

Prints memory and descriptors of the server once a minute. Ends with 1 if a client saw an error, a group
missed a record, or the last quarter's memory or descriptors are above the second's by more than a tenth
and 16 MiB, or 16 descriptors.
"""
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time

from confluent_kafka import Consumer, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

QUIET = {"log_level": 0}


class Soak:
    def __init__(self, address, seconds):
        self.address, self.end = address, time.monotonic() + seconds
        self.errors, self.counts = [], {}
        self.lock = threading.Lock()

    def client(self, **more):
        return {**QUIET, "bootstrap.servers": self.address, **more}

    def goes_on(self):
        return time.monotonic() < self.end and not self.errors

    def count(self, name, number=1):
        with self.lock:
            self.counts[name] = self.counts.get(name, 0) + number

    def guarded(self, body):
        try:
            body()
        except Exception as problem:  # pylint: disable=broad-except
            self.errors.append(f"{body.__name__}: {problem}")

    def produce(self):
        client = Producer(self.client(**{"compression.type": "lz4", "linger.ms": 5}))
        number = 0
        while self.goes_on():
            for _ in range(500):
                client.produce("steady", b"%d" % number * 10, on_delivery=self.delivered)
                number += 1
            client.flush(30)
            time.sleep(0.05)

    def delivered(self, error, _):
        if error:
            self.errors.append(f"delivery: {error}")
        else:
            self.count("produced")

    def transactions(self):
        client = Producer(self.client(**{"transactional.id": "soak"}))
        client.init_transactions(30)
        number = 0
        while self.goes_on():
            client.begin_transaction()
            for _ in range(20):
                client.produce("steady", b"transaction")
            if number % 4 == 3:
                client.flush(30)
                client.abort_transaction(30)
            else:
                client.commit_transaction(30)
            self.count("transactions")
            number += 1
            time.sleep(0.05)

    def members(self):
        """A group whose members come and go."""
        def member():
            client = Consumer(self.client(**{
                "group.id": "soak", "auto.offset.reset": "earliest", "session.timeout.ms": 6000}))
            client.subscribe(["steady"])
            return client
        group = [member()]
        turn = 0
        while self.goes_on():
            for client in group:
                for message in client.consume(500, 0.05):
                    if message.error():
                        self.errors.append(f"consumer: {message.error()}")
                    else:
                        self.count("consumed")
            turn += 1
            if turn % 40 == 0:
                if len(group) < 3:
                    group.append(member())
                else:
                    group.pop(0).close()
                self.count("rebalances")
        for client in group:
            client.close()

    def topics(self):
        client = AdminClient(self.client())
        number = 0
        while self.goes_on():
            name = f"passing-{number}"
            client.create_topics([NewTopic(name, 4, 1)])[name].result(30)
            writer = Producer(self.client())
            writer.produce(name, b"x" * 1000)
            if writer.flush(30):
                self.errors.append("a record of a passing topic was not delivered")
            client.delete_topics([name])[name].result(30)
            self.count("topics")
            number += 1
            time.sleep(0.2)


def status(pid):
    text = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", text).group(1)) / 1024, len(os.listdir(f"/proc/{pid}/fd"))


def main():
    sluice, seconds = os.path.abspath(sys.argv[1]), int((sys.argv + ["", "1200"])[2] or 1200)
    with tempfile.TemporaryDirectory(prefix="sluice-soak-") as directory:
        log = open(os.path.join(directory, "log"), "w+")
        server = subprocess.Popen(
            [sluice, "serve", "--data", os.path.join(directory, "data"), "--listen", "127.0.0.1:0",
             "-o", "http.listen=off"], stdout=log, stderr=log)
        for _ in range(1000):
            found = re.search(r"address=(127\.0\.0\.1:\d+)", open(log.name).read())
            if found:
                break
            time.sleep(0.01)
        soak = Soak(found.group(1), seconds)
        manager = AdminClient(soak.client())
        manager.create_topics([NewTopic("steady", 6, 1, config={"retention.bytes": "20000000"})])[
            "steady"].result(10)
        threads = [threading.Thread(target=soak.guarded, args=(body,))
                   for body in (soak.produce, soak.transactions, soak.members, soak.topics)]
        for thread in threads:
            thread.start()
        samples, began = [], time.monotonic()
        while soak.goes_on():
            time.sleep(min(15, seconds / 20))
            samples.append(status(server.pid))
            if len(samples) % 4 == 0:
                memory, files = samples[-1]
                print(f"{time.monotonic() - began:.0f} s: {memory:.0f} MiB, {files} descriptors, "
                      f"{soak.counts}", flush=True)
        for thread in threads:
            thread.join(60)
        server.send_signal(signal.SIGTERM)
        code = server.wait(timeout=30)
        quarter = len(samples) // 4
        early = [max(column) for column in zip(*samples[quarter:2 * quarter])]
        late = [max(column) for column in zip(*samples[-quarter:])]
        findings = list(soak.errors)
        if late[0] > early[0] * 1.1 + 16:
            findings.append(f"memory grew from {early[0]:.0f} to {late[0]:.0f} MiB")
        if late[1] > early[1] + 16:
            findings.append(f"descriptors grew from {early[1]} to {late[1]}")
        if code not in (0, 143):
            findings.append(f"the server ended with {code}")
        print(f"{seconds} s: {soak.counts}; memory {early[0]:.0f} then {late[0]:.0f} MiB, descriptors "
              f"{early[1]} then {late[1]}; findings: {findings or 'none'}")
        return 1 if findings else 0


sys.exit(main())
