import Bytes
import Expressions
import Records

/// Searches a pattern in records that are lines of one text, all at once: a call of the engine
/// costs as much as a short line.
///
/// The pattern must not match a line feed (``PatternFacts/staysInLine``), and takes `^` and `$` for
/// each line: then its first match in the text lies in the first line that has a match.
struct LineSearch: ~Copyable, ~Escapable {
    private let block: RecordBlock
    private var matcher: RegexMatcher

    @_lifetime(copy block)
    init(_ regex: Regex, _ block: borrowing RecordBlock) {
        self.block = copy block
        matcher = RegexMatcher(regex)
    }

    /// Appends the rows whose values match to `kept`.
    ///
    /// `searchOneByOne` decides about rows that are no lines of one text, or where the engine met
    /// a limit.
    mutating func run(
        _ rows: Span<Int32>, into kept: inout Selection,
        searchOneByOne: (_ rows: Span<Int32>, _ kept: inout Selection) -> Void
    ) {
        var index = 0
        while index < rows.count {
            let end = runEnd(rows, from: index)
            var searched = index
            if end > index + 1 {
                searched = search(rows, index..<end, into: &kept)
            }
            if searched < end { searchOneByOne(rows.extracting(searched..<end), &kept) }
            index = end
        }
    }

    /// The end of the rows from `first` on that are lines one behind the other, the last of them
    /// not empty: behind the last line feed there is no `^`.
    private func runEnd(_ rows: Span<Int32>, from first: Int) -> Int {
        var end = first + 1
        var lastFull = end
        var place = block.rows[Int(rows[first])]
        guard place.valueCount >= 0 else { return end }
        while end < rows.count {
            let next = block.rows[Int(rows[end])]
            let lineEnd = place.valueStart &+ place.valueCount
            guard next.valueCount >= 0, next.valueStart == lineEnd &+ 1,
                block.bytes.byte(at: Int(lineEnd)) == UInt8(ascii: "\n")
            else { break }
            end += 1
            if next.valueCount > 0 { lastFull = end }
            place = next
        }
        return lastFull
    }

    /// Searches lines; returns the first of them about which nothing is known.
    private mutating func search(
        _ rows: Span<Int32>, _ range: Range<Int>, into kept: inout Selection
    ) -> Int {
        let first = Int(block.rows[Int(rows[range.lowerBound])].valueStart)
        let last = block.rows[Int(rows[range.upperBound - 1])]
        let text = block.bytes.slice(
            first, count: Int(last.valueStart) + Int(last.valueCount) - first)
        var index = range.lowerBound
        while index < range.upperBound {
            let start = Int(block.rows[Int(rows[index])].valueStart)
            switch matcher.firstMatch(in: text, from: start - first) {
            case .noMatch: return range.upperBound
            case .limitExceeded: return index
            case .match(let position):
                while end(of: rows[index]) < first + position { index += 1 }
                kept.append(rows[index])
                index += 1
            }
        }
        return index
    }

    private func end(of row: Int32) -> Int {
        let place = block.rows[Int(row)]
        return Int(place.valueStart) + Int(place.valueCount)
    }
}
