#!/usr/bin/env python3
"""Clients that take a server's memory: connections without words, requests without ends, answers unread.

usage: kafka_memory.py SLUICE [IDLE [STALLED [DEAF]]]        (default 10000 200 100)

STALLED connections claim 100 MiB, send 2 MiB and stop; DEAF ones fetch 16 MiB of records again and again
and read nothing. Meanwhile a producer and a consumer go on. Prints their slowest request, the largest
memory of the server, and why it closed connections. Ends with 1 if a request of theirs took longer than
15 seconds, if memory grew by more than twice both budgets, one request and 64 KiB a connection, or if the
server did not get rid of those who stall and do not read.
"""
import os
import pathlib
import re
import resource
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

MIB = 1 << 20
BUDGET = 64 * MIB


def frame(key, version, body, number=1):
    text = struct.pack(">hhih", key, version, number, 1) + b"m" + body
    return struct.pack(">i", len(text)) + text


def answer(sock):
    def take(count):
        parts = []
        while count:
            part = sock.recv(min(count, MIB))
            if not part:
                raise OSError("closed")
            parts.append(part)
            count -= len(part)
        return b"".join(parts)
    return take(struct.unpack(">i", take(4))[0])


def batch(size):
    """One record batch with one record, its checksum made in pure Python once."""
    value = os.urandom(size)
    def varint(number):
        number = (number << 1) ^ (number >> 63)
        out = b""
        while number >= 128:
            out += bytes([number & 127 | 128])
            number >>= 7
        return out + bytes([number])
    record = b"\0" + varint(0) + varint(0) + varint(-1) + varint(size) + value + varint(0)
    body = struct.pack(">hiqqqhii", 0, 0, 1, 1, -1, -1, -1, 1) + varint(len(record)) + record
    table = []
    for number in range(256):
        for _ in range(8):
            number = number >> 1 ^ (0x82F63B78 if number & 1 else 0)
        table.append(number)
    crc = 0xFFFFFFFF
    for byte in body:
        crc = table[(crc ^ byte) & 255] ^ crc >> 8
    tail = struct.pack(">iBI", 0, 2, crc ^ 0xFFFFFFFF) + body
    return struct.pack(">qi", 0, len(tail)) + tail


def produce(records):
    return frame(0, 3, struct.pack(">hhiih", -1, -1, 30_000, 1, 1) + b"t"
                 + struct.pack(">iii", 1, 0, len(records)) + records)


def fetch(limit):
    return frame(1, 4, struct.pack(">iiiibih", -1, 500, 1, limit, 0, 1, 1) + b"t"
                 + struct.pack(">iiqi", 1, 0, 0, limit))


class Server:
    def __init__(self, program, directory):
        self.port, self.http = self.free(), self.free()
        self.log = open(pathlib.Path(directory) / "log", "w+b")
        self.process = subprocess.Popen(
            [program, "serve", "--data", directory + "/data",
             "--listen", f"127.0.0.1:{self.port}", "-o", f"http.listen=127.0.0.1:{self.http}",
             "-o", f"queued.max.response.bytes={BUDGET}",
             "-o", f"queued.max.request.bytes={2 * BUDGET}"],
            stdout=subprocess.DEVNULL, stderr=self.log)
        end = time.monotonic() + 30
        while True:
            try:
                self.connect().close()
                return
            except OSError:
                if time.monotonic() > end or self.process.poll() is not None:
                    raise
                time.sleep(0.05)

    @staticmethod
    def free():
        with socket.create_server(("127.0.0.1", 0)) as sock:
            return sock.getsockname()[1]

    def connect(self):
        return socket.create_connection(("127.0.0.1", self.port), timeout=30)

    def memory(self):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        # Without the pages of the log's files, which are the system's to take back.
        return int(re.search(r"RssAnon:\s+(\d+)", status)[1]) * 1024

    def metrics(self):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.http}/metrics", timeout=30) as page:
            return dict(line.rsplit(" ", 1) for line in page.read().decode().splitlines()
                        if line.startswith("sluice_kafka"))


