"""confluent-kafka (librdkafka)."""
import time

import pytest
from confluent_kafka import (
    OFFSET_BEGINNING, Consumer, ConsumerGroupTopicPartitions, KafkaError, KafkaException, Producer,
    TopicPartition)
from confluent_kafka.admin import (
    AdminClient, AlterConfigOpType, ConfigEntry, ConfigResource, NewPartitions, NewTopic,
    OffsetSpec, ResourceType)

import stored

CODECS = ["none", "gzip", "snappy", "lz4", "zstd"]


def producer(server, **settings):
    return Producer({"bootstrap.servers": server.address, "linger.ms": 5,
                     **{k.replace("_", "."): v for k, v in settings.items()}})


def consumer(server, group, **settings):
    return Consumer({"bootstrap.servers": server.address, "group.id": group,
                     "auto.offset.reset": "earliest", "session.timeout.ms": 6000,
                     "heartbeat.interval.ms": 500,
                     **{k.replace("_", "."): v for k, v in settings.items()}})


def admin(server):
    return AdminClient({"bootstrap.servers": server.address})


def create(server, name, partitions=1, **config):
    client = admin(server)
    config = {k.replace("_", "."): str(v) for k, v in config.items()}
    client.create_topics([NewTopic(name, partitions, 1, config=config)])[name].result(10)


def produce(server, name, messages, **settings):
    """Sends (key, value) pairs, and has every one acknowledged."""
    client = producer(server, **settings)
    failures = []

    def delivered(error, message):
        if error:
            failures.append(error)
    for key, value in messages:
        client.produce(name, value=value, key=key, on_delivery=delivered)
        client.poll(0)
    assert client.flush(20) == 0
    assert failures == []


def read(client, count, seconds=20):
    """The next messages, as many as wanted."""
    found = []
    deadline = time.monotonic() + seconds
    while len(found) < count and time.monotonic() < deadline:
        message = client.poll(0.2)
        if message is None:
            continue
        assert message.error() is None, message.error()
        found.append(message)
    return found


def read_all(server, name, count, **settings):
    client = consumer(server, "reader-" + name, enable_auto_commit=False, **settings)
    client.assign([TopicPartition(name, 0, OFFSET_BEGINNING)])
    found = read(client, count)
    client.close()
    return found


@pytest.mark.parametrize("codec", CODECS)
@pytest.mark.parametrize("acks", ["0", "1", "all"])
def test_every_record_comes_back(server, name, codec, acks):
    create(server, name)
    sent = [(f"k{i}".encode(), f"value {i} ".encode() * 10) for i in range(500)]
    produce(server, name, sent, compression_type=codec, acks=acks)
    # A client that misses something in our versions does not compress, and says so in its log only.
    assert stored.is_compressed(server, name, codec)
    found = read_all(server, name, 500)
    assert [(m.key(), m.value()) for m in found] == sent
    assert [m.offset() for m in found] == list(range(500))


def test_null_and_empty_keys_and_values(server, name):
    create(server, name)
    sent = [(None, b"v"), (b"", b"v"), (b"k", None), (b"k", b""), (None, None)]
    produce(server, name, sent)
    assert [(m.key(), m.value()) for m in read_all(server, name, 5)] == sent


def test_headers_and_timestamps(server, name):
    create(server, name)
    headers = [("a", b"1"), ("a", b"2"), ("empty", b""), ("null", None), ("ü", bytes(range(256)))]
    client = producer(server)
    client.produce(name, b"v", headers=headers, timestamp=1_700_000_000_123)
    assert client.flush(10) == 0
    message = read_all(server, name, 1)[0]
    assert message.headers() == headers
    assert message.timestamp() == (1, 1_700_000_000_123)


def test_log_append_time(server, name):
    create(server, name, message_timestamp_type="LogAppendTime")
    before = int(time.time() * 1000)
    client = producer(server)
    for i in range(3):
        client.produce(name, b"v", timestamp=1000 + i)
    assert client.flush(10) == 0
    for message in read_all(server, name, 3):
        kind, at = message.timestamp()
        assert kind == 2 and before - 1 <= at <= time.time() * 1000 + 1


def test_a_topic_is_created_by_the_first_record(server, name):
    produce(server, name, [(None, b"v")])
    assert [m.value() for m in read_all(server, name, 1)] == [b"v"]


