#!/usr/bin/env python3
"""Times `sluice pipe` beside other programs on one file of flights, in turn, and prints ratios.

usage: pipe.py SLUICE FLIGHTS.jsonl [--runs N]

A program that is not installed (jq, rg, grep; DuckDB as a Python module of this interpreter) is left
out and named. Input comes from the page cache, output goes to a file. Printed are medians of the
whole process's wall time, the largest resident memory (at least that of this interpreter, which a child
inherits until it starts its program), the ratio to sluice, and how many rows came out.

"""
import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

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


def tasks(sluice):
    """Task → list of (name, needed program, argument list or shell text; {i} and {o} are files)."""
    return {
        "where": [
            ("sluice", sluice, f'{sluice} pipe --where "{WHERE}" < {{i}} > {{o}}'),
            ("jq", "jq", f"jq -c '{JQ}' < {{i}} > {{o}}"),
            ("rg+jq", "rg", f"rg --no-config -N '{PREFILTER}' < {{i}} | jq -c '{JQ}' > {{o}}"),
            ("DuckDB", "duckdb", [sys.executable, "-c", DUCKDB, "{i}", "{o}"]),
        ],
        "pattern": [
            ("sluice", sluice, f"{sluice} pipe --pattern '{PATTERN}' < {{i}} > {{o}}"),
            ("grep -P", "grep", f"LC_ALL=C grep -P '{PATTERN}' < {{i}} > {{o}}"),
            ("rg -P", "rg", f"rg --no-config -N -P '{PATTERN}' < {{i}} > {{o}}"),
        ],
        "pass": [
            ("sluice", sluice, f"{sluice} pipe < {{i}} > {{o}}"),
            ("cat", "cat", "cat < {i} > {o}"),
            ("cat|cat", "cat", "cat < {i} | cat > {o}"),
        ],
    }


def is_there(program):
    if program == "duckdb":
        probe = [sys.executable, "-c", "import duckdb"]
        return subprocess.run(probe, stderr=subprocess.DEVNULL).returncode == 0
    return shutil.which(program) is not None


def run(command, source, output):
    """Wall seconds and resident KiB of one run, the latter of the largest process."""
    if isinstance(command, list):
        argv = [{"{i}": source, "{o}": output}.get(part, part) for part in command]
    else:
        argv = ["sh", "-c", command.replace("{i}", source).replace("{o}", output)]
    start = time.monotonic()
    child = os.posix_spawnp(argv[0], argv, os.environ)
    _, status, usage = os.wait4(child, 0)
    if status != 0:
        sys.exit(f"failed: {argv}")
    return time.monotonic() - start, usage.ru_maxrss


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("sluice")
    parser.add_argument("flights")
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    with open(options.flights, "rb") as file:
        while file.read(1 << 20):
            pass
    with tempfile.TemporaryDirectory() as folder:
        for task, commands in tasks(os.path.realpath(options.sluice)).items():
            present = [command for command in commands if is_there(command[1])]
            missing = [name for name, program, _ in commands if not is_there(program)]
            print(f"== {task}" + (f" (not installed: {', '.join(missing)})" if missing else ""))
            walls, memory, rows = {}, {}, {}
            for _ in range(options.runs):
                for name, _, command in present:
                    output = os.path.join(folder, "output")
                    wall, resident = run(command, options.flights, output)
                    walls.setdefault(name, []).append(wall)
                    memory[name] = max(memory.get(name, 0), resident)
                    with open(output, "rb") as file:
                        rows[name] = sum(1 for _ in file)
                    os.remove(output)
            base = statistics.median(walls["sluice"])
            for name in walls:
                median = statistics.median(walls[name])
                print(
                    f"{name:10} {median:7.3f} s  {memory[name] / 1024:7.1f} MiB  {rows[name]:8} rows"
                    f"  {median / base:6.2f} times sluice's time"
                )


main()
