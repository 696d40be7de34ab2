@testable import Expressions

/// Makes expressions and records at random, the same for the same seed.
struct RandomExpression {
    private var state: UInt64
    let dialect: Dialect

    init(seed: UInt64, dialect: Dialect) {
        // Far apart, so that the streams of two seeds do not run into each other.
        state = (seed &* 0xD134_2543_DE82_EF95) ^ (seed << 40)
        self.dialect = dialect
    }

    /// SplitMix64.
    mutating func next(_ bound: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int((word ^ (word >> 31)) % UInt64(bound))
    }

    mutating func pick<Element>(_ elements: [Element]) -> Element { elements[next(elements.count)] }

    static let integers: [Int64] = [
        0, 1, -1, 2, 3, 5, 7, 10, 42, .max, .min + 1, 1 << 53, (1 << 53) + 1,
    ]
    static let doubles: [Double] = [
        0, -0.0, 0.5, 1, 1.5, -2.5, 3, 1e300, 9_007_199_254_740_992, 9.3e18,
    ]
    static let texts = [
        "", "a", "ab", "abc", "b", "é", "5", "5.0", "-3", "1e3", " 5", "x%", "true", "FALSE", "10",
        "9", "99999999999999999999", "aab", "2024-01-01", "_", "%",
    ]
    static let names = ["p", "q", "r", "s", "t", "u"]

    mutating func record() -> TestRecord {
        var record = TestRecord()
        for name in Self.names where next(8) > 0 {
            record.properties.append((name, value()))
        }
        if next(3) > 0 { record.key = pick(Self.texts) }
        if next(3) > 0 { record.timestamp = Int64(next(2_000_000)) - 1_000_000 }
        if next(3) > 0 { record.offset = pick(Self.integers) }
        if next(6) > 0 { record.payload = payload() }
        return record
    }

    // MARK: Documents

    static let scalars = [
        "0", "-0", "1", "42", "-7", "1.5", "1e2", "9223372036854775807", "9223372036854775808",
        "-9223372036854775808", "99999999999999999999", "1e400", "-1e400", "1e-400", "0.1", "null",
        "true", "false", #""""#, #""a""#, #""ab""#, #""5""#, #""é""#, #""\u0061""#, #""\n\t\\""#,
        #""\ud83d\ude00""#, #""true""#, #""a\"b""#, "[]", "{}", "[1,2.0,\"a\"]",
    ]

    /// A payload: usually an object with some of the fields that expressions name, sometimes no
    /// JSON at all.
    private mutating func payload() -> [UInt8] {
        let fields = ["a", "b", "a", "l", "o"].prefix(next(6)).map { name -> String in
            let blank = pick(["", "", " ", "\t"])
            let value =
                switch name {
                case "l":
                    "[\((0..<next(4)).map { _ in pick(Self.scalars) }.joined(separator: ","))]"
                case "o": #"{"k":\#(pick(Self.scalars)),"a b":\#(pick(Self.scalars))}"#
                default: pick(Self.scalars)
                }
            return
                "\(blank)\"\(name == "a" ? pick(["a", "a", #"\u0061"#]) : name)\":\(blank)\(value)"
        }
        var bytes = Array("{\(fields.joined(separator: ","))}".utf8)
        switch next(12) {
        case 0: bytes.remove(at: next(bytes.count))
        case 1: bytes[next(bytes.count)] = pick([0x00, 0x22, 0x2C, 0x5C, 0x7D, 0xFF, 0x20])
        case 2: bytes += pick([Array(" ".utf8), Array("x".utf8), [0xC3, 0xA9]])
        case 3: bytes = [0xEF, 0xBB, 0xBF] + bytes
        default: break
        }
        return bytes
    }

    static let paths = [
        "payload.a", "payload.b", "payload.l[0]", "payload.l[-1]", "payload.l", "payload.o.k",
        #"payload.o."a b""#, "payload.missing", "payload.o",
    ]

