import Bytes

/// Walks the headers of one record in order; names may repeat, values may be null.
///
/// The headers were checked when the record was parsed, so walking cannot fail.
package struct HeaderCursor: ~Escapable {
    /// The coded headers: for each, name length, name, value length (-1: null), value.
    package let bytes: RawSpan
    /// Number of headers.
    package let count: Int
    /// Position of ``bytes`` within the block, so that values can be named by block positions.
    private let start: Int
    private var position = 0

    @_lifetime(copy bytes)
    package init(bytes: RawSpan, count: Int, start: Int = 0) {
        self.bytes = bytes
        self.count = count
        self.start = start
    }

    /// Where a header's name and value lie in the block's bytes.
    package struct Header: Sendable {
        package let nameStart: Int
        package let nameCount: Int
        package let valueStart: Int
        /// -1 if the value is null.
        package let valueCount: Int
    }

    /// The next header, or nil after the last.
    package mutating func next() -> Header? {
        guard position < bytes.byteCount,
            let nameCount = Varint.read(bytes, at: &position), nameCount >= 0,
            bytes.holds(Int(nameCount), at: position)
        else { return nil }
        let name = position
        position += Int(nameCount)
        guard let valueCount = Varint.read(bytes, at: &position),
            valueCount < 0 || bytes.holds(Int(valueCount), at: position)
        else { return nil }
        let value = position
        position += max(0, Int(valueCount))
        return Header(
            nameStart: start + name, nameCount: Int(nameCount), valueStart: start + value,
            valueCount: Int(max(-1, valueCount)))
    }
}
