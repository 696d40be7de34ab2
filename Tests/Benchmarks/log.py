#!/usr/bin/env python3
"""Measures the log beside the disk it stands on (fio), zstd and cat, and prints ratios.

usage: log.py SLUICE [--quick] [--dir DIR] [--flights FILE.jsonl.zst] [SECTION …]

Sections: throughput latency sealing reading ratio reopen empty memory seek; all of them without a
name. Every ratio is of one run on one disk: fio writes with the same bytes a write and the same
fdatasync after each as the log did, just before or after it. A program that is not installed is
named and its row left out. Needs about 20 GB in DIR (default: a temporary directory below the
current one, which is removed); --quick takes a tenth of the data.

"""
import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import figures
from figures import row

AIMS = {
    "throughput": "as near 1 as possible",
    "partitions": ">= 0.7",
    "latency": "near 1",
    "sealing": ">= 0.7",
    "zstd": ">= 1",
    "ratio": "<= 1.10",
    "idle": "< 64 MiB",
    "load": "< 256 MiB",
}


class Bench:
    def __init__(self, sluice, directory, quick, flights):
        self.sluice = sluice
        self.directory = directory
        self.quick = quick
        self.flights = flights
        self.data = os.path.join(directory, "data")

    def scale(self, count):
        return count // 10 if self.quick else count

    def clear(self):
        shutil.rmtree(self.data, ignore_errors=True)

    def run(self, *arguments):
        """The rows that sluice prints as JSON."""
        command = [self.sluice, *map(str, arguments)]
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        if done.returncode != 0:
            raise RuntimeError(f"{' '.join(command)}: {done.stderr.strip()}")
        return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]

    def bench(self, kind, *arguments):
        return self.run("bench", kind, "--data", self.data, "-o", "json", *arguments)

    def measured(self, *arguments):
        """Wall seconds and the largest resident set of one command, in bytes."""
        start = time.monotonic()
        # A fresh, small process forks the program: its own memory would count otherwise.
        child = subprocess.Popen(
            ["sh", "-c", 'exec "$@" >/dev/null', "sh", self.sluice, *map(str, arguments)])
        _, status, usage = os.wait4(child.pid, 0)
        if status != 0:
            raise RuntimeError(f"{arguments} failed")
        return time.monotonic() - start, usage.ru_maxrss * 1024

    def fio(self, block, seconds, filled=False):
        """Writes `block` bytes and calls fdatasync, again and again, over a reserved file."""
        path = os.path.join(self.directory, "fio")
        block = max(512, (int(block) + 511) // 512 * 512)
        size = 1 << 30
        if filled:
            with open(path, "wb") as file:
                for _ in range(size >> 20):
                    file.write(bytes(1 << 20))
                os.fsync(file.fileno())
        command = [
            "fio", "--name=log", "--filename=" + path, "--rw=write", "--ioengine=psync",
            f"--bs={block}", f"--size={size // block * block}", "--fdatasync=1",
            f"--runtime={seconds}", "--time_based", "--overwrite=0", "--output-format=json",
            "--fallocate=native", "--lat_percentiles=1", "--percentile_list=50:99:99.9",
        ]
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        os.unlink(path) if os.path.exists(path) else None
        if done.returncode != 0:
            raise RuntimeError("fio: " + done.stderr.strip())
        job = json.loads(done.stdout[done.stdout.index("{"):])["jobs"][0]
        sync = job["sync"]["lat_ns"]["percentile"]
        write = job["write"]["lat_ns"].get("percentile") or job["write"]["clat_ns"]["percentile"]
        # A write and its fdatasync, as the log's append waits for both.
        times = [
            (sync[p] + write.get(p, 0)) / 1e9 for p in ("50.000000", "99.000000", "99.900000")
        ]
        return job["write"]["bw_bytes"], times

    # Sections

    def throughput(self):
        """acks=all, closed loop, beside fio with the same bytes between two fdatasync."""
        rates = {}
        for size, records in (("100", 6_000_000), ("1KiB", 800_000)):
            for partitions in (1, 256):
                self.clear()
                report = self.bench(
                    "produce", "--record-size", size, "--records", self.scale(records),
                    "--partitions", partitions, "--in-flight", 256)[0]
                written = report["bytes_per_group"] * report["groups"] / report["seconds"]
                disk, _ = self.fio(report["bytes_per_group"], 3, filled=True)
                rates[size, partitions] = report["records_per_second"]
                row("throughput", f"{size} x {partitions} partitions, acks all",
                    f"{report['records_per_second']:,.0f} records/s, {written / 1e6:.0f} MB/s, "
                    f"{report['bytes_per_group'] >> 10} KiB a group, "
                    f"peak {report['resident_bytes_peak'] >> 20} MiB",
                    f"fio {disk / 1e6:.0f} MB/s", written / disk, AIMS["throughput"])
            row("throughput", f"{size}: 256 partitions of 1", "", "",
                rates[size, 256] / rates[size, 1], AIMS["partitions"])

    def latency(self):
        """Open loop; beside one write and fdatasync of fio."""
        for rate in (1_000, 5_000):
            self.clear()
            _, disk = self.fio(512, 3, filled=True)
            report = self.bench(
                "produce", "--rate", rate, "--records", self.scale(rate * 10), "--record-size",
                "100")[0]
            for index, name in enumerate(("latency_p50", "latency_p99", "latency_p99_9")):
                row("latency", f"{rate}/s {name[8:]}", f"{report[name] * 1e3:.2f} ms",
                    f"fio {disk[index] * 1e3:.2f} ms", report[name] / disk[index],
                    AIMS["latency"] if index == 0 else "")

    def sealing(self):
        self.clear()
        report = self.bench(
            "produce", "--while-sealing", "--records", self.scale(8_000_000), "--in-flight", 256)[0]
        during = report["while_sealing"][0]
        row("sealing", "producers while sealing",
            f"{during['records_per_second']:,.0f} records/s, {during['sealed_files']} files sealed",
            f"without {report['records_per_second']:,.0f}", report["throughput_ratio"],
            AIMS["sealing"])

    def reading(self):
        """In process, beside zstd -d and cat of the same bytes."""
        self.clear()
        report = self.bench("consume", "--records", self.scale(5_000_000), "--keep")
        plain = os.path.join(self.directory, "plain")
        found = {(line["from"], line["what"]): line for line in report}
        with open(plain, "wb") as file:
            done = subprocess.run(
                [self.sluice, "consume", "bench", "--data", self.data], stdout=file,
                stderr=subprocess.PIPE, text=True)
        if done.returncode != 0:
            raise RuntimeError("consume: " + done.stderr.strip())
        size = os.path.getsize(plain)
        packed = plain + ".zst"
        subprocess.run(["zstd", "-q", "-f", "-3", plain, "-o", packed], check=True)

        def timed(command):
            best = 1e9
            for _ in range(3):
                start = time.monotonic()
                subprocess.run(command, shell=True, check=True)
                best = min(best, time.monotonic() - start)
            return size / best / 1e6

        cat = timed(f"cat {plain} > /dev/null")
        unpack = timed(f"zstd -dcq {packed} > /dev/null")
        for key, reference, name, aim in (
            (("segments", "records"), unpack, "zstd -d", AIMS["zstd"]),
            (("segments", "batches"), cat, "cat", ""),
            (("commit log", "records"), cat, "cat", ""),
            (("commit log", "batches"), cat, "cat", ""),
        ):
            speed = found[key]["mb_per_second"]
            row("reading", " ".join(key), f"{speed:,.0f} MB/s", f"{name} {reference:,.0f} MB/s",
                speed / reference, aim)
        os.unlink(plain)
        os.unlink(packed)
        self.clear()

    def ratio(self):
        """The year of flights, imported and sealed, beside zstd -3 of the whole file."""
        if not self.flights:
            print("  ratio: left out, no --flights")
            return
        self.clear()
        plain = os.path.join(self.directory, "flights.jsonl")
        with open(plain, "wb") as file:
            subprocess.run(["zstd", "-dcq", self.flights], stdout=file, check=True)
        packed = plain + ".zst"
        subprocess.run(["zstd", "-q", "-f", "-3", plain, "-o", packed], check=True)
        reference = os.path.getsize(packed)
        # The times of events are kept beside the payload: four bytes more that hardly shrink.
        for name, times in (("", []), (", with event times", ["--timestamp", "ts"])):
            self.clear()
            self.run("import", plain, "--topic", "flights", "--data", self.data, *times)
            start = time.monotonic()
            report = self.run("log", "seal", "--data", self.data, "-o", "json")[0]
            seconds = time.monotonic() - start
            row("ratio", "flights of a year, sealed" + name,
                f"{report['segment_bytes']:,} bytes, sealed "
                f"{report['sealed_bytes'] / seconds / 1e6:.0f} MB/s", f"zstd -3 {reference:,}",
                report["segment_bytes"] / reference, "" if times else AIMS["ratio"])
        os.unlink(plain)
        os.unlink(packed)
        self.clear()

    def reopen(self):
        """10 GB of records before compression, sealed, and 256 MiB in the commit log."""
        self.clear()
        records = self.scale(10_000_000)
        self.bench("consume", "--records", records, "--record-size", "1000", "--keep")
        sealed, _ = self.measured("topic", "list", "--data", self.data)
        self.bench(
            "produce", "--existing", "--keep", "--no-sealing", "--acks", "1", "--records",
            self.scale(268_000), "--record-size", "1000")
        first, _ = self.measured("topic", "list", "--data", self.data)
        again, resident = self.measured("topic", "list", "--data", self.data)
        total = sum(
            os.path.getsize(os.path.join(root, name))
            for root, _, names in os.walk(self.data) for name in names)
        row("reopen", f"{records / 1e6:.0f} GB sealed, nothing in the commit log",
            f"{sealed * 1e3:.0f} ms", f"{total / 1e9:.2f} GB on disk")
        row("reopen", "and 256 MiB in the commit log", f"{first * 1e3:.0f} ms, then "
            f"{again * 1e3:.0f} ms", f"{resident >> 20} MiB resident")
        self.clear()

    def empty(self):
        self.clear()
        self.run("topic", "create", "t", "--data", self.data)
        best = min(self.measured("topic", "list", "--data", self.data) for _ in range(5))
        row("empty", "start, open, list, close", f"{best[0] * 1e3:.1f} ms",
            f"{best[1] >> 20} MiB resident", None, AIMS["idle"])
        self.clear()

    def memory(self):
        self.clear()
        self.run("topic", "create", "t", "--partitions", 1000, "--data", self.data)
        _, resident = self.measured("topic", "list", "--data", self.data)
        row("memory", "open with 1,000 partitions", f"{resident >> 20} MiB", "", None, AIMS["idle"])
        self.clear()
        report = self.bench(
            "produce", "--partitions", 1000, "--records", self.scale(6_000_000), "--producers", 2,
            "--in-flight", 512)[0]
        row("memory", "full load, 1,000 partitions",
            f"{report['resident_bytes_peak'] >> 20} MiB", f"{report['sealed_files']} files sealed",
            None, AIMS["load"])
        self.clear()

    def seek(self):
        records = self.scale(20_000_000)
        for cold in ([], ["--cold", "--count", 200]):
            self.clear()
            for line in self.bench("seek", "--records", records, *cold):
                row("seek", f"{records:,} records by {line['by']}" + (", cold" if cold else ""),
                    f"p50 {line['p50'] * 1e6:.0f} us, p99 {line['p99'] * 1e6:.0f} us, "
                    f"p99.9 {line['p99_9'] * 1e6:.0f} us")
        self.clear()


SECTIONS = [
    "empty", "memory", "latency", "throughput", "sealing", "reading", "ratio", "reopen", "seek",
]
NEEDS = {"throughput": ["fio"], "latency": ["fio"], "reading": ["zstd"], "ratio": ["zstd"]}


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("sluice")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--dir")
    parser.add_argument("--flights")
    parser.add_argument("sections", nargs="*", metavar="SECTION")
    arguments = parser.parse_intermixed_args()
    unknown = [name for name in arguments.sections if name not in SECTIONS]
    if unknown:
        sys.exit(f"no section {unknown[0]}; there are {' '.join(SECTIONS)}")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    names = []
    for name in arguments.sections or SECTIONS:
        missing = [p for p in NEEDS.get(name, []) if shutil.which(p) is None]
        if missing:
            print(f"{name}: left out, {missing[0]} is not installed")
        else:
            names.append(name)
    with tempfile.TemporaryDirectory(dir=arguments.dir or os.getcwd(), prefix="sluice-log-") as place:
        bench = Bench(os.path.abspath(arguments.sluice), place, arguments.quick, arguments.flights)
        figures.run(bench, names)


if __name__ == "__main__":
    main()
