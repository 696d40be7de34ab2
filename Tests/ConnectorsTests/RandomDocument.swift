import Platform
import Testing

@testable import Connectors

/// Random input in one format: good records, bad ones, blank lines, both line ends.
struct RandomDocument: Sendable, CustomTestStringConvertible {
    let format: String
    let seed: UInt64

    var testDescription: String { "\(format), seed \(seed)" }

    static let all: [RandomDocument] = ["lines", "jsonl", "csv", "raw"].flatMap { format in
        (1...3).map { RandomDocument(format: format, seed: $0) }
    }

    var recordFormat: any RecordFormat { get throws { try RecordFormats.named(format) } }

    /// The bytes; some records are longer than ``options`` allow.
    var bytes: [UInt8] {
        var generator = SeededGenerator(seed: seed)
        var text = format == "csv" ? "a,\"b\nc\",d\n" : ""
        for index in 0..<30 {
            text += piece(index, &generator)
            text += Bool.random(using: &generator) ? "\n" : "\r\n"
        }
        if Bool.random(using: &generator) { text += format == "csv" ? "1,2,3" : "3" }
        return Array(text.utf8)
    }

    var options: ScanOptions { ScanOptions(recordByteCountMax: format == "raw" ? 4_000 : 60) }

    private func piece(_ index: Int, _ generator: inout SeededGenerator) -> String {
        let filler = String(
            repeating: ["x", "é", "\0", "日"].randomElement(using: &generator) ?? "x",
            count: Int.random(in: 0...30, using: &generator))
        switch (format, Int.random(in: 0..<8, using: &generator)) {
        case (_, 0): return ""
        case ("jsonl", 1): return "{\"n\":\(index)"
        case ("jsonl", 2): return " [\(index)]\t"
        case ("jsonl", _): return "{\"n\":\(index),\"s\":\"\(filler == "\0" ? "" : filler)\"}"
        case ("csv", 1): return "\(index),2"
        case ("csv", 2): return "\(index),x\"y,3"
        case ("csv", 3): return "\(index),\"\(filler)\r\n\"\"\n\",3"
        case ("csv", _): return "\(index),\"\(filler)\",\(filler)"
        default: return "\(index) \(filler)"
        }
    }
}
