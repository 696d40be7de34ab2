#!/usr/bin/env python3
"""Measures filters beside other programs on the same bytes, in turn, and prints ratios.

usage: filters.py SLUICE [SECTION …] [--quick] [--dir DIR] [--runs N] [--generator gen_flights.py]

Sections; all of them without a name:
  pipe     `sluice pipe --where`, `--pattern` and pass-through over flights, beside DuckDB, rg+jq, jq,
           grep -P, rg -P and cat
  program  the compiled program alone, beside a walk over the syntax tree (`sluice bench filter`)
  rabbit   RabbitMQ's published case: one wanted record in 100,000 of 10,000,000, with and without
           the index, and the worst case, where every block holds a wanted record
  test     `sluice filter test` over a topic: all of it, and until the first record is shown
  hostile  what a record costs that is at the limit of the regular expressions

Flights are DIR/flights-N.jsonl; what is missing is made with --generator (or by repeating the smaller
file). A program that is not installed (jq, rg, grep; DuckDB as a Python module of this interpreter) is
left out and named. Inputs come from the page cache; outputs go to a file, since grep stops at the
first match if its output is /dev/null. Times are of whole processes, medians. A peak of memory is at
least that of this interpreter, which a child inherits until it starts its program. --quick takes a
tenth of the data.

"""
import argparse
import importlib.util
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

import figures
from figures import row

WHERE = "dep_delay > 60 AND carrier IN ('AA','UA','DL') AND dest LIKE 'S%'"
PATTERN = '"carrier":"(AA|UA)".*"dest":"[A-M]..'
JQ = (
    "select(.dep_delay != null and .dep_delay > 60"
    ' and (.carrier | . == "AA" or . == "UA" or . == "DL") and (.dest | startswith("S")))'
)
PREFILTER = '"carrier":"(AA|UA|DL)".*"dest":"S'
DUCKDB = f"""
import duckdb, sys
source = "read_json('" + sys.argv[1] + "', format='newline_delimited')"
duckdb.sql("COPY (SELECT * FROM " + source + " WHERE {WHERE}) TO '" + sys.argv[2] + "' (FORMAT json)")
"""
# RabbitMQ's blog, "Broker-side SQL filter expressions": records a second.
RABBIT_FILTER = 404_645
RABBIT_BLOOM = 4_868_549


