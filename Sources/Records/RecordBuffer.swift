import Bytes

/// Records that somebody owns: bytes and rows, filled by a source, reused for the next batch.
package struct RecordBuffer: Sendable {
    /// At most `Int32.max`, the range of a row's positions.
    package var bytes: [UInt8] = []
    package var rows: [RecordRow] = []
    /// See ``RecordBlock/findings``.
    package var findings: (any AnyObject & Sendable)?

    package init() {}

    /// The records, borrowed.
    package var block: RecordBlock {
        @_lifetime(borrow self)
        get { RecordBlock(bytes: bytes.rawSpan, rows: rows.span, findings: findings) }
    }

    package var isEmpty: Bool { rows.isEmpty }

    /// Forgets the records and keeps the memory.
    package mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        rows.removeAll(keepingCapacity: true)
        findings = nil
    }

    /// Appends a copy of one record of a block, key and headers included.
    package mutating func append(copying block: borrowing RecordBlock, row: Int) {
        var place = block.rows[row]
        if let key = block.key(row) {
            place.keyStart = Int32(bytes.count)
            bytes.append(copying: key)
        }
        if let value = block.value(row) {
            place.valueStart = Int32(bytes.count)
            bytes.append(copying: value)
        }
        let headers = block.headers(row)
        place.headersStart = Int32(bytes.count)
        bytes.append(copying: headers.bytes)
        rows.append(place)
    }

    /// Appends one record that is made of its parts; `headers` are coded as ``HeaderList`` does.
    package mutating func append(
        timestamp: Int64, key: RawSpan?, value: RawSpan?,
        headers: borrowing HeaderList = HeaderList()
    ) {
        var row = RecordRow(offset: Int64(rows.count), timestamp: timestamp)
        if let key {
            (row.keyStart, row.keyCount) = (Int32(bytes.count), Int32(key.byteCount))
            bytes.append(copying: key)
        }
        if let value {
            (row.valueStart, row.valueCount) = (Int32(bytes.count), Int32(value.byteCount))
            bytes.append(copying: value)
        }
        row.headersStart = Int32(bytes.count)
        row.headersByteCount = Int32(headers.bytes.count)
        row.headerCount = Int32(headers.count)
        bytes.append(copying: headers.bytes.rawSpan)
        rows.append(row)
    }
}
