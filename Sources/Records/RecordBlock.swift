import Bytes

/// The records of one batch, borrowed: bytes and the table of where each record lies in them.
///
/// It is the form in which filters, operators and targets read records, whether they come from the
/// log, from a file or from stdin.
package struct RecordBlock: ~Escapable {
    package let bytes: RawSpan
    package let rows: Span<RecordRow>
    /// What was found out about the bytes when they were checked, so that nobody has to find it
    /// again.
    ///
    /// A hint, whose type only those know who make and use it: without it the same results take
    /// longer.
    package let findings: (any AnyObject & Sendable)?

    @_lifetime(copy bytes, copy rows)
    package init(
        bytes: RawSpan, rows: Span<RecordRow>, findings: (any AnyObject & Sendable)? = nil
    ) {
        self.bytes = bytes
        self.rows = rows
        self.findings = findings
    }

    /// Number of records.
    package var count: Int { rows.count }

    /// The record's value, or nil for a tombstone.
    @_lifetime(copy self)
    package func value(_ row: Int) -> RawSpan? {
        let place = rows[row]
        guard place.valueCount >= 0 else { return nil }
        return bytes.slice(Int(place.valueStart), count: Int(place.valueCount))
    }

    /// The record's key, or nil if it has none.
    @_lifetime(copy self)
    package func key(_ row: Int) -> RawSpan? {
        let place = rows[row]
        guard place.keyCount >= 0 else { return nil }
        return bytes.slice(Int(place.keyStart), count: Int(place.keyCount))
    }

    /// The record's coded headers, for ``HeaderCursor`` or to be written as they are.
    @_lifetime(copy self)
    package func headers(_ row: Int) -> HeaderCursor {
        let place = rows[row]
        return HeaderCursor(
            bytes: bytes.slice(Int(place.headersStart), count: Int(place.headersByteCount)),
            count: Int(place.headerCount), start: Int(place.headersStart))
    }
}
