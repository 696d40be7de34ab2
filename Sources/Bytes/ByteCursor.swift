/// Reads the fields of a coded value one after the other; every read says nil instead of leaving
/// the bytes, so that hostile or damaged values never trap.
package struct ByteCursor: ~Escapable {
    package let bytes: RawSpan
    /// Position of the next field.
    package private(set) var position = 0

    @_lifetime(copy bytes)
    package init(_ bytes: RawSpan) { self.bytes = bytes }

    /// Whether everything has been read.
    package var isAtEnd: Bool { position == bytes.byteCount }

    /// A little-endian integer.
    package mutating func integer<T: FixedWidthInteger & BitwiseCopyable>(
        _ type: T.Type = T.self
    ) -> T? {
        guard bytes.holds(MemoryLayout<T>.size, at: position) else { return nil }
        defer { position += MemoryLayout<T>.size }
        return bytes.littleEndian(at: position)
    }

    /// An unsigned varint that is at most `limit`.
    package mutating func count(limit: Int = Int(Int32.max)) -> Int? {
        let start = position
        guard let value = Varint.readUnsigned(bytes, at: &position), value <= UInt64(limit) else {
            position = start
            return nil
        }
        return Int(value)
    }

    /// A varint length and as many bytes.
    package mutating func blob() -> [UInt8]? {
        let start = position
        guard let count = count(), bytes.holds(count, at: position) else {
            position = start
            return nil
        }
        defer { position += count }
        return [UInt8](copying: bytes.slice(position, count: count))
    }

    /// A varint length and as many bytes of valid UTF-8.
    package mutating func text() -> String? {
        let start = position
        guard let blob = blob(), let text = String(validating: blob, as: UTF8.self) else {
            position = start
            return nil
        }
        return text
    }
}

extension Array where Element == UInt8 {
    /// Appends a varint length and the bytes, as ``ByteCursor/blob()`` reads them.
    package mutating func append(blob: [UInt8]) {
        Varint.appendUnsigned(UInt64(blob.count), to: &self)
        append(contentsOf: blob)
    }

    /// Appends a varint length and the text's UTF-8, as ``ByteCursor/text()`` reads them.
    package mutating func append(text: String) { append(blob: Array(text.utf8)) }

    /// Appends a count, as ``ByteCursor/count(limit:)`` reads it.
    package mutating func append(count: Int) {
        Varint.appendUnsigned(UInt64(count), to: &self)
    }
}
