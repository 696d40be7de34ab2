import Bytes
import Foundation
import Records

/// Batches that Apache Kafka 3.9 stored, sent by librdkafka, and the records that were sent.
enum GoldenBatch {
    struct Record: Decodable, Equatable {
        let key: String?
        let value: String?
        let headers: [[String?]]
        let timestamp: Int64
    }

    private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Fixtures/Kafka")

    static func bytes(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: folder.appending(path: "\(name).batches")))
    }

    static func records(_ name: String) throws -> [Record] {
        let data = try Data(contentsOf: folder.appending(path: "records.json"))
        let all = try JSONDecoder().decode([String: [Record]].self, from: data)
        // The same records, coded by another client.
        let name = name == "snappy-framed" ? "snappy" : name
        return all["golden-\(name)"] ?? []
    }

    /// Start positions of the batches in a file of them.
    static func positions(_ bytes: [UInt8]) throws -> [Int] {
        var positions: [Int] = []
        var position = 0
        while position < bytes.count {
            positions.append(position)
            let rest = bytes.rawSpan.slice(position, count: bytes.count - position)
            position += try BatchHeader(parsing: rest).byteCount
        }
        return positions
    }

    static func record(_ row: Int, of block: borrowing RecordBlock) -> Record {
        var headers: [[String?]] = []
        var cursor = block.headers(row)
        while let header = cursor.next() {
            let name = block.bytes.slice(header.nameStart, count: header.nameCount)
            let value =
                header.valueCount < 0
                ? nil : text(block.bytes.slice(header.valueStart, count: header.valueCount))
            headers.append([text(name), value])
        }
        var key: String?
        if let bytes = block.key(row) { key = text(bytes) }
        var value: String?
        if let bytes = block.value(row) { value = text(bytes) }
        return Record(
            key: key, value: value, headers: headers, timestamp: block.rows[row].timestamp)
    }

    static func text(_ bytes: RawSpan) -> String {
        String(decoding: [UInt8](copying: bytes), as: UTF8.self)
    }
}
