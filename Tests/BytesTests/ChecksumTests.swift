import Bytes
import Testing

@Suite("CRC-32C")
struct ChecksumTests {
    struct Known: Sendable, CustomTestStringConvertible {
        let name: String
        let bytes: [UInt8]
        let checksum: UInt32
        var testDescription: String { name }
    }

    static let published = [
        // RFC 3720, appendix B.4.
        Known(name: "32 zeros", bytes: .init(repeating: 0, count: 32), checksum: 0x8A91_36AA),
        Known(name: "32 ones", bytes: .init(repeating: 0xFF, count: 32), checksum: 0x62A8_AB43),
        Known(name: "0 to 31", bytes: Array(0..<32), checksum: 0x46DD_794E),
        Known(name: "31 to 0", bytes: Array((0..<32).reversed()), checksum: 0x113F_DB5C),
        // The check value of the CRC catalogue.
        Known(name: "123456789", bytes: Array("123456789".utf8), checksum: 0xE306_9283),
        Known(name: "nothing", bytes: [], checksum: 0),
    ]

    @Test("Published values come out, by instruction and by table", arguments: published)
    func known(_ row: Known) {
        #expect(CRC32C.checksum(row.bytes.rawSpan) == row.checksum)
        #expect(CRC32C.portableChecksum(row.bytes.rawSpan) == row.checksum)
    }

    @Test("Both ways agree at every length and start, and in pieces")
    func agreement() {
        let bytes = (0..<200).map { UInt8(truncatingIfNeeded: $0 &* 167 &+ 13) }
        for start in 0..<16 {
            for end in start...bytes.count {
                let piece = Array(bytes[start..<end])
                let whole = CRC32C.checksum(piece.rawSpan)
                #expect(whole == CRC32C.portableChecksum(piece.rawSpan))
                var running = CRC32C.Running()
                let middle = piece.count / 3
                running.update(piece.rawSpan.slice(0, count: middle))
                running.update(piece.rawSpan.slice(middle, count: piece.count - middle))
                #expect(running.value == whole)
            }
        }
    }
}
