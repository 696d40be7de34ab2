/// Variable-length integers, seven bits a byte, least significant group first.
///
/// Signed numbers are zigzag-coded, as in Kafka's record format (KIP-98, and protobuf's sint).
@usableFromInline package enum Varint {
    /// A 64-bit number takes at most this many bytes.
    package static let byteCountMax = 10

    /// Reads an unsigned number and moves `position` behind it.
    ///
    /// - Returns: nil, with `position` unchanged, if the span ends inside the number or if the
    ///   number has more than 64 bits.
    @inlinable
    @inline(__always)  // Most numbers of a record are a byte long: a call costs more than reading.
    package static func readUnsigned(_ bytes: RawSpan, at position: inout Int) -> UInt64? {
        if bytes.holds(1, at: position) {
            let byte = bytes.byte(at: position)
            if byte < 0x80 {
                position &+= 1
                return UInt64(byte)
            }
            // Lengths of records and values mostly have two.
            if bytes.holds(2, at: position) {
                let high = bytes.byte(at: position &+ 1)
                if high < 0x80 {
                    position &+= 2
                    return UInt64(byte & 0x7F) | UInt64(high) << 7
                }
            }
        }
        return readLong(bytes, at: &position)
    }

    /// A number of several bytes, or none.
    @inlinable
    @inline(never)  // Keeps the callers small.
    package static func readLong(_ bytes: RawSpan, at position: inout Int) -> UInt64? {
        var result: UInt64 = 0
        var shift: UInt64 = 0
        var index = position
        while index < bytes.byteCount {
            let byte = bytes.byte(at: index)
            index += 1
            if shift == 63 && byte > 1 { return nil }
            result |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 {
                position = index
                return result
            }
            shift += 7
            if shift > 63 { return nil }
        }
        return nil
    }

    /// Reads a zigzag-coded number and moves `position` behind it; nil as ``readUnsigned(_:at:)``.
    @inlinable
    @inline(__always)  // As above.
    package static func read(_ bytes: RawSpan, at position: inout Int) -> Int64? {
        guard let raw = readUnsigned(bytes, at: &position) else { return nil }
        // Wraps on purpose: 0 - (raw & 1) is all ones for a negative number.
        return Int64(bitPattern: (raw >> 1) ^ (0 &- (raw & 1)))
    }

    /// Small for small numbers of either sign.
    @inlinable
    package static func zigzag(_ value: Int64) -> UInt64 {
        UInt64(bitPattern: (value << 1) ^ (value >> 63))
    }

    /// Bytes that ``append(_:to:)`` writes for `value`, 1…10.
    @inlinable
    package static func byteCount(_ value: Int64) -> Int {
        unsignedByteCount(zigzag(value))
    }

    /// Bytes that ``appendUnsigned(_:to:)`` writes for `value`, 1…10.
    @inlinable
    package static func unsignedByteCount(_ value: UInt64) -> Int {
        (UInt64.bitWidth - (value | 1).leadingZeroBitCount + 6) / 7
    }

    /// Appends `value` zigzag-coded.
    @inlinable
    package static func append(_ value: Int64, to bytes: inout [UInt8]) {
        appendUnsigned(zigzag(value), to: &bytes)
    }

    /// Appends `value` without a sign.
    @inlinable
    package static func appendUnsigned(_ value: UInt64, to bytes: inout [UInt8]) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }
}
