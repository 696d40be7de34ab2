import ArgumentParser
import Platform

/// Values of records that look like somebody's data: all zeros would make every compressor shine.
struct BenchPayload {
    /// What the values are.
    enum Kind: String, CaseIterable, ExpressibleByArgument {
        /// An object with fields of few and of many values, then words up to the wanted size.
        case json
        /// Letters and digits, each one of 64.
        case random
    }
    private static let words = [
        "order", "paid", "cart", "item", "view", "search", "result", "page", "login", "failed",
        "retry", "accepted", "shipping", "address", "changed", "coupon", "invalid", "stock", "low",
        "price", "update", "mobile", "desktop", "session", "expired", "refund", "partial", "total",
        "customer", "newsletter", "the", "and", "was", "not", "for", "with", "from", "after",
    ]
    private static let letters = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    let kind: Kind
    let byteCount: Int
    private var generator: SeededGenerator

    /// The same seed gives the same values.
    init(_ kind: Kind, byteCount: Int, seed: UInt64) {
        self.kind = kind
        self.byteCount = byteCount
        generator = SeededGenerator(seed: seed)
    }

    /// The next value, `byteCount` bytes long.
    mutating func next() -> [UInt8] {
        switch kind {
        case .json: object()
        case .random: (0..<byteCount).map { _ in Self.letters[Int(generator.next() & 63)] }
        }
    }

    private mutating func object() -> [UInt8] {
        var bytes = Array(
            """
            {"user":\(number(100_000)),"event":"\(word())","ms":\(number(2_000)),\
            "total":\(number(500)).\(10 + number(90)),"text":"
            """.utf8)
        while bytes.count < byteCount - 2 {
            bytes.append(contentsOf: word().utf8)
            bytes.append(UInt8(ascii: " "))
        }
        // A size below that of the fields gives the beginning of an object.
        bytes.removeLast(max(0, bytes.count - max(0, byteCount - 2)))
        bytes.append(contentsOf: "\"}".utf8)
        bytes.removeLast(max(0, bytes.count - byteCount))
        return bytes
    }

    private mutating func number(_ end: Int) -> Int { Int.random(in: 0..<end, using: &generator) }

    private mutating func word() -> String { Self.words[number(Self.words.count)] }
}
