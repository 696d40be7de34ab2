import Bytes
import Connectors

/// What a pipeline keeps between commits beside the source's positions.
///
/// | key | value, little-endian |
/// | --- | --- |
/// | `0` | version u8, fingerprint u64, watermark i64, run i64 (-1: none), its split's name |
/// | `1` name | next offset i64, own watermark i64, timestamp i64, whether it ended u8 |
/// | `2` operator index u8, the operator's key | the operator's value |
///
/// The splits' watermarks, next offsets and ends, and the run under way, are all that the choice of
/// the next split and the job's watermark depend on, so a resumed pipeline reads the splits in the same order.
extension Pipeline {
    private enum Key {
        static let job: UInt8 = 0
        static let split: UInt8 = 1
        static let `operator`: UInt8 = 2
    }

    private static let version: UInt8 = 1

    /// Seeks the splits and loads the state that the target's last commit holds, if any.
    func restore() throws {
        guard let progress = try target.restore() else { return }
        for index in cursors.indices {
            guard let position = progress.positions[cursors[index].name] else { continue }
            try source.seek(cursors[index].name, to: position)
            cursors[index].batchStart = position
        }
        for change in progress.state {
            guard let value = change.value else { continue }
            try restore(change.key.rawSpan, value.rawSpan)
        }
    }

    private func restore(_ key: RawSpan, _ value: RawSpan) throws {
        guard key.byteCount > 0 else { throw PipelineError.damagedState("a key is empty") }
        switch key.byte(at: 0) {
        case Key.job: try restoreJob(value)
        case Key.split: try restoreSplit(key, value)
        case Key.operator:
            guard key.byteCount >= 2, Int(key.byte(at: 1)) < operators.count else {
                throw PipelineError.foreignState
            }
            try operators[Int(key.byte(at: 1))].restore(
                key: key.slice(2, count: key.byteCount - 2), value: value)
        default: throw PipelineError.damagedState("a key has prefix \(key.byte(at: 0))")
        }
    }

    private func restoreJob(_ value: RawSpan) throws {
        guard value.byteCount >= 25, value.byte(at: 0) == Self.version,
            value.littleEndian(at: 1, as: UInt64.self) == options.fingerprint
        else { throw PipelineError.foreignState }
        clock.restore(watermark: value.littleEndian(at: 9))
        let run = value.littleEndian(at: 17, as: Int64.self)
        let name = [UInt8](copying: value.slice(25, count: value.byteCount - 25))
        let split = SplitName(String(decoding: name, as: UTF8.self))
        if run >= 0, let index = cursors.firstIndex(where: { $0.name == split }) {
            current = (index, run)
        }
    }

    private func restoreSplit(_ key: RawSpan, _ value: RawSpan) throws {
        guard value.byteCount == 25 else {
            throw PipelineError.damagedState("a split's entry has \(value.byteCount) bytes")
        }
        let name = [UInt8](copying: key.slice(1, count: key.byteCount - 1))
        let split = SplitName(String(decoding: name, as: UTF8.self))
        // A split that is gone leaves its entry; it comes back with its topic's partition or file.
        guard let index = cursors.firstIndex(where: { $0.name == split }) else { return }
        cursors[index].nextOffset = value.littleEndian(at: 0)
        cursors[index].watermark = value.littleEndian(at: 8)
        cursors[index].timestamp = value.littleEndian(at: 16)
        // An ended split must not hold the watermark again; but a file may have grown.
        guard value.byte(at: 24) != 0 else { return }
        cursors[index].status = .ended
        cursors[index].isToBeAsked = true
    }

    /// The changes since the last commit.
    func collectState() -> [StateChange] {
        var job = [Self.version]
        job.append(littleEndian: options.fingerprint)
        job.append(littleEndian: clock.watermark)
        job.append(littleEndian: current?.run ?? -1)
        if let current { job.append(contentsOf: cursors[current.split].name.text.utf8) }
        var changes = [StateChange(key: [Key.job], value: job)]
        for cursor in cursors {
            var value: [UInt8] = []
            value.append(littleEndian: cursor.nextOffset)
            value.append(littleEndian: cursor.watermark)
            value.append(littleEndian: cursor.timestamp)
            value.append(cursor.status == .ended ? 1 : 0)
            changes.append(
                StateChange(key: [Key.split] + Array(cursor.name.text.utf8), value: value))
        }
        for (index, stage) in operators.enumerated() {
            var own: [StateChange] = []
            stage.collectChanges(into: &own)
            let prefix = [Key.operator, UInt8(truncatingIfNeeded: index)]
            for change in own {
                changes.append(StateChange(key: prefix + change.key, value: change.value))
            }
        }
        return changes
    }
}
