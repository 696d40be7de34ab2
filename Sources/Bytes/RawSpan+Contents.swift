#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

extension Array where Element == UInt8 {
    /// The array's bytes, borrowed.
    @inlinable
    package var rawSpan: RawSpan {
        @_lifetime(borrow self)
        get {
            // SAFETY: `Span.bytes` is unsafe because of padding in `Element`; UInt8 has none.
            unsafe span.bytes
        }
    }

    /// A copy of the span's bytes; O(byte count), one allocation.
    @inlinable
    package init(copying bytes: RawSpan) {
        self.init()
        append(copying: bytes)
    }

    /// Appends a copy of the span's bytes; amortised O(byte count).
    @inlinable
    package mutating func append(copying bytes: RawSpan) {
        // SAFETY: the buffer is used only within the call.
        unsafe bytes.withUnsafeBytes { unsafe append(contentsOf: $0) }
    }

    /// Lengthens the array by `count` bytes that `body` must write, and keeps as many of them as
    /// `body` returns; the bytes kept have to be initialised by it.
    @inlinable
    package mutating func appendUninitialized(
        count: Int, _ body: (UnsafeMutableRawBufferPointer) throws -> Int
    ) rethrows {
        // Not by appending zeros first: reading a pipe byte by byte would write the whole space
        // for each of them.
        try append(addingCapacity: count) { (space: inout OutputSpan<UInt8>) in
            // SAFETY: the slice lies within the new capacity; what `body` kept is initialised.
            try unsafe space.withUnsafeMutableBufferPointer { buffer, initializedCount in
                let kept = try unsafe body(
                    UnsafeMutableRawBufferPointer(
                        rebasing: UnsafeMutableRawBufferPointer(buffer)[..<count]))
                precondition(kept >= 0 && kept <= count, "kept \(kept) of \(count) bytes")
                initializedCount = kept
            }
        }
    }
}

extension RawSpan {
    /// Whether both spans hold the same bytes; O(byte count).
    package func isEqual(to other: RawSpan) -> Bool {
        guard byteCount == other.byteCount else { return false }
        // SAFETY: both buffers hold `byteCount` bytes and are used only within the calls.
        return unsafe withUnsafeBytes { left in
            unsafe other.withUnsafeBytes { right in
                guard let left = left.baseAddress, let right = right.baseAddress else {
                    return true
                }
                return unsafe memcmp(left, right, byteCount) == 0
            }
        }
    }

    /// Orders by unsigned bytes, a prefix before what it is a prefix of: negative, zero, positive.
    package func compare(to other: RawSpan) -> Int {
        let shared = min(byteCount, other.byteCount)
        // SAFETY: both buffers hold at least `shared` bytes and are used only within the calls.
        let order: Int32 = unsafe withUnsafeBytes { left in
            unsafe other.withUnsafeBytes { right in
                guard let left = left.baseAddress, let right = right.baseAddress else { return 0 }
                return unsafe memcmp(left, right, shared)
            }
        }
        return order != 0 ? Int(order) : byteCount - other.byteCount
    }

    /// Position of the first `byte` at or after `start`, or nil; O(distance), by `memchr`.
    package func firstPosition(of byte: UInt8, from start: Int = 0) -> Int? {
        guard start >= 0, start < byteCount else { return nil }
        // SAFETY: the searched range is `start ..< byteCount`, within the buffer.
        return unsafe withUnsafeBytes { buffer in
            guard let base = buffer.baseAddress else { return nil }
            guard let found = unsafe memchr(base + start, Int32(byte), byteCount - start) else {
                return nil
            }
            return unsafe UnsafeRawPointer(found) - base
        }
    }

    /// The bytes of `range`, cut down to the span; for ranges that are known to fit.
    @inlinable
    @_lifetime(copy self)
    package func slice(_ start: Int, count: Int) -> RawSpan {
        extracting(start..<(start + count))
    }
}
