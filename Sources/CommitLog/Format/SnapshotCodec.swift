import Bytes
import Records

/// A snapshot's bytes: file header, length and checksum of the body, body; little-endian.
enum SnapshotCodec {
    private enum At {
        static let bodyByteCount = FileHeader.At.end
        static let bodyCRC = bodyByteCount + 8
        static let reserved = bodyCRC + 4
        static let body = reserved + 4
    }
    /// Bytes of a partition without its lists, and of a segment.
    private static let partitionByteCount = 48
    private static let segmentByteCount = 64

    // MARK: Writing

    static func encode(_ capture: StateCapture) -> [UInt8] {
        var body: [UInt8] = []
        body.append(littleEndian: capture.neededFrom.rawValue)
        body.append(littleEndian: capture.nextPartitionID)
        body.append(littleEndian: UInt32(capture.partitions.count))
        for partition in capture.partitions { append(partition, to: &body) }
        body.append(littleEndian: UInt32(capture.tables.count))
        for (table, entries) in capture.tables.sorted(by: { $0.key < $1.key }) {
            body.append(littleEndian: UInt32(table))
            body.append(littleEndian: UInt64(entries.count))
            for entry in entries.entries(prefix: []) {
                body.append(littleEndian: UInt32(entry.key.count))
                body.append(littleEndian: UInt32(entry.value.count))
                body.append(contentsOf: entry.key)
                body.append(contentsOf: entry.value)
            }
        }
        ProducerSection.append(capture.partitions, to: &body)
        var bytes = FileHeader(.snapshot, base: capture.position.rawValue).bytes
        bytes.append(littleEndian: UInt64(body.count))
        bytes.append(littleEndian: CRC32C.checksum(body.rawSpan))
        bytes.append(littleEndian: UInt32(0))
        bytes.append(contentsOf: body)
        return bytes
    }

