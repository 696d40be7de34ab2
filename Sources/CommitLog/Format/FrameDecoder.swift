import Bytes
import Records

/// Reads the entries of a stored frame.
enum FrameDecoder {
    /// Why a frame with right checksums cannot be understood: written by a newer version, or a bug.
    struct Problem: Error, Equatable {
        let reason: String
    }

    /// The frame's changes.
    ///
    /// O(bytes of keys and values) + O(batches).
    ///
    /// `frame` is header and entries, checksums already compared.
    static func operations(
        of frame: RawSpan, header: FrameHeader
    ) throws(Problem) -> [FrameOperation] {
        var operations: [FrameOperation] = []
        let bytes = frame.slice(0, count: header.byteCount)
        var position = FrameHeader.At.end
        for index in 0..<header.entryCount {
            guard let entry = EntryHeader(parsing: bytes, at: position),
                bytes.holds(entry.bodyByteCount, at: position + EntryHeader.At.end)
            else { throw Problem(reason: "entry \(index) of the frame is not of a known form") }
            let start = position + EntryHeader.At.end
            operations.append(
                try operation(entry, bytes, at: start, of: header))
            position = start + entry.bodyByteCount
        }
        guard position == header.byteCount else {
            throw Problem(reason: "the frame goes on behind its last entry")
        }
        return operations
    }

    private static func operation(
        _ entry: EntryHeader, _ bytes: RawSpan, at start: Int, of header: FrameHeader
    ) throws(Problem) -> FrameOperation {
        let body = bytes.slice(start, count: entry.bodyByteCount)
        switch entry.kind {
        case .batches:
            let (places, producers) = try batches(
                in: body, at: header.position.rawValue + Int64(start), time: header.timestamp)
            return .batches(PartitionID(rawValue: entry.first), places, producers)
        case .put:
            let key = [UInt8](copying: body.slice(0, count: Int(entry.first)))
            let value = [UInt8](copying: body.slice(Int(entry.first), count: Int(entry.second)))
            return .put(table: entry.detail, key: key, value: value)
        case .remove: return .remove(table: entry.detail, key: [UInt8](copying: body))
        case .removePrefix:
            return .removePrefix(table: entry.detail, prefix: [UInt8](copying: body))
        case .createPartition:
            return try creation(of: PartitionID(rawValue: entry.first), body)
        case .removePartition: return .removePartition(PartitionID(rawValue: entry.first))
        case .alterPartition:
            return .alterPartition(PartitionID(rawValue: entry.first), try options(body))
        case .removeBefore:
            guard body.byteCount == EntryHeader.removalByteCount,
                body.littleEndian(at: 0, as: Int64.self) >= 0,
                let reason = RemovalReason(rawValue: entry.detail)
            else { throw Problem(reason: "a frame removes records in an unknown form") }
            return .removeBefore(
                PartitionID(rawValue: entry.first), offset: body.littleEndian(at: 0),
                reason: reason)
        }
    }

    private static func creation(
        of id: PartitionID, _ body: RawSpan
    ) throws(Problem) -> FrameOperation {
        let fixed = EntryHeader.creationByteCount
        guard body.holds(fixed, at: 0) else {
            throw Problem(reason: "a frame creates a partition in an unknown form")
        }
        let nameCount = Int(body.littleEndian(at: 4, as: UInt16.self))
        let optionsCount = Int(body.littleEndian(at: 6, as: UInt16.self))
        guard body.byteCount == fixed + nameCount + optionsCount, id.rawValue < .max,
            body.littleEndian(at: 0, as: Int32.self) >= 0
        else { throw Problem(reason: "a frame creates a partition in an unknown form") }
        let name = [UInt8](copying: body.slice(fixed, count: nameCount))
        guard let topic = String(validating: name, as: UTF8.self),
            (try? TopicName(parsing: topic)) != nil
        else { throw Problem(reason: "a frame creates a topic whose name is none") }
        return .createPartition(
            id, topic: topic, index: body.littleEndian(at: 0),
            options: try options(body.slice(fixed + nameCount, count: optionsCount)))
    }

    private static func options(_ bytes: RawSpan) throws(Problem) -> PartitionOptions {
        do throws(PartitionOptionsCodec.Problem) {
            return try PartitionOptionsCodec.decode(bytes)
        } catch {
            throw Problem(reason: error.reason)
        }
    }

    private static func batches(
        in batches: RawSpan, at position: Int64, time: Int64
    ) throws(Problem) -> ([BatchPlace], [ProducerBatch]) {
        var places: [BatchPlace] = []
        var producers: [ProducerBatch] = []
        var start = 0
        while start < batches.byteCount {
            let rest = batches.slice(start, count: batches.byteCount - start)
            guard let header = try? BatchHeader(parsing: rest), rest.byteCount >= header.byteCount
            else { throw Problem(reason: "a frame holds something else than record batches") }
            if let producer = ProducerBatch(header, index: places.count, timestamp: time) {
                producers.append(producer)
            }
            places.append(BatchPlace(header, rest, position: position + Int64(start)))
            start += header.byteCount
        }
        return (places, producers)
    }
}