def test_a_large_record(server, name):
    create(server, name, max_message_bytes=5_000_000)
    value = bytes(i * 7 % 251 for i in range(4_000_000))
    produce(server, name, [(None, value)], message_max_bytes=5_000_000)
    found = read_all(server, name, 1, fetch_message_max_bytes=100_000,
                     fetch_max_bytes=5_000_000, receive_message_max_bytes=20_000_000)
    assert found[0].value() == value


def test_a_record_beyond_the_limit_is_refused(server, name):
    create(server, name, max_message_bytes=1000)
    errors = []
    client = producer(server)
    client.produce(name, b"x" * 2000, on_delivery=lambda error, _: errors.append(error))
    assert client.flush(10) == 0
    assert errors[0].code() == KafkaError.MSG_SIZE_TOO_LARGE


def test_seek_by_time(server, name):
    create(server, name)
    client = producer(server)
    for i in range(100):
        client.produce(name, str(i).encode(), timestamp=1_000_000 + i * 1000)
    assert client.flush(10) == 0
    reader = consumer(server, name)
    found = reader.offsets_for_times([
        TopicPartition(name, 0, 1_000_000), TopicPartition(name, 0, 1_050_001)][1:], timeout=10)
    assert found[0].offset == 51
    assert reader.offsets_for_times([TopicPartition(name, 0, 9_999_999)], timeout=10)[0].offset < 0
    assert reader.get_watermark_offsets(TopicPartition(name, 0), timeout=10) == (0, 100)
    reader.close()


def test_a_group_shares_partitions_and_rebalances(server, name):
    create(server, name, partitions=6)
    client = producer(server)
    for i in range(600):
        client.produce(name, str(i).encode(), partition=i % 6)
    assert client.flush(10) == 0
    first = consumer(server, name)
    first.subscribe([name])
    found = read(first, 100)
    assert len(first.assignment()) == 6
    second = consumer(server, name)
    second.subscribe([name])
    deadline = time.monotonic() + 30
    values = {m.value() for m in found}
    while time.monotonic() < deadline:
        for member in (first, second):
            message = member.poll(0.05)
            if message is not None and message.error() is None:
                values.add(message.value())
        if len(first.assignment()) == 3 and len(second.assignment()) == 3 and len(values) == 600:
            break
    assert sorted((len(first.assignment()), len(second.assignment()))) == [3, 3]
    assert values == {str(i).encode() for i in range(600)}
    second.close()
    deadline = time.monotonic() + 20
    while len(first.assignment()) < 6 and time.monotonic() < deadline:
        first.poll(0.1)
    assert len(first.assignment()) == 6
    first.close()


def test_positions_are_kept(server, name):
    create(server, name)
    produce(server, name, [(None, str(i).encode()) for i in range(20)])
    first = consumer(server, name, enable_auto_commit=False)
    first.subscribe([name])
    found = read(first, 7)
    first.commit(offsets=[TopicPartition(name, 0, 7, metadata="seven")], asynchronous=False)
    first.close()
    second = consumer(server, name, enable_auto_commit=False)
    second.subscribe([name])
    assert [m.value() for m in read(second, 13)] == [str(i).encode() for i in range(7, 20)]
    kept = second.committed([TopicPartition(name, 0)], timeout=10)[0]
    assert (kept.offset, kept.metadata) == (7, "seven")
    second.close()
    assert len(found) == 7


def test_cooperative_rebalancing(server, name):
    create(server, name, partitions=4)
    produce(server, name, [(str(i).encode(), b"v") for i in range(100)])
    revoked = []
    members = [consumer(server, name, partition_assignment_strategy="cooperative-sticky")
               for _ in range(2)]
    members[0].subscribe([name], on_revoke=lambda _, partitions: revoked.extend(partitions))
    read(members[0], 100)
    members[1].subscribe([name])
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        for member in members:
            member.poll(0.05)
        if [len(m.assignment()) for m in members] == [2, 2]:
            break
    assert [len(m.assignment()) for m in members] == [2, 2]
    # Only what moves is taken away.
    assert len(revoked) == 2
    for member in members:
        member.close()


