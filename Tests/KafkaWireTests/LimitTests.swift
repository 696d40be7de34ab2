import NIOCore
import Testing

@testable import KafkaWire

@Suite("Lengths and counts from the network")
struct LimitTests {
    private func reader(_ bytes: [UInt8], isFlexible: Bool) -> WireReader {
        WireReader(ByteBuffer(bytes: bytes), version: 0, isFlexible: isFlexible)
    }

    private func big<T: FixedWidthInteger>(_ value: T) -> [UInt8] {
        stride(from: T.bitWidth - 8, through: 0, by: -8).map {
            UInt8(truncatingIfNeeded: value >> T($0))
        }
    }

    private func varint(_ value: UInt32) -> [UInt8] {
        var (bytes, rest) = ([UInt8](), value)
        while rest >= 0x80 {
            bytes.append(UInt8(rest & 0x7F) | 0x80)
            rest >>= 7
        }
        return bytes + [UInt8(rest)]
    }

    @Test("A count that the frame has no bytes for is refused before anything is allocated")
    func giantCounts() {
        for lead in [big(Int32.max), big(Int32(1 << 30)), big(Int32(4))] {
            #expect(throws: WireError.self) {
                var (reader, value) = (reader(lead + [0, 0, 0], isFlexible: false), [Int8]())
                try reader.int8s(&value)
            }
            #expect(throws: WireError.self) {
                var (reader, value) = (reader(lead + [0, 0, 0], isFlexible: false), [UInt8]())
                try reader.bytes(&value)
            }
            #expect(throws: WireError.self) {
                var (reader, value) = (reader(lead + [0, 0, 0], isFlexible: false), WireRecords())
                try reader.records(&value)
            }
        }
        for count in [UInt32.max, UInt32.max - 1, 1 << 31, 5] {
            let bytes = varint(count) + [0, 0, 0]
            #expect(throws: WireError.self) {
                var (reader, value) = (reader(bytes, isFlexible: true), [Int8]())
                try reader.int8s(&value)
            }
            #expect(throws: WireError.self) {
                var (reader, value) = (reader(bytes, isFlexible: true), [UInt8]())
                try reader.bytes(&value)
            }
            #expect(throws: WireError.self) {
                var (reader, value) = (reader(bytes, isFlexible: true), "")
                try reader.string(&value)
            }
        }
    }

    @Test("A negative count other than null's is refused", arguments: [Int32.min, -2])
    func negativeCounts(count: Int32) {
        #expect(throws: WireError.invalidCount(position: 0, found: Int64(count))) {
            var (reader, value) = (reader(big(count), isFlexible: false), [UInt8]?.none)
            try reader.nullableBytes(&value)
        }
        #expect(throws: WireError.invalidCount(position: 0, found: Int64(count))) {
            var (reader, value) = (reader(big(count), isFlexible: false), [Int32]())
            try reader.int32s(&value)
        }
        let short = Int16(truncatingIfNeeded: count) == 0 ? Int16.min : Int16(count)
        #expect(throws: WireError.invalidCount(position: 0, found: Int64(short))) {
            var (reader, value) = (reader(big(short), isFlexible: false), String?.none)
            try reader.nullableString(&value)
        }
    }

    @Test("Null is refused where something must be", arguments: [false, true])
    func null(isFlexible: Bool) {
        let bytes = isFlexible ? [0] : big(Int32(-1))
        #expect(throws: WireError.self) {
            var (reader, value) = (reader(bytes, isFlexible: isFlexible), "")
            try reader.string(&value)
        }
        #expect(throws: WireError.self) {
            var (reader, value) = (reader(bytes, isFlexible: isFlexible), [Int32]())
            try reader.int32s(&value)
        }
    }

    @Test(
        "A variable-length integer of more than 32 bits is refused",
        arguments: [
            [0xFF, 0xFF, 0xFF, 0xFF, 0x10], [0x80, 0x80, 0x80, 0x80, 0x80, 0x01],
            [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01],
        ] as [[UInt8]])
    func longVarints(bytes: [UInt8]) {
        #expect(throws: WireError.invalidVarint(position: 0)) {
            var (reader, value) = (reader(bytes, isFlexible: true), [UInt8]())
            try reader.bytes(&value)
        }
    }

    @Test("A varint may be longer than it must, and 32 bits is a length like any other")
    func paddedVarints() throws {
        var (reader, value) = (reader([0x82, 0x80, 0x00, 7], isFlexible: true), [UInt8]())
        try reader.bytes(&value)
        #expect(value == [7])
    }

    @Test("A text is UTF-8", arguments: [[0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80]] as [[UInt8]])
    func text(bytes: [UInt8]) {
        #expect(throws: WireError.invalidText(position: 0)) {
            var (reader, value) = (reader(big(Int16(bytes.count)) + bytes, isFlexible: false), "")
            try reader.string(&value)
        }
    }

    @Test("A text has as many bytes as the limit, not one more", arguments: [-1, 0, 1])
    func textLength(beyond: Int) throws {
        let count = WireLimits.textByteCountMax + beyond
        let bytes = varint(UInt32(count + 1)) + [UInt8](repeating: 0x61, count: count)
        var (reader, value) = (reader(bytes, isFlexible: true), "")
        guard beyond > 0 else {
            try reader.string(&value)
            return #expect(value.utf8.count == count)
        }
        #expect(
            throws: WireError.limit(
                name: "length of a text", position: 0, found: count,
                limit: WireLimits.textByteCountMax)
        ) { try reader.string(&value) }
    }

    @Test(
        "A structure has as many tagged fields as the limit, not one more", arguments: [-1, 0, 1])
    func tags(beyond: Int) throws {
        let count = WireLimits.tagCountMax + beyond
        let tags = (0..<count).flatMap { index -> [UInt8] in [UInt8(index), 1, 0xAA] }
        var reader = reader(varint(UInt32(count)) + tags, isFlexible: true)
        guard beyond > 0 else {
            try reader.endOfStructure()
            return #expect(reader.rest.readableBytes == 0)
        }
        #expect(throws: WireError.self) { try reader.endOfStructure() }
    }

    @Test(
        "All lists of a message have as many elements as the limit, not one more",
        arguments: [-1, 0, 1])
    func elements(beyond: Int) throws {
        // Two lists: the limit is for the message, not for a list.
        let first = 1_000
        let second = WireLimits.elementCountMax - first + beyond
        var bytes = ByteBuffer()
        for count in [first, second] {
            bytes.writeInteger(Int32(count))
            bytes.writeRepeatingByte(1, count: count)
        }
        var reader = WireReader(bytes, version: 0, isFlexible: false)
        var value: [Int8] = []
        try reader.int8s(&value)
        guard beyond > 0 else {
            try reader.int8s(&value)
            return #expect(value.count == second)
        }
        #expect(throws: WireError.self) { try reader.int8s(&value) }
    }

    @Test("What the protocol cannot say is refused when it is written")
    func longTexts() throws {
        var text = String(repeating: "a", count: Int(Int16.max))
        var writer = WireWriter(ByteBuffer(), version: 0, isFlexible: false)
        try writer.string(&text)
        text += "a"
        #expect(throws: WireError.self) { try writer.string(&text) }
    }
}
