#!/usr/bin/env python3
"""Compares the expression language with SQLite's over random rows and conditions of their common syntax.

usage: sqlite_compare.py SLUICE [--rows N] [--expressions N] [--seed N]

Each condition is a column of `sluice pipe --select` and of an SQLite SELECT over the same rows, so TRUE,
FALSE and UNKNOWN are all compared. What differs on purpose is kept out of what is generated:

- unlike types: SQLite orders every number below every text; here they are read as numbers, else UNKNOWN.
- int64 overflow: SQLite goes on in floating point; here it is NULL. Numbers stay small.
- LIKE: SQLite folds ASCII case unless told otherwise (it is told); neither has an escape by default.
- `x LIKE y` of numbers: SQLite makes them text; here UNKNOWN.
- a number as a condition: SQLite takes non-zero as TRUE; here it is a type error or UNKNOWN.
- TRUE and FALSE: numbers in SQLite, BOOL here, so they are only compared by IS.
- SUBSTRING with a position below 1, and CAST of text that is no number.
- `||` and CAST of floating-point numbers: another text of the same value.
- `%` of floating-point numbers: SQLite makes them integers first.

Prints the seed and the number of values that agree; exits with 1 at the first that do not.
"""
import argparse
import json
import random
import sqlite3
import subprocess
import sys

INTEGERS = ["i", "j", "k"]
DOUBLES = ["d", "e"]
TEXTS = ["s", "t", "u"]
WORDS = ["", "a", "ab", "abc", "b", "ba", "A", "x y", "aab", "\u00e9", "10", "9", "%", "_", "it's"]
PATTERNS = ["%", "a%", "%b", "%a%", "a_c", "_", "", "%a%b", "a%b%", "__%", "\u00e9", "%_b"]


def quoted(text):
    return "'" + text.replace("'", "''") + "'"


class Generator:
    def __init__(self, seed):
        self.random = random.Random(seed)

    def row(self, number):
        row = {"id": number}
        for name in INTEGERS:
            row[name] = self.maybe(lambda: self.random.randint(-9, 9))
        for name in DOUBLES:
            row[name] = self.maybe(lambda: self.random.choice([-2.5, -1.0, 0.0, 0.5, 1.0, 3.0, 1e10]))
        for name in TEXTS:
            row[name] = self.maybe(lambda: self.random.choice(WORDS))
        return row

    def maybe(self, make):
        return None if self.random.random() < 0.2 else make()

    def integer(self, depth):
        choice = self.random.randrange(8 if depth > 0 else 2)
        if choice == 0:
            return str(self.random.randint(0, 9))
        if choice == 1:
            return self.random.choice(INTEGERS)
        first = self.integer(depth - 1)
        if choice in (2, 3):
            return f"({first} {self.random.choice(['+', '-', '*', '/', '%'])} {self.integer(depth - 1)})"
        if choice == 4:
            return f"ABS({first})"
        if choice == 5:
            return f"LENGTH({self.text(depth - 1)})"
        if choice == 6:
            return f"COALESCE({first}, {self.integer(depth - 1)})"
        return self.case(self.integer, depth)

    def number(self, depth):
        if self.random.random() < 0.6:
            return self.integer(depth)
        if depth == 0 or self.random.random() < 0.5:
            return self.random.choice(DOUBLES + ["1.5", "0.5", "2.0"])
        return f"({self.number(depth - 1)} {self.random.choice(['+', '-', '*', '/'])} {self.number(depth - 1)})"

    def text(self, depth):
        choice = self.random.randrange(9 if depth > 0 else 2)
        if choice == 0:
            return quoted(self.random.choice(WORDS))
        if choice == 1:
            return self.random.choice(TEXTS)
        first = self.text(depth - 1)
        if choice in (2, 3):
            return f"({first} || {self.text(depth - 1)})"
        if choice == 4:
            return f"SUBSTRING({first}, {self.random.randint(1, 4)}, {self.random.randint(0, 3)})"
        if choice == 5:
            return f"REPLACE({first}, {quoted(self.random.choice(['a', 'ab', 'b']))}, {quoted(self.random.choice(WORDS))})"
        if choice == 6:
            return f"TRIM({first})"
        if choice == 7:
            return f"NULLIF({first}, {self.text(depth - 1)})"
        return self.case(self.text, depth)

    def case(self, value, depth):
        return (
            f"CASE WHEN {self.condition(depth - 1)} THEN {value(depth - 1)}"
            f" ELSE {value(depth - 1)} END"
        )

    def condition(self, depth):
        choice = self.random.randrange(11 if depth > 0 else 5)
        negated = self.random.choice(["", "NOT "])
        value = self.random.choice([self.number, self.text])
        if choice == 0:
            return f"{value(depth)} {self.random.choice(['=', '<>', '!=', '<', '<=', '>', '>='])} {value(depth)}"
        if choice == 1:
            return f"{value(depth)} IS {negated}NULL"
        if choice == 2:
            return f"{self.text(depth)} {negated}LIKE {quoted(self.random.choice(PATTERNS))}"
        if choice == 3:
            elements = [value(0) for _ in range(self.random.randint(1, 5))]
            if self.random.random() < 0.2:
                elements.append("NULL")
            return f"{value(depth)} {negated}IN ({', '.join(elements)})"
        if choice == 4:
            return f"{value(depth)} {negated}BETWEEN {value(0)} AND {value(0)}"
        if choice in (5, 6, 7, 8):
            word = " AND " if choice < 7 else " OR "
            terms = [f"({self.condition(depth - 1)})" for _ in range(self.random.randint(2, 4))]
            return word.join(terms)
        if choice == 9:
            return f"NOT ({self.condition(depth - 1)})"
        test = self.random.choice(["TRUE", "FALSE", "NULL"])
        if self.random.random() < 0.4:
            return f"{value(depth)} IS {negated}DISTINCT FROM {value(depth)}"
        return f"({self.condition(depth - 1)}) IS {negated}{test}"


