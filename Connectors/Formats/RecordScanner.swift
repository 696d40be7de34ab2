import Bytes
package import Records

/// Finds the records in the bytes of one split, a chunk at a time.
///
/// Free of I/O.
///
/// One dynamic call a chunk; the loop over records is in the concrete scanner.
package protocol RecordScanner: Sendable {
    /// How expressions read the records. For CSV known once the header line has been scanned.
    var payloadFormat: PayloadFormat { get }

    /// Whether records end with a line feed that is not a part of them.
    var recordsAreLines: Bool { get }

    /// Whether the split's header line must be scanned before the first record.
    var needsHeader: Bool { get }

    /// Takes the header line and moves `place` behind it.
    ///
    /// - Returns: bytes taken, or nil if the line is incomplete.
    mutating func scanHeader(
        _ bytes: RawSpan, isEnd: Bool, place: inout ScanPlace
    ) throws(FormatError) -> Int?

    /// Takes the whole records at the front of `bytes`: appends a row for each good one, and the
    /// bad ones to ``ScanBatch/rejected``, and moves ``ScanBatch/place`` behind them.
    ///
    /// - Parameters:
    ///   - bytes: what follows ``ScanBatch/place``.
    ///   - fresh: bytes before this were scanned in an earlier call, and hold no record's end.
    ///   - isEnd: whether nothing follows `bytes`; then all of them are taken.
    ///   - batch: gains the rows, the rejected records and the count of blank lines.
    /// - Returns: bytes taken; 0 if there is no whole record.
    mutating func scan(
        _ bytes: RawSpan, fresh: Int, isEnd: Bool, into batch: inout ScanBatch
    ) -> Int

    /// Looks for the end of a record that is longer than the limit.
    ///
    /// - Parameters:
    ///   - bytes: the record's bytes, or more of them.
    ///   - isStart: whether `bytes` begin with the record's first byte.
    /// - Returns: the position behind the record's end, or nil if it is not in `bytes`; and the
    ///   number of line feeds passed.
    mutating func skip(_ bytes: RawSpan, isStart: Bool) -> (end: Int?, lineCount: Int64)
}

extension RecordScanner {
    package var recordsAreLines: Bool { true }
    package var needsHeader: Bool { false }

    package mutating func scanHeader(
        _ bytes: RawSpan, isEnd: Bool, place: inout ScanPlace
    ) throws(FormatError) -> Int? { 0 }
}

/// Where the reading of a split is: between two records.
package struct ScanPlace: Equatable, Sendable {
    /// Bytes before it, after decompression.
    package var position: Int64 = 0
    /// Records before it, rejected ones included.
    package var recordNumber: Int64 = 0
    /// Line feeds before it, for messages that name a line.
    package var lineNumber: Int64 = 0

    package init() {}
}

/// What a scan yields.
package struct ScanBatch: Sendable {
    /// Rows of the good records: positions in the scanned bytes.
    package var rows: [RecordRow] = []
    /// The bad records.
    package var rejected: [RejectedRecord] = []
    /// Where the bytes to scan begin; moved behind what was taken.
    package var place: ScanPlace
    /// Lines without content that were passed over.
    package var blankLineCount: Int64 = 0
    /// The time that the records get, milliseconds since 1970.
    package var timestamp: Int64

    package init(place: ScanPlace, timestamp: Int64) {
        self.place = place
        self.timestamp = timestamp
    }

    /// Adds a good record, the next in number.
    mutating func accept(start: Int, count: Int) {
        rows.append(
            RecordRow(
                offset: place.recordNumber, timestamp: timestamp, valueStart: Int32(start),
                valueCount: Int32(count)))
        place.recordNumber += 1
    }

    /// Adds a bad record, the next in number.
    ///
    /// `start` is the record's first byte in `bytes`, which begin at byte `base` of the split;
    /// `reason` is what is wrong, without the line number.
    mutating func reject(
        _ bytes: RawSpan, start: Int, count: Int, base: Int64, reason: String
    ) {
        let kept = min(count, RejectedRecord.textByteCountMax)
        rejected.append(
            RejectedRecord(
                number: place.recordNumber, position: base + Int64(start),
                reason: "line \(place.lineNumber + 1)\(reason)",
                text: [UInt8](copying: bytes.slice(start, count: kept))))
        place.recordNumber += 1
    }
}
