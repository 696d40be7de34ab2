import Bytes
import Expressions
import Records
import Testing

@testable import sluice

@Suite("Format strings of consume")
struct MessageFormatTests {
    /// Text, and the bytes that the record of ``fixture`` gives.
    struct Case: CustomTestStringConvertible {
        let format: String
        let expected: [UInt8]
        var testDescription: String { format }

        init(_ format: String, _ expected: String) {
            self.init(format, bytes: Array(expected.utf8))
        }
        init(_ format: String, bytes: [UInt8]) {
            (self.format, expected) = (format, bytes)
        }
    }

    /// Two records: one with everything, one with nothing.
    private static func fixture() -> RecordBuffer {
        var headers = HeaderList()
        headers.append(name: "TAGS", value: Array("late".utf8))
        headers.append(name: "empty", value: [])
        headers.append(name: "null", value: nil)
        var buffer = RecordBuffer()
        buffer.append(
            timestamp: -5, key: Array("k1".utf8).rawSpan, value: Array("päy".utf8).rawSpan,
            headers: headers)
        buffer.append(timestamp: 1_357_035_300_000, key: nil, value: nil)
        return buffer
    }

    private static func rendered(_ format: MessageFormat, row: Int) -> [UInt8] {
        let buffer = fixture()
        var bytes: [UInt8] = []
        format.append(
            buffer.block, row: row, topic: Array("t".utf8), partition: 3, to: &bytes)
        return bytes
    }

    @Test(
        "Each directive and escape gives its part of the record",
        arguments: [
            Case("%t/%p/%o", "t/3/0"),
            Case("%k:%K", "k1:2"),
            Case("%s:%S", "päy:4"),  // Lengths count bytes, not characters.
            Case("%R", bytes: [0, 0, 0, 4]),
            Case("%T", "-5"),
            Case("%h", "TAGS=late,empty=,null=NULL"),
            Case("100%%", "100%"),
            Case("ä%oö", "ä0ö"),
            Case(#"\n\r\t\0\\\x41\xfF"#, bytes: [10, 13, 9, 0, 92, 0x41, 0xFF]),
            Case("", ""),
        ])
    func directives(_ row: Case) throws {
        #expect(Self.rendered(try MessageFormat(parsing: row.format), row: 0) == row.expected)
    }

    @Test(
        "What a record lacks gives nothing, and its length is -1",
        arguments: [
            Case("[%k][%s][%h]", "[][][]"), Case("%K,%S", "-1,-1"),
            Case("%R", bytes: [255, 255, 255, 255]), Case("%T", "1357035300000"),
        ])
    func absent(_ row: Case) throws {
        #expect(Self.rendered(try MessageFormat(parsing: row.format), row: 1) == row.expected)
    }

    @Test("The default is the payload and a line feed")
    func payloadLine() throws {
        #expect(MessageFormat.payloadLine == (try MessageFormat(parsing: #"%s\n"#)))
    }

    @Test(
        "What is no directive or escape is refused with its place",
        arguments: [
            ("%q", 1, "%q"), ("ä%", 2, "%"), (#"ab\"#, 3, #"\"#), (#"\q"#, 1, #"\q"#),
            (#"\x4"#, 1, #"\x4"#), (#"\xg0"#, 1, #"\xg0"#), (#"\x"#, 1, #"\x"#),
        ])
    func refused(_ text: String, _ column: Int, _ found: String) {
        #expect(throws: InvalidMessageFormat(column: column, found: found)) {
            try MessageFormat(parsing: text)
        }
    }

    private static func envelope(
        _ value: [UInt8]?, key: [UInt8]? = nil, format: PayloadFormat = .json
    ) -> String {
        var buffer = RecordBuffer()
        let held = value ?? []
        let heldKey = key ?? []
        buffer.append(
            timestamp: 9, key: key == nil ? nil : heldKey.rawSpan,
            value: value == nil ? nil : held.rawSpan)
        var bytes: [UInt8] = []
        var envelope = MessageEnvelope(topic: "t", format: format)
        envelope.append(buffer.block, row: 0, partition: 2, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test("The JSON envelope names the payload by what it is")
    func envelopes() {
        let start = #"{"topic":"t","partition":2,"offset":0,"timestamp":9,"key":"#
        let json = #"{"a": [1, "x y"]}"#
        #expect(
            Self.envelope(Array(json.utf8), key: Array("k\"".utf8))
                == start + #""k\"","headers":[],"payload":{"a":[1,"x y"]}}"# + "\n")
        #expect(
            Self.envelope(Array(json.utf8), format: .raw)
                == start + #"null,"headers":[],"payload":"{\"a\": [1, \"x y\"]}"}"# + "\n")
        #expect(
            Self.envelope(Array("{a".utf8))
                == start + #"null,"headers":[],"payloadText":"{a"}"# + "\n")
        #expect(Self.envelope(nil) == start + #"null,"headers":[],"payload":null}"# + "\n")
        let notText: [UInt8] = [0xFF, 0]
        #expect(
            Self.envelope(notText)
                == start + #"null,"headers":[],"payloadBase64":"/wA="}"# + "\n")
        #expect(
            Self.envelope(nil, key: notText)
                == start.dropLast(6) + #""keyBase64":"/wA=","headers":[],"payload":null}"# + "\n")
    }

    @Test("The JSON envelope lists headers in order, null and binary ones too")
    func envelopeHeaders() {
        var headers = HeaderList()
        headers.append(name: "a", value: Array("1".utf8))
        headers.append(name: "a", value: nil)
        headers.append(name: "b", value: [0xFE])
        var buffer = RecordBuffer()
        buffer.append(timestamp: 9, key: nil, value: nil, headers: headers)
        var bytes: [UInt8] = []
        var envelope = MessageEnvelope(topic: "t", format: .raw)
        envelope.append(buffer.block, row: 0, partition: 0, to: &bytes)
        let text = String(decoding: bytes, as: UTF8.self)
        let expected =
            #""headers":[{"name":"a","value":"1"},{"name":"a","value":null},"#
            + #"{"name":"b","valueBase64":"/g=="}]"#
        #expect(text.contains(expected), "\(text)")
    }
}
