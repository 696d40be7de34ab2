import Bytes

/// The 32 bytes at the start of each file of the log; integers are little-endian.
struct FileHeader: Equatable {
    enum Kind: String, CaseIterable {
        case commit = "SLUICLOG"
        case segment = "SLUICSEG"
        case index = "SLUICIDX"
        case summary = "SLUICSUM"
        case snapshot = "SLUICSNP"
    }
    /// Byte positions; they tile the header, see the module's layout page.
    enum At {
        static let magic = 0
        static let version = 8
        static let partition = 12
        static let base = 16
        static let generation = 24
        static let crc = 28
        static let end = 32
    }
    static let version: UInt32 = 1

    let kind: Kind
    /// The partition of a segment, its index or summary, else 0.
    var partition: UInt32 = 0
    /// Log position of a commit file or snapshot, base offset of a segment, its index or summary.
    let base: Int64
    /// Of a segment, its index or summary (see ``SegmentExtent``), ``CommitFile/tag``, else 0.
    var generation: UInt32 = 0

    var bytes: [UInt8] {
        var bytes = Array(kind.rawValue.utf8)
        bytes.append(littleEndian: Self.version)
        bytes.append(littleEndian: partition)
        bytes.append(littleEndian: base)
        bytes.append(littleEndian: generation)
        bytes.append(littleEndian: CRC32C.checksum(bytes.rawSpan))
        return bytes
    }

    init(_ kind: Kind, base: Int64, partition: UInt32 = 0, generation: UInt32 = 0) {
        self.kind = kind
        self.base = base
        self.partition = partition
        self.generation = generation
    }

    /// Why bytes are not the header that was expected.
    struct Problem: Error, Equatable {
        let reason: String
    }

    /// Reads a header of the given kind.
    init(parsing bytes: RawSpan, expecting kind: Kind) throws(Problem) {
        guard bytes.byteCount >= At.end else {
            throw Problem(reason: "the file is shorter than its header of \(At.end) bytes")
        }
        let computed = CRC32C.checksum(bytes.slice(0, count: At.crc))
        guard bytes.littleEndian(at: At.crc, as: UInt32.self) == computed else {
            throw Problem(reason: "the checksum of the file's header is wrong")
        }
        guard bytes.slice(0, count: 8).isEqual(to: Array(kind.rawValue.utf8).rawSpan) else {
            throw Problem(
                reason: "the file is of another kind, it does not begin with \(kind.rawValue)")
        }
        let version: UInt32 = bytes.littleEndian(at: At.version)
        guard version == Self.version else {
            throw Problem(
                reason: "the file has version \(version), this program reads \(Self.version)")
        }
        self.kind = kind
        partition = bytes.littleEndian(at: At.partition)
        base = bytes.littleEndian(at: At.base)
        generation = bytes.littleEndian(at: At.generation)
    }
}
