"""Groups of the consumer protocol (KIP-848): confluent-kafka with group.protocol=consumer."""
import json
import subprocess
import sys
import tempfile
import time

import pytest
from confluent_kafka import (
    Consumer, ConsumerGroupState, ConsumerGroupTopicPartitions, ConsumerGroupType, KafkaError,
    TopicPartition)
from confluent_kafka.admin import NewPartitions

from conftest import SLUICE, Server
from test_confluent import admin, consumer, create, produce, producer
from test_groups import poll_until, read_under_churn

# One member in a process of its own, which says what it is assigned.
MEMBER = """
import sys
from confluent_kafka import Consumer
client = Consumer({"bootstrap.servers": sys.argv[1], "group.id": sys.argv[2],
                   "group.protocol": "consumer"})
client.subscribe([sys.argv[2]])
count = -1
while True:
    client.poll(0.1)
    if len(client.assignment()) != count:
        count = len(client.assignment())
        print(count, flush=True)
"""


@pytest.fixture(scope="module")
def hasty():
    """A server whose sessions are short."""
    with tempfile.TemporaryDirectory(prefix="sluice-clients-") as directory:
        server = Server(
            directory, "-o", "group.consumer.session.timeout.ms=6000",
            "-o", "group.consumer.heartbeat.interval.ms=500")
        yield server
        assert server.stop() in (0, 143)


def member(server, group, **settings):
    return Consumer({"bootstrap.servers": server.address, "group.id": group,
                     "group.protocol": "consumer", "auto.offset.reset": "earliest",
                     **{k.replace("_", "."): v for k, v in settings.items()}})


def partitions(client):
    return sorted((place.topic, place.partition) for place in client.assignment())


def counts(members):
    return sorted(len(client.assignment()) for client in members)


def take(members, seen, count, seconds=40):
    """Reads until so many different values were seen."""
    deadline = time.monotonic() + seconds
    while len(set(seen)) < count and time.monotonic() < deadline:
        for client in members:
            message = client.poll(0.05)
            if message is not None:
                assert message.error() is None, message.error()
                seen.append(message.value())
    assert len(set(seen)) == count


def values(first, end):
    return [(None, str(i).encode()) for i in range(first, end)]


def test_members_come_and_go_and_share(hasty, name):
    create(hasty, name, partitions=6)
    members = [member(hasty, name) for _ in range(3)]
    members[0].subscribe([name])
    poll_until(members[:1], lambda: counts(members[:1]) == [6])
    members[1].subscribe([name])
    poll_until(members[:2], lambda: counts(members[:2]) == [3, 3])
    before = [set(partitions(client)) for client in members]
    members[2].subscribe([name])
    poll_until(members, lambda: counts(members) == [2, 2, 2])
    # Nobody has anything that it did not have before, except the one who came.
    for client, had in zip(members[:2], before):
        assert set(partitions(client)) < had
    owned = [place for client in members for place in partitions(client)]
    assert sorted(owned) == [(name, i) for i in range(6)]
    members[0].close()
    poll_until(members[1:], lambda: counts(members[1:]) == [3, 3])
    for client in members[1:]:
        client.close()


def test_members_under_churn(hasty, name):
    """Every partition belongs to one member in the end, and no record is left out."""
    places, count = 12, 2000
    create(hasty, name, partitions=places)
    seen = read_under_churn(hasty, name, count, places, stays=(0.5, 4), pause=0.004,
                            join=lambda: member(hasty, name))
    members = [member(hasty, name) for _ in range(3)]
    for one in members:
        one.subscribe([name])
    deadline = time.monotonic() + 40
    while time.monotonic() < deadline and not (counts(members) == [4, 4, 4] and len(seen) == count):
        for one in members:
            message = one.poll(0.02)
            if message is not None and message.error() is None:
                seen.add(message.value())
    owned = sorted(sum((partitions(one) for one in members), []))
    assert owned == [(name, i) for i in range(places)] and counts(members) == [4, 4, 4]
    assert len(seen) == count
    for one in members:
        one.close()


def test_positions_go_on(hasty, name):
    create(hasty, name, partitions=2)
    produce(hasty, name, values(0, 100))
    first, seen = member(hasty, name), []
    first.subscribe([name])
    take([first], seen, 100)
    first.commit(asynchronous=False)
    first.close()
    produce(hasty, name, values(100, 150))
    second = member(hasty, name)
    second.subscribe([name])
    later = []
    take([second], later, 50)
    assert sorted(map(int, later)) == list(range(100, 150))
    second.close()


