import Broker
import Bytes
import CommitLog
import Platform
import Records

/// Reads a stretch of a topic from its beginning.
struct TopicScan {
    /// What reading does with the batches.
    enum Depth: String {
        /// Takes them as they are stored, checksums compared: what a Kafka consumer is sent.
        case batches
        /// Decompresses them, finds every record and looks at its first byte.
        case records
    }
    /// Bytes of batches asked for at once, as Kafka's consumers do.
    private static let fetchByteCount = 1 << 20

    let depth: Depth
    private(set) var storedByteCount: Int64 = 0
    /// Bytes of the records' section, decompressed; the values' bytes alone are less.
    private(set) var valueByteCount: Int64 = 0
    private(set) var recordCount: Int64 = 0
    private(set) var seconds: Double = 0
    /// Keeps the look at the records from being left out.
    private(set) var checksum: UInt64 = 0
    private let reader = BatchReader()
    private var buffer = RecordBuffer()

    init(_ depth: Depth) { self.depth = depth }

    /// Reads from each partition the offsets of a range.
    mutating func run(
        _ log: CommitLog, _ ranges: [(id: PartitionID, offsets: Range<RecordOffset>)]
    ) throws {
        let clock = SystemClock()
        let start = clock.monotonic
        for (id, offsets) in ranges { try run(log, id, offsets) }
        seconds += Double(start.duration(to: clock.monotonic).wholeNanoseconds) / 1e9
    }

    private mutating func run(
        _ log: CommitLog, _ id: PartitionID, _ offsets: Range<RecordOffset>
    ) throws {
        var next = offsets.lowerBound
        while next < offsets.upperBound {
            buffer.removeAll()
            let result = try log.read(
                id, from: next, maximumBytes: Self.fetchByteCount, into: &buffer.bytes)
            storedByteCount += Int64(buffer.bytes.count)
            switch depth {
            case .batches: recordCount += result.nextOffset.rawValue - next.rawValue
            case .records: try touch(result.batches)
            }
            guard result.nextOffset > next else { break }
            next = result.nextOffset
        }
    }

    private mutating func touch(_ batches: [Range<Int>]) throws {
        for range in batches { try reader.readRecords(at: range.lowerBound, of: &buffer) }
        let (sum, total) = Self.values(of: buffer)
        checksum &+= sum  // Wraps on purpose.
        valueByteCount += total
        recordCount += Int64(buffer.rows.count)
    }

    private static func values(of buffer: borrowing RecordBuffer) -> (sum: UInt64, total: Int64) {
        let bytes = buffer.bytes.rawSpan
        var (sum, total) = (UInt64(0), Int64(0))
        for row in buffer.rows where row.valueCount > 0 {
            sum &+= UInt64(bytes.byte(at: Int(row.valueStart)))  // Wraps on purpose.
            total += Int64(row.valueCount)
        }
        return (sum, total)
    }
}
