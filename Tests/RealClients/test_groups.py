"""Consumer groups under stress: members of several libraries, crashes, churn, restarts."""
import asyncio
import random
import subprocess
import sys
import threading
import time

from aiokafka import AIOKafkaConsumer
from aiokafka.coordinator.assignors.range import RangePartitionAssignor as AIORange
from confluent_kafka import KafkaError, KafkaException, TopicPartition
from kafka import KafkaConsumer
from kafka.coordinator.assignors.range import RangePartitionAssignor

from test_confluent import admin, consumer, create, produce, producer

# One member in a process of its own, which says what it is assigned.
MEMBER = """
import sys
from confluent_kafka import Consumer
client = Consumer({"bootstrap.servers": sys.argv[1], "group.id": sys.argv[2],
                   "session.timeout.ms": 6000, "heartbeat.interval.ms": 500})
client.subscribe([sys.argv[2]], on_assign=lambda _, parts: print(len(parts), flush=True))
while True:
    client.poll(0.1)
"""


def poll_until(members, condition, seconds=40):
    """Lets members work until something holds."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        for member in members:
            message = member.poll(0.05)
            assert message is None or message.error() is None, message.error()
        if condition():
            return
    assert condition()


def test_a_killed_member_loses_its_partitions(server, name):
    create(server, name, partitions=4)
    member = consumer(server, name)
    member.subscribe([name])
    poll_until([member], lambda: len(member.assignment()) == 4)
    other = subprocess.Popen([sys.executable, "-c", MEMBER, server.address, name],
                             stdout=subprocess.PIPE, text=True)
    try:
        poll_until([member], lambda: len(member.assignment()) == 2)
    finally:
        other.kill()
        other.wait()
    begin = time.monotonic()
    poll_until([member], lambda: len(member.assignment()) == 4)
    assert time.monotonic() - begin < 12, "a session lasts 6 seconds"
    member.close()


def test_members_that_are_killed_while_they_join_hold_nobody_up(server, name):
    create(server, name, partitions=4)
    member = consumer(server, name)
    member.subscribe([name])
    poll_until([member], lambda: len(member.assignment()) == 4)
    for _ in range(5):
        other = subprocess.Popen([sys.executable, "-c", MEMBER, server.address, name],
                                 stdout=subprocess.DEVNULL)
        until = time.monotonic() + random.uniform(0.2, 0.8)
        poll_until([member], lambda: time.monotonic() > until)
        other.kill()
        other.wait()
    poll_until([member], lambda: len(member.assignment()) == 4)
    member.close()


def read_under_churn(server, name, count, partitions, join, stays, pause):
    """What members saw who came and went, 8 at a time, while `count` records were written.

    `join` makes a member, `stays` are the shortest and longest seconds of its life.
    """
    seen, lock, stopping = set(), threading.Lock(), threading.Event()

    def work(seed):
        dice = random.Random(seed)
        while not stopping.is_set():
            client = join()
            client.subscribe([name])
            leave = time.monotonic() + dice.uniform(*stays)
            while time.monotonic() < leave and not stopping.is_set():
                message = client.poll(0.1)
                if message is not None and message.error() is None:
                    with lock:
                        seen.add(message.value())
            client.close()

    workers = [threading.Thread(target=work, args=(seed,), daemon=True) for seed in range(8)]
    for worker in workers:
        worker.start()
    client = producer(server)
    for i in range(count):
        client.produce(name, str(i).encode(), partition=i % partitions)
        client.poll(0)
        time.sleep(pause)
    assert client.flush(20) == 0
    time.sleep(stays[1])
    stopping.set()
    for worker in workers:
        worker.join()
    return seen


def test_members_come_and_go(server, name):
    """Every partition belongs to one member in the end, and no record is left out."""
    partitions, count = 12, 3000
    create(server, name, partitions=partitions)
    owners = {}
    seen = read_under_churn(server, name, count, partitions, stays=(1, 4), pause=0.003,
                            join=lambda: consumer(server, name, session_timeout_ms=10000))
    members = [consumer(server, name) for _ in range(3)]
    for member in members:
        member.subscribe([name])

    def is_shared():
        owners.clear()
        for index, member in enumerate(members):
            for place in member.assignment():
                owners.setdefault(place.partition, []).append(index)
        return [len(m.assignment()) for m in members] == [4, 4, 4]
    deadline = time.monotonic() + 40
    while time.monotonic() < deadline and not (is_shared() and len(seen) == count):
        for member in members:
            message = member.poll(0.02)
            if message is not None and message.error() is None:
                seen.add(message.value())
    assert is_shared()
    assert sorted(owners) == list(range(partitions)) and all(len(o) == 1 for o in owners.values())
    assert len(seen) == count
    for member in members:
        member.close()


def test_members_go_on_after_a_restart_of_the_server(own_server, name):
    create(own_server, name, partitions=4)
    members = [consumer(own_server, name) for _ in range(2)]
    seen = []
    for member in members:
        member.subscribe([name])
    poll_until(members, lambda: [len(m.assignment()) for m in members] == [2, 2])

    def take(count):
        deadline = time.monotonic() + 40
        while len(set(seen)) < count and time.monotonic() < deadline:
            for member in members:
                message = member.poll(0.05)
                if message is not None and message.error() is None:
                    seen.append(message.value())
    produce(own_server, name, [(None, str(i).encode()) for i in range(100)])
    take(100)
    for member in members:
        # Records without a key may all be in the other member's partitions.
        try:
            member.commit(asynchronous=False)
        except KafkaException as error:
            assert error.args[0].code() == KafkaError._NO_OFFSET
    for end in (own_server.stop, own_server.kill):
        end()
        own_server.start()
        before = len(set(seen))
        produce(own_server, name, [(None, f"{before + i}".encode()) for i in range(100)])
        take(before + 100)
        assert set(seen) == {str(i).encode() for i in range(before + 100)}
        poll_until(members, lambda: [len(m.assignment()) for m in members] == [2, 2])
    for member in members:
        member.close()
    client = admin(own_server)
    listed = {g.group_id: g for g in client.list_consumer_groups().result(10).valid}
    assert listed[name].state.name == "EMPTY"


def test_members_of_three_libraries_share_a_topic(server, name):
    create(server, name, partitions=6)
    produce(server, name, [(str(i).encode(), str(i).encode()) for i in range(300)])
    seen, lock, stopping = set(), threading.Lock(), threading.Event()
    shares = [0, 0, 0]

    def note(values):
        with lock:
            seen.update(values)

    def confluent():
        client = consumer(server, name, partition_assignment_strategy="range")
        client.subscribe([name])
        while not stopping.is_set():
            message = client.poll(0.1)
            if message is not None and message.error() is None:
                note([message.value()])
            shares[0] = len(client.assignment())
        client.close()

    def kafka_python():
        client = KafkaConsumer(name, bootstrap_servers=server.address, group_id=name,
                               auto_offset_reset="earliest", session_timeout_ms=10000,
                               heartbeat_interval_ms=500,
                               partition_assignment_strategy=[RangePartitionAssignor])
        while not stopping.is_set():
            for messages in client.poll(100).values():
                note(m.value for m in messages)
            shares[1] = len(client.assignment())
        client.close()

    async def aiokafka():
        client = AIOKafkaConsumer(name, bootstrap_servers=server.address, group_id=name,
                                  auto_offset_reset="earliest", session_timeout_ms=10000,
                                  heartbeat_interval_ms=500,
                                  partition_assignment_strategy=[AIORange])
        await client.start()
        while not stopping.is_set():
            found = await client.getmany(timeout_ms=100)
            for messages in found.values():
                note(m.value for m in messages)
            shares[2] = len(client.assignment())
        await client.stop()

    workers = [threading.Thread(target=work, daemon=True)
               for work in (confluent, kafka_python, lambda: asyncio.run(aiokafka()))]
    for worker in workers:
        worker.start()
    deadline = time.monotonic() + 40
    while time.monotonic() < deadline and not (shares == [2, 2, 2] and len(seen) == 300):
        time.sleep(0.1)
    try:
        client = admin(server)
        described = client.describe_consumer_groups([name])[name].result(10)
    finally:
        stopping.set()
    for worker in workers:
        worker.join(20)
    assert shares == [2, 2, 2]
    assert len(seen) == 300
    assert described.partition_assignor == "range" and len(described.members) == 3


def test_a_group_reads_a_subscription(own_server, name):
    create(own_server, name, partitions=2)
    own_server.stop()
    own_server.command("topic", "alter", name, "--format", "json")
    own_server.command("subscription", "create", name + "-errors", "--topic", name,
                       "--where", "level = 'error'")
    own_server.start()
    produce(own_server, name, [
        (str(i).encode(), b'{"level":"%s","n":%d}' % (b"error" if i % 10 == 0 else b"info", i))
        for i in range(500)])
    members = [consumer(own_server, name) for _ in range(2)]
    found = []
    for member in members:
        member.subscribe([name + "-errors"])
    deadline = time.monotonic() + 40
    while time.monotonic() < deadline and len(found) < 50:
        for member in members:
            message = member.poll(0.05)
            if message is not None and message.error() is None:
                found.append(message.value())
    assert len(found) == 50
    for member in members:
        member.commit(asynchronous=False)
    kept = members[0].committed([TopicPartition(name + "-errors", p) for p in range(2)], timeout=10)
    assert all(place.offset > 0 for place in kept)
    for member in members:
        member.close()
