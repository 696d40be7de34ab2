import Bytes
package import Records

/// Looks headers up by name: names may repeat, and a bare name means the last (EXPRESSIONS.md §14).
package enum RecordHeaders {
    /// The last header of that name, or nil; O(the record's header bytes).
    package static func last(
        named name: RawSpan, of row: Int, in block: borrowing RecordBlock
    ) -> HeaderCursor.Header? {
        guard block.rows[row].headerCount > 0 else { return nil }
        var cursor = block.headers(row)
        var found: HeaderCursor.Header?
        while let header = cursor.next() {
            if isName(header, name, in: block) { found = header }
        }
        return found
    }

    static func isName(
        _ header: HeaderCursor.Header, _ name: RawSpan, in block: borrowing RecordBlock
    ) -> Bool {
        header.nameCount == name.byteCount
            && block.bytes.slice(header.nameStart, count: header.nameCount).isEqual(to: name)
    }

    /// Calls `body` with each tag of the record, the values of its `TAGS` headers, until it says
    /// true.
    ///
    /// RocketMQ messages keep their properties as headers of the same name, so they have one tag;
    /// all other clients set the header to tag a record, as often as they like.
    ///
    /// - Returns: whether `body` said true.
    package static func hasTag(
        of row: Int, in block: borrowing RecordBlock, where body: (RawSpan) -> Bool
    ) -> Bool {
        guard block.rows[row].headerCount > 0 else { return false }
        let name = tagName.rawSpan
        var cursor = block.headers(row)
        while let header = cursor.next() {
            guard isName(header, name, in: block), header.valueCount >= 0 else { continue }
            if body(block.bytes.slice(header.valueStart, count: header.valueCount)) { return true }
        }
        return false
    }

    /// The bytes of the record's key, or of its last `KEYS` header if it has no key.
    @_lifetime(copy block)
    package static func key(of row: Int, in block: borrowing RecordBlock) -> RawSpan? {
        if let key = block.key(row) { return key }
        return value(named: keyName.rawSpan, of: row, in: block)
    }

    /// The last value of that name, or nil if there is none or it is null.
    @_lifetime(copy block)
    package static func value(
        named name: RawSpan, of row: Int, in block: borrowing RecordBlock
    ) -> RawSpan? {
        guard let header = last(named: name, of: row, in: block), header.valueCount >= 0 else {
            return nil
        }
        return block.bytes.slice(header.valueStart, count: header.valueCount)
    }

    /// The property that holds a RocketMQ message's tag.
    static let tagName = Array("TAGS".utf8)
    /// The property that holds a RocketMQ message's keys.
    static let keyName = Array("KEYS".utf8)
}
