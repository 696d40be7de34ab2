import Bytes

/// The stored form of ``PartitionOptions``: a list of tag (1 byte), bytes of the value (1), value.
///
/// Every option that is set is written, also if it has its default: a later version may have
/// others. An unknown tag is refused, since what it asks for would not be done.
enum PartitionOptionsCodec {
    /// The numbers are stored; see the module's layout page.
    enum Tag: UInt8, CaseIterable {
        case compressionLevel = 1
        case cleanup = 2
        case retentionMilliseconds = 3
        case retentionByteCount = 4
        case compactionLagMin = 5
        case compactionLagMax = 6
        case deleteRetention = 7
        /// The ratio's bits as IEEE 754.
        case dirtyRatioMin = 8
        case segmentByteCount = 9
        /// 1 fsync, 2 os.
        case durability = 10
        case segmentMilliseconds = 11
    }
    /// Why stored options cannot be taken.
    struct Problem: Error, Equatable {
        let reason: String
    }
    /// All values so far are 64-bit integers.
    private static let valueByteCount = 8

    static func encode(_ options: PartitionOptions) -> [UInt8] {
        var bytes: [UInt8] = []
        for tag in Tag.allCases {
            guard let value = value(tag, of: options) else { continue }
            bytes.append(tag.rawValue)
            bytes.append(UInt8(valueByteCount))
            bytes.append(littleEndian: value)
        }
        return bytes
    }

    static func decode(_ bytes: RawSpan) throws(Problem) -> PartitionOptions {
        var options = PartitionOptions()
        var position = 0
        while position < bytes.byteCount {
            guard bytes.holds(2, at: position) else {
                throw Problem(reason: "the options of a partition are cut off")
            }
            let number = bytes.byte(at: position)
            guard let tag = Tag(rawValue: number) else {
                throw Problem(
                    reason: "a partition has option \(number), which this version does not know: "
                        + "use the version that wrote it, or a newer one")
            }
            let count = Int(bytes.byte(at: position + 1))
            guard count == valueByteCount, bytes.holds(count, at: position + 2),
                take(tag, bytes.littleEndian(at: position + 2), into: &options)
            else { throw Problem(reason: "a partition's option \(tag) has an impossible value") }
            position += 2 + count
        }
        if let problem = options.problem { throw Problem(reason: problem.description) }
        return options
    }

    private static func value(_ tag: Tag, of options: PartitionOptions) -> Int64? {
        switch tag {
        case .compressionLevel: Int64(options.compressionLevel)
        case .cleanup: Int64(options.cleanup.rawValue)
        case .retentionMilliseconds: options.retentionMilliseconds
        case .retentionByteCount: options.retentionByteCount
        case .compactionLagMin: options.compactionLagMinMilliseconds
        case .compactionLagMax: options.compactionLagMaxMilliseconds
        case .deleteRetention: options.deleteRetentionMilliseconds
        case .dirtyRatioMin: Int64(bitPattern: options.dirtyRatioMin.bitPattern)
        case .segmentByteCount: options.segmentByteCount
        case .durability: options.durability.map { $0 == .fsync ? 1 : 2 }
        case .segmentMilliseconds: options.segmentMilliseconds
        }
    }

    private static func take(_ tag: Tag, _ value: Int64, into options: inout PartitionOptions)
        -> Bool
    {
        switch tag {
        case .compressionLevel:
            guard let level = Int8(exactly: value) else { return false }
            options.compressionLevel = level
        case .cleanup:
            guard let number = UInt8(exactly: value), let policy = CleanupPolicy(rawValue: number)
            else { return false }
            options.cleanup = policy
        case .retentionMilliseconds: options.retentionMilliseconds = value
        case .retentionByteCount: options.retentionByteCount = value
        case .compactionLagMin: options.compactionLagMinMilliseconds = value
        case .compactionLagMax: options.compactionLagMaxMilliseconds = value
        case .deleteRetention: options.deleteRetentionMilliseconds = value
        case .dirtyRatioMin:
            options.dirtyRatioMin = Double(bitPattern: UInt64(bitPattern: value))
        case .segmentByteCount: options.segmentByteCount = value
        case .segmentMilliseconds: options.segmentMilliseconds = value
        case .durability:
            guard value == 1 || value == 2 else { return false }
            options.durability = value == 1 ? .fsync : .os
        }
        return true
    }
}
