import Bytes
import Expressions
package import Filters

/// What became of records, by reason: counters that can be added, subtracted and stored.
///
/// Seen are matched, refused, unknown and failed ones; `skipped` and `unreadable` ones were not
/// looked at.
package struct FilterCounts: Equatable, Sendable {
    package private(set) var seen: Int64 = 0
    package private(set) var matched: Int64 = 0
    /// By the place of the language in the catalogue.
    package private(set) var refused = [Int64](repeating: 0, count: FilterCatalogue.names.count)
    package private(set) var unknown: Int64 = 0
    /// Records that could not be evaluated, by ``EvaluationError/rawValue``.
    package private(set) var errors = [Int64](repeating: 0, count: EvaluationError.allCases.count)
    package private(set) var malformed: Int64 = 0
    package private(set) var undefinedArithmetic: Int64 = 0
    /// Records that were passed over unread, because the summaries of their blocks exclude them.
    package internal(set) var skipped: Int64 = 0
    /// Records that were passed over because their batches cannot be read, as their producer has
    /// counted them: they do not decompress, or are not coded as the format says.
    package internal(set) var unreadable: Int64 = 0

    package init() {}

    package init(_ report: FilterReport) {
        seen = Int64(report.seen)
        matched = Int64(report.kept)
        refused = report.refused.map { Int64($0) }
        unknown = Int64(report.unknown)
        errors = report.errors.map { Int64($0) }
        malformed = Int64(report.malformed)
        undefinedArithmetic = Int64(report.undefinedArithmetic)
    }

    /// Records that could not be evaluated.
    package var failed: Int64 { errors.reduce(0, +) }
    /// Whether nothing was counted.
    package var isEmpty: Bool { self == FilterCounts() }

    package static func + (left: FilterCounts, right: FilterCounts) -> FilterCounts {
        left.combined(with: right, +)
    }
    package static func - (left: FilterCounts, right: FilterCounts) -> FilterCounts {
        left.combined(with: right, -)
    }
    package static func += (left: inout FilterCounts, right: FilterCounts) { left = left + right }

    /// What became of the records, by the names that metrics have for it.
    package var outcomes: [(name: String, count: Int64)] {
        [("matched", matched), ("refused", refused.reduce(0, +)), ("unknown", unknown)]
            + [("failed", failed), ("skipped", skipped), ("unreadable", unreadable)]
    }

    private func combined(
        with other: FilterCounts, _ combine: (Int64, Int64) -> Int64
    ) -> FilterCounts {
        var result = FilterCounts()
        result.seen = combine(seen, other.seen)
        result.matched = combine(matched, other.matched)
        result.refused = zip(refused, other.refused).map(combine)
        result.unknown = combine(unknown, other.unknown)
        result.errors = zip(errors, other.errors).map(combine)
        result.malformed = combine(malformed, other.malformed)
        result.undefinedArithmetic = combine(undefinedArithmetic, other.undefinedArithmetic)
        result.skipped = combine(skipped, other.skipped)
        result.unreadable = combine(unreadable, other.unreadable)
        return result
    }
}

/// The stored form.
///
/// ```
/// layout u8 = 1 or 2 | seen, matched, unknown, malformed, undefined arithmetic, skipped: i64 each
/// count, refused: language, i64 | count, errors: kind i64, i64 | layout 2: unreadable i64
/// ```
/// Layout 2 is written only if there are unreadable records, which the first one does not have.
/// Languages and kinds of which nothing was counted are left out. A language has its name, so that
/// the catalogue's order may change; what this version does not know is refused.
extension FilterCounts {
    private static let layoutVersion: UInt8 = 1
    private static let unreadableLayoutVersion: UInt8 = 2

    package func encoded() -> [UInt8] {
        var bytes: [UInt8] = [
            unreadable > 0 ? Self.unreadableLayoutVersion : Self.layoutVersion
        ]
        for number in [seen, matched, unknown, malformed, undefinedArithmetic, skipped] {
            bytes.append(littleEndian: number)
        }
        let languages = zip(FilterCatalogue.names, refused).filter { $0.1 > 0 }
        bytes.append(count: languages.count)
        for (name, count) in languages {
            bytes.append(text: name)
            bytes.append(littleEndian: count)
        }
        let kinds = errors.indices.filter { errors[$0] > 0 }
        bytes.append(count: kinds.count)
        for kind in kinds {
            bytes.append(littleEndian: Int64(kind))
            bytes.append(littleEndian: errors[kind])
        }
        if unreadable > 0 { bytes.append(littleEndian: unreadable) }
        return bytes
    }

    /// Nil if the bytes are not such counters.
    package init?(decoding bytes: [UInt8]) {
        var cursor = ByteCursor(bytes.rawSpan)
        guard let layout = cursor.integer(UInt8.self),
            (Self.layoutVersion...Self.unreadableLayoutVersion).contains(layout)
        else { return nil }
        var numbers: [Int64] = []
        for _ in 0..<6 {
            guard let number = Self.number(&cursor) else { return nil }
            numbers.append(number)
        }
        (seen, matched, unknown) = (numbers[0], numbers[1], numbers[2])
        (malformed, undefinedArithmetic, skipped) = (numbers[3], numbers[4], numbers[5])
        guard let languageCount = cursor.count() else { return nil }
        for _ in 0..<languageCount {
            guard let name = cursor.text(), let count = Self.number(&cursor),
                let place = FilterCatalogue.names.firstIndex(of: name)
            else { return nil }
            refused[place] = count
        }
        guard let kindCount = cursor.count() else { return nil }
        for _ in 0..<kindCount {
            guard let kind = Self.number(&cursor), let count = Self.number(&cursor),
                kind < Int64(errors.count)
            else { return nil }
            errors[Int(kind)] = count
        }
        if layout == Self.unreadableLayoutVersion {
            guard let count = Self.number(&cursor), count > 0 else { return nil }
            unreadable = count
        }
        guard cursor.isAtEnd else { return nil }
    }

    private static func number(_ cursor: inout ByteCursor) -> Int64? {
        cursor.integer(Int64.self).flatMap { $0 < 0 ? nil : $0 }
    }
}