    private static func append(_ partition: StateCapture.Partition, to body: inout [UInt8]) {
        body.append(littleEndian: partition.id.rawValue)
        body.append(littleEndian: partition.index)
        let options = PartitionOptionsCodec.encode(partition.options)
        body.append(littleEndian: UInt16(partition.topic.utf8.count))
        body.append(littleEndian: UInt16(options.count))
        body.append(littleEndian: UInt32(partition.segments.count))
        body.append(littleEndian: partition.start)
        body.append(littleEndian: partition.end)
        body.append(littleEndian: partition.compactedEnd)
        body.append(littleEndian: UInt32(partition.removed.count))
        body.append(littleEndian: UInt32(0))
        body.append(contentsOf: partition.topic.utf8)
        body.append(contentsOf: options)
        for segment in partition.segments {
            for field in [
                segment.base, segment.end, segment.minTimestamp, segment.maxTimestamp,
                segment.byteCount, segment.indexByteCount, segment.deleteHorizon,
            ] {
                body.append(littleEndian: field)
            }
            body.append(littleEndian: segment.generation)
            body.append(littleEndian: UInt32(0))
        }
        for (reason, tally) in partition.removed.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            body.append(littleEndian: UInt32(reason.rawValue))
            body.append(littleEndian: UInt32(0))
            body.append(littleEndian: tally.records)
            body.append(littleEndian: tally.bytes)
        }
    }

    // MARK: Reading

    /// Reads a snapshot; the reason if it is not whole.
    static func decode(_ bytes: RawSpan) throws(FileHeader.Problem) -> StateCapture {
        let header = try FileHeader(parsing: bytes, expecting: .snapshot)
        guard bytes.byteCount >= At.body else {
            throw FileHeader.Problem(reason: "the snapshot is cut off")
        }
        guard
            bytes.littleEndian(at: At.bodyByteCount, as: UInt64.self)
                == UInt64(bytes.byteCount - At.body),
            bytes.littleEndian(at: At.reserved, as: UInt32.self) == 0
        else { throw FileHeader.Problem(reason: "the snapshot has not the length it states") }
        let body = bytes.slice(At.body, count: bytes.byteCount - At.body)
        guard bytes.littleEndian(at: At.bodyCRC, as: UInt32.self) == CRC32C.checksum(body) else {
            throw FileHeader.Problem(reason: "the checksum of the snapshot is wrong")
        }
        var position = 0
        let capture = try decode(body, at: &position, base: header.base)
        guard position == body.byteCount, header.base >= 0, header.base <= Int64.max / 2,
            capture.neededFrom >= .zero, capture.neededFrom <= capture.position
        else { throw unknownForm }
        return capture
    }

    private static var unknownForm: FileHeader.Problem {
        FileHeader.Problem(reason: "the snapshot is not of a known form")
    }

    private static func decode(
        _ body: RawSpan, at position: inout Int, base: Int64
    ) throws(FileHeader.Problem) -> StateCapture {
        guard let neededFrom: Int64 = integer(body, at: &position),
            let nextID: UInt32 = integer(body, at: &position),
            let partitionCount: UInt32 = integer(body, at: &position)
        else { throw unknownForm }
        var partitions: [StateCapture.Partition] = []
        for _ in 0..<partitionCount {
            partitions.append(try partition(body, at: &position))
        }
        guard let tableCount: UInt32 = integer(body, at: &position) else { throw unknownForm }
        var tables: [UInt8: KeyedTable] = [:]
        for _ in 0..<tableCount {
            guard let number: UInt32 = integer(body, at: &position),
                let table = UInt8(exactly: number), let entries = entries(body, at: &position)
            else { throw unknownForm }
            tables[table] = entries
        }
        let rest = body.slice(position, count: body.byteCount - position)
        guard ProducerSection.read(rest, into: &partitions) else { throw unknownForm }
        position = body.byteCount
        return StateCapture(
            position: LogPosition(rawValue: base),
            neededFrom: LogPosition(rawValue: neededFrom), nextPartitionID: nextID,
            partitions: partitions, tables: tables)
    }

    private static func entries(_ body: RawSpan, at position: inout Int) -> KeyedTable? {
        guard let count: UInt64 = integer(body, at: &position) else { return nil }
        var table = KeyedTable()
        var index: UInt64 = 0
        while index < count {
            guard let keyCount: UInt32 = integer(body, at: &position),
                let valueCount: UInt32 = integer(body, at: &position),
                let key = take(Int(keyCount), of: body, at: &position),
                let value = take(Int(valueCount), of: body, at: &position)
            else { return nil }
            table.put(key, value)
            index += 1
        }
        return table
    }

    private static func partition(
        _ body: RawSpan, at position: inout Int
    ) throws(FileHeader.Problem) -> StateCapture.Partition {
        guard body.holds(partitionByteCount, at: position),
            let id: UInt32 = integer(body, at: &position),
            let index: Int32 = integer(body, at: &position),
            let nameCount: UInt16 = integer(body, at: &position),
            let optionsCount: UInt16 = integer(body, at: &position),
            let segmentCount: UInt32 = integer(body, at: &position),
            let start: Int64 = integer(body, at: &position),
            let end: Int64 = integer(body, at: &position),
            let compactedEnd: Int64 = integer(body, at: &position),
            let tallyCount: UInt32 = integer(body, at: &position),
            let _: UInt32 = integer(body, at: &position),
            let name = take(Int(nameCount), of: body, at: &position),
            let topic = String(validating: name, as: UTF8.self),
            (try? TopicName(parsing: topic)) != nil,
            let coded = take(Int(optionsCount), of: body, at: &position)
        else { throw unknownForm }
        let options: PartitionOptions
        do throws(PartitionOptionsCodec.Problem) {
            options = try PartitionOptionsCodec.decode(coded.rawSpan)
        } catch {
            throw FileHeader.Problem(reason: "topic \(topic): \(error.reason)")
        }
        var segments: [SegmentExtent] = []
        for _ in 0..<segmentCount {
            guard body.holds(segmentByteCount, at: position) else { throw unknownForm }
            segments.append(SegmentExtent(parsing: body, at: position))
            position += segmentByteCount
        }
        var removed: [RemovalReason: RemovalTally] = [:]
        for _ in 0..<tallyCount {
            guard let number: UInt32 = integer(body, at: &position),
                let reason = RemovalReason(rawValue: UInt8(truncatingIfNeeded: number)),
                let _: UInt32 = integer(body, at: &position),
                let records: Int64 = integer(body, at: &position),
                let bytes: Int64 = integer(body, at: &position)
            else { throw unknownForm }
            removed[reason] = RemovalTally(records: records, bytes: bytes)
        }
        guard index >= 0, id < .max, areInRange(segments, start: start, end: end) else {
            throw unknownForm
        }
        return StateCapture.Partition(
            id: PartitionID(rawValue: id), topic: topic, index: index, options: options,
            start: start, end: end, compactedEnd: compactedEnd, segments: segments,
            removed: removed)
    }

    /// Whether offsets and lengths can be computed with; a right checksum does not say so.
    private static func areInRange(_ segments: [SegmentExtent], start: Int64, end: Int64) -> Bool {
        guard start >= 0, end >= start, end <= Int64.max / 2 else { return false }
        // 16 TiB a file: sums over all segments of a snapshot stay in range.
        let lengths = Int64(FileHeader.At.end)...(1 << 44)
        var last: Int64 = 0
        for segment in segments {
            guard segment.base >= last, segment.end >= segment.base, segment.end <= end,
                lengths.contains(segment.byteCount), lengths.contains(segment.indexByteCount)
            else { return false }
            last = segment.end
        }
        return true
    }

    private static func integer<Value: FixedWidthInteger & BitwiseCopyable>(
        _ body: RawSpan, at position: inout Int
    ) -> Value? {
        guard body.holds(MemoryLayout<Value>.size, at: position) else { return nil }
        defer { position += MemoryLayout<Value>.size }
        return body.littleEndian(at: position)
    }

    private static func take(
        _ count: Int, of body: RawSpan, at position: inout Int
    ) -> [UInt8]? {
        guard body.holds(count, at: position) else { return nil }
        defer { position += count }
        return [UInt8](copying: body.slice(position, count: count))
    }
}

extension SegmentExtent {
    /// The segment at a position of a snapshot, which holds it.
    fileprivate init(parsing body: RawSpan, at place: Int) {
        self.init(
            base: body.littleEndian(at: place), generation: body.littleEndian(at: place + 56))
        end = body.littleEndian(at: place + 8)
        minTimestamp = body.littleEndian(at: place + 16)
        maxTimestamp = body.littleEndian(at: place + 24)
        byteCount = body.littleEndian(at: place + 32)
        indexByteCount = body.littleEndian(at: place + 40)
        deleteHorizon = body.littleEndian(at: place + 48)
    }
}
