import Bytes
import Expressions
import Filters
import Records

/// Evaluates conditions in the plainest way, record by record and node by node of the syntax tree:
/// what the compiled program is measured against.
///
/// It knows what the measured conditions need (AND, OR, NOT, comparisons, IN, LIKE with a `%` at
/// the end, IS NULL over top-level names) and refuses everything else. A document is read once for
/// all its fields, by the same reader that the program has.
struct TreeWalker {
    /// A value of a record or a literal; nil stands for NULL.
    private enum Value {
        case int(Int64)
        case double(Double)
        case text([UInt8])
    }

    private let syntax: Syntax
    private let names: [String]
    private let isJSON: Bool
    private var extractor: JSONExtractor
    private var arena: [UInt8] = []

    /// Walks `source` over headers, or over the fields of JSON payloads.
    init(_ source: String, isJSON: Bool) throws {
        guard let syntax = try ExpressionParser.parse(source, dialect: .sluice) else {
            throw CommandFailure.usage("the condition is empty.")
        }
        self.syntax = syntax
        self.isJSON = isJSON
        names = Self.names(in: syntax)
        extractor = JSONExtractor(names.map { JSONPath([.member($0)]) })
    }

    private static func names(in syntax: Syntax) -> [String] {
        switch syntax.form {
        case .name(let name): [name.first.string]
        case .and(let terms), .or(let terms): terms.flatMap(names)
        case .not(let term), .test(_, _, let term): names(in: term)
        case .comparison(_, let left, let right): names(in: left) + names(in: right)
        case .membership(_, let operand, _): names(in: operand)
        case .like(let like): names(in: like.subject)
        default: []
        }
    }

    /// Rows for which the condition is TRUE.
    mutating func count(_ block: borrowing RecordBlock) throws -> Int {
        var count = 0
        for row in 0..<block.count {
            if isJSON, let value = block.value(row) {
                arena.removeAll(keepingCapacity: true)
                _ = extractor.extract(value, start: 0, arena: &arena)
            }
            if try truth(syntax, row, block) == true { count += 1 }
        }
        return count
    }

    /// Nil is UNKNOWN.
    private func truth(
        _ syntax: Syntax, _ row: Int, _ block: borrowing RecordBlock
    ) throws -> Bool? {
        switch syntax.form {
        case .and(let terms):
            var result: Bool? = true
            for term in terms {
                let truth = try truth(term, row, block)
                if truth == false { return false }
                if truth == nil { result = nil }
            }
            return result
        case .or(let terms):
            var result: Bool? = false
            for term in terms {
                let truth = try truth(term, row, block)
                if truth == true { return true }
                if truth == nil { result = nil }
            }
            return result
        case .not(let term): return try truth(term, row, block).map { !$0 }
        case .comparison(let comparator, let left, let right):
            guard let left = try value(left, row, block), let right = try value(right, row, block)
            else { return nil }
            return Self.compare(left, right).map { Self.holds(comparator, $0) }
        case .membership(let isNegated, let operand, let elements):
            guard let value = try value(operand, row, block) else { return nil }
            for element in elements {
                guard let other = try self.value(element, row, block) else { return nil }
                if Self.compare(value, other) == 0 { return !isNegated }
            }
            return isNegated
        case .like(let like):
            guard let value = try value(like.subject, row, block) else { return nil }
            guard case .text(let text) = value,
                case .text(let pattern)? = try self.value(like.pattern, row, block)
            else { return nil }
            return text.starts(with: pattern.dropLast()) != like.isNegated
        case .test(.null, let isNegated, let operand):
            return (try value(operand, row, block) == nil) != isNegated
        default:
            throw CommandFailure("the tree walker of the benchmark does not know \(syntax)")
        }
    }

    private func value(
        _ syntax: Syntax, _ row: Int, _ block: borrowing RecordBlock
    ) throws -> Value? {
        switch syntax.form {
        case .integer(let value): return .int(value)
        case .double(let value): return .double(value)
        case .string(let value): return .text(Array(value.string.utf8))
        case .name(let name): return field(name.first.string, row, block)
        default:
            throw CommandFailure("the tree walker of the benchmark does not know \(syntax)")
        }
    }

    private func field(_ name: String, _ row: Int, _ block: borrowing RecordBlock) -> Value? {
        guard isJSON else {
            let wanted = Array(name.utf8)
            guard let found = RecordHeaders.value(named: wanted.rawSpan, of: row, in: block) else {
                return nil
            }
            return .text([UInt8](copying: found))
        }
        guard let index = names.firstIndex(of: name), let document = block.value(row) else {
            return nil
        }
        let cell = extractor.cell(index)
        switch cell.kind {
        case .int: return .int(cell.bits)
        case .double: return .double(cell.doubleValue)
        case .string where cell.home == .arena:
            let start = Int(cell.bits)
            return .text(Array(arena[start..<start + Int(cell.count)]))
        case .string:
            return .text([UInt8](copying: document.slice(Int(cell.bits), count: Int(cell.count))))
        default: return nil
        }
    }

    /// -1, 0, 1; nil if a text that is no number meets a number.
    private static func compare(_ left: Value, _ right: Value) -> Int? {
        switch (left, right) {
        case (.text(let left), .text(let right)):
            return left == right ? 0 : left.lexicographicallyPrecedes(right) ? -1 : 1
        case (.int(let left), .int(let right)): return left == right ? 0 : left < right ? -1 : 1
        default:
            guard let left = number(left), let right = number(right) else { return nil }
            return left == right ? 0 : left < right ? -1 : 1
        }
    }

    private static func number(_ value: Value) -> Double? {
        switch value {
        case .int(let value): Double(value)
        case .double(let value): value
        case .text(let text): Double(String(decoding: text, as: UTF8.self))
        }
    }

    private static func holds(_ comparator: Syntax.Comparator, _ order: Int) -> Bool {
        switch comparator {
        case .equal: order == 0
        case .notEqual: order != 0
        case .less: order < 0
        case .lessOrEqual: order <= 0
        case .greater: order > 0
        case .greaterOrEqual: order >= 0
        }
    }
}
