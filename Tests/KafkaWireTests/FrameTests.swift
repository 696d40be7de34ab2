import NIOCore
import Testing

@testable import KafkaWire

@Suite("Frames")
struct FrameTests {
    /// A frame without its length, byte by byte.
    private func frame(
        key: Int16, version: Int16, client: String? = "me", tags: [UInt8] = [], body: [UInt8] = []
    ) -> ByteBuffer {
        var frame = ByteBuffer()
        frame.writeMultipleIntegers(key, version, Int32(7))
        frame.writeInteger(client.map { Int16($0.utf8.count) } ?? -1)
        if let client { frame.writeString(client) }
        frame.writeBytes(tags)
        frame.writeBytes(body)
        return frame
    }

    private func whole(_ pieces: [ByteBuffer]) -> ByteBuffer {
        pieces.reduce(into: ByteBuffer()) { $0.writeImmutableBuffer($1) }
    }

    @Test("Every API is framed and read in all its versions", arguments: KafkaAPI.allCases)
    func header(api: KafkaAPI) throws {
        for version in api.versions.range {
            let isFlexible = api.versions.isFlexible(version)
            let read = try RequestFrame(
                parsing: frame(
                    key: api.rawValue, version: version, tags: isFlexible ? [0] : [], body: [9]))
            #expect(read.api == api)
            #expect(read.version == version)
            #expect(read.correlationID == 7)
            #expect(read.clientID == "me")
            #expect(read.body == ByteBuffer(bytes: [9]))
        }
    }

    /// Source: kafka-python 3.0.12, `ApiVersionsRequest(version=3, client_software_name="kp",
    /// client_software_version="1.0")`, `with_header(7, "me")`, `encode(header=True, framed=True)`.
    @Test("A request has the bytes of a stock client's")
    func golden() throws {
        var request = ApiVersionsRequest()
        request.clientSoftwareName = "kp"
        request.clientSoftwareVersion = "1.0"
        let pieces = try RequestFrame.encode(
            request, version: 3, correlationID: 7, clientID: "me")
        let expected: [UInt8] = [
            0, 0, 0, 0x15, 0, 0x12, 0, 3, 0, 0, 0, 7, 0, 2, 0x6D, 0x65, 0, 3, 0x6B, 0x70, 4, 0x31,
            0x2E, 0x30, 0,
        ]
        #expect(whole(pieces) == ByteBuffer(bytes: expected))
    }

    @Test("A client may be without a name, and may have a long one", arguments: [nil, 0, 32_767])
    func client(length: Int?) throws {
        let name = length.map { String(repeating: "c", count: $0) }
        let read = try RequestFrame(parsing: frame(key: 18, version: 0, client: name))
        #expect(read.clientID == name)
    }

    @Test("Tagged fields of a header are passed over")
    func tags() throws {
        let read = try RequestFrame(
            parsing: frame(
                key: 18, version: 3, tags: [2, 0, 3, 1, 2, 3, 0x81, 1, 0], body: [5, 6]))
        #expect(read.body == ByteBuffer(bytes: [5, 6]))
    }

    @Test(
        "An API that is not known is named",
        arguments: [Int16.min, -1, 4, 5, 6, 7, 17, 27, 67, 1_000, .max])
    func unknown(key: Int16) {
        #expect(throws: RequestFrame.Problem.unknownAPI(key)) {
            try RequestFrame(parsing: frame(key: key, version: 0))
        }
    }

    @Test("Versions outside of the table are refused with it", arguments: KafkaAPI.allCases)
    func versions(api: KafkaAPI) {
        let range = api.versions.range
        for version in [Int16.min, -1, range.lowerBound - 1, range.upperBound + 1, 99, .max]
        where !range.contains(version) {
            let problem = RequestFrame.Problem.unsupportedVersion(api, version, correlationID: 7)
            #expect(throws: problem) {
                try RequestFrame(parsing: frame(key: api.rawValue, version: version))
            }
        }
    }

    @Test("A header that ends too early is refused at every byte")
    func truncation() throws {
        let whole = frame(key: 18, version: 3, tags: [1, 0, 2, 1, 2])
        _ = try RequestFrame(parsing: whole)
        for length in 0..<whole.readableBytes {
            let part = try #require(whole.getSlice(at: 0, length: length))
            #expect(throws: RequestFrame.Problem.self) { try RequestFrame(parsing: part) }
        }
    }

    @Test("An answer's header has tagged fields in flexible versions, but never for ApiVersions")
    func answers() throws {
        let old = whole(
            try ResponseFrame.encode(
                ApiVersionsResponse(), to: .apiVersions, version: 3, correlationID: 7))
        // Length, number, error 0, no rows, throttle time, tags.
        let bare: [UInt8] = [0, 0, 0, 12, 0, 0, 0, 7, 0, 0, 1, 0, 0, 0, 0, 0]
        #expect(old == ByteBuffer(bytes: bare))
        let flexible = whole(
            try ResponseFrame.encode(
                HeartbeatResponse(), to: .heartbeat, version: 4, correlationID: 7))
        let tagged: [UInt8] = [0, 0, 0, 12, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0, 0]
        #expect(flexible == ByteBuffer(bytes: tagged))
        let frame = try #require(flexible.getSlice(at: 4, length: 12))
        #expect(ResponseFrame.correlationID(of: frame) == 7)
        _ = try ResponseFrame.decode(frame, to: HeartbeatRequest.self, version: 4)
    }

    @Test(
        "Records become pieces of their own when they are long, and the length counts them",
        arguments: [0, 1, 4_095, 4_096, 4_097, 100_000])
    func records(byteCount: Int) throws {
        var response = FetchResponse()
        var topic = FetchResponse.Topic()
        topic.topic = "t"
        for index in 0..<3 as Range<Int32> {
            var partition = FetchResponse.Topic.Partition()
            partition.index = index
            partition.records = WireRecords(pieces: [
                ByteBuffer(repeating: UInt8(index), count: byteCount),
                ByteBuffer(repeating: 0xFF, count: 3),
            ])
            topic.partitions.append(partition)
        }
        response.topics = [topic]
        let pieces = try ResponseFrame.encode(
            response, to: .fetch, version: 12, correlationID: 7)
        #expect(pieces.count == (byteCount > 4_096 ? 7 : 1))
        var bytes = whole(pieces)
        #expect(bytes.readInteger(as: Int32.self) == Int32(bytes.readableBytes))
        let read = try ResponseFrame.decode(bytes, to: FetchRequest.self, version: 12)
        let found = read.topics.first?.partitions.map(\.records.byteCount)
        #expect(found == [byteCount + 3, byteCount + 3, byteCount + 3])
        #expect(
            read.topics.first?.partitions[2].records.pieces?.first?.getInteger(at: 0)
                == (byteCount > 0 ? UInt8(2) : 0xFF))
    }
}