def by_sqlite(rows, conditions):
    base = sqlite3.connect(":memory:")
    base.execute("PRAGMA case_sensitive_like = ON")
    names = list(rows[0])
    base.execute(f"CREATE TABLE r ({', '.join(names)})")
    places = ", ".join("?" for _ in names)
    base.executemany(f"INSERT INTO r VALUES ({places})", [[row[name] for name in names] for row in rows])
    found = []
    for condition in conditions:
        values = base.execute(f"SELECT ({condition}) FROM r ORDER BY id").fetchall()
        found.append([None if value is None else bool(value) for (value,) in values])
    return found


def by_sluice(sluice, rows, conditions):
    select = ", ".join(f"({condition}) AS c{index}" for index, condition in enumerate(conditions))
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    done = subprocess.run(
        [sluice, "pipe", "--select", select], input=text.encode(), capture_output=True, check=False)
    if done.returncode != 0:
        sys.exit(f"sluice pipe failed: {done.stderr.decode()}\n{select}")
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    return [[answer[f"c{index}"] for answer in answers] for index in range(len(conditions))]


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("sluice")
    parser.add_argument("--rows", type=int, default=200)
    parser.add_argument("--expressions", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    generator = Generator(options.seed)
    print(f"seed {options.seed}, SQLite {sqlite3.sqlite_version}")
    rows = [generator.row(number) for number in range(options.rows)]
    compared = 0
    for start in range(0, options.expressions, 50):
        count = min(50, options.expressions - start)
        conditions = [generator.condition(generator.random.randint(0, 3)) for _ in range(count)]
        theirs = by_sqlite(rows, conditions)
        ours = by_sluice(options.sluice, rows, conditions)
        for condition, left, right in zip(conditions, theirs, ours):
            for row, expected, found in zip(rows, left, right):
                if expected != found:
                    sys.exit(f"{condition}\nrow {json.dumps(row)}\nSQLite {expected}, sluice {found}")
                compared += 1
    print(f"{compared} values of {options.expressions} conditions agree")


main()