    private mutating func value() -> TestValue {
        switch next(9) {
        case 0: .null
        case 1, 2: .int(pick(Self.integers))
        case 3: .double(pick(Self.doubles + [.nan, .infinity, -.infinity]))
        case 4: .bool(next(2) == 0)
        case 5: .bytes(pick([[0xFF], [0x61], [0x61, 0xFF]]))
        case 6: .timestamp(Int64(next(1_000)))
        default: .string(pick(Self.texts))
        }
    }

    // MARK: Expressions

    mutating func condition(_ depth: Int) -> String {
        guard depth > 0 else {
            return pick(["TRUE", "FALSE", "p", "q", "p = 1", "q IS NULL", "r > 'a'", "s < 5"])
        }
        switch next(16) {
        case 0, 1: return join(" AND ", depth)
        case 2, 3: return join(" OR ", depth)
        case 4: return "NOT " + parenthesised(condition(depth - 1))
        case 5, 6, 7:
            let comparator = pick(["=", "<>", "<", "<=", ">", ">="])
            return "\(value(depth - 1)) \(comparator) \(value(depth - 1))"
        case 8:
            let low = value(depth - 1)
            return "\(value(depth - 1)) \(pick(["", "NOT "]))BETWEEN \(low) AND \(value(depth - 1))"
        case 9:
            let list = (0...next(4)).map { _ in next(3) == 0 ? value(1) : literal() }
            return "\(value(depth - 1)) \(pick(["", "NOT "]))IN (\(list.joined(separator: ", ")))"
        case 10:
            let word = pick(["LIKE", "NOT LIKE", "ILIKE"])
            let pattern = pick([
                "'%'", "'a%'", "'%b'", "'%a%'", "'a_c'", "'_'", "''", "'A%b%'", "'a%b%c'", "'%a%b'",
                "'a%%a'", "p",
            ])
            return "\(name()) \(word) \(pattern)"
        case 11: return "\(value(depth - 1)) IS \(pick(["", "NOT "]))NULL"
        case 12:
            let test = pick(["TRUE", "FALSE", "UNKNOWN"])
            return parenthesised(condition(depth - 1)) + " IS \(pick(["", "NOT "]))\(test)"
        case 13:
            return "\(value(depth - 1)) IS \(pick(["", "NOT "]))DISTINCT FROM \(value(depth - 1))"
        case 14:
            return
                "\(name()) \(pick(["CONTAINS", "STARTSWITH", "ENDSWITH"])) \(pick(["'a'", "''", "q"]))"
        default: return parenthesised(condition(depth - 1)) + " = " + pick(["TRUE", "p", "q"])
        }
    }

    private mutating func join(_ operation: String, _ depth: Int) -> String {
        (0...1 + next(3)).map { _ in parenthesised(condition(depth - 1)) }
            .joined(separator: operation)
    }

    private func parenthesised(_ text: String) -> String { "(\(text))" }

    private mutating func name() -> String {
        guard dialect == .sluice else { return pick(Self.names) }
        return switch next(8) {
        case 0: pick(["key", "timestamp", "offset", "payload"])
        case 1, 2: pick(Self.paths)
        default: pick(Self.names)
        }
    }

    private mutating func literal() -> String {
        switch next(6) {
        case 0: "NULL"
        case 1, 2: "\(pick(Self.integers))"
        case 3: "\(pick(Self.doubles))"
        default: "'\(pick(Self.texts))'"
        }
    }

    mutating func value(_ depth: Int) -> String {
        guard depth > 0, next(3) > 0 else { return next(3) == 0 ? literal() : name() }
        switch next(12) {
        case 0, 1, 2:
            let terms = (0...next(3)).map { _ in "(\(value(depth - 1)))" }
            return "(" + terms.joined(separator: " \(pick(["+", "-", "*", "/", "%"])) ") + ")"
        case 3: return "(- \(name()))"
        case 4: return "(\(value(depth - 1)) || \(value(depth - 1)))"
        case 5:
            let otherwise = next(2) == 0 ? "" : " ELSE \(value(depth - 1))"
            return "CASE WHEN \(condition(depth - 1)) THEN \(value(depth - 1))\(otherwise) END"
        case 6: return "CASE \(name()) WHEN \(literal()) THEN \(value(depth - 1)) ELSE p END"
        case 7: return "COALESCE(\(value(depth - 1)), \(value(depth - 1)))"
        case 8: return "IF(\(condition(depth - 1)), \(value(depth - 1)), \(value(depth - 1)))"
        case 9: return "NULLIF(\(name()), \(value(depth - 1)))"
        case 10:
            return
                "\(pick(["CAST", "TRY_CAST"]))(\(pick(Self.names)) AS \(pick(["INT", "STRING"])))"
        default: return call(depth - 1)
        }
    }

