import Bytes
import Expressions
import Logging

/// One event of the log, and how it is written.
///
/// Values may hold what a client has sent (names, reasons): they are cut at a limit, and nothing
/// in them can end the line or pass for another key.
struct LogLine {
    /// Bytes of a message or a value; what is beyond is cut.
    static let textByteCountMax = 2_048
    /// What stands for the part that was cut.
    static let cutMark = "…"

    let milliseconds: Int64
    let level: Logger.Level
    let message: String
    let values: [(key: String, value: String)]

    /// The line with its end.
    func bytes(_ format: LogFormat) -> [UInt8] {
        var bytes: [UInt8] = []
        switch format {
        case .text: appendText(to: &bytes)
        case .json: appendJSON(to: &bytes)
        }
        bytes.append(UInt8(ascii: "\n"))
        return bytes
    }

    private func appendText(to bytes: inout [UInt8]) {
        TimestampText.append(milliseconds, to: &bytes)
        bytes.append(contentsOf: " \(level.rawValue) ".utf8)
        let message = Self.cut(message)
        if message.utf8.contains(where: Self.isControl) {
            Self.appendQuoted(message, to: &bytes)
        } else {
            bytes.append(contentsOf: message.utf8)
        }
        for (key, value) in values {
            bytes.append(contentsOf: " \(key)=".utf8)
            let value = Self.cut(value)
            if value.isEmpty || value.utf8.contains(where: Self.needsQuotes) {
                Self.appendQuoted(value, to: &bytes)
            } else {
                bytes.append(contentsOf: value.utf8)
            }
        }
    }

    private func appendJSON(to bytes: inout [UInt8]) {
        bytes.append(contentsOf: "{\"time\":\"".utf8)
        TimestampText.append(milliseconds, to: &bytes)
        bytes.append(contentsOf: "\",\"level\":\"\(level.rawValue)\",\"message\":".utf8)
        Self.appendQuoted(Self.cut(message), to: &bytes)
        for (key, value) in values {
            bytes.append(UInt8(ascii: ","))
            // A key of ours does not hide a field that every line has.
            let isTaken = ["time", "level", "message"].contains(key)
            Self.appendQuoted(isTaken ? key + "_" : key, to: &bytes)
            bytes.append(UInt8(ascii: ":"))
            Self.appendQuoted(Self.cut(value), to: &bytes)
        }
        bytes.append(UInt8(ascii: "}"))
    }

    private static func appendQuoted(_ text: String, to bytes: inout [UInt8]) {
        JSONWriter.appendString(Array(text.utf8).rawSpan, to: &bytes)
    }

    /// The text, or as many of its first bytes as the limit allows.
    ///
    /// A character that the limit cuts in two is replaced.
    private static func cut(_ text: String) -> String {
        guard text.utf8.count > textByteCountMax else { return text }
        return String(decoding: text.utf8.prefix(textByteCountMax), as: UTF8.self) + cutMark
    }

    private static func isControl(_ byte: UInt8) -> Bool { byte < 0x20 || byte == 0x7F }

    private static func needsQuotes(_ byte: UInt8) -> Bool {
        isControl(byte) || byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\"")
            || byte == UInt8(ascii: "=") || byte == UInt8(ascii: "\\")
    }
}
