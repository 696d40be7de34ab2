"""What a topic's batches are on the wire, as no client shows it."""
import socket
import struct

CODECS = ["none", "gzip", "snappy", "lz4", "zstd"]


def is_compressed(server, topic, codec):
    """Whether a client's batches have its codec; those that it would not make smaller have none."""
    found = set(codecs(server, topic))
    return codec in found and found <= {codec, "none"}


def codecs(server, topic, partition=0):
    """The codec of each batch of a partition, by one Fetch v4 of all of it."""
    name = topic.encode()
    body = (struct.pack(">iiiib", -1, 0, 0, 16 << 20, 0) + struct.pack(">ih", 1, len(name)) + name
            + struct.pack(">iiqi", 1, partition, 0, 16 << 20))
    request = struct.pack(">hhih", 1, 4, 1, -1) + body
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as client:
        client.sendall(struct.pack(">i", len(request)) + request)
        stream = client.makefile("rb")
        answer = stream.read(struct.unpack(">i", stream.read(4))[0])
    # Correlation, throttle time, one topic, one partition: index, error, two offsets, no aborted ones.
    at = 4 + 4 + 4 + 2 + len(name) + 4 + 4
    error, _, _, aborted, count = struct.unpack_from(">hqqii", answer, at)
    assert error == 0 and aborted <= 0, (error, aborted)
    records = answer[at + 26:at + 26 + count]
    found = []
    while len(records) >= 61:
        length, = struct.unpack_from(">i", records, 8)
        found.append(CODECS[struct.unpack_from(">h", records, 21)[0] & 7])
        records = records[12 + length:]
    return found
