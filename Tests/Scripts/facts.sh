#!/usr/bin/env bash
# Compares what sluice makes of the year 2013 of New York flights with facts on which independent
# programs agree.
#
# usage: Tests/Scripts/facts.sh SLUICE FLIGHTS.jsonl.zst
#
# Three ways: file → topic → subscription → stdout, file → topic → windowed job → topic → file,
# stdin → stdout. Ends with status 1 if one fact differs.
set -euo pipefail
sluice=$(realpath "$1")
flights=$(realpath "$2")
here=$(dirname "$(realpath "$0")")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
failed=0

# name, file, rows, sha256 or -, fingerprint or -
fact() {
    local rows sha print
    read -r rows sha print < <(python3 "$here/fingerprint.py" "$2")
    if [ "$rows" = "$3" ] && { [ "$4" = - ] || [ "$sha" = "$4" ]; } &&
        { [ "$5" = - ] || [ "$print" = "$5" ]; }; then
        echo "same    $1: $rows rows, $(stat -c %s "$2") bytes, sha256 $sha, fingerprint $print"
    else
        echo "DIFFERS $1: $rows rows, sha256 $sha, fingerprint $print; expected $3 $4 $5"
        failed=1
    fi
}

f1=84769eb65c5fc29b4d293497a2c3e01861aa7a70185caa488a41f986b3f7d750
f2=42308b3578d621fccab33183629649cee48030263e446535774d9feaca39a4a7
f3=57198c9d70b467de3cc084c9fb1d53caa03dcc417638a4cbd9465e3e64820ed0
where="dep_delay > 60 AND carrier IN ('AA','UA','DL') AND dest LIKE 'S%'"
pattern='"carrier":"(AA|UA)".*"dest":"[A-M]..'
hourly="SELECT window_start, origin, COUNT(*) AS n, AVG(dep_delay) AS avg_dep_delay
        FROM TABLE(TUMBLE(TABLE IN_STREAM, DESCRIPTOR(ts), INTERVAL '1' HOUR))
        GROUP BY window_start, window_end, origin"

echo "== file → topic → subscription → stdout"
"$sluice" import "$flights" --topic flights --timestamp ts
"$sluice" subscription create late --topic flights --where "$where"
"$sluice" subscription create two-carriers --topic flights --pattern "$pattern"
"$sluice" consume flights > f1.jsonl
fact "F1 topic" f1.jsonl 336776 $f1 0f2d7781f96d5ab5
"$sluice" consume --subscription two-carriers > f2.jsonl
fact "F2 subscription" f2.jsonl 55820 $f2 -
"$sluice" consume --subscription late > f3.jsonl
fact "F3 subscription" f3.jsonl 1370 $f3 7061f86b326fd45b

echo "== file → topic → windowed job → topic → file"
"$sluice" topic create hourly --format json
"$sluice" sql -e "CREATE STREAM f WITH (topic = 'flights', format = 'json', event_time = 'ts');
    INSERT INTO hourly ${hourly/IN_STREAM/f}"
"$sluice" export hourly hourly.jsonl
fact "F5 topic to file" hourly.jsonl 19486 - 01706d18cabb79d8
"$sluice" log verify

echo "== stdin → stdout"
zstd -dc "$flights" > year.jsonl
"$sluice" pipe < year.jsonl > f1.jsonl
fact "F1 pipe" f1.jsonl 336776 $f1 0f2d7781f96d5ab5
"$sluice" pipe --pattern "$pattern" < year.jsonl > f2.jsonl
fact "F2 pipe" f2.jsonl 55820 $f2 -
"$sluice" pipe --where "$where" < year.jsonl > f3.jsonl
fact "F3 pipe" f3.jsonl 1370 $f3 7061f86b326fd45b
"$sluice" pipe --select "carrier, dep_delay + arr_delay AS delay" < year.jsonl > f4.jsonl
fact "F4 pipe" f4.jsonl 336776 - 4e8b20c5d679c8d5
"$sluice" sql -e "CREATE STREAM f WITH (path = 'stdin', format = 'json', event_time = 'ts');
    ${hourly/IN_STREAM/f}" < year.jsonl > f5.jsonl
fact "F5 stdin to stdout" f5.jsonl 19486 - 01706d18cabb79d8
exit $failed
