/// The attributes field of a record batch (Kafka protocol, "Record Batch").
package struct BatchAttributes: Sendable, Equatable {
    package let rawValue: Int16

    package init(rawValue: Int16) { self.rawValue = rawValue }

    package init(codec: CompressionCodec) { rawValue = codec.rawValue }

    /// Bits 0–2; nil for the numbers 5 to 7, which mean nothing yet.
    package var codec: CompressionCodec? { CompressionCodec(rawValue: rawValue & 0x07) }
    /// Bit 3: the timestamps are the broker's append time, one for the whole batch.
    package var hasLogAppendTime: Bool { rawValue & 0x08 != 0 }
    /// Bit 4: part of a transaction, visible to read_committed only after its commit marker.
    package var isTransactional: Bool { rawValue & 0x10 != 0 }
    /// Bit 5: a control batch (transaction marker), never given to users.
    package var isControl: Bool { rawValue & 0x20 != 0 }
    /// Bit 6 (KIP-534): the base timestamp is the delete horizon of a compacted batch.
    package var hasDeleteHorizon: Bool { rawValue & 0x40 != 0 }

    /// The same attributes with another codec.
    package func with(codec: CompressionCodec) -> BatchAttributes {
        BatchAttributes(rawValue: (rawValue & ~0x07) | codec.rawValue)
    }
}
