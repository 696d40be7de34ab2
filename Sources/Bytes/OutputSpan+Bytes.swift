extension OutputSpan where Element == UInt8 {
    /// Appends a number zigzag-coded, as ``Varint``.
    @inlinable
    package mutating func append(varint value: Int64) {
        var rest = Varint.zigzag(value)
        while rest >= 0x80 {
            append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        append(UInt8(truncatingIfNeeded: rest))
    }

    /// Appends a copy of the span's bytes, for which there must be room.
    @inlinable
    package mutating func append(copying bytes: RawSpan) {
        precondition(bytes.byteCount <= freeCapacity, "no room for \(bytes.byteCount) bytes")
        // SAFETY: there is room for the bytes, which become initialised by the copy.
        unsafe withUnsafeMutableBufferPointer { buffer, initializedCount in
            unsafe bytes.withUnsafeBytes { source in
                guard let from = source.baseAddress, let base = buffer.baseAddress else { return }
                unsafe UnsafeMutableRawPointer(base + initializedCount)
                    .copyMemory(from: from, byteCount: source.count)
            }
            initializedCount += bytes.byteCount
        }
    }
}
