/// The bytes of one split in order, decompressed.
///
/// Used by one thread.
package protocol ByteInput: AnyObject {
    /// Appends at least one byte and at most `count` to `bytes`, waiting for them if need be.
    ///
    /// What arrived before a failure is given first; the failure is thrown by the next call.
    func read(into bytes: inout [UInt8], count: Int) throws -> InputStatus

    /// Passes over up to `count` bytes.
    ///
    /// - Returns: bytes passed over; fewer than `count` only at the end of the input.
    func skip(_ count: Int64) throws -> Int64

    /// Bytes taken so far from where they are stored: compressed ones if they are compressed.
    var storedByteCount: Int64 { get }
}

/// What a read of bytes brought.
package enum InputStatus: Equatable, Sendable {
    /// Bytes were appended.
    case bytes
    /// Nothing is there now. Said once; the next read waits.
    case idle
    /// Nothing will come any more.
    case end
}

extension ByteInput {
    /// Passes over bytes by reading them; for inputs that cannot seek.
    package func skipByReading(_ count: Int64) throws -> Int64 {
        var scratch: [UInt8] = []
        var left = count
        while left > 0 {
            scratch.removeAll(keepingCapacity: true)
            let status = try read(into: &scratch, count: Int(min(left, 256 << 10)))
            if status == .end { break }
            left -= Int64(scratch.count)
        }
        return count - left
    }
}
