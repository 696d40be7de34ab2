import Foundation
import NIOCore
import Testing

@testable import KafkaWire

@Suite("Messages, each in all its versions")
struct MessageTests {
    /// Lines of `Tests/Fixtures/Kafka/Messages/messages.txt`: made from Kafka's own schemas, and read
    /// and written by kafka-python 3.0.12 (see `generate.py` beside it).
    private static let golden: [String: String] = {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Fixtures/Kafka/Messages/messages.txt")
        let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
        return text.split(separator: "\n").reduce(into: [:]) { rows, line in
            guard let space = line.lastIndex(of: " ") else { return }
            rows[String(line[..<space])] = String(line[line.index(after: space)...])
        }
    }()

    private func hex(_ bytes: ByteBuffer) -> String {
        bytes.readableBytesView.map {
            let text = String($0, radix: 16)
            return text.count == 1 ? "0" + text : text
        }.joined()
    }

    @Test("The golden file has every message of the table, and the tests know every message")
    func complete() {
        let rows = MessageKind.kafkas.reduce(0) { $0 + $1.api.versions.range.count }
        #expect(Self.golden.count == rows)
        #expect(MessageKind.all.count == KafkaAPI.allCases.count * 2)
        #expect(Set(MessageKind.all.map(\.api)).count == KafkaAPI.allCases.count)
    }

    @Test(
        "A filled message has the bytes that Kafka's schemas give it", arguments: MessageKind.kafkas
    )
    func golden(kind: MessageKind) throws {
        for version in kind.api.versions.range {
            let key = "\(kind.isRequest ? "request" : "response") \(kind.api.rawValue) \(version)"
            let bytes = try kind.filled(.counting, version)
            #expect(hex(bytes) == Self.golden[key], "version \(version)")
            #expect(try kind.rewritten(bytes, version) == bytes, "version \(version)")
        }
    }

