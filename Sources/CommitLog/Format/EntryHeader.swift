import Bytes

/// The 12 bytes before the body of an entry; integers are little-endian.
struct EntryHeader: Equatable {
    enum Kind: UInt8, CaseIterable {
        case batches = 1
        case put = 2
        case remove = 3
        case removePrefix = 4
        case createPartition = 5
        case removePartition = 6
        case alterPartition = 7
        case removeBefore = 8
    }
    /// Byte positions; they tile the header, see the module's layout page.
    enum At {
        static let kind = 0
        static let detail = 1
        static let reserved = 2
        static let first = 4
        static let second = 8
        static let end = 12
    }

    /// Bytes of the body of a creation, without the topic's name and the options.
    static let creationByteCount = 8
    /// Bytes of the body of a removal.
    static let removalByteCount = 8

    let kind: Kind
    /// Table of the keyed state; reason of a removal.
    let detail: UInt8
    /// Partition, or bytes of the key.
    let first: UInt32
    /// Bytes of the batches, of the value, or of the body.
    let second: UInt32

    init(_ kind: Kind, detail: UInt8 = 0, first: UInt32, second: UInt32 = 0) {
        self.kind = kind
        self.detail = detail
        self.first = first
        self.second = second
    }

    /// The header at a position, or nil if there is none.
    init?(parsing bytes: RawSpan, at position: Int) {
        guard bytes.holds(At.end, at: position),
            let kind = Kind(rawValue: bytes.byte(at: position + At.kind)),
            bytes.littleEndian(at: position + At.reserved, as: UInt16.self) == 0
        else { return nil }
        self.kind = kind
        detail = bytes.byte(at: position + At.detail)
        first = bytes.littleEndian(at: position + At.first)
        second = bytes.littleEndian(at: position + At.second)
    }

    /// Bytes behind the header.
    var bodyByteCount: Int {
        switch kind {
        case .batches, .createPartition, .alterPartition, .removeBefore: Int(second)
        case .put: Int(first) + Int(second)
        case .remove, .removePrefix: Int(first)
        case .removePartition: 0
        }
    }

    func append(to bytes: inout [UInt8]) {
        bytes.append(kind.rawValue)
        bytes.append(detail)
        bytes.append(littleEndian: UInt16(0))
        bytes.append(littleEndian: first)
        bytes.append(littleEndian: second)
    }
}
