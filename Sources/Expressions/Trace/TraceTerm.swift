import Bytes

/// A clause or an operand of an expression, and what it gave for one record.
package struct TraceTerm: Sendable, Equatable {
    package enum Outcome: Sendable, Equatable {
        case yes
        case no
        /// UNKNOWN, which is the NULL of a condition.
        case unknown
        case error(EvaluationError)
        /// Of what is no condition: the value as an expression would write it.
        case value(String)
    }

    /// The sub-expression as the parser read it.
    package let text: String
    /// Whether it is a condition rather than a value.
    package let isCondition: Bool
    package let outcome: Outcome
    /// Whether evaluation from left to right gets here: AND stops at FALSE, OR at TRUE, both at an
    /// error (EXPRESSIONS.md §16).
    package let isReached: Bool
    /// The clauses or operands that it is made of; literals are left out.
    package let children: [TraceTerm]
}

extension TraceTerm.Outcome {
    init(_ cell: Cell, _ homes: TextHomes, isCondition: Bool) {
        switch cell.kind {
        case .error: self = .error(EvaluationError(rawValue: cell.bits) ?? .evaluation)
        case .null where isCondition: self = .unknown
        case .bool where isCondition: self = cell.bits != 0 ? .yes : .no
        default: self = .value(CellText.describe(cell, homes))
        }
    }

    var endsAnd: Bool {
        switch self {
        case .no, .error: true
        case .yes, .unknown, .value: false
        }
    }

    var endsOr: Bool {
        switch self {
        case .yes, .error: true
        case .no, .unknown, .value: false
        }
    }
}

/// Values as an expression would write them: for people who look for a reason.
package enum CellText {
    /// Bytes of a text that are shown.
    package static let byteCountMax = 200

    /// A value in a line: NULL, 5, 2.5, TRUE, 'text', X'0aff', TIMESTAMP '…', JSON as it stands.
    package static func describe(_ cell: Cell, _ homes: TextHomes) -> String {
        switch cell.kind {
        case .null, .error: return "NULL"
        case .int: return String(cell.bits)
        case .double: return "\(cell.doubleValue)"
        case .bool: return cell.bits != 0 ? "TRUE" : "FALSE"
        case .duration: return "\(cell.bits) ms"
        case .timestamp:
            var bytes: [UInt8] = []
            TimestampText.append(cell.bits, to: &bytes)
            return "TIMESTAMP '\(String(decoding: bytes, as: UTF8.self))'"
        case .string: return shortened(cell, homes) { Syntax.quote($0, "'") }
        case .json: return shortened(cell, homes) { $0 }
        case .bytes: return shortened(cell, homes, isText: false) { "X'\($0)'" }
        }
    }

    private static func shortened(
        _ cell: Cell, _ homes: TextHomes, isText: Bool = true, _ quote: (String) -> String
    ) -> String {
        let text = homes.text(cell)
        let shown = text.slice(0, count: min(text.byteCount, byteCountMax))
        var bytes: [UInt8] = []
        if isText {
            bytes.append(copying: shown)
        } else {
            for position in 0..<shown.byteCount {
                MessageDigests.appendHexadecimal(shown.byte(at: position), to: &bytes)
            }
        }
        let rest = text.byteCount > byteCountMax ? "… (\(text.byteCount) bytes)" : ""
        return quote(String(decoding: bytes, as: UTF8.self)) + rest
    }
}