    @Test(
        "Whatever is written is read as it was, nulls and empty lists too",
        arguments: MessageKind.all)
    func roundTrip(kind: MessageKind) throws {
        for version in kind.api.versions.range {
            for seed in 1...8 as ClosedRange<UInt64> {
                let bytes = try kind.filled(.random(seed: seed), version)
                #expect(
                    try kind.rewritten(bytes, version) == bytes, "version \(version), seed \(seed)")
            }
        }
    }

    @Test("A message that ends too early is refused at every byte", arguments: MessageKind.all)
    func truncation(kind: MessageKind) throws {
        for version in kind.api.versions.range {
            let bytes = try kind.filled(.counting, version)
            for length in 0..<bytes.readableBytes {
                let part = try #require(bytes.getSlice(at: 0, length: length))
                // Not an expectation each: they take longer than the reading.
                do {
                    _ = try kind.rewritten(part, version)
                    Issue.record("version \(version), \(length) bytes are read")
                } catch {
                    if !(error is WireError) { Issue.record(error) }
                }
            }
        }
    }

    @Test(
        "A flipped bit makes another message or an error, and what is read can be written",
        arguments: MessageKind.all)
    func flips(kind: MessageKind) throws {
        // The oldest form and the newest: between them only single fields come and go.
        let range = kind.api.versions.range
        for version in Set([range.lowerBound, range.upperBound]) {
            let bytes = try kind.filled(.counting, version)
            // Long ones repeat their structures: every third bit of those.
            let count = bytes.readableBytes * 8
            for bit in stride(from: 0, to: count, by: count > 800 ? 3 : 1) {
                var flipped = bytes
                let byte: UInt8 = try #require(flipped.getInteger(at: bit / 8))
                flipped.setInteger(byte ^ (1 << (bit % 8)), at: bit / 8)
                do { _ = try kind.rewritten(flipped, version) } catch {
                    if !(error is WireError) { Issue.record(error) }
                }
            }
        }
    }

    /// It was read as no name, and answered with one where the answer's schema has none.
    @Test("A topic without a name is read where Metadata has it, from version 10 on")
    func namelessTopic() throws {
        for version in KafkaAPI.metadata.versions.range {
            let isFlexible = KafkaAPI.metadata.versions.isFlexible(version)
            var bytes = ByteBuffer(bytes: isFlexible ? [2] : [0, 0, 0, 1])
            if version >= 10 { bytes.writeBytes([UInt8](repeating: 7, count: 16)) }
            bytes.writeBytes(isFlexible ? [0, 0] : [0xFF, 0xFF])
            bytes.writeBytes([UInt8](repeating: 0, count: version >= 4 ? 1 : 0))
            bytes.writeBytes([UInt8](repeating: 0, count: version >= 8 ? 1 : 0))
            bytes.writeBytes([UInt8](repeating: 0, count: (8...10).contains(version) ? 1 : 0))
            bytes.writeBytes([UInt8](repeating: 0, count: isFlexible ? 1 : 0))
            let read = Result { () throws(WireError) in
                try WireReader.read(
                    MetadataRequest.self, from: bytes, version: version, isFlexible: isFlexible)
            }
            switch read {
            case .success(let request):
                #expect(version >= 10 && request.topics?.map(\.name) == [nil], "\(version)")
            case .failure(.unexpectedNull): #expect(version < 10, "version \(version)")
            case .failure(let error): Issue.record("version \(version): \(error)")
            }
        }
    }

    /// Null asked for all topics in versions whose schemas have no null (MetadataRequest.json: nullable
    /// from 1 on, OffsetFetchRequest.json: from 2 on); Kafka does not read such a request.
    @Test("A list of topics that is null is read where the request's schema has it")
    func missingLists() throws {
        for version in KafkaAPI.metadata.versions.range where version < 9 {
            var bytes: [UInt8] = [0xFF, 0xFF, 0xFF, 0xFF]
            bytes += [UInt8](repeating: 0, count: (version >= 4 ? 1 : 0) + (version == 8 ? 2 : 0))
            let topics = try Self.topics(version >= 1) {
                try WireReader.read(
                    MetadataRequest.self, from: ByteBuffer(bytes: bytes), version: version,
                    isFlexible: false
                ).topics == nil
            }
            #expect(topics, "Metadata \(version)")
        }
        for version in KafkaAPI.offsetFetch.versions.range where version < 6 {
            let bytes: [UInt8] = [0, 1, 0x67, 0xFF, 0xFF, 0xFF, 0xFF]
            let topics = try Self.topics(version >= 2) {
                try WireReader.read(
                    OffsetFetchRequest.self, from: ByteBuffer(bytes: bytes), version: version,
                    isFlexible: false
                ).topics == nil
            }
            #expect(topics, "OffsetFetch \(version)")
        }
        // Clients that ask for all write so what an old version has for it.
        var all = MetadataRequest()
        all.topics = nil
        var writer = WireWriter(ByteBuffer(), version: 0, isFlexible: false)
        try writer.write(all)
        let written = writer.finish().flatMap { Array($0.readableBytesView) }
        #expect(written == [0, 0, 0, 0])
    }

    /// Whether a list is null if it may be, and is refused if it may not be.
    private static func topics(_ mayBeNull: Bool, _ isNull: () throws -> Bool) throws -> Bool {
        do { return try isNull() == mayBeNull } catch WireError.unexpectedNull {
            return !mayBeNull
        }
    }

    /// All texts of the answers that are nullable in their later versions only, by `nullableVersions` of
    /// Kafka's schemas.
    @Test("A text that may be missing in later versions only is empty in the ones before")
    func missingTexts() throws {
        var topic = MetadataResponse.Topic()
        topic.name = nil
        var metadata = MetadataResponse()
        metadata.topics = [topic]
        try expectText(of: metadata, .metadata, since: 12) { $0.topics.first?.name }
        var gone = DeleteTopicsResponse.Topic()
        gone.name = nil
        var deleted = DeleteTopicsResponse()
        deleted.topics = [gone]
        try expectText(of: deleted, .deleteTopics, since: 6) { $0.topics.first?.name }
        var joined = JoinGroupResponse()
        joined.protocolName = nil
        try expectText(of: joined, .joinGroup, since: 7) { $0.protocolName }
    }

    private func expectText<Message: WireMessage>(
        of message: Message, _ api: KafkaAPI, since first: Int16, _ text: (Message) -> String?
    ) throws {
        for version in api.versions.range {
            let isFlexible = api.versions.isFlexible(version)
            var writer = WireWriter(ByteBuffer(), version: version, isFlexible: isFlexible)
            try writer.write(message)
            let bytes = writer.finish().reduce(into: ByteBuffer()) { $0.writeImmutableBuffer($1) }
            let read = try WireReader.read(
                Message.self, from: bytes, version: version, isFlexible: isFlexible)
            #expect(text(read) == (version >= first ? nil : ""), "\(api) \(version)")
        }
    }
}
