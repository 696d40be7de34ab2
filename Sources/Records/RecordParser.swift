import Bytes

/// Finds the records in the uncompressed records section of a batch.
enum RecordParser {
    /// Appends a row for each record in `range` of `bytes`.
    ///
    /// Each record is a length and then attributes (int8, unused), timestamp delta, offset delta,
    /// key, value, headers, with zigzag varints throughout (Kafka protocol, "Record").
    ///
    /// - Complexity: O(records + headers).
    static func parse(
        _ bytes: RawSpan, range: Range<Int>, header: BatchHeader, into rows: inout [RecordRow]
    ) throws(BatchError) {
        let count = Int(header.recordCount)
        // A record takes at least 7 bytes: a count from outside must not reserve more than fit.
        guard count <= range.count / 7 else {
            throw .recordCount(stated: header.recordCount, found: range.count / 7)
        }
        rows.reserveCapacity(rows.count + count)
        let section = bytes.extracting(0..<range.upperBound)
        var position = range.lowerBound
        var last = Int64.min
        for index in 0..<count {
            let row = try record(index, section, at: &position, header: header)
            // Whoever writes the records anew relies on it.
            guard row.offset > last else { throw .invalidRecord(index: index, part: .offset) }
            last = row.offset
            rows.append(row)
        }
        guard position == range.upperBound else { throw .invalidRecord(index: count, part: .rest) }
    }

    /// Checks the records of a batch as it comes from a client, not compressed: coded as the format
    /// says, their offsets without gaps.
    ///
    /// - Returns: what they have in common.
    /// - Complexity: O(records + headers), no allocation.
    static func check(_ batch: RawSpan, header: BatchHeader) throws(BatchError) -> RecordSummary {
        let section = batch.extracting(0..<header.byteCount)
        var position = BatchHeader.At.end
        var summary = RecordSummary()
        for index in 0..<Int(header.recordCount) {
            let row = try record(index, section, at: &position, header: header)
            guard row.offset - header.baseOffset.rawValue == Int64(index) else {
                throw .invalidRecord(index: index, part: .offset)
            }
            summary.add(row, index)
        }
        guard position == header.byteCount else {
            throw .invalidRecord(index: Int(header.recordCount), part: .rest)
        }
        return summary
    }

    private static func record(
        _ index: Int, _ section: RawSpan, at position: inout Int, header: BatchHeader
    ) throws(BatchError) -> RecordRow {
        guard let length = Varint.read(section, at: &position), length >= 0,
            section.holds(Int(clamping: length), at: position)
        else { throw .invalidRecord(index: index, part: .length) }
        let bytes = section.extracting(0..<(position + Int(length)))
        guard length >= 1 else { throw .invalidRecord(index: index, part: .attributes) }
        position += 1
        guard let timestamp = Varint.read(bytes, at: &position) else {
            throw .invalidRecord(index: index, part: .timestamp)
        }
        guard let delta = Varint.read(bytes, at: &position), delta >= 0,
            delta <= header.lastOffsetDelta
        else { throw .invalidRecord(index: index, part: .offset) }
        // Wraps on purpose: the timestamps of a hostile batch may lie anywhere.
        let time =
            header.attributes.hasLogAppendTime
            ? header.maxTimestamp : header.baseTimestamp &+ timestamp
        var row = RecordRow(offset: header.baseOffset.rawValue + delta, timestamp: time)
        guard let key = field(bytes, at: &position) else {
            throw .invalidRecord(index: index, part: .key)
        }
        (row.keyStart, row.keyCount) = key
        guard let value = field(bytes, at: &position) else {
            throw .invalidRecord(index: index, part: .value)
        }
        (row.valueStart, row.valueCount) = value
        // Most records have none: one byte, the last.
        if position == bytes.byteCount - 1, bytes.byte(at: position) == 0 {
            position += 1
            row.headersStart = Int32(position)
        } else {
            try headers(index, bytes, at: &position, into: &row)
        }
        return row
    }

    /// A length (negative: null) and as many bytes; nil if the bytes are not there.
    @inline(__always)  // Twice a record: the call costs as much as what it does.
    private static func field(_ bytes: RawSpan, at position: inout Int) -> (Int32, Int32)? {
        guard let count = Varint.read(bytes, at: &position) else { return nil }
        if count < 0 { return (Int32(position), -1) }
        guard bytes.holds(Int(clamping: count), at: position) else { return nil }
        defer { position += Int(count) }
        return (Int32(position), Int32(count))
    }

    private static func headers(
        _ index: Int, _ bytes: RawSpan, at position: inout Int, into row: inout RecordRow
    ) throws(BatchError) {
        guard let count = Varint.read(bytes, at: &position), count >= 0,
            count <= (bytes.byteCount - position) / 2
        else { throw .invalidRecord(index: index, part: .headers) }
        let start = position
        for _ in 0..<count {
            guard let (_, nameCount) = field(bytes, at: &position), nameCount >= 0,
                field(bytes, at: &position) != nil
            else { throw .invalidRecord(index: index, part: .headers) }
        }
        guard position == bytes.byteCount else {
            throw .invalidRecord(index: index, part: .headers)
        }
        row.headersStart = Int32(start)
        row.headersByteCount = Int32(position - start)
        row.headerCount = Int32(count)
    }
}
