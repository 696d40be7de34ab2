package import Records
package import SystemPackage

/// Bytes on the disk that are not what was written: where, and what is lost with them.
package struct Damage: Error, Sendable, Equatable, CustomStringConvertible {
    /// What was found.
    package enum Kind: Sendable, Equatable {
        /// The file's header.
        case fileHeader
        /// Frames of the commit log between two positions of the file.
        case frames
        /// A snapshot.
        case snapshot
        /// A stored batch or block.
        case batch
        /// An entry of a block index; it can be rebuilt from the segment.
        case index
        /// A file that must be there is missing or shorter than it was.
        case missing
        /// Offsets of a partition that no frame holds.
        case offsets
    }

    package let kind: Kind
    package let file: FilePath
    /// Position in the file, in bytes, and how many bytes are concerned (0: not known).
    package let position: Int64
    package let byteCount: Int64
    /// What is wrong, as a clause.
    package let reason: String
    /// Partition whose offsets are concerned, if that is known.
    package var topic: String?
    package var partitionIndex: Int32?
    package var offsets: Range<RecordOffset>?

    package init(
        _ kind: Kind, file: FilePath, position: Int64, byteCount: Int64 = 0, reason: String,
        topic: String? = nil, partitionIndex: Int32? = nil, offsets: Range<RecordOffset>? = nil
    ) {
        self.kind = kind
        self.file = file
        self.position = position
        self.byteCount = byteCount
        self.reason = reason
        self.topic = topic
        self.partitionIndex = partitionIndex
        self.offsets = offsets
    }

    package var description: String {
        var text = "\(file.string), byte \(position)"
        if byteCount > 0 { text += " to \(position + byteCount)" }
        text += ": \(reason)."
        if let topic, let partitionIndex { text += " Topic \(topic), partition \(partitionIndex)" }
        if let offsets {
            text += ", offsets \(offsets.lowerBound.rawValue) to \(offsets.upperBound.rawValue - 1)"
        }
        if topic != nil { text += "." }
        return text + " Restore the file from a copy; `sluice log verify` lists all damage."
    }
}