def test_static_members_keep_their_partitions(server, name):
    create(server, name, partitions=2)

    def member(number):
        client = consumer(server, name, group_instance_id=f"{name}-{number}",
                          session_timeout_ms=30000)
        client.subscribe([name])
        return client
    members = [member(0), member(1)]
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and [len(m.assignment()) for m in members] != [1, 1]:
        for client in members:
            client.poll(0.05)
    before = members[1].assignment()
    assert [len(m.assignment()) for m in members] == [1, 1]
    members[1].close()
    members[1] = member(1)
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and not members[1].assignment():
        members[1].poll(0.05)
        members[0].poll(0.05)
        assert len(members[0].assignment()) == 1, "the other member was disturbed"
    assert members[1].assignment() == before
    for client in members:
        client.close()


def transactional(server, name):
    client = producer(server, transactional_id=name)
    client.init_transactions(10)
    return client


def test_committed_and_aborted_transactions(server, name):
    create(server, name)
    client = transactional(server, name)
    for number, ends in enumerate(["commit", "abort", "commit"]):
        client.begin_transaction()
        for i in range(10):
            client.produce(name, f"{number}.{i}".encode())
        if ends == "commit":
            client.commit_transaction(10)
        else:
            client.flush(10)
            client.abort_transaction(10)
    committed = [m.value() for m in read_all(server, name, 20)]
    assert committed == [f"{n}.{i}".encode() for n in (0, 2) for i in range(10)]
    everything = read_all(server, name, 30, isolation_level="read_uncommitted")
    assert len(everything) == 30


def test_an_open_transaction_is_not_read(server, name):
    create(server, name)
    client = transactional(server, name)
    client.begin_transaction()
    client.produce(name, b"open")
    client.flush(10)
    produce(server, name, [(None, b"behind")])
    reader = consumer(server, name)
    reader.assign([TopicPartition(name, 0, OFFSET_BEGINNING)])
    assert read(reader, 1, seconds=1.5) == []
    client.commit_transaction(10)
    assert [m.value() for m in read(reader, 2)] == [b"open", b"behind"]
    reader.close()


def test_a_second_producer_fences_the_first(server, name):
    create(server, name)
    first = transactional(server, name)
    first.begin_transaction()
    first.produce(name, b"zombie")
    first.flush(10)
    second = transactional(server, name)
    second.begin_transaction()
    second.produce(name, b"heir")
    second.commit_transaction(10)
    with pytest.raises(KafkaException):
        first.commit_transaction(10)
    assert [m.value() for m in read_all(server, name, 1)] == [b"heir"]


def test_consume_transform_produce(server, name):
    source, target = name + "-in", name + "-out"
    create(server, source)
    create(server, target)
    produce(server, source, [(None, str(i).encode()) for i in range(100)])
    reader = consumer(server, name, enable_auto_commit=False)
    reader.subscribe([source])
    writer = transactional(server, name)
    done = 0
    while done < 100:
        messages = read(reader, min(10, 100 - done))
        writer.begin_transaction()
        for message in messages:
            writer.produce(target, b"x" + message.value())
        writer.send_offsets_to_transaction(
            reader.position(reader.assignment()), reader.consumer_group_metadata(), 10)
        # Every third is done again.
        if done == 30:
            done = 0
            writer.abort_transaction(10)
            kept = reader.committed(reader.assignment(), timeout=10)
            assert kept[0].offset == 30
            reader.seek(kept[0])
            done = 30
            messages = read(reader, 10)
            writer.begin_transaction()
            for message in messages:
                writer.produce(target, b"x" + message.value())
            writer.send_offsets_to_transaction(
                reader.position(reader.assignment()), reader.consumer_group_metadata(), 10)
        writer.commit_transaction(10)
        done += len(messages)
    reader.close()
    assert [m.value() for m in read_all(server, target, 100)] == [
        f"x{i}".encode() for i in range(100)]


def test_an_idempotent_producer_survives_a_restart_of_the_server(own_server, name):
    create(own_server, name)
    client = producer(own_server, enable_idempotence=True, retry_backoff_ms=50,
                      reconnect_backoff_max_ms=200)
    failures = []
    for i in range(2000):
        client.produce(name, str(i).encode(),
                       on_delivery=lambda error, _: failures.append(error) if error else None)
        client.poll(0.0005)
        if i in (500, 1200):
            own_server.kill()
            own_server.start()
    assert client.flush(60) == 0
    assert failures == []
    assert [m.value() for m in read_all(own_server, name, 2000)] == [
        str(i).encode() for i in range(2000)]


