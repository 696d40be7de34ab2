import Bytes
import Expressions
import Records

/// A record with all that belongs to it as one JSON object a line: `consume --output json`.
///
/// ```json
/// {"topic":"t","partition":0,"offset":7,"timestamp":1357035300000,"key":"k",
///  "headers":[{"name":"TAGS","value":"a"}],"payload":{"a":1}}
/// ```
///
/// The payload has one of three names, so that its type is never guessed: `payload` is the document
/// of a `json` topic, the text of any other, or null for a tombstone; `payloadText` is what a `json`
/// topic holds that is no JSON; `payloadBase64` are bytes that are not UTF-8. In the same way
/// `keyBase64`, and `valueBase64` of a header.
struct MessageEnvelope {
    private let isJSON: Bool
    /// What all records begin with: `{"topic":"t","partition":`.
    private var start: [UInt8] = [UInt8](#"{"topic":"#.utf8)
    private var validator = JSONExtractor([])
    private var arena: [UInt8] = []

    init(topic: String, format: PayloadFormat) {
        isJSON = format == .json
        JSONWriter.appendString([UInt8](topic.utf8).rawSpan, to: &start)
        start.append(contentsOf: #","partition":"#.utf8)
    }

    /// Appends one record and a line feed.
    mutating func append(
        _ block: borrowing RecordBlock, row: Int, partition: Int32, to bytes: inout [UInt8]
    ) {
        let place = block.rows[row]
        bytes.append(contentsOf: start)
        ScalarText.append(Int64(partition), to: &bytes)
        bytes.append(contentsOf: #","offset":"#.utf8)
        ScalarText.append(place.offset, to: &bytes)
        bytes.append(contentsOf: #","timestamp":"#.utf8)
        ScalarText.append(place.timestamp, to: &bytes)
        bytes.append(UInt8(ascii: ","))
        Self.appendText(block.key(row), named: "key", to: &bytes)
        bytes.append(contentsOf: #","headers":["#.utf8)
        var cursor = block.headers(row)
        var isFirst = true
        while let header = cursor.next() {
            bytes.append(contentsOf: (isFirst ? "{" : ",{").utf8)
            isFirst = false
            let name = block.bytes.slice(header.nameStart, count: header.nameCount)
            Self.appendText(name, named: "name", to: &bytes)
            bytes.append(UInt8(ascii: ","))
            if header.valueCount < 0 {
                Self.appendText(nil, named: "value", to: &bytes)
            } else {
                let value = block.bytes.slice(header.valueStart, count: header.valueCount)
                Self.appendText(value, named: "value", to: &bytes)
            }
            bytes.append(UInt8(ascii: "}"))
        }
        bytes.append(contentsOf: "],".utf8)
        appendPayload(block.value(row), to: &bytes)
        bytes.append(contentsOf: "}\n".utf8)
    }

    private mutating func appendPayload(_ payload: RawSpan?, to bytes: inout [UInt8]) {
        guard isJSON, let payload else {
            Self.appendText(payload, named: "payload", to: &bytes)
            return
        }
        arena.removeAll(keepingCapacity: true)
        if validator.extract(payload, start: 0, arena: &arena) {
            bytes.append(contentsOf: #""payload":"#.utf8)
            JSONWriter.appendCompact(payload, to: &bytes)
        } else {
            Self.appendText(
                payload, named: UTF8Text.isValid(payload) ? "payloadText" : "payload",
                to: &bytes)
        }
    }

    /// `"name":"text"`, `"nameBase64":"…"` if it is not UTF-8, or `"name":null`.
    private static func appendText(
        _ text: RawSpan?, named name: StaticString, to bytes: inout [UInt8]
    ) {
        bytes.append(UInt8(ascii: "\""))
        bytes.append(contentsOf: name.description.utf8)
        guard let text else {
            bytes.append(contentsOf: #"":null"#.utf8)
            return
        }
        if UTF8Text.isValid(text) {
            bytes.append(contentsOf: #"":"#.utf8)
            JSONWriter.appendString(text, to: &bytes)
        } else {
            bytes.append(contentsOf: #"Base64":"#.utf8)
            JSONWriter.appendBase64(text, to: &bytes)
        }
    }
}
