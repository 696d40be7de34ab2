/// Fixed-width integers at a byte position, in a stated byte order.
///
/// This file and ``Swift/Array/rawSpan`` are where the repository turns bytes into values; all
/// other modules read through them and stay free of `unsafe`.
extension RawSpan {
    /// The big-endian integer at `position`, as the Kafka and RocketMQ protocols write them.
    ///
    /// - Precondition: `position ..< position + MemoryLayout<T>.size` lies within the span. Input
    ///   from outside must be checked before, with ``holds(_:at:)``.
    @inlinable @inline(__always)  // In innermost loops: a call would cost more than the load.
    package func bigEndian<T: FixedWidthInteger & BitwiseCopyable>(
        at position: Int, as type: T.Type = T.self
    ) -> T {
        precondition(holds(MemoryLayout<T>.size, at: position), "integer outside the span")
        // SAFETY: the precondition is the bound; every bit pattern of an integer is valid.
        return unsafe T(
            bigEndian: unsafeLoadUnaligned(fromUncheckedByteOffset: position, as: T.self))
    }

    /// The little-endian integer at `position`, as Sluice's own files write them.
    ///
    /// - Precondition: as for ``bigEndian(at:as:)``.
    @inlinable @inline(__always)  // As above.
    package func littleEndian<T: FixedWidthInteger & BitwiseCopyable>(
        at position: Int, as type: T.Type = T.self
    ) -> T {
        precondition(holds(MemoryLayout<T>.size, at: position), "integer outside the span")
        // SAFETY: the precondition is the bound; every bit pattern of an integer is valid.
        return unsafe T(
            littleEndian: unsafeLoadUnaligned(fromUncheckedByteOffset: position, as: T.self))
    }

    /// The byte at `position`.
    @inlinable @inline(__always)  // As above.
    package func byte(at position: Int) -> UInt8 {
        precondition(position >= 0 && position < byteCount, "byte outside the span")
        // SAFETY: the precondition is the bound.
        return unsafe unsafeLoad(fromUncheckedByteOffset: position, as: UInt8.self)
    }

    /// Whether `count` bytes starting at `position` lie within the span; never overflows.
    @inlinable @inline(__always)  // As above.
    package func holds(_ count: Int, at position: Int) -> Bool {
        position >= 0 && count >= 0 && position <= byteCount && count <= byteCount &- position
    }
}
