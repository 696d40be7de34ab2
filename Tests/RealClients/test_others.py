"""kafka-python, aiokafka, kcat and a C program on librdkafka."""
import asyncio
import os
import subprocess
import time

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin import NewTopic as AIONewTopic
from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import KafkaAdminClient, NewTopic

import stored

CODECS = [None, "gzip", "snappy", "lz4", "zstd"]


# kafka-python

def create(server, name, partitions=1):
    client = KafkaAdminClient(bootstrap_servers=server.address)
    client.create_topics([NewTopic(name=name, num_partitions=partitions, replication_factor=1)])
    client.close()


@pytest.mark.parametrize("codec", CODECS)
def test_kafka_python_reads_what_it_wrote(server, name, codec):
    create(server, name)
    client = KafkaProducer(bootstrap_servers=server.address, compression_type=codec, acks="all")
    sent = [(f"k{i}".encode(), f"value {i} ".encode() * 20) for i in range(300)]
    futures = [client.send(name, value=value, key=key, headers=[("n", key)])
               for key, value in sent]
    assert [future.get(10).offset for future in futures] == list(range(300))
    client.close()
    assert stored.is_compressed(server, name, codec or "none")
    reader = KafkaConsumer(bootstrap_servers=server.address, auto_offset_reset="earliest",
                           consumer_timeout_ms=10_000)
    reader.assign([TopicPartition(name, 0)])
    found = []
    for message in reader:
        found.append(message)
        if len(found) == 300:
            break
    assert [(m.key, m.value) for m in found] == sent
    assert all(list(m.headers) == [("n", m.key)] for m in found)
    assert reader.end_offsets([TopicPartition(name, 0)])[TopicPartition(name, 0)] == 300
    reader.close()


def test_kafka_python_group_and_positions(server, name):
    create(server, name, partitions=4)
    client = KafkaProducer(bootstrap_servers=server.address)
    for i in range(40):
        client.send(name, value=str(i).encode(), partition=i % 4)
    client.flush()
    client.close()
    reader = KafkaConsumer(name, bootstrap_servers=server.address, group_id=name,
                           auto_offset_reset="earliest", enable_auto_commit=False,
                           consumer_timeout_ms=10_000)
    values = set()
    for message in reader:
        values.add(message.value)
        if len(values) == 40:
            break
    reader.commit()
    assert reader.committed(TopicPartition(name, 0)) == 10
    reader.close()
    assert values == {str(i).encode() for i in range(40)}


def test_kafka_python_transaction(server, name):
    create(server, name)
    client = KafkaProducer(bootstrap_servers=server.address, transactional_id=name)
    client.init_transactions()
    for number, commits in enumerate([True, False, True]):
        client.begin_transaction()
        client.send(name, value=str(number).encode())
        if commits:
            client.commit_transaction()
        else:
            client.flush()
            client.abort_transaction()
    client.close()
    reader = KafkaConsumer(bootstrap_servers=server.address, auto_offset_reset="earliest",
                           isolation_level="read_committed", consumer_timeout_ms=3_000)
    reader.assign([TopicPartition(name, 0)])
    found = []
    for message in reader:
        found.append(message.value)
        if len(found) == 2:
            break
    reader.close()
    assert found == [b"0", b"2"]


# aiokafka

@pytest.mark.parametrize("codec", CODECS)
def test_aiokafka_reads_what_it_wrote(server, name, codec):
    async def run():
        manager = AIOKafkaAdminClient(bootstrap_servers=server.address)
        await manager.start()
        await manager.create_topics([AIONewTopic(name, 1, 1)])
        await manager.close()
        client = AIOKafkaProducer(bootstrap_servers=server.address, compression_type=codec,
                                  enable_idempotence=True)
        await client.start()
        sent = [f"value {i} ".encode() * 20 for i in range(300)]
        results = await asyncio.gather(*[await client.send(name, value) for value in sent])
        await client.stop()
        assert sorted(result.offset for result in results) == list(range(300))
        assert stored.is_compressed(server, name, codec or "none")
        reader = AIOKafkaConsumer(name, bootstrap_servers=server.address, group_id=name,
                                  auto_offset_reset="earliest", enable_auto_commit=False)
        await reader.start()
        found = [(await asyncio.wait_for(reader.getone(), 15)).value for _ in range(300)]
        await reader.commit()
        await reader.stop()
        assert found == sent
    asyncio.run(run())


def test_aiokafka_transaction(server, name):
    create(server, name)

    async def run():
        client = AIOKafkaProducer(bootstrap_servers=server.address, transactional_id=name)
        await client.start()
        async with client.transaction():
            await client.send_and_wait(name, b"committed")
        with pytest.raises(ZeroDivisionError):
            async with client.transaction():
                await client.send_and_wait(name, b"aborted")
                raise ZeroDivisionError
        async with client.transaction():
            await client.send_and_wait(name, b"committed too")
        await client.stop()
        reader = AIOKafkaConsumer(name, bootstrap_servers=server.address,
                                  auto_offset_reset="earliest", isolation_level="read_committed")
        await reader.start()
        found = [(await asyncio.wait_for(reader.getone(), 10)).value for _ in range(2)]
        await reader.stop()
        assert found == [b"committed", b"committed too"]
    asyncio.run(run())


# kcat

def kcat(server, *arguments, stdin=b"", seconds=30):
    return subprocess.run(["kcat", "-b", server.address, *arguments], input=stdin,
                          capture_output=True, check=True, timeout=seconds).stdout


@pytest.mark.parametrize("codec", ["none", "gzip", "snappy", "lz4", "zstd"])
def test_kcat_reads_what_it_wrote(server, name, codec):
    lines = b"".join(b"key%d:value %d\n" % (i, i) for i in range(1000))
    kcat(server, "-P", "-t", name, "-K:", "-z", codec, "-X", "acks=all", stdin=lines)
    assert stored.is_compressed(server, name, codec)
    out = kcat(server, "-C", "-t", name, "-e", "-q", "-f", "%k:%s\n")
    assert out == lines
    assert b"offset 1000" in kcat(server, "-Q", "-t", f"{name}:0:-1")
    assert name.encode() in kcat(server, "-L")


def test_kcat_group(server, name):
    kcat(server, "-P", "-t", name, stdin=b"a\nb\nc\n")
    out = kcat(server, "-G", name, "-X", "auto.offset.reset=earliest", "-e", "-q", "-c", "3", name)
    assert out == b"a\nb\nc\n"


# C on librdkafka

def test_a_c_program(server, name, tmp_path):
    source = os.path.join(os.path.dirname(__file__), "c", "exactly_once.c")
    program = tmp_path / "exactly_once"
    subprocess.run(["gcc", "-O2", "-Wall", "-Werror", "-o", program, source, "-lrdkafka"],
                   check=True)
    start = time.monotonic()
    out = subprocess.run([program, server.address, name], capture_output=True, text=True,
                         timeout=60)
    assert out.returncode == 0, out.stderr
    assert out.stdout == "committed 900, aborted 100, read 900\n"
    assert time.monotonic() - start < 60