class Bench:
    def __init__(self, options, directory):
        self.sluice = os.path.realpath(options.sluice)
        self.options = options
        self.directory = directory
        self.data = os.path.join(directory, "data")

    def scale(self, count):
        return count // 10 if self.options.quick else count

    def has(self, program):
        if program == "duckdb":
            return importlib.util.find_spec("duckdb") is not None
        return shutil.which(program) is not None

    def run(self, command, output=None):
        """Wall seconds and the largest resident KiB of one command."""
        argv = command if isinstance(command, list) else ["sh", "-c", command]
        start = time.monotonic()
        child = subprocess.Popen(argv, stdout=output or subprocess.DEVNULL)
        _, status, usage = os.wait4(child.pid, 0)
        if status != 0:
            raise RuntimeError(f"failed: {argv}")
        return time.monotonic() - start, usage.ru_maxrss

    def json(self, *arguments):
        """The objects that sluice prints."""
        command = [self.sluice, *map(str, arguments)]
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        if done.returncode != 0:
            raise RuntimeError(f"{' '.join(command)}: {done.stderr.strip()}")
        return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]

    def flights(self, count):
        """The file with so many flights, in the page cache."""
        path = os.path.join(self.options.dir, f"flights-{count}.jsonl")
        if not os.path.exists(path):
            if self.options.generator:
                self.run([sys.executable, self.options.generator, self.options.dir, "1", str(count)])
            else:
                self.repeat(path, count)
        with open(path, "rb") as file:
            while file.read(1 << 20):
                pass
        return path

    def repeat(self, path, count):
        smaller = os.path.join(self.options.dir, "flights-1000000.jsonl")
        if not os.path.exists(smaller):
            raise RuntimeError(f"{smaller} is missing: name gen_flights.py with --generator")
        with open(path + ".part", "wb") as out:
            while count > 0:
                with open(smaller, "rb") as source:
                    for line in source:
                        if count == 0:
                            break
                        out.write(line)
                        count -= 1
        os.rename(path + ".part", path)

    # Sections

    def pipe(self):
        for count in (self.scale(1_000_000), self.scale(5_000_000)):
            path = self.flights(count)
            title = f"{count / 1e6:g} M rows"
            self.compare(f"where, {title}", path, [
                ("sluice", "sh", f'{self.sluice} pipe --where "{WHERE}" < {{i}} > {{o}}', ""),
                ("DuckDB", "duckdb", [sys.executable, "-c", DUCKDB, "{i}", "{o}"], ">= 4"),
                ("rg+jq", "rg", f"rg --no-config -N '{PREFILTER}' < {{i}} | jq -c '{JQ}' > {{o}}",
                 ">= 1.5"),
            ])
            self.compare(f"pattern, {title}", path, [
                ("sluice", "sh", f"{self.sluice} pipe --pattern '{PATTERN}' < {{i}} > {{o}}", ""),
                ("grep -P", "grep", f"LC_ALL=C grep -P '{PATTERN}' < {{i}} > {{o}}", ">= 1"),
                ("rg -P", "rg", f"rg --no-config -N -P '{PATTERN}' < {{i}} > {{o}}", ">= 1"),
            ])
            self.compare(f"pass, {title}", path, [
                ("sluice", "sh", f"{self.sluice} pipe < {{i}} > {{o}}", ""),
                ("cat|cat", "cat", "cat < {i} | cat > {o}", "near 1"),
            ])

    def compare(self, what, path, commands):
        output = os.path.join(self.directory, "output")
        walls, memory, rows = {}, {}, {}
        present = [command for command in commands if self.has(command[1])]
        for name, program, _, _ in commands:
            if not self.has(program):
                print(f"  {what}: {name} is not installed", flush=True)
        for _ in range(self.options.runs):
            for name, _, command, _ in present:
                places = {"{i}": path, "{o}": output}
                if isinstance(command, list):
                    made = [places.get(part, part) for part in command]
                else:
                    made = command.replace("{i}", path).replace("{o}", output)
                wall, resident = self.run(made)
                walls.setdefault(name, []).append(wall)
                memory[name] = max(memory.get(name, 0), resident)
                if name not in rows:
                    with open(output, "rb") as file:
                        rows[name] = sum(1 for _ in file)
                os.remove(output)
        base = statistics.median(walls["sluice"])
        row("pipe", what, f"{base:.3f} s, {memory['sluice'] / 1024:.1f} MiB")
        for name, _, _, aim in present[1:]:
            median = statistics.median(walls[name])
            note = "" if rows[name] == rows["sluice"] else f" ({rows[name]} rows, not {rows['sluice']})"
            row("pipe", what, "", f"{name} {median:.3f} s, {memory[name] / 1024:.1f} MiB{note}",
                median / base, aim)

    def program(self):
        for found in self.json("bench", "filter", "--records", self.scale(1_000_000), "-o", "json"):
            row("program", f"{found['fields']}: {found['condition']}",
                f"{found['ns_per_record']} ns/record",
                f"tree walk {found['tree_ns_per_record']} ns", found["ratio"])

    def rabbit(self):
        count = self.scale(10_000_000)
        for topic, every in (("rare", 100_000), ("worst", 300)):
            self.json("bench", "produce", "--records", count, "--wanted-every", every, "--topic",
                      topic, "--keep", "--acks", "1", "--data", self.data, "-o", "json")
            self.json("subscription", "create", topic + "-wanted", "--topic", topic, "--tag",
                      "wanted", "--data", self.data, "-o", "json")
        self.json("log", "seal", "--data", self.data, "-o", "json")
        for topic, index, aim, peer in (
            ("rare", "--no-index", ">= 10", RABBIT_FILTER),
            ("rare", "--index", ">= 10", RABBIT_BLOOM),
            ("worst", "--no-index", "", RABBIT_FILTER),
            ("worst", "--index", "", RABBIT_BLOOM),
        ):
            command = [self.sluice, "consume", topic, "--tag", "wanted", index, "--data", self.data]
            walls = [self.run(command)[0] for _ in range(self.options.runs)]
            rate = count / statistics.median(walls)
            what = f"{topic}, {'index' if index == '--index' else 'no index'}"
            row("rabbit", what, f"{rate / 1e6:.2f} M records/s",
                f"RabbitMQ {peer / 1e6:.2f} M, published", rate / peer, aim)
        shutil.rmtree(self.data)

    def test(self):
        count = self.scale(10_000_000)
        path = self.flights(self.scale(1_000_000))
        topic = ["--data", self.data]
        self.json("topic", "create", "flights", "--format", "json", *topic, "-o", "json")
        for _ in range(10):
            with open(path, "rb") as file:
                done = subprocess.run(
                    [self.sluice, "produce", "flights", *topic], stdin=file, stdout=subprocess.DEVNULL,
                    stderr=subprocess.PIPE)
            if done.returncode != 0:
                raise RuntimeError(done.stderr.decode())
        self.json("log", "seal", *topic, "-o", "json")
        command = [self.sluice, "filter", "test", WHERE, "--topic", "flights", *topic]
        walls, firsts = [], []
        for _ in range(min(3, self.options.runs)):
            start = time.monotonic()
            child = subprocess.Popen(
                command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
            child.stdout.readline(), child.stdout.readline()
            firsts.append(time.monotonic() - start)
            child.stdout.read()
            if child.wait() != 0:
                raise RuntimeError("filter test failed")
            walls.append(time.monotonic() - start)
        row("test", f"{count / 1e6:g} M records, all", f"{statistics.median(walls):.2f} s",
            f"{count / statistics.median(walls) / 1e6:.2f} M records/s")
        row("test", "until the first is shown", f"{statistics.median(firsts) * 1e3:.0f} ms", "", None,
            "<= 100 ms")
        shutil.rmtree(self.data)

    def hostile(self):
        script = os.path.join(os.path.dirname(os.path.realpath(__file__)), "hostile.py")
        done = subprocess.run([sys.executable, script, self.sluice, "--records", "100"],
                              stdout=subprocess.PIPE, text=True, check=True)
        print(done.stdout)


SECTIONS = ["pipe", "program", "rabbit", "test", "hostile"]


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("sluice")
    parser.add_argument("sections", nargs="*", metavar="SECTION")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--dir", default=os.path.join(tempfile.gettempdir(), "sluice-flights"))
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--generator")
    options = parser.parse_intermixed_args()
    unknown = set(options.sections) - set(SECTIONS)
    if unknown:
        parser.error(f"no section {', '.join(unknown)}; there are {', '.join(SECTIONS)}")
    os.makedirs(options.dir, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=options.dir, prefix="filters-") as directory:
        figures.run(Bench(options, directory), options.sections or SECTIONS)


if __name__ == "__main__":
    main()
