#!/usr/bin/env python3
"""A transactional consume-transform-produce loop whose client and server are killed in turn.

usage: kafka_exactly_once.py SLUICE [KILLS] [SEED]      (needs confluent-kafka; default 200 kills)

Numbered records go into `in` (3 partitions); a child reads them as a group and writes each to `out`
with its position in one transaction. Every fraction of a second the child or the server is killed with
SIGKILL and started again. In the end `out`, read committed, has to hold every number exactly once, in
the order of its partition, and the last stable offset the end of each partition.
"""
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time

from confluent_kafka import Consumer, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

QUIET = {"log_level": 0, "socket.timeout.ms": 4000, "reconnect.backoff.max.ms": 100,
         "reconnect.backoff.ms": 20}


def child(address):
    """Copies until it is killed; what the server does meanwhile makes it begin anew."""
    while True:
        reader = Consumer({**QUIET, "bootstrap.servers": address, "group.id": "copy",
                           "auto.offset.reset": "earliest", "enable.auto.commit": False,
                           "isolation.level": "read_committed", "session.timeout.ms": 6000,
                           "heartbeat.interval.ms": 200,
                           # A child that is killed is replaced at once, not after its session.
                           "group.instance.id": "one"})
        # Else librdkafka (2.16) throws its brokers away when the server is down, but not its note of
        # the group's coordinator, for which send_offsets_to_transaction then waits for ever: issues
        # 5511 and 5456 of confluentinc/librdkafka.
        writer = Producer({**QUIET, "bootstrap.servers": address, "transactional.id": "copy",
                           "linger.ms": 0, "transaction.timeout.ms": 5000,
                           "metadata.recovery.strategy": "none"})
        try:
            writer.init_transactions(20)
            reader.subscribe(["in"])
            while True:
                messages = [m for m in reader.consume(500, 0.1) if m.error() is None]
                if not messages:
                    continue
                writer.begin_transaction()
                for message in messages:
                    writer.produce("out", message.value(), partition=message.partition())
                writer.send_offsets_to_transaction(
                    reader.position(reader.assignment()), reader.consumer_group_metadata(), 10)
                writer.commit_transaction(10)
        except KafkaException:
            # Nothing of an unfinished transaction counts: begin at the kept positions.
            reader.close()


class Server:
    def __init__(self, sluice, directory):
        self.sluice, self.directory, self.port = sluice, directory, 0
        self.start()

    def start(self):
        path = os.path.join(self.directory, "log")
        size = os.path.getsize(path) if os.path.exists(path) else 0
        log = open(path, "ab")
        self.process = subprocess.Popen(
            [self.sluice, "serve", "--data", os.path.join(self.directory, "data"), "--listen",
             f"127.0.0.1:{self.port}", "-o", "http.listen=off"], stdout=log, stderr=log)
        while True:
            text = open(path).read()[size:]
            found = re.search(r"address=127\.0\.0\.1:(\d+)", text)
            if found:
                self.port = int(found.group(1))
                return
            if self.process.poll() is not None:
                sys.exit("the server did not start: " + text)
            time.sleep(0.01)

    @property
    def address(self):
        return f"127.0.0.1:{self.port}"


def watermarks(address, level):
    reader = Consumer({**QUIET, "bootstrap.servers": address, "group.id": "look",
                       "isolation.level": level})
    ends = [reader.get_watermark_offsets(TopicPartition("out", p), timeout=10)[1] for p in range(3)]
    reader.close()
    return ends


def read_all(address, topic):
    reader = Consumer({**QUIET, "bootstrap.servers": address, "group.id": "check",
                       "isolation.level": "read_committed", "enable.partition.eof": True})
    reader.assign([TopicPartition(topic, p, 0) for p in range(3)])
    found, ended = {0: [], 1: [], 2: []}, set()
    while len(ended) < 3:
        message = reader.poll(10)
        assert message is not None, "the output cannot be read"
        if message.error():
            ended.add(message.partition())
        else:
            found[message.partition()].append(int(message.value()))
    reader.close()
    return found


def main():
    sluice = os.path.abspath(sys.argv[1])
    kills = int(sys.argv[2]) if len(sys.argv) > 2 else 200
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else int(time.time())
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory(prefix="sluice-exactly-") as directory:
        server = Server(sluice, directory)
        manager = AdminClient({**QUIET, "bootstrap.servers": server.address})
        for future in manager.create_topics([NewTopic("in", 3, 1), NewTopic("out", 3, 1)]).values():
            future.result(10)
        source = Producer({**QUIET, "bootstrap.servers": server.address, "linger.ms": 5,
                           "enable.idempotence": True})
        total, failures = 0, []
        worker = subprocess.Popen([sys.executable, __file__, "--child", server.address])
        began, stable = time.monotonic(), [0, 0, 0]
        for kill in range(kills):
            for _ in range(300):
                source.produce("in", str(total).encode(), partition=total % 3,
                               on_delivery=lambda error, _: error and failures.append(error))
                total += 1
            source.poll(0)
            time.sleep(chance.uniform(0.2, 1.0))
            if kill % 2:
                server.process.kill()
                server.process.wait()
                server.start()
            else:
                worker.kill()
                worker.wait()
                worker = subprocess.Popen([sys.executable, __file__, "--child", server.address])
            if kill % 20 == 19:
                now = watermarks(server.address, "read_committed")
                print(f"{kill + 1} kills, {total} records, stable {now}", flush=True)
                assert all(a >= b for a, b in zip(now, stable)), "the stable offset went back"
                stable = now
        assert source.flush(60) == 0 and not failures, f"the source was not written: {failures[:3]}"
        for partition, values in read_all(server.address, "in").items():
            assert values == list(range(partition, total, 3)), f"in/{partition} is not whole"
        deadline = time.monotonic() + 180
        while time.monotonic() < deadline:
            found = read_all(server.address, "out")
            if sum(map(len, found.values())) >= total:
                break
            time.sleep(1)
        time.sleep(6)
        worker.kill()
        worker.wait()
        time.sleep(6)  # A transaction that the last kill left open times out.
        found = read_all(server.address, "out")
        for partition in range(3):
            assert found[partition] == list(range(partition, total, 3)), (
                f"partition {partition}: {len(found[partition])} of {len(range(partition, total, 3))}")
        ends = watermarks(server.address, "read_uncommitted")
        assert watermarks(server.address, "read_committed") == ends, "the stable offset stays behind"
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(timeout=20) in (0, 143)
        print(f"{kills} kills in {time.monotonic() - began:.0f} s, seed {seed}: {total} records, each "
              f"exactly once and in order, ends {ends}")


if len(sys.argv) > 2 and sys.argv[1] == "--child":
    child(sys.argv[2])
else:
    main()
