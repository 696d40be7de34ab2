import Bytes
import Testing

@testable import Expressions

@Suite("LIKE")
struct LikeTests {
    @Test(
        "Every short pattern matches every short text as its definition says",
        arguments: [false, true])
    func exhaustive(isCaseless: Bool) {
        let alphabet: [Unicode.Scalar] = ["a", "B", "é", "%", "_"]
        var patterns: [[Unicode.Scalar]] = [[]]
        for _ in 0..<4 {
            patterns += patterns.filter { $0.count == patterns.last?.count }
                .flatMap { pattern in alphabet.map { pattern + [$0] } }
        }
        let texts = patterns.filter { $0.count < 4 && !$0.contains("_") }
        let options = LikeOptions(escape: nil, isCaseless: isCaseless, isLenient: false)
        var mismatches: [String] = []
        for pattern in patterns {
            let bytes = Self.bytes(pattern)
            guard let compiled = LikePattern(bytes.rawSpan, options: options) else {
                mismatches.append("\(pattern) is refused")
                continue
            }
            for text in texts {
                let expected = ReferenceLike.matches(text, pattern, isCaseless: isCaseless)
                if compiled.matches(Self.bytes(text).rawSpan) != expected {
                    mismatches.append("\(text) LIKE \(pattern)")
                }
            }
        }
        #expect(mismatches.isEmpty)
    }

    private static func bytes(_ scalars: [Unicode.Scalar]) -> [UInt8] {
        var bytes: [UInt8] = []
        for scalar in scalars { UTF8Text.append(scalar.value, to: &bytes) }
        return bytes
    }

    @Test("Text and pattern chosen to make backtracking explode take linear time")
    func hostile() throws {
        let text = String(repeating: "a", count: 200_000)
        let record = TestRecord(properties: [("s", .string(text))])
        let needle = String(repeating: "a", count: 4_000) + "b"
        #expect(try outcome("s LIKE '%\(needle.dropFirst(10))%'", record) == .no)
        #expect(try outcome("s CONTAINS '\(needle)'", record) == .no)
        let many = String(repeating: "%a", count: 1_000)
        #expect(try outcome("s LIKE '\(many)%b'", record) == .no)
    }

    @Test(
        "A search finds the first place, in short texts and in long ones",
        arguments: [20, 256, 257, 900])
    func search(count: Int) {
        var text = [UInt8](repeating: 0x61, count: count)
        text[count / 2] = 0x62
        let needle: [UInt8] = [0x61, 0x62, 0x61]
        #expect(text.rawSpan.firstPosition(of: needle.rawSpan) == count / 2 - 1)
        #expect(text.rawSpan.firstPosition(of: needle.rawSpan, from: count / 2) == nil)
        #expect(text.rawSpan.firstPosition(of: [UInt8]().rawSpan, from: count) == count)
        #expect(text.rawSpan.firstPosition(of: text.rawSpan) == 0)
        #expect(text.rawSpan.firstPosition(of: text.rawSpan, from: 1) == nil)
    }
}
