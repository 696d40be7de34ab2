#!/usr/bin/env python3
"""Times `sluice filter test` on patterns and records that were chosen to make matching expensive.

usage: hostile.py SLUICE [--records N]

Prints, for each pattern, the time of the filter for a record, what became of the records, and the grade
that `filter check` gives the pattern. A record over the limits (100,000 steps, EXPRESSIONS.md §9) is an
error of that record; the time of one is the price of the budget. LIKE has no budget and needs none.

Then the same patterns with lower limits: the time of a record grows with the limit, and what would be
left of it at a limit of 0 (the line through two limits) is the time beyond the budget, for starting,
stopping and counting.
"""
import argparse
import json
import subprocess

REGEXES = [
    ("order", "x" * 200),
    ("^[a-z]+$", "a" * 200),
    ("^(a+)+$", "a" * 40 + "b"),
    ("^(a|aa)+$", "a" * 60 + "b"),
    ("^(.*a){20}$", "a" * 40 + "b"),
    (r"^(\w+\s?)+$", "word " * 30 + "!"),
    ("(x+x+)+y", "x" * 60),
    ("(.*)*x(.*)*y(.*)*z", "xy" * 200),
    (".*.*.*.*=.*", "a" * 3000),
    (r"\s+$", " " * 20000 + "x"),
]
LIKES = [
    ("%a%a%a%a%a%a%b", "a" * 2000),
    ("%_a%_a%_a%_b", "a" * 2000),
    ("%aaaaaaaaaaaaaaab%", "a" * 2000),
    ("_%_%_%_%_%_%b", "a" * 2000),
]


CATASTROPHIC = ["^(a+)+$", "^(a|aa)+$", r"^(\w+\s?)+$"]


def run(sluice, condition, subject, count):
    done = subprocess.run(
        [sluice, "filter", "test", condition, "--format", "lines", "--samples", "0", "-o", "json"],
        input=(subject + "\n").encode() * count, capture_output=True, check=False)
    return json.loads(done.stdout)


def beyond(sluice, count):
    print(f"\n{'pattern over its limit':34} {'1,000':>9} {'10,000':>9} {'100,000':>9} {'beyond':>9}  µs")
    for pattern, subject in [row for row in REGEXES if row[0] in CATASTROPHIC]:
        times = []
        for limit in (1_000, 10_000, 100_000):
            condition = f"payload RLIKE '(*LIMIT_MATCH={limit}){pattern}'"
            found = [run(sluice, condition, subject, count) for _ in range(3)]
            assert all(one["not_evaluated"] == count for one in found), condition
            times.append(min(one["seconds_per_record"] for one in found) * 1e6)
        rest = times[0] - (times[1] - times[0]) / 9
        print(f"{pattern:34} {times[0]:9.1f} {times[1]:9.1f} {times[2]:9.1f} {rest:9.1f}")


def grade(sluice, condition):
    done = subprocess.run(
        [sluice, "filter", "check", "--shape", "properties", condition, "-o", "json"],
        capture_output=True, check=True)
    return json.loads(done.stdout).get("patterns", ["-"])[0].rsplit("/", 1)[-1].strip()


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("sluice")
    parser.add_argument("--records", type=int, default=500)
    options = parser.parse_args()
    print(f"{'condition':42} {'bytes':>6} {'µs/record':>10} {'errors':>7}  grade")
    for word, rows in (("RLIKE", REGEXES), ("LIKE", LIKES)):
        for pattern, subject in rows:
            condition = f"payload {word} '{pattern}'"
            found = run(options.sluice, condition, subject, options.records)
            print(
                f"{condition:42} {len(subject):6} {found['seconds_per_record'] * 1e6:10.2f}"
                f" {found['not_evaluated']:7}  {grade(options.sluice, condition)}")
    beyond(options.sluice, options.records)


main()
