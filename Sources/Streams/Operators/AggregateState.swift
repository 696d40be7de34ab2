import Bytes
import Connectors
import Expressions

/// The committed form of open windows.
///
/// Integers in keys are big-endian with the sign bit flipped,
/// in values little-endian.
///
/// | key | value |
/// | --- | --- |
/// | `w` | watermark up to which windows have fired, i64 |
/// | `g` end, start, group key | version u8, the accumulators' words, then their slots' text |
/// | `d` end, start, count of the group key's bytes (varint), group key, accumulator u16, value key | how often, i64 |
enum AggregateState {
    private enum Key {
        static let watermark = UInt8(ascii: "w")
        static let group = UInt8(ascii: "g")
        static let detail = UInt8(ascii: "d")
        /// Kind, end and start.
        static let prefixByteCount = 17
    }

    private static let version: UInt8 = 1

    // MARK: - Writing

    static func collect(from aggregate: inout WindowedGroups, into changes: inout [StateChange]) {
        changes += aggregate.removals
        aggregate.removals.removeAll()
        var watermark: [UInt8] = []
        watermark.append(littleEndian: aggregate.firedWatermark)
        changes.append(StateChange(key: [Key.watermark], value: watermark))
        for index in aggregate.windows.indices {
            let window = aggregate.windows[index]
            for entry in window.dirtyGroups.dirty {
                changes.append(
                    StateChange(
                        key: groupKey(window, Int(entry)),
                        value: groupValue(window, Int(entry), aggregate.plan.accumulators)))
            }
            for entry in window.dirtyDetails.dirty {
                var value: [UInt8] = []
                value.append(littleEndian: window.details.words[Int(entry)])
                changes.append(StateChange(key: detailKey(window, Int(entry)), value: value))
            }
        }
        for index in aggregate.windows.indices {
            aggregate.windows[index].dirtyGroups.commit()
            aggregate.windows[index].dirtyDetails.commit()
        }
    }

    /// The removal of everything that a commit holds of a window.
    static func appendRemovals(of window: WindowGroups, to changes: inout [StateChange]) {
        for entry in 0..<window.groups.count where window.dirtyGroups.isCommitted(entry) {
            changes.append(StateChange(key: groupKey(window, entry), value: nil))
        }
        for entry in 0..<window.details.count where window.dirtyDetails.isCommitted(entry) {
            changes.append(StateChange(key: detailKey(window, entry), value: nil))
        }
    }

    private static func prefix(_ kind: UInt8, _ window: WindowGroups) -> [UInt8] {
        var key = [kind]
        CellKey.appendOrdered(window.span.end, to: &key)
        CellKey.appendOrdered(window.span.start, to: &key)
        return key
    }

    private static func groupKey(_ window: WindowGroups, _ entry: Int) -> [UInt8] {
        var key = prefix(Key.group, window)
        key.append(copying: window.groups.key(entry))
        return key
    }

    private static func groupValue(
        _ window: WindowGroups, _ entry: Int, _ accumulators: [Accumulator]
    ) -> [UInt8] {
        let words = window.groups.words
        let start = entry * window.groups.stride
        var value = [version]
        var text: [UInt8] = []
        for accumulator in accumulators {
            let first = start + accumulator.word
            for word in first..<(first + accumulator.kind.wordCount) {
                value.append(littleEndian: words[word])
            }
            guard accumulator.kind.hasSlot else { continue }
            let cell = CellSlot.cell(words, at: first)
            guard cell.isText else { continue }
            text.append(
                copying: window.heap.rawSpan.slice(Int(cell.bits), count: Int(cell.count)))
            // Where the text lies is of this process alone.
            let end = value.count - (accumulator.kind.wordCount - 1) * 8
            for byte in end..<(end + 16) { value[byte] = 0 }
        }
        return value + text
    }

