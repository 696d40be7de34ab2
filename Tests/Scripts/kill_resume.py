#!/usr/bin/env python3
"""Kills an import followed by a windowed job at random moments, resumes, and compares.

usage: kill_resume.py SLUICE INPUT [--trials 50] [--kills 1] [--seed N]

Each trial begins with an empty directory, runs

    sluice import INPUT --topic flights --key origin --timestamp ts
    sluice sql --job hourly -e "INSERT INTO delay_by_hour SELECT … TUMBLE … 1 HOUR …"

and is ended with SIGKILL at a moment drawn evenly from the time that an undisturbed run takes
(--kills of them one after the other). Then both commands are run again to their ends, the topics
are exported, and their bytes, and `consume` with offsets, keys and timestamps, must be those of the
undisturbed run; `sluice log verify` must find every byte whole.

INPUT is JSON Lines with ts, origin and dep_delay, compressed or not. Prints one line a trial and a
summary; the exit code is 1 if any trial differs.
"""
import argparse
import collections
import hashlib
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time

QUERY = (
    "INSERT INTO delay_by_hour SELECT window_start, origin, COUNT(*) AS n, "
    "AVG(dep_delay) AS avg_dep_delay "
    "FROM TABLE(TUMBLE(TABLE flights, DESCRIPTOR(ts), INTERVAL '1' HOUR)) "
    "GROUP BY window_start, origin")


class Trial:
    """One data directory and the commands that fill it."""

    def __init__(self, sluice, source, folder):
        self.sluice = sluice
        self.data = os.path.join(folder, "log")
        self.folder = folder
        self.commands = [
            ["import", source, "--topic", "flights", "--key", "origin", "--timestamp", "ts"],
            ["sql", "--job", "hourly", "-e", QUERY],
        ]

    def call(self, command):
        return [self.sluice] + command + ["--data", self.data]

    def run_to_end(self):
        for command in self.commands:
            done = subprocess.run(self.call(command), capture_output=True, text=True)
            if done.returncode != 0:
                sys.exit(f"{command[0]} ended with {done.returncode}: {done.stderr}")

    def run_until(self, moment):
        """Kills whatever runs `moment` seconds from now; which command that was, or None."""
        deadline = time.monotonic() + moment
        for command in self.commands:
            process = subprocess.Popen(
                self.call(command), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            try:
                process.wait(timeout=max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
                return command[0]
        return None

    def fingerprint(self):
        """Digests of everything that the run has left."""
        digests = {}
        for topic in ["flights", "delay_by_hour"]:
            path = os.path.join(self.folder, topic + ".jsonl")
            subprocess.run(
                self.call(["export", topic, path]), check=True, stdout=subprocess.DEVNULL)
            with open(path, "rb") as file:
                digests[topic] = hashlib.sha256(file.read()).hexdigest()
            listing = subprocess.run(
                self.call(["consume", topic, "-f", "%p %o %k %T\\n"]),
                check=True, capture_output=True)
            digests[topic + " places"] = hashlib.sha256(listing.stdout).hexdigest()
        verify = subprocess.run(self.call(["log", "verify"]), capture_output=True, text=True)
        digests["verify"] = "whole" if verify.returncode == 0 else verify.stdout
        return digests


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sluice")
    parser.add_argument("input")
    parser.add_argument("--trials", type=int, default=50)
    parser.add_argument("--kills", type=int, default=1)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 31))
    options = parser.parse_args()
    sluice = os.path.abspath(options.sluice)
    source = os.path.abspath(options.input)
    chance = random.Random(options.seed)
    root = tempfile.mkdtemp(prefix="sluice-kill-")
    try:
        folder = os.path.join(root, "undisturbed")
        os.mkdir(folder)
        reference = Trial(sluice, source, folder)
        start = time.monotonic()
        reference.run_to_end()
        span = time.monotonic() - start
        expected = reference.fingerprint()
        print(f"seed {options.seed}: undisturbed {span:.2f} s, {expected}")
        if expected["verify"] != "whole":
            sys.exit("the undisturbed run is damaged")
        killed = collections.Counter()
        failures = 0
        for number in range(options.trials):
            folder = os.path.join(root, f"trial-{number}")
            os.mkdir(folder)
            trial = Trial(sluice, source, folder)
            kills = []
            for _ in range(options.kills):
                moment = chance.uniform(0, span)
                victim = trial.run_until(moment)
                killed[victim or "nothing"] += 1
                kills.append(f"{victim or 'nothing'} at {moment:.3f} s")
            trial.run_to_end()
            found = trial.fingerprint()
            different = [name for name in expected if found[name] != expected[name]]
            failures += 1 if different else 0
            verdict = f"DIFFERENT: {different} {found}" if different else "same"
            print(f"trial {number}: killed {', '.join(kills)}: {verdict}", flush=True)
            shutil.rmtree(folder)
        kinds = ", ".join(f"{count} {name}" for name, count in sorted(killed.items()))
        print(f"{options.trials} trials, {options.trials * options.kills} kills ({kinds}): "
              f"{failures} different")
        sys.exit(1 if failures else 0)
    finally:
        shutil.rmtree(root, ignore_errors=True)


if __name__ == "__main__":
    main()
