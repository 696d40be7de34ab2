import Bytes
import Testing

@Suite("Varints")
struct VarintTests {
    static let edges: [Int64] = [0, -1, 1, 63, -64, 64, -65, 300, .max, .min, .max - 1, .min + 1]
    static let powers: [Int64] = (0..<63).map { Int64(1) << $0 }
    static let numbers: [Int64] = edges + powers + powers.map { -$0 } + powers.map { $0 - 1 }

    @Test("Signed numbers come back, in as many bytes as announced", arguments: numbers)
    func roundTrip(_ value: Int64) {
        var bytes: [UInt8] = []
        Varint.append(value, to: &bytes)
        #expect(bytes.count == Varint.byteCount(value))
        var position = 0
        #expect(Varint.read(bytes.rawSpan, at: &position) == value)
        #expect(position == bytes.count)
        for cut in 0..<bytes.count {
            var position = 0
            #expect(Varint.read(bytes.rawSpan.slice(0, count: cut), at: &position) == nil)
            #expect(position == 0)
        }
    }

    @Test(
        "Coded forms are those of protobuf's sint64",
        arguments: [
            (Int64(0), [UInt8(0)]), (-1, [1]), (1, [2]), (-2, [3]), (150, [0xAC, 2]),
            (.max, [0xFE] + Array(repeating: 0xFF, count: 8) + [1]),
        ] as [(Int64, [UInt8])])
    func coded(_ value: Int64, _ expected: [UInt8]) {
        var bytes: [UInt8] = []
        Varint.append(value, to: &bytes)
        #expect(bytes == expected)
    }

    @Test(
        "More than 64 bits are refused",
        arguments: [
            Array(repeating: UInt8(0xFF), count: 9) + [2],
            Array(repeating: UInt8(0x80), count: 10) + [0],
            Array(repeating: UInt8(0xFF), count: 20),
        ])
    func tooLong(_ bytes: [UInt8]) {
        var position = 0
        #expect(Varint.readUnsigned(bytes.rawSpan, at: &position) == nil)
    }
}