def test_topics_are_administered(server, name):
    client = admin(server)
    create(server, name, partitions=2, retention_ms=1234567)
    with pytest.raises(KafkaException) as caught:
        create(server, name)
    assert caught.value.args[0].code() == KafkaError.TOPIC_ALREADY_EXISTS
    described = client.describe_topics(
        __import__("confluent_kafka").TopicCollection([name]))[name].result(10)
    assert len(described.partitions) == 2
    client.create_partitions([NewPartitions(name, 5)])[name].result(10)
    assert len(client.list_topics(name, timeout=10).topics[name].partitions) == 5
    resource = ConfigResource(ResourceType.TOPIC, name)
    config = client.describe_configs([resource])[resource].result(10)
    assert config["retention.ms"].value == "1234567" and not config["retention.ms"].is_default
    assert config["cleanup.policy"].value == "delete" and config["cleanup.policy"].is_default
    change = ConfigResource(ResourceType.TOPIC, name, incremental_configs=[
        ConfigEntry("cleanup.policy", "compact", incremental_operation=AlterConfigOpType.SET),
        ConfigEntry("retention.ms", None, incremental_operation=AlterConfigOpType.DELETE)])
    client.incremental_alter_configs([change])[change].result(10)
    config = client.describe_configs([resource])[resource].result(10)
    assert config["cleanup.policy"].value == "compact" and config["retention.ms"].is_default
    wrong = ConfigResource(ResourceType.TOPIC, name, incremental_configs=[
        ConfigEntry("retention.msec", "1", incremental_operation=AlterConfigOpType.SET)])
    with pytest.raises(KafkaException) as caught:
        client.incremental_alter_configs([wrong])[wrong].result(10)
    assert "retention.ms" in caught.value.args[0].str()
    client.delete_topics([name])[name].result(10)
    assert name not in client.list_topics(timeout=10).topics


def test_records_are_deleted(server, name):
    create(server, name)
    produce(server, name, [(None, str(i).encode()) for i in range(10)])
    place = TopicPartition(name, 0, 4)
    manager = admin(server)
    assert manager.delete_records([place])[place].result(10).low_watermark == 4
    assert [m.value() for m in read_all(server, name, 6)] == [
        str(i).encode() for i in range(4, 10)]


def test_offsets_are_listed(server, name):
    create(server, name)
    client = producer(server)
    for at in (5000, 9000, 7000):
        client.produce(name, b"v", timestamp=at)
    assert client.flush(10) == 0
    place = TopicPartition(name, 0)
    manager = admin(server)
    for spec, offset in [(OffsetSpec.earliest(), 0), (OffsetSpec.latest(), 3),
                         (OffsetSpec.max_timestamp(), 1), (OffsetSpec.for_timestamp(6000), 1)]:
        assert manager.list_offsets({place: spec})[place].result(10).offset == offset


def test_groups_are_administered(server, name):
    create(server, name)
    produce(server, name, [(None, b"v")] * 5)
    client = admin(server)
    member = consumer(server, name, client_id="somebody")
    member.subscribe([name])
    read(member, 5)
    member.commit(asynchronous=False)
    listed = {g.group_id: g for g in client.list_consumer_groups().result(10).valid}
    assert listed[name].state.name == "STABLE"
    described = client.describe_consumer_groups([name])[name].result(10)
    assert [m.client_id for m in described.members] == ["somebody"]
    assert described.members[0].assignment.topic_partitions[0].topic == name
    with pytest.raises(KafkaException):
        client.delete_consumer_groups([name])[name].result(10)
    member.close()
    asked = ConsumerGroupTopicPartitions(name)
    kept = client.list_consumer_group_offsets([asked])[name].result(10)
    assert kept.topic_partitions[0].offset == 5
    change = ConsumerGroupTopicPartitions(name, [TopicPartition(name, 0, 2)])
    client.alter_consumer_group_offsets([change])[name].result(10)
    kept = client.list_consumer_group_offsets([asked])[name].result(10)
    assert kept.topic_partitions[0].offset == 2
    client.delete_consumer_groups([name])[name].result(10)
    assert name not in {g.group_id for g in client.list_consumer_groups().result(10).valid}