def test_a_killed_member_loses_its_partitions(hasty, name):
    create(hasty, name, partitions=4)
    client = member(hasty, name)
    client.subscribe([name])
    poll_until([client], lambda: counts([client]) == [4])
    other = subprocess.Popen([sys.executable, "-c", MEMBER, hasty.address, name],
                             stdout=subprocess.PIPE, text=True)
    try:
        poll_until([client], lambda: counts([client]) == [2])
    finally:
        other.kill()
        other.wait()
    begin = time.monotonic()
    poll_until([client], lambda: counts([client]) == [4])
    assert time.monotonic() - begin < 12, "a session lasts 6 seconds"
    client.close()


def test_a_static_member_keeps_its_partitions(hasty, name):
    create(hasty, name, partitions=4)
    members = [member(hasty, name, group_instance_id=f"i{i}") for i in range(2)]
    for client in members:
        client.subscribe([name])
    poll_until(members, lambda: counts(members) == [2, 2])
    had = partitions(members[1])
    members[1].close()  # For the moment: the place stays.
    begin = time.monotonic()
    poll_until(members[:1], lambda: time.monotonic() - begin > 2)
    assert counts(members[:1]) == [2]
    again = member(hasty, name, group_instance_id="i1")
    again.subscribe([name])
    poll_until([members[0], again], lambda: partitions(again) == had)
    # Another process with an id that is in use is told so, and ends.
    third = member(hasty, name, group_instance_id="i1")
    third.subscribe([name])
    deadline, error = time.monotonic() + 20, None
    while error is None and time.monotonic() < deadline:
        message = third.poll(0.1)
        members[0].poll(0), again.poll(0)
        error = message.error() if message is not None else None
    assert error is not None and error.code() == KafkaError._FATAL, error
    assert "instance ID is still used" in error.str(), error
    third.close()
    again.close()
    # It does not come back: its place goes when its session ends.
    poll_until(members[:1], lambda: counts(members[:1]) == [4])
    members[0].close()


def test_a_pattern_finds_topics_that_come_later(hasty, name):
    create(hasty, name + ".a", partitions=2)
    create(hasty, "other." + name)
    tools = admin(hasty)
    client = member(hasty, name)
    client.subscribe(["^" + name + "[.][a-z]+$"])
    poll_until([client], lambda: partitions(client) == [(name + ".a", 0), (name + ".a", 1)])
    create(hasty, name + ".b")
    poll_until([client], lambda: (name + ".b", 0) in partitions(client))
    tools.create_partitions([NewPartitions(name + ".b", 3)])[name + ".b"].result(10)
    poll_until([client], lambda: (name + ".b", 2) in partitions(client))
    tools.delete_topics([name + ".a"])[name + ".a"].result(10)
    deadline = time.monotonic() + 20
    while len(client.assignment()) != 3 and time.monotonic() < deadline:
        client.poll(0.05)  # That the topic is gone is told as an error.
    assert partitions(client) == [(name + ".b", i) for i in range(3)]
    client.close()


def test_a_wrong_pattern_or_assignor_is_told(hasty, name):
    create(hasty, name)
    for settings, topics, words in [
            # librdkafka's own expressions have back references, RE2's have not.
            ({}, ["^(" + name + ")\\1"], "regular expression is not valid"),
            ({"group_remote_assignor": "what"}, [name], "assignor")]:
        client = member(hasty, name, **settings)
        client.subscribe(topics)
        deadline, error = time.monotonic() + 20, None
        while error is None and time.monotonic() < deadline:
            message = client.poll(0.1)
            error = message.error() if message is not None else None
        assert error is not None and words in error.str(), error
        client.close()


def test_members_use_ranges_if_they_want(hasty, name):
    create(hasty, name, partitions=3)
    create(hasty, name + "b", partitions=3)
    members = [member(hasty, name, group_remote_assignor="range") for _ in range(3)]
    for client in members:
        client.subscribe([name, name + "b"])
    poll_until(members, lambda: counts(members) == [2, 2, 2])
    for client in members:
        places = partitions(client)
        assert places[0][1] == places[1][1], "equal partitions meet at one member"
    for client in members:
        client.close()


def test_filtered_topics(hasty, name):
    create(hasty, name, partitions=2)
    subprocess.run(
        [SLUICE, "subscription", "create", name + "-even", "--topic", name, "--pattern", "[02468]$",
         "--server", hasty.address], check=True, capture_output=True)
    produce(hasty, name, values(0, 200))
    members, seen = [member(hasty, name) for _ in range(2)], []
    for client in members:
        client.subscribe([name + "-even"])
    take(members, seen, 100)
    assert set(seen) == {str(i).encode() for i in range(0, 200, 2)}
    for client in members:
        client.close()