    private mutating func call(_ depth: Int) -> String {
        let text = name()
        let count = "\(next(7) - 2)"
        return switch next(12) {
        case 0: "LENGTH(\(text))"
        case 1: "ABS(\(value(depth)))"
        case 2: "SUBSTRING(\(text), \(count), \(next(4) - 1))"
        case 3: "SUBSTRING(\(text), \(count))"
        case 4: "LEFT(\(text), \(count))"
        case 5: "RIGHT(\(text), \(count))"
        case 6: "REPLACE(\(text), '\(pick(["a", "", "ab", "é"]))', '\(pick(["", "b", "aa"]))')"
        case 7: "POSITION('\(pick(["a", "", "b", "é"]))' IN \(text))"
        case 8: "CONCAT(\(text), \(name()))"
        case 9 where dialect == .sluice:
            "\(pick(["GREATEST", "LEAST"]))(\(value(depth)), \(name()), \(name()))"
        case 10: "OCTET_LENGTH(\(text))"
        default: "SIGN(\(value(depth)))"
        }
    }
}

// MARK: - The dialect of RocketMQ

extension RandomExpression {
    /// A record as RocketMQ sends it: every property is text.
    mutating func wireRecord() -> TestRecord {
        let texts = [
            "", "a", "ab", "5", "-3", "5.0", "1e3", " 5", "3000000000", "true", "TRUE", "false",
            "NaN", "Infinity", "-0.0", "0", "1d", "0x10", "99999999999999999999", "+7", "+-7",
        ]
        var record = TestRecord()
        for name in Self.names where next(5) > 0 {
            record.properties.append((name, .string(pick(texts))))
        }
        return record
    }

    /// A condition in RocketMQ's own grammar.
    mutating func wireCondition(_ depth: Int) -> String {
        let property = pick(Self.names)
        if depth > 0, next(2) == 0 {
            let terms = (0...1 + next(3)).map { _ in "(\(wireCondition(depth - 1)))" }
            return switch next(5) {
            case 0, 1: terms.joined(separator: " AND ")
            case 2, 3: terms.joined(separator: " OR ")
            default: "NOT \(terms[0])"
            }
        }
        switch next(9) {
        case 0, 1:
            let literal = pick(["5", "-3", "0", "3000000000", "5.0", "0.0", "1000.0", "7"])
            return "\(property) \(pick(["=", "<>", "<", "<=", ">", ">="])) \(literal)"
        case 2:
            let literal = pick(["'a'", "''", "'5'", "TRUE", "FALSE"])
            return "\(property) \(pick(["=", "<>"])) \(literal)"
        case 3:
            return
                "\(property) \(pick(["=", "<>", "<", "<=", ">", ">="])) \(pick(Self.names))"
        case 4: return "\(property) IS \(pick(["", "NOT "]))NULL"
        case 5: return "\(property) \(pick(["", "NOT "]))IN ('a', '5', 'true')"
        case 6:
            let bounds = pick([("1", "5"), ("0.0", "7.0"), ("-3", "3000000000")])
            return "\(property) \(pick(["", "NOT "]))BETWEEN \(bounds.0) AND \(bounds.1)"
        case 7:
            let word = pick(["CONTAINS", "STARTSWITH", "ENDSWITH"])
            return "\(property) \(pick(["", "NOT "]))\(word) \(pick(["'a'", "'5'", "''"]))"
        default: return pick(["TRUE", "FALSE", property])
        }
    }
}
