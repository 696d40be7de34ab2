import Bytes
import Connectors
import Filters
import Platform
import Records

/// Runs a filter over a source and notes what it does: the counters, the time that the filter
/// itself takes, and the first records of each kind.
struct FilterTrial {
    private var filter: SubscriptionFilter
    private let sampleCountMax: Int
    private let clock: any Clock
    /// The values of the first records that were kept, and of the first that were not.
    private(set) var kept: [String] = []
    private(set) var dropped: [String] = []
    /// Records that the source's format refused, and why the first was.
    private(set) var rejectedCount: Int64 = 0
    private(set) var firstRejection: String?
    /// Time in the filter alone, without reading.
    private(set) var filterTime = Duration.zero
    private(set) var byteCount: Int64 = 0

    /// Bytes of a sample that are shown.
    private static let sampleByteCountMax = 400
    /// Bytes that are read at a time.
    private static let readByteCount = 256 << 10

    /// `sampleCount` is the number of records of each kind to keep.
    init(_ filter: SubscriptionFilter, sampleCount: Int, clock: any Clock = SystemClock()) {
        self.filter = filter
        sampleCountMax = sampleCount
        self.clock = clock
    }

    /// What became of the records.
    var report: FilterReport { filter.report }

    /// Nanoseconds that the filter takes for a record.
    var nanosecondsPerRecord: Double {
        Double(filterTime.wholeNanoseconds) / Double(max(1, filter.report.seen))
    }

    /// Reads a source to its end, or until a stop signal.
    ///
    /// `observe` is called with every batch, and `afterBatch` with what is known behind it.
    mutating func run(
        _ source: any Source, observe: (_ block: borrowing RecordBlock) -> Void,
        afterBatch: (FilterTrial) throws -> Void = { _ in }
    ) throws {
        var buffer = RecordBuffer()
        var rejected: [RejectedRecord] = []
        for split in source.splits {
            let stream = RecordStream(topic: split.text)
            while StopSignals.received == nil {
                rejected.removeAll(keepingCapacity: true)
                let status = try source.read(
                    split, into: &buffer, rejected: &rejected, byteCountMax: Self.readByteCount)
                rejectedCount += Int64(rejected.count)
                if firstRejection == nil { firstRejection = rejected.first?.reason }
                let block = buffer.block
                observe(block)
                take(block, of: stream)
                try afterBatch(self)
                // An idle source waits in the next read.
                if status == .end { break }
            }
        }
    }

    private mutating func take(_ block: borrowing RecordBlock, of stream: RecordStream) {
        var selection = Selection(all: block.count)
        let start = clock.monotonic
        _ = filter.select(
            from: block, of: stream, now: clock.wallMilliseconds, selection: &selection)
        filterTime += start.duration(to: clock.monotonic)
        for row in 0..<block.count { byteCount += Int64(max(0, block.rows[row].valueCount)) }
        guard kept.count < sampleCountMax || dropped.count < sampleCountMax else { return }
        var next = 0
        for row in 0..<block.count {
            let isKept = next < selection.count && Int(selection.rows[next]) == row
            if isKept {
                next += 1
                if kept.count < sampleCountMax { kept.append(Self.sample(block, row)) }
            } else if dropped.count < sampleCountMax {
                dropped.append(Self.sample(block, row))
            }
        }
    }

    private static func sample(_ block: borrowing RecordBlock, _ row: Int) -> String {
        guard let value = block.value(row) else { return "(no value)" }
        let shown = value.slice(0, count: min(value.byteCount, sampleByteCountMax))
        let text = String(decoding: [UInt8](copying: shown), as: UTF8.self)
        return TextWidth.visible(text) + (value.byteCount > sampleByteCountMax ? "…" : "")
    }
}