def test_the_cluster_is_described(server):
    manager = admin(server)
    cluster = manager.describe_cluster().result(10)
    assert len(cluster.nodes) == 1 and cluster.controller.id == cluster.nodes[0].id
    assert f"{cluster.nodes[0].host}:{cluster.nodes[0].port}" == server.address


def test_many_topics(server, name):
    names = [f"{name}-{i}" for i in range(100)]
    manager = admin(server)
    for future in manager.create_topics([NewTopic(n, 2, 1) for n in names]).values():
        future.result(20)
    client = producer(server)
    for topic in names:
        client.produce(topic, topic.encode())
    assert client.flush(20) == 0
    reader = consumer(server, name)
    reader.subscribe(["^" + name + "-.*"])
    assert sorted(m.value().decode() for m in read(reader, 100)) == sorted(names)
    reader.close()


def test_a_subscription_is_read_as_a_topic(own_server, name):
    create(own_server, "orders", partitions=3)
    own_server.stop()
    own_server.command("topic", "alter", "orders", "--format", "json")
    own_server.command("subscription", "create", "large", "--topic", "orders",
                       "--where", "amount > 900")
    own_server.start()
    client = producer(own_server, compression_type="lz4")
    for i in range(3000):
        client.produce("orders", b'{"amount": %d}' % (i % 1000), partition=i % 3)
    assert client.flush(20) == 0
    wanted = sorted(i % 1000 for i in range(3000) if i % 1000 > 900)
    reader = consumer(own_server, name, enable_partition_eof=False)
    reader.subscribe(["large"])
    found = read(reader, len(wanted))
    assert sorted(int(m.value()[11:-1]) for m in found) == wanted
    # The position reaches the end, though nothing behind the last match is delivered.
    deadline = time.monotonic() + 15
    while time.monotonic() < deadline:
        reader.poll(0.1)
        places = reader.position([TopicPartition("large", p) for p in range(3)])
        if all(p.offset >= 995 for p in places):
            break
    reader.commit(asynchronous=False)
    for partition in range(3):
        assert reader.get_watermark_offsets(TopicPartition("large", partition), timeout=5)[1] == 1000
    reader.close()
    errors = []
    client.produce("large", b"v", on_delivery=lambda error, _: errors.append(error))
    assert client.flush(10) == 0
    assert errors[0].code() == KafkaError.TOPIC_AUTHORIZATION_FAILED


def test_a_compacted_topic_keeps_the_newest(own_server, name):
    create(own_server, name, cleanup_policy="compact")
    produce(own_server, name, [(f"k{i % 10}".encode(), str(i).encode()) for i in range(1000)],
            compression_type="gzip")
    own_server.stop()
    own_server.command("topic", "compact", name)
    own_server.start()
    found = read_all(own_server, name, 10)
    newest = {m.key(): m.value() for m in found}
    assert newest == {f"k{k}".encode(): str(990 + k).encode() for k in range(10)}
    assert len(found) < 1000
    errors = []
    client = producer(own_server)
    client.produce(name, b"v", on_delivery=lambda error, _: errors.append(error))
    assert client.flush(10) == 0
    assert errors[0].code() == KafkaError.INVALID_RECORD


def test_what_was_acknowledged_survives_a_kill(own_server, name):
    create(own_server, name)
    produce(own_server, name, [(None, str(i).encode()) for i in range(500)], acks="all")
    own_server.kill()
    own_server.start()
    assert [m.value() for m in read_all(own_server, name, 500)] == [
        str(i).encode() for i in range(500)]


def test_a_producer_without_acknowledgements_notices_a_refusal(server, name):
    """Kafka closes the connection then; the client comes back and goes on."""
    create(server, name, max_message_bytes=1000)
    lost = []
    client = Producer({"bootstrap.servers": server.address, "acks": "0", "log_level": 0,
                       "error_cb": lambda error: lost.append(error.code())})
    client.produce(name, b"x" * 2000)
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and not lost:
        client.flush(0.2)
        client.poll(0.1)
    assert KafkaError._TRANSPORT in lost or KafkaError._ALL_BROKERS_DOWN in lost
    client.produce(name, b"small")
    client.flush(10)
    assert [m.value() for m in read_all(server, name, 1)] == [b"small"]
