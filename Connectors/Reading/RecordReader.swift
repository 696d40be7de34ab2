import Bytes
package import Platform
package import Records
import SystemPackage

/// Turns the bytes of one split into batches of records.
///
/// Bytes are read into the caller's buffer and stay there: rows point into it. Only the part of a
/// record that a chunk cuts off is copied, to the front of the next one.
package struct RecordReader {
    private let input: any ByteInput
    private var scanner: any RecordScanner
    private var checker: (any RecordChecker)?
    private let clock: any Clock
    private let recordByteCountMax: Int
    /// What was read behind ``place``.
    private var rest: [UInt8] = []
    /// Bytes at the front of `rest` that are known to hold no record's end.
    private var restScanned = 0
    private var isAtEnd = false
    /// Where reading goes on.
    package private(set) var place = ScanPlace()
    /// Where the bytes of the last batch begin.
    package private(set) var batchStart = ScanPlace()
    /// Lines without content that were passed over since the reader was made.
    package private(set) var blankLineCount: Int64 = 0

    package init(
        _ input: any ByteInput, format: any RecordFormat, options: ScanOptions, clock: any Clock
    ) {
        self.input = input
        scanner = format.makeScanner(options)
        checker = format.makeChecker([])
        self.clock = clock
        recordByteCountMax = options.recordByteCountMax
    }

    /// How expressions read the records; known once the header line has been read.
    package var payloadFormat: PayloadFormat { scanner.payloadFormat }

    /// Bytes taken so far from where they are stored.
    package var storedByteCount: Int64 { input.storedByteCount }

    /// Reads the header line, if the format has one.
    package mutating func readHeader() throws {
        while scanner.needsHeader {
            let bytes = rest  // Not a copy: the scanner's access must not overlap that to `self`.
            let taken = try scanner.scanHeader(bytes.rawSpan, isEnd: isAtEnd, place: &place)
            if let taken {
                rest.removeFirst(taken)
                return
            }
            guard rest.count <= recordByteCountMax else {
                throw FormatError.headerTooLong(limit: recordByteCountMax)
            }
            let count = max(ConnectorLimits.headerReadByteCount, rest.count)
            isAtEnd = try input.read(into: &rest, count: count) == .end
        }
    }

    /// Goes on at a later place; the header line must have been read.
    ///
    /// - Returns: false, with the reader of no more use, if the input ends before it, or if it is
    ///   behind the reader already.
    package mutating func seek(to target: ScanPlace) throws -> Bool {
        guard target.position >= place.position else { return false }
        let ahead = target.position - place.position
        if ahead <= Int64(rest.count) {
            rest.removeFirst(Int(ahead))
        } else {
            let missing = ahead - Int64(rest.count)
            rest.removeAll()
            let skipped = try input.skip(missing)
            place.position = target.position - missing + skipped
            guard skipped == missing else { return false }
        }
        restScanned = 0
        place = target
        return true
    }

    /// The contract of ``Source/read(_:into:rejected:byteCountMax:)``.
    ///
    /// - Complexity: O(bytes); a record of n bytes that arrives in small pieces is looked through
    ///   once for its end, but for CSV rows with line feeds inside.
    package mutating func read(
        into buffer: inout RecordBuffer, rejected: inout [RejectedRecord], byteCountMax: Int
    ) throws -> SourceStatus {
        let firstRejected = rejected.count
        let status = try readUnchecked(
            into: &buffer, rejected: &rejected, byteCountMax: byteCountMax)
        checker?.check(&buffer, &rejected, firstRejected: firstRejected, from: batchStart)
        return status
    }

    /// The same, but for the format's check of each record, which is the caller's business: from
    /// ``batchStart``.
    package mutating func readUnchecked(
        into buffer: inout RecordBuffer, rejected: inout [RejectedRecord], byteCountMax: Int
    ) throws -> SourceStatus {
        buffer.removeAll()
        try readHeader()
        let chunk = min(max(1, byteCountMax), ConnectorLimits.readByteCountMax)
        restore(&buffer)
        while true {
            if restScanned < buffer.bytes.count || isAtEnd {
                let rejectedBefore = rejected.count
                batchStart = place
                let taken = scan(&buffer, rejected: &rejected)
                if taken == 0, buffer.bytes.count > recordByteCountMax + 2 {
                    try skipLongRecord(&buffer, rejected: &rejected)
                    return .records
                }
                if taken > 0 {
                    keepRest(of: &buffer, from: taken)
                    if !buffer.isEmpty || rejected.count > rejectedBefore { return .records }
                    restore(&buffer)  // There were blank lines only.
                }
                if isAtEnd, rest.isEmpty, buffer.bytes.isEmpty { return .end }
                restScanned = buffer.bytes.count
            }
            switch try input.read(into: &buffer.bytes, count: wanted(buffer.bytes.count, chunk)) {
            case .bytes: continue
            case .idle:
                keepRest(of: &buffer, from: 0)
                return .idle
            case .end: isAtEnd = true
            }
        }
    }

    /// A chunk less what is there of it, or, for a record longer than that, as much again.
    private func wanted(_ present: Int, _ chunk: Int) -> Int {
        present < chunk ? chunk - present : present
    }

    private mutating func restore(_ buffer: inout RecordBuffer) {
        buffer.removeAll()
        buffer.bytes.append(contentsOf: rest)
        rest.removeAll(keepingCapacity: true)
    }

    private mutating func keepRest(of buffer: inout RecordBuffer, from taken: Int) {
        let count = buffer.bytes.count
        rest.append(contentsOf: buffer.bytes[taken...])
        restScanned = rest.count
        buffer.bytes.removeLast(count - taken)
    }

    private mutating func scan(
        _ buffer: inout RecordBuffer, rejected: inout [RejectedRecord]
    ) -> Int {
        var batch = ScanBatch(place: place, timestamp: clock.wallMilliseconds)
        swap(&batch.rows, &buffer.rows)
        let taken = scanner.scan(
            buffer.bytes.rawSpan, fresh: restScanned, isEnd: isAtEnd, into: &batch)
        swap(&batch.rows, &buffer.rows)
        rejected.append(contentsOf: batch.rejected)
        blankLineCount += batch.blankLineCount
        place = batch.place
        return taken
    }

    /// Passes over a record over the limit, in the memory of the buffer.
    private mutating func skipLongRecord(
        _ buffer: inout RecordBuffer, rejected: inout [RejectedRecord]
    ) throws {
        var record = LongRecord()
        var (end, lineCount) = scanner.skip(buffer.bytes.rawSpan, isStart: true)
        record.add(buffer.bytes.rawSpan, end: end, lineCount: lineCount)
        while end == nil, !isAtEnd {
            buffer.bytes.removeAll(keepingCapacity: true)
            isAtEnd = try input.read(into: &buffer.bytes, count: 1 << 20) == .end
            // It may never end: /dev/zero.
            if StopSignals.received != nil { throw IOError(.read, "the input", .canceled) }
            (end, lineCount) = scanner.skip(buffer.bytes.rawSpan, isStart: false)
            record.add(buffer.bytes.rawSpan, end: end, lineCount: lineCount)
        }
        rejected.append(
            record.rejection(
                at: place, isLine: scanner.recordsAreLines, limit: recordByteCountMax))
        place.position += record.byteCount
        place.recordNumber += 1
        place.lineNumber += record.lineCount
        rest = end.map { Array(buffer.bytes[$0...]) } ?? []
        restScanned = 0
        buffer.removeAll()
    }
}
