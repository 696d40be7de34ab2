#!/usr/bin/env python3
"""Loads `sluice serve` with librdkafka and prints what the broker paid for it.

usage: kafka.py SLUICE [--quick] [SECTION …]

Sections: produce consume latency start filtered; all of them without a name. Needs gcc and
librdkafka-dev; the driver is KafkaLoad/kafka_load.c. Each section runs with durability=fsync (the
default) and durability=os (Kafka's own). Beside stands what Kafka 3.9 did on another machine of this
kind (the project's notes on Kafka): no ratio of one run, so read it as an order of magnitude.
"""
import argparse
import importlib.util
import os
import pathlib
import re
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time

import figures
from figures import row

HERE = pathlib.Path(__file__).parent
# CPU seconds of the broker per million records.
KAFKA_PRODUCE = {(100, "none"): 0.57 / 4, (100, "lz4"): 0.28 / 4, (100, "zstd"): 0.32 / 4,
                 (1024, "none"): 0.85 / 0.8}
KAFKA_CONSUME = {(100, "none"): 0.22 / 5, (100, "lz4"): 0.12 / 5, (100, "zstd"): 0.07 / 5}


class Server:
    def __init__(self, sluice, directory):
        self.sluice, self.directory = sluice, directory

    def __enter__(self):
        self.log = open(os.path.join(self.directory, "log"), "wb+")
        began = time.monotonic()
        self.process = subprocess.Popen(
            [self.sluice, "serve", "--data", os.path.join(self.directory, "data"),
             "--listen", "127.0.0.1:0", "-o", "http.listen=off"], stdout=self.log, stderr=self.log)
        while True:
            self.log.seek(0)
            found = re.findall(rb"address=127\.0\.0\.1:(\d+)", self.log.read())
            if found:
                self.port = int(found[-1])
                break
            if self.process.poll() is not None:
                raise RuntimeError("the server did not start")
            time.sleep(0.0005)
        self.ask_versions()
        self.start_seconds = time.monotonic() - began
        return self

    def ask_versions(self):
        with socket.create_connection(("127.0.0.1", self.port)) as client:
            client.sendall(struct.pack(">ihhih", 10, 18, 0, 1, -1))
            if len(client.recv(4)) < 4:
                raise RuntimeError("no answer")

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=60)

    @property
    def address(self):
        return f"127.0.0.1:{self.port}"

    def cpu(self):
        """CPU seconds of all threads; /proc/PID/stat counts in steps of 10 ms, too coarse here."""
        threads = pathlib.Path(f"/proc/{self.process.pid}/task").iterdir()
        return sum(int((thread / "schedstat").read_text().split()[0]) for thread in threads) / 1e9

    def settle(self):
        """Waits until the server has nothing more to do: until it has sealed what is full."""
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            before = self.cpu()
            time.sleep(0.5)
            if self.cpu() - before < 0.015:
                return

    def memory(self, name="VmHWM"):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(name + r":\s+(\d+)", status).group(1)) / 1024


