extension Array where Element == UInt8 {
    /// Appends an integer, most significant byte first.
    @inlinable
    package mutating func append<T: FixedWidthInteger>(bigEndian value: T) {
        unsafe Swift.withUnsafeBytes(of: value.bigEndian) { unsafe append(contentsOf: $0) }
    }

    /// Appends an integer, least significant byte first.
    @inlinable
    package mutating func append<T: FixedWidthInteger>(littleEndian value: T) {
        unsafe Swift.withUnsafeBytes(of: value.littleEndian) { unsafe append(contentsOf: $0) }
    }

    /// Overwrites the bytes at `position` with an integer, most significant byte first.
    ///
    /// - Precondition: the integer lies within the array.
    @inlinable
    package mutating func replace<T: FixedWidthInteger>(at position: Int, bigEndian value: T) {
        for index in 0..<MemoryLayout<T>.size {
            let shift = (MemoryLayout<T>.size - 1 - index) * 8
            self[position + index] = UInt8(truncatingIfNeeded: value >> shift)
        }
    }

    /// Overwrites the bytes at `position` with an integer, least significant byte first.
    ///
    /// - Precondition: the integer lies within the array.
    @inlinable
    package mutating func replace<T: FixedWidthInteger>(at position: Int, littleEndian value: T) {
        for index in 0..<MemoryLayout<T>.size {
            self[position + index] = UInt8(truncatingIfNeeded: value >> (index * 8))
        }
    }
}