    private static func detailKey(_ window: WindowGroups, _ detail: Int) -> [UInt8] {
        let own = window.details.key(detail)
        let entry = Int(own.bigEndian(at: 2, as: UInt32.self))
        let group = window.groups.key(entry)
        var key = prefix(Key.detail, window)
        Varint.appendUnsigned(UInt64(group.byteCount), to: &key)
        key.append(copying: group)
        key.append(copying: own.slice(0, count: 2))
        key.append(
            copying: own.slice(
                WindowGroups.detailPrefixByteCount,
                count: own.byteCount - WindowGroups.detailPrefixByteCount))
        return key
    }

    // MARK: - Reading

    static func restore(
        key: RawSpan, value: RawSpan, into aggregate: inout WindowedGroups
    ) throws {
        guard key.byteCount > 0 else { throw damaged("a window's key is empty") }
        if key.byte(at: 0) == Key.watermark {
            guard value.byteCount == 8 else { throw damaged("the windows' watermark") }
            aggregate.restore(firedWatermark: value.littleEndian(at: 0))
            return
        }
        guard key.byteCount >= Key.prefixByteCount else { throw damaged("a window's key") }
        let span = WindowSpan(
            start: CellKey.readOrdered(key, at: 9), end: CellKey.readOrdered(key, at: 1))
        let index = aggregate.windowIndex(of: span)
        let rest = key.slice(
            Key.prefixByteCount, count: key.byteCount - Key.prefixByteCount)
        switch key.byte(at: 0) {
        case Key.group:
            try restoreGroup(
                rest, value, into: &aggregate.windows[index], aggregate.plan.accumulators)
        case Key.detail:
            try restoreDetail(
                rest, value, into: &aggregate.windows[index], aggregate.plan.accumulators.count)
        default: throw damaged("a window's key has kind \(key.byte(at: 0))")
        }
    }

    private static func restoreGroup(
        _ key: RawSpan, _ value: RawSpan, into window: inout WindowGroups,
        _ accumulators: [Accumulator]
    ) throws {
        let stride = window.groups.stride
        guard value.byteCount >= 1 + stride * 8, value.byte(at: 0) == version else {
            throw damaged("a group's entry has \(value.byteCount) bytes")
        }
        let entry = entry(of: key, in: &window)
        for word in 0..<stride {
            window.groups.words[entry * stride + word] = value.littleEndian(at: 1 + word * 8)
        }
        var position = 1 + stride * 8
        for accumulator in accumulators where accumulator.kind.hasSlot {
            let first = entry * stride + accumulator.word
            let cell = CellSlot.cell(window.groups.words, at: first)
            guard cell.isText else { continue }
            let count = Int(cell.count)
            guard value.holds(count, at: position) else { throw damaged("a group's text") }
            CellSlot.store(
                value.slice(position, count: count), words: &window.groups.words, at: first,
                heap: &window.heap)
            position += count
        }
        window.dirtyGroups.markCommitted(entry)
    }

    private static func restoreDetail(
        _ key: RawSpan, _ value: RawSpan, into window: inout WindowGroups,
        _ accumulatorCount: Int
    ) throws {
        var position = 0
        guard value.byteCount == 8,
            let count = Varint.readUnsigned(key, at: &position).flatMap(Int.init(exactly:)),
            key.holds(count, at: position), key.holds(2, at: position + count)
        else { throw damaged("a value's key") }
        let group = key.slice(position, count: count)
        let accumulator = Int(key.bigEndian(at: position + count, as: UInt16.self))
        guard accumulator < accumulatorCount else { throw damaged("a value's accumulator") }
        let start = position + count + 2
        window.restoreDetail(
            accumulator, entry(of: group, in: &window),
            value: key.slice(start, count: key.byteCount - start),
            count: value.littleEndian(at: 0))
    }

    private static func entry(of key: RawSpan, in window: inout WindowGroups) -> Int {
        var isNew = false
        return window.groups.findOrInsert(
            key, hash: StableHash.hash(key), isNew: &isNew)
    }

    private static func damaged(_ what: String) -> PipelineError { .damagedState(what) }
}
