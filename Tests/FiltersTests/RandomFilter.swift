import Expressions
import Filters
import Records

/// Makes filters and records at random, the same for the same seed: few names and values, in all
/// the types that they can be written in, so that many conditions are TRUE for something.
struct RandomFilter {
    private var state: UInt64

    init(seed: UInt64) { state = (seed &* 0xD134_2543_DE82_EF95) ^ (seed << 40) }

    /// SplitMix64.
    mutating func next(_ bound: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int((word ^ (word >> 31)) % UInt64(bound))
    }

    mutating func pick<Element>(_ elements: [Element]) -> Element { elements[next(elements.count)] }

    private static let tags = ["TagA", "TagB", "TagC", "5", "true", "é"]
    private static let names = ["a", "b", "c"]
    private static let constants = [
        "5", "5.0", "'5'", "'5.0'", "'5e0'", "-0.0", "0", "'0'", "'-0'", "TRUE", "FALSE", "'true'",
        "'FALSE'", "'x'", "'y'", "'é'", "1e300", "1e308", "'1e999'", "9223372036854775807",
        "9223372036854775808.0", "'9223372036854775808'", "9007199254740993", "9007199254740992.0",
        "''", "'2024-01-01T00:00:00Z'", "X'35'", "X'ff'", "NULL", "'nan'",
    ]
    private static let values = [
        "5", "5.0", "\"5\"", "\"5.0\"", "0", "-0.0", "\"-0\"", "true", "false", "\"TRUE\"",
        "\"x\"", "\"y\"", "\"\\u00e9\"", "1e300", "1e999", "9223372036854775807",
        "9223372036854775808", "9007199254740992", "9007199254740993", "null", "\"\"", "[5]", "{}",
        "\"2024-01-01T00:00:00Z\"", "\"nan\"", "\"x y\"",
    ]

    // MARK: Conditions

    /// A field, as conditions of records with such payloads name it.
    private mutating func field(_ format: PayloadFormat) -> String {
        if next(9) == 0 { return pick(["tag", "key", "offset", "partition", "timestamp"]) }
        if next(9) == 0 { return "HEADER('h', 0)" }
        return pick(Self.names)
    }

    private mutating func term(_ format: PayloadFormat, depth: Int) -> String {
        let field = field(format)
        switch next(depth > 0 ? 14 : 9) {
        case 0, 1, 2: return "\(field) = \(pick(Self.constants))"
        case 3: return "\(pick(Self.constants)) = \(field)"
        case 4:
            let list = (0...next(4)).map { _ in pick(Self.constants) }.joined(separator: ", ")
            return "\(field) IN (\(list))"
        case 5: return "\(field) > \(next(7))"
        case 6: return "\(field) LIKE '\(pick(["x%", "%5%", "_"]))'"
        case 7: return "CAST(\(field) AS INT) = \(next(6))"
        case 8: return "\(field) IS NOT NULL"
        case 9:
            return "(\(field) = \(pick(Self.constants)) OR \(field) = \(pick(Self.constants)))"
        case 10: return "NOT (\(term(format, depth: depth - 1)))"
        case 11: return "(\(conjunction(format, depth: depth - 1)))"
        case 12: return "\(field) + 1 = \(next(7))"
        default: return "(\(term(format, depth: 0)) OR \(term(format, depth: depth - 1)))"
        }
    }

    private mutating func conjunction(_ format: PayloadFormat, depth: Int) -> String {
        (0...next(3)).map { _ in term(format, depth: depth) }.joined(separator: " AND ")
    }

    /// A filter that compiles.
    mutating func definition(_ format: PayloadFormat) -> FilterDefinition {
        while true {
            var clauses: [FilterClause] = []
            if next(3) == 0 {
                let text = (0...next(3)).map { _ in pick(Self.tags) }.joined(separator: " || ")
                clauses.append(TagFilter.clause(next(8) == 0 ? "*" : text))
            }
            if next(6) > 0 {
                let dialect: Dialect = next(5) == 0 ? pick([.rocketmq, .jms]) : .sluice
                let text =
                    dialect == .sluice
                    ? conjunction(format, depth: 2)
                    : "\(pick(Self.names)) = \(pick(["5", "'5'", "'x'"]))"
                clauses.append(SQLFilter.clause(text, dialect: dialect))
            }
            if next(8) == 0 { clauses.append(PatternFilter.clause(Array("[5x]".utf8))) }
            let definition = FilterDefinition(
                clauses: clauses, errorPolicy: pick(ErrorPolicy.allCases), format: format)
            if (try? SubscriptionFilter(definition)) != nil { return definition }
        }
    }

    // MARK: Records

    mutating func record() -> RecordFixture {
        let members = Self.names.compactMap { name in
            next(6) == 0 ? nil : "\"\(name)\":\(pick(Self.values))"
        }
        var payload: String? = "{" + members.joined(separator: ",") + "}"
        switch next(12) {
        case 0: payload = nil
        case 1: payload?.removeLast()
        case 2: payload = "no JSON 5"
        default: break
        }
        var headers: [(String, String?)] = []
        for name in Self.names + ["h"] where next(3) > 0 {
            headers.append((name, next(9) == 0 ? nil : pick(["5", "5.0", "x", "y", "true", ""])))
        }
        return RecordFixture(
            payload, key: next(3) == 0 ? nil : pick(["5", "x"]),
            tag: next(4) == 0 ? nil : pick(Self.tags), headers: headers,
            timestamp: Int64(next(7)))
    }
}
