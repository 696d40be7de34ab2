import CommitLog
import Records
import SystemPackage

/// Prints what an inspector finds in files.
struct LogDumpWriter {
    private let console: Console
    private let form: OutputOptions.Form
    private(set) var hasDamage = false

    init(_ console: Console, as form: OutputOptions.Form) {
        self.console = console
        self.form = form
    }

    mutating func commitFile(_ path: FilePath, _ inspector: LogInspector) throws {
        if form == .text { try console.line("\(path.string)") }
        // The walk's closure cannot throw; a file has at most 64 MiB of frames to keep in mind.
        var parts: [InspectedPart] = []
        try inspector.walk(path) { parts.append($0) }
        for part in parts { try write(part, of: path) }
    }

    mutating func segment(_ path: FilePath, _ inspector: LogInspector) throws {
        if form == .text { try console.line("\(path.string)") }
        var blocks: [InspectedBlock] = []
        let damage = try inspector.walkSegment(path) { blocks.append($0) }
        for block in blocks { try write(block, of: path) }
        if let damage { try write(damage) }
    }

    private mutating func write(_ part: InspectedPart, of path: FilePath) throws {
        switch part {
        case .frame(let frame):
            switch form {
            case .text: try console.line(FrameText.text(frame))
            case .json: try object(FrameText.fields(frame, of: path))
            }
        case .damage(let damage): try write(damage)
        case .end(let position, let garbage):
            guard form == .text else { return }
            try console.line(
                "  byte \(position): end"
                    + (garbage > 0
                        ? ", before \(garbage) bytes of a frame that was never acknowledged" : ""))
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
