import Bytes
import Testing

@Suite("Byte cursor")
struct ByteCursorTests {
    private static let coded: [UInt8] = {
        var bytes: [UInt8] = []
        bytes.append(littleEndian: Int32(-7))
        bytes.append(count: 300)
        bytes.append(text: "Zoë")
        bytes.append(blob: [0xFF, 0])
        return bytes
    }()

    /// Reads all fields; nil as soon as one is missing.
    private static func read(_ bytes: RawSpan) -> (Int32, Int, String, [UInt8])? {
        var cursor = ByteCursor(bytes)
        guard let number = cursor.integer(Int32.self), let count = cursor.count(),
            let text = cursor.text(), let blob = cursor.blob(), cursor.isAtEnd
        else { return nil }
        return (number, count, text, blob)
    }

    @Test("Fields come back in order, and every truncation is noticed")
    func fields() throws {
        let whole = Self.read(Self.coded.rawSpan)
        let fields = try #require(whole)
        #expect(fields == (-7, 300, "Zoë", [0xFF, 0]))
        for count in 0..<Self.coded.count {
            let cut = Self.read(Self.coded.rawSpan.slice(0, count: count))
            #expect(cut == nil)
        }
    }

    @Test("A field that is refused is not consumed")
    func refused() {
        let bytes: [UInt8] = [2, 0xC3, 0x28]
        var cursor = ByteCursor(bytes.rawSpan)
        let text = cursor.text()
        let limited = cursor.count(limit: 1)
        let blob = cursor.blob()
        #expect(text == nil && limited == nil && blob == [0xC3, 0x28])
    }
}
