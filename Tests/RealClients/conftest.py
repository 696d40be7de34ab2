"""A server of ours for stock Kafka clients: one process for the whole run, a topic for each test."""
import itertools
import os
import re
import signal
import subprocess
import tempfile
import time

import pytest

SLUICE = os.environ["SLUICE"]


class Server:
    """`sluice serve` on a directory of its own and a free port of this machine."""

    def __init__(self, directory, *arguments):
        self.directory = directory
        self.arguments = arguments
        self.port = 0
        self.start()

    def start(self):
        log = open(os.path.join(self.directory, "serve.log"), "ab")
        self.process = subprocess.Popen(
            [SLUICE, "serve", "--data", os.path.join(self.directory, "data"),
             "--listen", f"127.0.0.1:{self.port}", "-o", "http.listen=127.0.0.1:0",
             *self.arguments],
            stdout=log, stderr=subprocess.STDOUT)
        deadline = time.monotonic() + 20
        pattern = re.compile(r"address=127\.0\.0\.1:(\d+)")
        start = os.path.getsize(log.name)
        while time.monotonic() < deadline:
            with open(log.name, errors="replace") as file:
                file.seek(start)
                found = pattern.search(file.read())
            if found:
                self.port = int(found.group(1))
                return
            if self.process.poll() is not None:
                break
            time.sleep(0.02)
        raise AssertionError("the server did not start: " + open(log.name).read())

    @property
    def address(self):
        return f"127.0.0.1:{self.port}"

    def stop(self):
        """Ends it in peace; it has to say that nothing went wrong."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=20)

    def kill(self):
        self.process.kill()
        self.process.wait()

    def command(self, *arguments):
        """Runs a command on the directory while the server is down."""
        return subprocess.run(
            [SLUICE, *arguments, "--data", os.path.join(self.directory, "data")],
            check=True, capture_output=True, text=True).stdout


@pytest.fixture(scope="session")
def server():
    with tempfile.TemporaryDirectory(prefix="sluice-clients-") as directory:
        server = Server(directory)
        yield server
        status = server.stop()
        assert status in (0, 143), f"the server ended with {status}"


@pytest.fixture
def own_server():
    """A server that a test may stop and kill."""
    with tempfile.TemporaryDirectory(prefix="sluice-clients-") as directory:
        server = Server(directory)
        yield server
        if server.process.poll() is None:
            server.stop()


numbers = itertools.count(1)


@pytest.fixture
def name():
    """A name that no other test has."""
    return f"t{next(numbers)}"