class Bench:
    def __init__(self, sluice, quick):
        self.sluice, self.quick = sluice, quick
        self.directory = tempfile.mkdtemp(prefix="sluice-kafka-", dir=".")
        self.driver = os.path.join(self.directory, "kafka_load")
        subprocess.run(["gcc", "-O2", "-o", self.driver, HERE / "KafkaLoad/kafka_load.c", "-lrdkafka"],
                       check=True)

    def load(self, *arguments):
        """Runs the driver; its figures by name, and its CPU seconds."""
        before = os.times()
        out = subprocess.run([self.driver, *map(str, arguments)], check=True, capture_output=True,
                             text=True).stdout
        after = os.times()
        figures_found = dict(pair.split("=") for pair in out.split())
        figures_found["client"] = (after.children_user - before.children_user
                                   + after.children_system - before.children_system)
        return figures_found

    def fresh(self):
        return tempfile.mkdtemp(dir=self.directory)

    def topic(self, directory, name, durability):
        subprocess.run([self.sluice, "topic", "create", name, "--config", f"durability={durability}",
                        "--data", os.path.join(directory, "data")], check=True, capture_output=True)

    def loads(self):
        scale = 10 if self.quick else 1
        for size, count in ((100, 4_000_000 // scale), (1024, 800_000 // scale)):
            for codec in ("none", "lz4", "zstd"):
                yield size, count, codec

    def produce(self):
        for durability in ("os", "fsync"):
            for size, count, codec in self.loads():
                for acks in ("1", "all"):
                    directory = self.fresh()
                    self.topic(directory, "t", durability)
                    with Server(self.sluice, directory) as server:
                        # First into new files, then into those that the first have become.
                        for state in ("new", "used"):
                            self.produce_once(
                                server, state, durability, size, count, codec, acks)

    def produce_once(self, server, state, durability, size, count, codec, acks):
        cpu = server.cpu()
        found = self.load("produce", server.address, "t", count, size, codec, acks)
        cost = (server.cpu() - cpu) / count * 1e6
        server.settle()
        sealed = (server.cpu() - cpu) / count * 1e6
        peer = KAFKA_PRODUCE.get((size, codec))
        row("produce", f"{durability} {size} B {codec} acks={acks} {state}",
            f"{float(found['rate']) / 1e6:.2f} M/s, {found['mbs']} MB/s, broker "
            f"{cost:.3f} CPU-s/M, all sealed {sealed:.3f}, client "
            f"{found['client']:.2f} s, {server.memory():.0f} MiB",
            f"Kafka {peer:.3f} CPU-s/M" if peer else "",
            cost / peer if peer else None, "<= 0.5" if peer else "")

    def consume(self):
        for size, count, codec in self.loads():
            directory = self.fresh()
            self.topic(directory, "t", "os")
            with Server(self.sluice, directory) as server:
                self.load("produce", server.address, "t", count, size, codec, "1")
            with Server(self.sluice, directory) as server:
                server.settle()
                cpu = server.cpu()
                rounds = 5
                found = [self.load("consume", server.address, "t", count) for _ in range(rounds)]
                cost = (server.cpu() - cpu) / count / rounds * 1e6
                found = sorted(found, key=lambda each: float(each["rate"]))[rounds // 2]
                peer = KAFKA_CONSUME.get((size, codec))
                row("consume", f"{size} B {codec}",
                    f"{float(found['rate']) / 1e6:.2f} M/s, {found['mbs']} MB/s, broker "
                    f"{cost:.3f} CPU-s/M, client {found['client']:.2f} s, "
                    f"{server.memory():.0f} MiB",
                    f"Kafka {peer:.3f} CPU-s/M" if peer else "",
                    cost / peer if peer else None, "<= 0.5" if peer else "")

    def latency(self):
        seconds = 5 if self.quick else 20
        for durability in ("os", "fsync"):
            for acks in ("1", "all"):
                directory = self.fresh()
                self.topic(directory, "t", durability)
                with Server(self.sluice, directory) as server:
                    found = self.load("latency", server.address, "t", seconds, 5000, 100, acks)
                    row("latency", f"{durability} acks={acks}, 5,000 records/s",
                        f"p50 {found['p50']}, p99 {found['p99']}, p99.9 {found['p999']} ms",
                        "Kafka 0.34, 5-41, 20-69 ms", None, "p99 < 2 ms")

    def start(self):
        times, memory = [], 0
        directory = self.fresh()
        for _ in range(5):
            with Server(self.sluice, directory) as server:
                times.append(server.start_seconds)
                memory = server.memory("VmRSS")
        row("start", "exec to first answer, median of 5", f"{sorted(times)[2] * 1e3:.1f} ms",
            "", None, "< 30 ms")
        row("start", "RSS idle", f"{memory:.0f} MiB", "Kafka 1,060 MiB")

    def filtered(self):
        """1 % of the records through a subscription, against reading all of them."""
        count = 1_000_000 if self.quick else 10_000_000
        directory = self.fresh()
        data = os.path.join(directory, "data")
        lines = subprocess.Popen(
            ["seq", "-f", '{"id":%.0f}', "1", str(count)], stdout=subprocess.PIPE)
        subprocess.run([self.sluice, "topic", "create", "t", "--format", "json", "--data", data],
                       check=True, capture_output=True)
        subprocess.run([self.sluice, "produce", "t", "--data", data], stdin=lines.stdout, check=True,
                       capture_output=True)
        subprocess.run([self.sluice, "subscription", "create", "some", "--topic", "t", "--where",
                        "id % 100 = 7", "--data", data], check=True, capture_output=True)
        subprocess.run([self.sluice, "log", "seal", "--data", data], check=True, capture_output=True)
        with Server(self.sluice, directory) as server:
            self.compare_filtered(server, "C", self.driver, "consume", count)
            if importlib.util.find_spec("confluent_kafka"):
                self.compare_filtered(
                    server, "Python", sys.executable, HERE / "KafkaLoad/consume.py", count)
            else:
                print("filtered: no confluent_kafka in this Python, so no figure of its clients")

    def compare_filtered(self, server, language, *command):
        """Whole processes: a client of the subscription, and one that reads all and keeps the same."""
        *command, count = command

        def seconds(topic, number, *keep):
            began = time.monotonic()
            cpu = server.cpu()
            out = subprocess.run([*map(str, command), server.address, topic, str(number), *keep],
                                 check=True, capture_output=True, text=True).stdout
            found = dict(pair.split("=") for pair in out.split())
            wanted = count // 100 if keep else 0
            if int(found["kept"]) != wanted:
                raise RuntimeError(f"{found['kept']} records were kept, not {wanted}")
            return time.monotonic() - began, server.cpu() - cpu

        (filtered, cost), (everything, other) = (
            seconds("some", count // 100), seconds("t", count, "100", "7"))
        row("filtered", f"1 % of {count:,} records, client in {language}",
            f"{filtered:.2f} s, broker {cost:.2f} CPU-s",
            f"all, filtered by the client: {everything:.2f} s, broker {other:.2f} CPU-s",
            everything / filtered, ">= 10")


parser = argparse.ArgumentParser(description=__doc__,
                                 formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("sluice")
parser.add_argument("--quick", action="store_true", help="a tenth of the records")
parser.add_argument("sections", nargs="*",
                    default=["start", "latency", "produce", "consume", "filtered"])
options = parser.parse_intermixed_args()
bench = Bench(os.path.abspath(options.sluice), options.quick)
try:
    figures.run(bench, options.sections)
finally:
    subprocess.run(["rm", "-rf", bench.directory])