def test_transactions(hasty, name):
    """What is read, written and committed by a member is one; another member's epoch is refused."""
    create(hasty, name, partitions=2)
    create(hasty, name + "out")
    produce(hasty, name, values(0, 60))
    client = member(hasty, name, enable_auto_commit=False)
    client.subscribe([name])
    writer = producer(hasty, transactional_id=name)
    writer.init_transactions(20)
    for done in range(1, 61):
        message = client.poll(10)
        assert message is not None and message.error() is None
        if done % 20 == 1:
            writer.begin_transaction()
        writer.produce(name + "out", message.value())
        if done % 20 == 0:
            writer.send_offsets_to_transaction(
                client.position(client.assignment()), client.consumer_group_metadata(), 20)
            if done == 40:
                writer.abort_transaction(20)
            else:
                writer.commit_transaction(20)
    client.close()
    reader = member(hasty, name + "r", isolation_level="read_committed")
    reader.subscribe([name + "out"])
    seen = []
    take([reader], seen, 40)
    reader.close()
    tools = admin(hasty)
    positions = tools.list_consumer_group_offsets([ConsumerGroupTopicPartitions(name)])
    offsets = positions[name].result(10).topic_partitions
    assert sum(place.offset for place in offsets) == 60
    metadata = client_metadata_of_nobody(hasty, name)
    writer.begin_transaction()
    with pytest.raises(Exception) as refused:
        writer.send_offsets_to_transaction([TopicPartition(name, 0, 1)], metadata, 20)
    assert refused.value.args[0].code() in (
        KafkaError.UNKNOWN_MEMBER_ID, KafkaError._FENCED, KafkaError.ILLEGAL_GENERATION), refused


def client_metadata_of_nobody(server, name):
    """That of a member which has left, while another one has joined."""
    gone = member(server, name)
    gone.subscribe([name])
    poll_until([gone], lambda: counts([gone]) == [2])
    metadata = gone.consumer_group_metadata()
    gone.close()
    return metadata


def test_groups_are_shown(hasty, name):
    create(hasty, name, partitions=2)
    produce(hasty, name, values(0, 10))
    client, seen = member(hasty, name, client_id="shown"), []
    client.subscribe([name])
    take([client], seen, 10)
    client.commit(asynchronous=False)
    tools = admin(hasty)
    listed = {group.group_id: group for group in tools.list_consumer_groups(
        types={ConsumerGroupType.CONSUMER}).result(10).valid}
    assert listed[name].state == ConsumerGroupState.STABLE
    assert listed[name].type == ConsumerGroupType.CONSUMER
    assert name not in {group.group_id for group in tools.list_consumer_groups(
        types={ConsumerGroupType.CLASSIC}).result(10).valid}
    shown = tools.describe_consumer_groups([name])[name].result(10)
    assert shown.type == ConsumerGroupType.CONSUMER and shown.partition_assignor == "uniform"
    assert [one.client_id for one in shown.members] == ["shown"]
    places = shown.members[0].assignment.topic_partitions
    assert sorted((place.topic, place.partition) for place in places) == [(name, 0), (name, 1)]
    with pytest.raises(Exception):
        tools.delete_consumer_groups([name])[name].result(10)
    output = subprocess.run(
        [SLUICE, "group", "describe", name, "--server", hasty.address, "--output", "json"],
        check=True, capture_output=True, text=True).stdout
    assert [json.loads(line)["left"] for line in output.splitlines()] == [0, 0]
    client.close()
    # A group without members may be one of the older protocol next.
    older = consumer(hasty, name)
    older.subscribe([name])
    poll_until([older], lambda: counts([older]) == [2])
    with pytest.raises(AssertionError):
        poll_until([refused := member(hasty, name)], subscribe_once(refused, name), seconds=15)
    refused.close()
    older.close()
    tools.delete_consumer_groups([name])[name].result(10)


def subscribe_once(client, name):
    client.subscribe([name])
    return lambda: len(client.assignment()) > 0


def test_members_go_on_after_kill_9(own_server, name):
    create(own_server, name, partitions=4)
    members, seen = [member(own_server, name) for _ in range(2)], []
    for client in members:
        client.subscribe([name])
    poll_until(members, lambda: counts(members) == [2, 2])
    produce(own_server, name, values(0, 100))
    take(members, seen, 100)
    for client in members:
        try:
            client.commit(asynchronous=False)
        except Exception as error:  # Nothing was read by this one.
            assert error.args[0].code() == KafkaError._NO_OFFSET
    own_server.kill()
    own_server.start()
    tools = admin(own_server)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        for client in members:
            message = client.poll(0.05)  # Lost connections are told as errors.
            if message is not None and message.error() is None:
                seen.append(message.value())
        shown = [partitions(client) for client in members]
        if sorted(sum(shown, [])) == [(name, i) for i in range(4)] and all(shown):
            groups = tools.describe_consumer_groups([name])[name].result(10)
            if len(groups.members) == 2:
                break
    assert counts(members) == [2, 2]
    assert len(seen) == 100, "what was committed is not read again"
    produce(own_server, name, values(100, 200))
    take(members, seen, 200)
    for client in members:
        client.close()
