import Bytes

/// Gathers small pieces for a sink; hands large ones on without a copy.
package final class OutputBuffer {
    /// Bytes that are gathered before they are handed on.
    package static let byteCountMax = 128 << 10
    /// From this size on a piece is handed on as it is: a system call costs less than the copy.
    private static let directByteCountMin = 32 << 10

    private let sink: any ByteSink
    private var gathered: [UInt8] = []
    /// Bytes taken in all.
    package private(set) var byteCount: Int64 = 0

    package init(_ sink: any ByteSink) {
        self.sink = sink
        gathered.reserveCapacity(Self.byteCountMax)
    }

    /// Takes a piece.
    package func append(_ bytes: RawSpan) throws {
        byteCount += Int64(bytes.byteCount)
        if gathered.count + bytes.byteCount > Self.byteCountMax { try flush() }
        if bytes.byteCount >= Self.directByteCountMin {
            try flush()
            try sink.write(bytes)
        } else {
            gathered.append(copying: bytes)
        }
    }

    /// Takes a byte.
    package func append(byte: UInt8) throws {
        byteCount += 1
        if gathered.count == Self.byteCountMax { try flush() }
        gathered.append(byte)
    }

    /// Takes a text.
    package func append(literal: String) throws {
        let bytes = Array(literal.utf8)
        try append(bytes.rawSpan)
    }

    /// Hands what was gathered on.
    package func flush() throws {
        guard !gathered.isEmpty else { return }
        // Out of `self` for the call, which borrows it.
        var bytes: [UInt8] = []
        swap(&bytes, &gathered)
        defer { swap(&bytes, &gathered) }
        try sink.write(bytes.rawSpan)
        bytes.removeAll(keepingCapacity: true)
    }
}
