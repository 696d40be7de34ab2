#!/usr/bin/env python3
"""Fuzzes the Kafka door of a server: kafka_protocol.py SLUICE SECONDS [SEED]

Starts SLUICE on a directory of its own, records what stock clients send it, and sends that again,
changed, beside requests made from Kafka's schemas with hostile values, over many connections. A
client of the ordinary kind works beside all this and has to be served. Ends with 1 if the process
dies, takes more than RSS_MAX, stops serving, does not end in peace, or keeps connections.
"""
import collections
import os
import random
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time

import confluent_kafka
from confluent_kafka.admin import AdminClient, ConfigResource, NewPartitions, NewTopic

from kafka_frames import Mutator, batches

RSS_MAX = 512 << 20
CONNECTIONS = 12


class Server:
    def __init__(self, program):
        self.folder = tempfile.mkdtemp(prefix="sluice-fuzz-")
        self.log = os.path.join(self.folder, "log")
        self.data = os.path.join(self.folder, "data")
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                [program, "serve", "--data", self.data, "--listen", "127.0.0.1:0",
                 "-o", "http.listen=off"], stdout=log, stderr=log)
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and self.process.poll() is None:
            found = re.search(r"address=127\.0\.0\.1:(\d+)", open(self.log).read())
            if found:
                self.port = int(found.group(1))
                return
            time.sleep(0.05)
        sys.exit("the server does not start: " + open(self.log).read())

    @property
    def is_alive(self):
        return self.process.poll() is None

    def rss(self):
        with open(f"/proc/{self.process.pid}/status") as file:
            return int(re.search(r"VmRSS:\s+(\d+)", file.read()).group(1)) << 10

    def sockets(self):
        folder = f"/proc/{self.process.pid}/fd"
        count = 0
        for name in os.listdir(folder):
            try:
                count += os.readlink(os.path.join(folder, name)).startswith("socket:")
            except OSError:
                pass
        return count

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return "does not end"


class Recorder(threading.Thread):
    """A proxy that keeps the requests which pass, and gives its own port for the server's."""

    def __init__(self, port):
        super().__init__(daemon=True)
        self.upstream, self.frames = port, []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.start()

    def run(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self.upstream))
            for pump in (self.requests, self.answers):
                threading.Thread(target=pump, args=(client, server), daemon=True).start()

    def requests(self, client, server):
        try:
            while frame := read_frame(client):
                self.frames.append(frame)
                server.sendall(struct.pack(">i", len(frame)) + frame)
        except OSError:
            pass
        server.close()

    def answers(self, client, server):
        host = b"127.0.0.1"
        try:
            while frame := read_frame(server):
                frame = frame.replace(
                    host + struct.pack(">i", self.upstream), host + struct.pack(">i", self.port))
                client.sendall(struct.pack(">i", len(frame)) + frame)
        except OSError:
            pass
        client.close()


def read_exactly(connection, count):
    parts = bytearray()
    while len(parts) < count:
        part = connection.recv(min(1 << 20, count - len(parts)))
        if not part:
            return None
        parts += part
    return bytes(parts)


def read_frame(connection):
    head = read_exactly(connection, 4)
    return head and read_exactly(connection, struct.unpack(">i", head)[0])


