import Bytes
import Connectors
import Expressions
import Records

/// Records that were set aside, one JSON object a line: whence, which, why, and the record itself
/// (`value`; `value_base64` if it is not UTF-8).
///
/// `jq -r .value` gives the records back.
struct DeadLetterFormat: RecordFormat {
    let name = "dead-letter"
    let extensions: [String] = []

    func makeScanner(_ options: ScanOptions) -> any RecordScanner {
        // A dead-letter file is read like any other JSON Lines.
        guard let jsonLines = try? RecordFormats.named("jsonl") else {
            preconditionFailure("the catalogue has JSON Lines")
        }
        return jsonLines.makeScanner(options)
    }

    func makeEncoder(_ options: EncodeOptions) -> any RecordEncoder { Encoder() }

    private struct Encoder: RecordEncoder {
        private var line: [UInt8] = []

        func start(_ output: OutputBuffer) {}

        mutating func encode(
            _ block: borrowing RecordBlock, _ selection: borrowing Selection,
            into output: OutputBuffer
        ) throws {
            for row in selection.rows {
                line.removeAll(keepingCapacity: true)
                appendLine(block, Int(row))
                try output.append(line.rawSpan)
            }
        }

        private mutating func appendLine(_ block: borrowing RecordBlock, _ row: Int) {
            var isFirst = true
            var cursor = block.headers(row)
            while let header = cursor.next() {
                let name = block.bytes.slice(header.nameStart, count: header.nameCount)
                begin(Self.memberName(name), &isFirst)
                guard header.valueCount >= 0 else {
                    line.append(contentsOf: "null".utf8)
                    continue
                }
                let value = block.bytes.slice(header.valueStart, count: header.valueCount)
                if UTF8Text.isValid(value) {
                    JSONWriter.appendString(value, to: &line)
                } else {
                    JSONWriter.appendBase64(value, to: &line)
                }
            }
            guard let value = block.value(row) else {
                begin("value", &isFirst)
                line.append(contentsOf: "null}\n".utf8)
                return
            }
            if UTF8Text.isValid(value) {
                begin("value", &isFirst)
                JSONWriter.appendString(value, to: &line)
            } else {
                begin("value_base64", &isFirst)
                JSONWriter.appendBase64(value, to: &line)
            }
            line.append(contentsOf: "}\n".utf8)
        }

        private mutating func begin(_ name: String, _ isFirst: inout Bool) {
            line.append(isFirst ? UInt8(ascii: "{") : UInt8(ascii: ","))
            isFirst = false
            JSONWriter.appendString(Array(name.utf8).rawSpan, to: &line)
            line.append(UInt8(ascii: ":"))
        }

        /// The header's name without the prefix of our own headers.
        private static func memberName(_ name: RawSpan) -> String {
            let text = String(decoding: [UInt8](copying: name), as: UTF8.self)
            let prefix = "sluice."
            return text.hasPrefix(prefix) ? String(text.dropFirst(prefix.count)) : text
        }
    }
}