class Client(threading.Thread):
    """Does one request after the other, and keeps how long the slowest took."""

    def __init__(self, server, request):
        super().__init__(daemon=True)
        self.server, self.request = server, request
        self.slowest, self.count, self.problem, self.ends = 0.0, 0, None, False

    def run(self):
        try:
            with self.server.connect() as sock:
                while not self.ends:
                    start = time.monotonic()
                    sock.sendall(self.request)
                    answer(sock)
                    self.slowest = max(self.slowest, time.monotonic() - start)
                    self.count += 1
                    time.sleep(0.01)
        except OSError as problem:
            self.problem = problem


def stall(server):
    sock = server.connect()
    sock.setblocking(False)
    rest = memoryview(struct.pack(">i", 100 * MIB) + bytes(2 * MIB))
    return sock, rest


def push(stalled):
    """Sends what the sockets take; true once nothing moves."""
    moved = False
    for place, (sock, rest) in enumerate(stalled):
        if not rest:
            continue
        try:
            sent = sock.send(rest)
            stalled[place] = (sock, rest[sent:])
            moved = moved or sent > 0
        except OSError:
            pass
    return not moved


def run(program, idle, stalled_count, deaf_count):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    with tempfile.TemporaryDirectory() as directory:
        server = Server(program, directory)
        try:
            return attack(server, idle, stalled_count, deaf_count)
        finally:
            server.process.send_signal(signal.SIGTERM)
            server.process.wait(30)


def attack(server, idle, stalled_count, deaf_count):
    records = batch(600_000)
    with server.connect() as sock:
        sock.sendall(frame(3, 4, struct.pack(">ih", 1, 1) + b"t\x01"))
        answer(sock)
        for _ in range(40):
            sock.sendall(produce(records))
            answer(sock)
    quiet = [server.connect() for _ in range(idle)]
    time.sleep(1)
    before = peak = server.memory()
    print(f"memory with {idle} idle connections: {before // MIB} MiB", flush=True)
    clients = [Client(server, produce(records)), Client(server, fetch(100_000)),
               Client(server, frame(18, 0, b""))]
    for client in clients:
        client.start()
    stalled = [stall(server) for _ in range(stalled_count)]
    deaf = []
    for _ in range(deaf_count):
        sock = server.connect()
        sock.sendall(fetch(16 * MIB) * 30)
        deaf.append(sock)
    end, gone = time.monotonic() + 45, 0
    while time.monotonic() < end:
        push(stalled)
        peak = max(peak, server.memory())
        time.sleep(0.1)
    metrics = server.metrics()
    for client in clients:
        client.ends = True
        client.join(30)
    gone = {reason: int(metrics[f'sluice_kafka_connections_refused_total{{reason="{reason}"}}'])
            for reason in ("slow_request", "unread_answers", "out_of_memory")}
    bound = before + 6 * BUDGET + 100 * MIB + (64 << 10) * (stalled_count + deaf_count)
    print(f"largest memory: {peak // MIB} MiB, bound {bound // MIB} MiB; closed: {gone}")
    print("delayed: {} reads, {} fetches; memory held at the end: {} of requests, {} of answers".format(
        *(metrics["sluice_kafka_" + name] for name in (
            "reads_delayed_total", "fetches_delayed_total", "request_memory_bytes",
            "answer_memory_bytes"))))
    failed = peak > bound or (stalled_count and not gone["slow_request"]) \
        or (deaf_count and not gone["unread_answers"])
    for name, client in zip(("produce", "fetch", "versions"), clients):
        print(f"{name}: {client.count} requests, the slowest {client.slowest:.2f} s, "
              f"{client.problem or 'no error'}")
        failed = failed or client.problem or client.slowest > 15 or not client.count
    for sock in quiet + deaf + [sock for sock, _ in stalled]:
        sock.close()
    print("FAILED" if failed else "passed")
    return 1 if failed else 0


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    numbers = [int(text) for text in sys.argv[2:]] + [10_000, 200, 100][len(sys.argv) - 2:]
    sys.exit(run(sys.argv[1], *numbers))