def use(address):
    """What stock clients do: every codec, a group, a transaction, administration."""
    admin = AdminClient({"bootstrap.servers": address, "log_level": 0})
    for future in admin.create_topics([NewTopic("fuzz", 3, 1), NewTopic("fuzz-gone", 1, 1)]).values():
        future.result(10)
    for codec in ("none", "gzip", "snappy", "lz4", "zstd"):
        producer = confluent_kafka.Producer(
            {"bootstrap.servers": address, "compression.type": codec,
             "enable.idempotence": codec == "zstd", "acks": "all", "log_level": 0})
        for number in range(5):
            producer.produce("fuzz", f"value {number} " * 20, key=str(number), headers={"h": "v"})
        producer.flush(10)
    txn = confluent_kafka.Producer(
        {"bootstrap.servers": address, "transactional.id": "fuzz-txn", "log_level": 0})
    txn.init_transactions(10)
    consumer = confluent_kafka.Consumer(
        {"bootstrap.servers": address, "group.id": "fuzz-group", "auto.offset.reset": "earliest",
         "isolation.level": "read_committed", "session.timeout.ms": 6_000,
         "log_level": 0})
    consumer.subscribe(["fuzz"])
    got, deadline = 0, time.monotonic() + 15
    while got < 20 and time.monotonic() < deadline:
        got += consumer.poll(0.2) is not None
    for abort in (False, True):
        txn.begin_transaction()
        txn.produce("fuzz", "in a transaction")
        txn.send_offsets_to_transaction(
            consumer.position(consumer.assignment()), consumer.consumer_group_metadata(), 10)
        (txn.abort_transaction if abort else txn.commit_transaction)(10)
    consumer.commit(asynchronous=False)
    consumer.close()
    topic = ConfigResource("topic", "fuzz")
    for futures in (
        admin.describe_configs([topic]), admin.describe_consumer_groups(["fuzz-group"]),
        admin.create_partitions([NewPartitions("fuzz", 4)]), admin.delete_topics(["fuzz-gone"]),
    ):
        for future in futures.values():
            future.result(10)
    admin.list_consumer_groups().result(10)
    admin.describe_cluster().result(10)
    subprocess.run(["kcat", "-b", address, "-L"], capture_output=True, timeout=20, check=False)


class Attack:
    """Connections that send what no friend would."""

    def __init__(self, port, recorded, seed):
        self.port, self.recorded, self.seed = port, recorded, seed
        self.counts = collections.Counter()
        self.last = collections.deque(maxlen=500)
        self.ended = threading.Event()
        self.threads = [
            threading.Thread(target=self.run, args=(number,), daemon=True)
            for number in range(CONNECTIONS)]

    def run(self, number):
        rng = random.Random(f"{self.seed}/{number}")
        mutator = Mutator(self.recorded, rng)
        while not self.ended.is_set():
            try:
                with socket.create_connection(("127.0.0.1", self.port), timeout=5) as connection:
                    self.connection(connection, mutator, rng)
            except OSError:
                self.counts["closed by the server"] += 1
            self.counts["connections"] += 1

    def connection(self, connection, mutator, rng):
        reads = rng.random() < 0.8
        connection.settimeout(1)
        for _ in range(rng.choice([1, 3, 10, 30])):
            if self.ended.is_set():
                return
            data = mutator.next()
            self.last.append(data)
            if rng.random() < 0.05:
                data = data[:rng.randrange(len(data))]
            connection.sendall(data)
            self.counts["frames"] += 1
            if reads and rng.random() < 0.7:
                try:
                    answer = read_frame(connection)
                except TimeoutError:
                    self.counts["waited for in vain"] += 1
                    return
                if answer is None:
                    self.counts["closed by the server"] += 1
                    return
                self.counts["answers"] += 1
                self.counts["answer bytes"] += len(answer)
        if rng.random() < 0.2:
            connection.shutdown(socket.SHUT_WR)
        if rng.random() < 0.2:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


