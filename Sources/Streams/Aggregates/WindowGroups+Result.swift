import Bytes
import Expressions

extension WindowGroups {
    /// The value of an aggregate for a group; its text is appended to `text`, which becomes the
    /// cell's ``CellHome/input``.
    mutating func result(
        of call: AggregateCall, _ accumulators: [Accumulator], entry: Int, text: inout [UInt8]
    ) -> Cell {
        let accumulator = accumulators[call.accumulator]
        let word = entry * groups.stride + accumulator.word
        switch call.function {
        case .count: return .int(groups.words[word])
        case .sum: return SumWords.sum(groups.words, at: word)
        case .average: return SumWords.average(groups.words, at: word)
        case .minimum, .maximum, .firstValue, .lastValue: return slot(at: word, text: &text)
        case .standardDeviationPopulation: return moments(word, isSample: false, isDeviation: true)
        case .standardDeviationSample: return moments(word, isSample: true, isDeviation: true)
        case .variancePopulation: return moments(word, isSample: false, isDeviation: false)
        case .varianceSample: return moments(word, isSample: true, isDeviation: false)
        case .percentile, .median:
            return percentile(call.accumulator, entry, share: call.share, count: groups.words[word])
        case .percentileDiscrete:
            let count = groups.words[word]
            let rank = Int64((call.share * Double(count)).rounded(.up)) - 1
            return ranked(call.accumulator, entry, rank: max(0, rank), count: count)
        }
    }

    private func slot(at word: Int, text: inout [UInt8]) -> Cell {
        var cell = CellSlot.cell(groups.words, at: word)
        guard cell.isText else { return cell }
        let start = text.count
        text.append(copying: heap.rawSpan.slice(Int(cell.bits), count: Int(cell.count)))
        cell.home = .input
        cell.bits = Int64(start)
        return cell
    }

    private func moments(_ word: Int, isSample: Bool, isDeviation: Bool) -> Cell {
        MomentWords.result(groups.words, at: word, isSample: isSample, isDeviation: isDeviation)
    }

    /// Linear interpolation between the ranks around `share · (count - 1)`, as PostgreSQL's
    /// `percentile_cont`.
    private mutating func percentile(_ accumulator: Int, _ entry: Int, share: Double, count: Int64)
        -> Cell
    {
        guard count > 0 else { return .null }
        let place = share * Double(count - 1)
        let low = Int64(place.rounded(.down))
        let first = number(ranked(accumulator, entry, rank: low, count: count))
        let rest = place - Double(low)
        guard rest > 0 else { return .double(first) }
        let second = number(ranked(accumulator, entry, rank: low + 1, count: count))
        return .double(first + (second - first) * rest)
    }

    private func number(_ cell: Cell) -> Double {
        cell.kind == .int ? Double(cell.bits) : cell.doubleValue
    }

    /// The value at a rank from 0.
    private mutating func ranked(_ accumulator: Int, _ entry: Int, rank: Int64, count: Int64)
        -> Cell
    {
        guard rank < count else { return .null }
        var found = Cell.null
        var before: Int64 = 0
        forEachDetail(accumulator, entry) { value, count in
            before += count
            guard before <= rank else {
                found = value
                return false
            }
            return true
        }
        return found
    }
}
