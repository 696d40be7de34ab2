import Bytes
import Expressions
import Filters
import Records
import Testing

private let definitions: [FilterDefinition] = [
    FilterDefinition(),
    FilterDefinition(tag: "TagA || TagB", errorPolicy: .deadLetter),
    FilterDefinition(
        tag: "é", sql: "a > 5 AND b = 'x'", pattern: "a+", patternFlags: "iu",
        patternTarget: .header("h"),
        errorPolicy: .fail, format: .json),
    FilterDefinition(sql: "a = 1", format: .csv(columns: ["a", "", "c d"])),
    FilterDefinition(clauses: [
        SQLFilter.clause("a = 1", dialect: .rocketmq), PatternFilter.clause([0xFF], target: .key),
        FilterClause(language: "unknown", text: [], options: ["z": "1", "a": ""]),
    ]),
]

private func encoded(_ definition: FilterDefinition) -> [UInt8] {
    var bytes: [UInt8] = []
    definition.encode(into: &bytes)
    return bytes
}

@Suite("Filter definitions")
struct FilterDefinitionTests {
    @Test("A definition comes back from its bytes", arguments: definitions.indices)
    func roundTrip(_ index: Int) throws {
        #expect(
            try FilterDefinition(decoding: encoded(definitions[index]).rawSpan)
                == definitions[index])
    }

    @Test("The byte form does not change: stored filters must stay readable")
    func golden() {
        let definition = FilterDefinition(
            tag: "A", pattern: "x", patternFlags: "i", errorPolicy: .deliver,
            format: .csv(columns: ["c"]))
        let expected: [UInt8] =
            [1, 1, 2, 1, 1] + Array("c".utf8) + [2, 3] + Array("tag".utf8) + [1] + Array("A".utf8)
            + [0, 7]
            + Array("pattern".utf8) + [1] + Array("x".utf8) + [1, 5] + Array("flags".utf8) + [1]
            + Array("i".utf8)
        #expect(encoded(definition) == expected)
    }

    @Test(
        "Every truncation is refused, every changed byte is refused or harmless",
        arguments: definitions.indices)
    func damage(_ index: Int) {
        let bytes = encoded(definitions[index])
        for count in 0..<bytes.count {
            #expect(throws: FilterDecodingError.self) {
                try FilterDefinition(decoding: Array(bytes[..<count]).rawSpan)
            }
        }
        #expect(throws: FilterDecodingError(bytes.count, .trailingBytes)) {
            try FilterDefinition(decoding: (bytes + [0]).rawSpan)
        }
        for position in bytes.indices {
            for bit in 0..<8 {
                var changed = bytes
                changed[position] ^= 1 << UInt8(bit)
                guard let definition = try? FilterDefinition(decoding: changed.rawSpan) else {
                    continue
                }
                #expect(encoded(definition) == changed)
            }
        }
    }

    @Test("Random bytes never trap", arguments: [1, 2, 3] as [UInt64])
    func garbage(_ seed: UInt64) {
        var state = seed
        for _ in 0..<5_000 {
            var bytes: [UInt8] = [1, 0, UInt8(state % 3)]
            for _ in 0..<Int(state % 40) {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                bytes.append(
                    UInt8(truncatingIfNeeded: state >> 33) & (state % 5 == 0 ? 0xFF : 0x07))
            }
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            _ = try? FilterDefinition(decoding: bytes.rawSpan)
        }
    }

    @Test("Limits of counts bound memory before anything is compiled")
    func limits() {
        func clauses(_ count: Int) -> FilterDefinition {
            FilterDefinition(
                clauses: (0..<count).map { FilterClause(language: "l\($0)", text: []) })
        }
        #expect(throws: Never.self) { try FilterDefinition(decoding: encoded(clauses(16)).rawSpan) }
        #expect(throws: FilterDecodingError(3, .limit(16))) {
            try FilterDefinition(decoding: encoded(clauses(17)).rawSpan)
        }
        // A length of 2^63 - 1 behind a valid start.
        let huge: [UInt8] = [1, 0, 0, 1] + Array(repeating: 0xFF, count: 8) + [0x7F]
        #expect(throws: FilterDecodingError(4, .limit(1 << 20))) {
            try FilterDefinition(decoding: huge.rawSpan)
        }
    }

    @Test("Policies have the names of the specification")
    func policies() {
        for policy in ErrorPolicy.allCases { #expect(ErrorPolicy(name: policy.name) == policy) }
        #expect(ErrorPolicy(name: "dead-letter") == .deadLetter)
        #expect(ErrorPolicy(name: "ignore") == nil)
    }
}
