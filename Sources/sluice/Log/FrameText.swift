import CommitLog
import Records
import SystemPackage

/// A frame of the commit log in words and as JSON.
enum FrameText {
    /// Bytes of a key that are shown.
    private static let keyByteCountMax = 80

    /// A line for the frame and one for each change.
    static func text(_ frame: InspectedFrame) -> String {
        let head =
            "  byte \(frame.filePosition): \(frame.byteCount) bytes at \(frame.position), "
            + Quantity.time(frame.timestamp)
        let changes =
            frame.entries.isEmpty
            ? ["    no change; says that all before it is durable"] : frame.entries.flatMap(lines)
        return ([head] + changes).joined(separator: "\n")
    }

    private static func lines(_ entry: InspectedFrame.Entry) -> [String] {
        switch entry {
        case .batches(let id, let batches):
            batches.map {
                "    partition id \(id.rawValue): offsets \($0.baseOffset.rawValue) to \($0.lastOffset.rawValue), "
                    + "\($0.byteCount) bytes, up to \(Quantity.time($0.maxTimestamp))"
            }
        case .put(let table, let key, let value):
            ["    put table \(table), key \(shown(key)), value of \(value.count) bytes"]
        case .remove(let table, let key): ["    remove table \(table), key \(shown(key))"]
        case .removePrefix(let table, let prefix):
            ["    remove table \(table), all keys from \(shown(prefix)) on"]
        case .createPartition(let id, let topic, let index, let options):
            [
                "    create partition id \(id.rawValue): topic \(topic), partition \(index), "
                    + OptionsText.text(options)
            ]
        case .removePartition(let id): ["    remove partition id \(id.rawValue)"]
        case .alterPartition(let id, let options):
            ["    alter partition id \(id.rawValue): \(OptionsText.text(options))"]
        case .removeBefore(let id, let offset, let reason):
            [
                "    remove records of partition id \(id.rawValue) before offset \(offset.rawValue), "
                    + "reason \(OptionsText.name(reason))"
            ]
        }
    }

    /// The frame as the members of a JSON object.
    static func fields(
        _ frame: InspectedFrame, of path: FilePath
    ) -> [(name: String, field: Field)] {
        [
            ("file", .text(path.string)), ("file_position", .count(frame.filePosition)),
            ("position", .count(frame.position.rawValue)),
            ("bytes", .count(Int64(frame.byteCount))), ("timestamp", .time(frame.timestamp)),
            ("entries", .objects(frame.entries.map(fields))),
        ]
    }

    private static func fields(_ entry: InspectedFrame.Entry) -> [(name: String, field: Field)] {
        switch entry {
        case .batches(let id, let batches):
            [
                ("change", .text("batches")), ("partition_id", .count(Int64(id.rawValue))),
                ("batches", .objects(batches.map(fields))),
            ]
        case .put(let table, let key, let value):
            [
                ("change", .text("put")), ("table", .count(Int64(table))),
                ("key", .text(shown(key))), ("value_bytes", .count(Int64(value.count))),
            ]
        case .remove(let table, let key):
            [
                ("change", .text("remove")), ("table", .count(Int64(table))),
                ("key", .text(shown(key))),
            ]
        case .removePrefix(let table, let prefix):
            [
                ("change", .text("remove-prefix")), ("table", .count(Int64(table))),
                ("key", .text(shown(prefix))),
            ]
        case .createPartition(let id, let topic, let index, let options):
            [
                ("change", .text("create-partition")),
                ("partition_id", .count(Int64(id.rawValue))), ("topic", .text(topic)),
                ("partition", .count(Int64(index))),
            ] + OptionsText.fields(options)
        case .removePartition(let id):
            [
                ("change", .text("remove-partition")),
                ("partition_id", .count(Int64(id.rawValue))),
            ]
        case .alterPartition(let id, let options):
            [
                ("change", .text("alter-partition")), ("partition_id", .count(Int64(id.rawValue))),
            ] + OptionsText.fields(options)
        case .removeBefore(let id, let offset, let reason):
            [
                ("change", .text("remove-before")), ("partition_id", .count(Int64(id.rawValue))),
                ("offset", .count(offset.rawValue)), ("reason", .text(OptionsText.name(reason))),
            ]
        }
    }

    private static func fields(_ batch: InspectedFrame.Batch) -> [(name: String, field: Field)] {
        [
            ("file_position", .count(batch.filePosition)),
            ("bytes", .count(Int64(batch.byteCount))),
            ("first_offset", .count(batch.baseOffset.rawValue)),
            ("last_offset", .count(batch.lastOffset.rawValue)),
            ("max_timestamp", .time(batch.maxTimestamp)),
        ]
    }

    /// Bytes as text in quotes; what is no printable ASCII as `\xNN`.
    private static func shown(_ bytes: [UInt8]) -> String {
        var text = "'"
        for byte in bytes.prefix(keyByteCountMax) {
            if (0x20..<0x7F).contains(byte), byte != UInt8(ascii: "\\") {
                text.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                let digits = String(byte, radix: 16)
                text += "\\x" + (digits.utf8.count == 1 ? "0" : "") + digits
            }
        }
        return text + (bytes.count > keyByteCountMax ? "…'" : "'")
    }
}
