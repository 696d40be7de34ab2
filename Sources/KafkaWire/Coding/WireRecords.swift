package import NIOCore

/// The record batches of a partition: bytes of the request they came in, or of the log they go out
/// of, never copied on the way.
package struct WireRecords: Sendable, Equatable {
    /// The batches one behind the other; nil is the protocol's null.
    package var pieces: [ByteBuffer]?

    package init(pieces: [ByteBuffer]? = nil) { self.pieces = pieces }

    /// Bytes of all pieces.
    package var byteCount: Int { pieces?.reduce(0) { $0 + $1.readableBytes } ?? 0 }
}
