import CommitLog
import Platform
import Records
import SystemPackage

/// Prints what an inspector finds in files.
struct LogDumpWriter {
    private let console: Console
    private let form: OutputOptions.Form
    private let filter: LogDumpFilter
    private(set) var hasDamage = false

    init(_ console: Console, as form: OutputOptions.Form, _ filter: LogDumpFilter) {
        self.console = console
        self.form = form
        self.filter = filter
    }

    // MARK: Files

    mutating func commitFile(_ path: FilePath, _ inspector: LogInspector) throws {
        try head(path)
        let partitions = try filter.topic.map { try inspector.partitions(ofTopic: $0) }
        // The walk's closure cannot throw; a file has at most 64 MiB of frames to keep in mind.
        var parts: [InspectedPart] = []
        try inspector.walk(path) { parts.append($0) }
        for part in parts {
            switch part {
            case .frame(let frame):
                let shown =
                    filter.isEmpty
                    ? frame : frame.limited(to: partitions, offsets: filter.offsets)
                if let shown { try write(shown, of: path) }
            case .damage(let damage): try write(damage)
            case .end(let position, let garbage):
                guard form == .text, filter.isEmpty else { continue }
                let rest =
                    garbage > 0
                    ? ", before \(garbage) bytes of a frame that was never acknowledged" : ""
                try console.line("  byte \(position): end" + rest)
            }
        }
    }

    mutating func segment(_ path: FilePath, _ inspector: LogInspector) throws {
        guard concerns(path) else { return }
        try head(path)
        var blocks: [InspectedBlock] = []
        let damage = try inspector.walkSegment(path) { blocks.append($0) }
        for block in blocks
        where filter.includes(block.baseOffset.rawValue, block.lastOffset.rawValue) {
            try write(block, of: path)
        }
        if let damage { try write(damage) }
    }

    mutating func index(_ path: FilePath, _ inspector: LogInspector) throws {
        guard concerns(path) else { return }
        try head(path)
        var entries: [InspectedIndexEntry] = []
        let damage = try inspector.walkIndex(path) { entries.append($0) }
        for entry in entries
        where filter.includes(entry.baseOffset.rawValue, entry.lastOffset.rawValue) {
            try write(entry, of: path)
        }
        if let damage { try write(damage) }
    }

    mutating func snapshot(_ path: FilePath, _ inspector: LogInspector) throws {
        switch try inspector.snapshot(path) {
        case .success(let snapshot):
            try head(path)
            switch form {
            case .text: for line in SnapshotText.lines(snapshot, filter) { try console.line(line) }
            case .json: try object(SnapshotText.fields(snapshot, of: path, filter))
            }
        case .failure(let damage):
            try head(path)
            try write(damage)
        }
    }

    /// Whether a file of a partition is of the topic that is asked for: `<topic>/<index>/<name>`.
    private func concerns(_ path: FilePath) -> Bool {
        guard let topic = filter.topic else { return true }
        return path.directory.directory.parts.name == topic
    }

    private func head(_ path: FilePath) throws {
        if form == .text { try console.line(path.string) }
    }

    // MARK: Entries

    private func write(_ frame: InspectedFrame, of path: FilePath) throws {
        switch form {
        case .text: try console.line(FrameText.text(frame))
        case .json: try object(FrameText.fields(frame, of: path))
        }
    }

    private mutating func write(_ block: InspectedBlock, of path: FilePath) throws {
        if block.problem != nil { hasDamage = true }
        switch form {
        case .text:
            try console.line(
                "  byte \(block.filePosition): offsets \(block.baseOffset.rawValue) to "
                    + "\(block.lastOffset.rawValue), \(block.recordCount) records, "
                    + "\(block.byteCount) bytes, \(block.codec.map { "\($0)" } ?? "unknown codec"), "
                    + "up to \(Quantity.time(block.maxTimestamp))"
                    + (block.problem.map { "; damaged: \($0)" } ?? ""))
        case .json:
            try object([
                ("file", .text(path.string)), ("file_position", .count(block.filePosition)),
                ("bytes", .count(Int64(block.byteCount))),
                ("first_offset", .count(block.baseOffset.rawValue)),
                ("last_offset", .count(block.lastOffset.rawValue)),
                ("records", .count(Int64(block.recordCount))),
                ("max_timestamp", .time(block.maxTimestamp)),
                ("codec", block.codec.map { .text("\($0)") } ?? .none),
                ("problem", block.problem.map { .text($0) } ?? .none),
            ])
        }
    }

    private func write(_ entry: InspectedIndexEntry, of path: FilePath) throws {
        switch form {
        case .text:
            try console.line(
                "  byte \(entry.filePosition): offsets \(entry.baseOffset.rawValue) to "
                    + "\(entry.lastOffset.rawValue), \(entry.recordCount) records, "
                    + "\(entry.byteCount) bytes at \(entry.position), "
                    + "\(Quantity.time(entry.minTimestamp)) to \(Quantity.time(entry.maxTimestamp))"
            )
        case .json:
            try object([
                ("file", .text(path.string)), ("file_position", .count(entry.filePosition)),
                ("block_position", .count(entry.position)),
                ("bytes", .count(Int64(entry.byteCount))),
                ("first_offset", .count(entry.baseOffset.rawValue)),
                ("last_offset", .count(entry.lastOffset.rawValue)),
                ("records", .count(Int64(entry.recordCount))),
                ("min_timestamp", .time(entry.minTimestamp)),
                ("max_timestamp", .time(entry.maxTimestamp)),
            ])
        }
    }

    private mutating func write(_ damage: Damage) throws {
        hasDamage = true
        switch form {
        case .text: try console.line("  damaged: \(damage)")
        case .json: try object([("damage", .objects([LogVerify.fields(of: damage)]))])
        }
    }

    private func object(_ fields: [(name: String, field: Field)]) throws {
        var bytes: [UInt8] = []
        Field.appendObject(fields, to: &bytes)
        try console.line(String(decoding: bytes, as: UTF8.self))
    }
}
