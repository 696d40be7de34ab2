"""Sluice's own commands on a server that stock clients use too."""
import json
import os
import subprocess

from confluent_kafka import TopicPartition

from test_confluent import consumer, create, produce, producer

SLUICE = os.environ["SLUICE"]


def sluice(server, *arguments, stdin=""):
    """Runs a command on the running server."""
    return subprocess.run([SLUICE, *arguments, "--server", server.address], input=stdin, check=True,
                          capture_output=True, text=True).stdout


def test_consume_reads_every_codec_of_a_stock_producer(server, name):
    create(server, name, partitions=2)
    sent = []
    for codec in ("none", "gzip", "snappy", "lz4", "zstd"):
        values = [f"{codec} {i} ".encode() * 5 for i in range(200)]
        produce(server, name, [(b"k%d" % i, value) for i, value in enumerate(values)],
                compression_type=codec)
        sent += values
    lines = sluice(server, "consume", name).splitlines()
    assert sorted(lines) == sorted(value.decode() for value in sent)


def test_consume_leaves_out_what_was_aborted_or_is_undecided(server, name):
    create(server, name)
    client = producer(server, transactional_id=name)
    client.init_transactions(10)
    for number in range(6):
        client.begin_transaction()
        for i in range(5):
            client.produce(name, value=f"{number}.{i}")
        client.flush(10)
        if number == 5:
            break
        client.abort_transaction(10) if number % 2 else client.commit_transaction(10)
    kept = [f"{number}.{i}" for number in (0, 2, 4) for i in range(5)]
    assert sluice(server, "consume", name).splitlines() == kept
    client.commit_transaction(10)
    kept += [f"5.{i}" for i in range(5)]
    assert sluice(server, "consume", name).splitlines() == kept


def test_a_stock_consumer_reads_what_produce_wrote_where_a_stock_producer_would_put_it(server, name):
    create(server, name, partitions=5)
    lines = [json.dumps({"id": i, "text": "ä" * (i % 7)}) for i in range(500)]
    sluice(server, "produce", name, "--key", "id", "--format", "jsonl", "--header", "a=b",
           stdin="\n".join(lines) + "\n")
    client = consumer(server, name)
    client.assign([TopicPartition(name, i, 0) for i in range(5)])
    found = {}
    while len(found) < 500:
        message = client.poll(10)
        assert message is not None and message.error() is None
        assert message.headers() == [("a", b"b")]
        found[message.key()] = (message.value().decode(), message.partition())
    client.close()
    assert [found[b"%d" % i][0] for i in range(500)] == lines
    # The partition of a key is that of Java's clients and of librdkafka's murmur2 partitioner.
    places = {}
    client = producer(server, partitioner="murmur2")
    for i in range(500):
        client.produce(name, key=b"%d" % i, value=b"{}",
                       on_delivery=lambda _, m: places.setdefault(m.key(), m.partition()))
    assert client.flush(20) == 0
    assert places == {key: place for key, (_, place) in found.items()}


def test_groups_and_subscriptions_are_one_for_commands_and_clients(server, name):
    create(server, name)
    late = name + "-late"
    produce(server, name, [(None, json.dumps({"n": i}).encode()) for i in range(1000)])
    sluice(server, "topic", "alter", name, "--format", "json")
    sluice(server, "subscription", "create", late, "--topic", name, "--where", "n % 100 = 7")
    client = consumer(server, name)
    client.subscribe([late])
    values = []
    while len(values) < 5:
        message = client.poll(10)
        assert message is not None and message.error() is None
        values.append(message.value().decode())
        client.commit(message, asynchronous=False)
    client.close()
    # The command goes on where the client ended, and the client behind the command.
    values += sluice(server, "consume", late, "--group", name).splitlines()
    assert [json.loads(value)["n"] for value in values] == list(range(7, 1000, 100))
    described = json.loads(sluice(server, "group", "list", "-o", "json").splitlines()[-1])
    assert described
    client = consumer(server, name)
    place = client.committed([TopicPartition(late, 0)], timeout=10)[0]
    client.close()
    assert place.offset == 1000