class Friend:
    """A client that has to be served whatever others do."""

    def __init__(self, address):
        self.address, self.sent = address, 0
        self.producer = confluent_kafka.Producer(
            {"bootstrap.servers": address, "message.timeout.ms": 20_000, "log_level": 0})
        self.consumer = confluent_kafka.Consumer(
            {"bootstrap.servers": address, "group.id": "friend", "auto.offset.reset": "earliest",
             "enable.auto.commit": False, "fetch.wait.max.ms": 50, "log_level": 0})
        self.slowest = 0

    def begin(self):
        self.producer.produce("friend", "first")
        if self.producer.flush(20):
            return "nothing can be produced"
        self.sent = 1
        self.consumer.assign([confluent_kafka.TopicPartition("friend", 0, 0)])
        return None

    def check(self):
        """What is wrong; None if nothing."""
        begun = time.monotonic()
        expected = [f"{self.sent + number}" for number in range(20)]
        for value in expected:
            self.producer.produce("friend", value)
        if self.producer.flush(20):
            return "records of a friend were not taken within 20 s"
        if self.sent == 1:
            expected.insert(0, "first")
        self.sent += 20
        got = []
        while len(got) < len(expected):
            if time.monotonic() > begun + 40:
                return f"a friend got {len(got)} of {len(expected)} records within 40 s"
            message = self.consumer.poll(1)
            if message is not None and not message.error():
                got.append(message.value().decode())
        self.slowest = max(self.slowest, time.monotonic() - begun)
        return None if got == expected else f"a friend got {got} instead of {expected}"


def watch(server, friend, seconds):
    """What is found while the attack goes on, and the most memory that was taken."""
    most, deadline, next_check = 0, time.monotonic() + seconds, 0
    while time.monotonic() < deadline:
        if not server.is_alive:
            break
        most = max(most, server.rss())
        if most > RSS_MAX:
            return f"the server takes {most >> 20} MiB", most
        if time.monotonic() > next_check:
            problem = friend.check()
            if not server.is_alive:
                continue
            if problem:
                return problem, most
            next_check = time.monotonic() + 2
        time.sleep(0.05)
    if not server.is_alive:
        return f"the server has died: {server.process.returncode}", most
    return None, most


def settle(server, baseline):
    """Whether all connections are closed in the end."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        if server.sockets() <= baseline:
            return None
        time.sleep(0.2)
    return f"{server.sockets()} sockets are open, {baseline} were before"


def main():
    program, seconds = sys.argv[1], float(sys.argv[2])
    seed = sys.argv[3] if len(sys.argv) > 3 else str(random.randrange(1 << 32))
    server = Server(program)
    recorder = Recorder(server.port)
    use(f"127.0.0.1:{recorder.port}")
    recorder.listener.close()
    recorded = [frame for frame in recorder.frames if len(frame) > 8]
    apis = len({frame[:4] for frame in recorded})
    print(f"seed {seed}; {len(recorded)} frames recorded of {apis} requests and versions")
    friend = Friend(f"127.0.0.1:{server.port}")
    finding = friend.begin() or friend.check()
    baseline = server.sockets()
    batches()
    attack = Attack(server.port, recorded, seed)
    most = 0
    if finding is None:
        for thread in attack.threads:
            thread.start()
        finding, most = watch(server, friend, seconds)
        attack.ended.set()
        for thread in attack.threads:
            thread.join(30)
        if server.is_alive:
            finding = finding or settle(server, baseline) or friend.check()
    print(dict(attack.counts), f"RSS at most {most >> 20} MiB, at the end",
          f"{server.rss() >> 20} MiB" if server.is_alive else "none",
          f"slowest check {friend.slowest:.1f} s")
    if server.is_alive:
        code = server.stop()
        finding = finding or (f"the server ended with {code}" if code else None)
    if finding is None:
        verify = subprocess.run(
            [program, "log", "verify", "--data", server.data], capture_output=True, check=False)
        if verify.returncode:
            finding = f"the log is damaged: {verify.stdout.decode()}{verify.stderr.decode()}"
    if finding is None:
        shutil.rmtree(server.folder)
        print("nothing was found")
        return 0
    with open(os.path.join(server.folder, "frames"), "w", encoding="ascii") as file:
        file.writelines(data.hex() + "\n" for data in list(attack.last))
    print(f"FOUND: {finding}\nthe last frames and the server's log are in {server.folder}")
    return 1


if __name__ == "__main__":
    sys.exit(main())
