import Platform
import Records
import SystemPackage
import Testing

@testable import Connectors

@Suite("Formats cut bytes into records")
struct FormatTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let format: String
        let input: [UInt8]
        let records: [String]
        /// Number and reason of each rejected record.
        let rejected: [String]
        let blankLineCount: Int64

        init(
            _ name: String, _ format: String, _ input: String, _ records: [String],
            rejected: [String] = [], blank: Int64 = 0
        ) {
            self.init(name, format, Array(input.utf8), records, rejected: rejected, blank: blank)
        }

        init(
            _ name: String, _ format: String, _ input: [UInt8], _ records: [String],
            rejected: [String] = [], blank: Int64 = 0
        ) {
            testDescription = "\(format): \(name)"
            self.format = format
            self.input = input
            self.records = records
            self.rejected = rejected
            blankLineCount = blank
        }
    }

    static let cases: [Case] = [
        Case("an empty input has no records", "lines", "", []),
        Case("the last line needs no line feed", "lines", "a\nb", ["a", "b"]),
        Case("blank lines are records", "lines", "\n\na\n", ["", "", "a"]),
        Case("CR LF ends a line, CR alone does not", "lines", "a\r\nb\rc\r\n", ["a", "b\rc"]),
        Case("NUL bytes are bytes", "lines", "a\0b\n\0\n", ["a\0b", "\0"]),
        Case("invalid UTF-8 is legal", "lines", [0xFF, 0x0A, 0xC0], ["\u{FFFD}", "\u{FFFD}"]),
        Case("an empty input has no records", "jsonl", "", []),
        Case(
            "blank lines are passed over and counted", "jsonl", "{}\n\n  \t\r\n[1]\n",
            ["{}", "[1]"], blank: 2),
        Case("a byte order mark is no part of the first", "jsonl", "\u{FEFF}{}\n1\n", ["{}", "1"]),
        Case(
            "a malformed line is named by line and byte", "jsonl",
            "{\"a\":1}\n\n{\"a\" 1}\n{\"a\":2}", ["{\"a\":1}", "{\"a\":2}"],
            rejected: ["1: line 3, byte 6: ':' was expected after the member name"], blank: 1),
        Case(
            "two documents in a line are refused", "jsonl", "{} {}\n", [],
            rejected: ["0: line 1, byte 4: there is text after the document"]),
        Case(
            "invalid UTF-8 is refused", "jsonl",
            Array("{\"a\":\"".utf8) + [0xC3, 0x28] + Array("\"}\n1\n".utf8), ["1"],
            rejected: ["0: line 1, byte 7: the bytes are not UTF-8"]),
        Case("an empty input has no records", "csv", "", []),
        Case("a header line alone has no records", "csv", "a,b\n", []),
        Case("rows keep their bytes", "csv", "a,b\n1,\"x\"\"y\"\r\n,\n", ["1,\"x\"\"y\"", ","]),
        Case(
            "a quoted field may hold line feeds and commas", "csv",
            "a,b\n1,\"x\ny,\r\nz\"\n2,w", ["1,\"x\ny,\r\nz\"", "2,w"]),
        Case(
            "a wrong number of fields is refused with both counts and the physical line", "csv",
            "a,b\n\"1\n\",2\n1,2,3\n1\n5,6\n", ["\"1\n\",2", "5,6"],
            rejected: [
                "1: line 4: the row has 3 fields, the header line names 2",
                "2: line 5: the row has 1 fields, the header line names 2",
            ]),
        Case(
            "a quote inside a bare field is refused", "csv", "a,b\n1,x\"y\n2,z\n", ["2,z"],
            rejected: [
                "0: line 2, byte 4: field 2 has a quote that neither encloses it nor is doubled"
            ]),
        Case(
            "text behind a closing quote is refused", "csv", "a,b\n\"1\"x,y\n2,z\n", ["2,z"],
            rejected: [
                "0: line 2, byte 3: field 1 has a quote that neither encloses it nor is doubled"
            ]),
        Case(
            "a quote that is never closed costs its line only", "csv", "a,b\n1,\"x\n2,y\n3,z\n",
            ["2,y", "3,z"], rejected: ["0: line 2, byte 3: the quote is never closed"]),
        Case(
            "invalid UTF-8 is refused", "csv", Array("a,b\n1,".utf8) + [0x80, 0x0A], [],
            rejected: ["0: line 2, byte 3: the bytes are not UTF-8"]),
        Case("blank lines are passed over and counted", "csv", "a,b\n\n1,2\n", ["1,2"], blank: 1),
        Case("a blank line is a row of one column", "csv", "a\n\n1\n", ["", "1"]),
        Case("a byte order mark is no part of the header", "csv", "\u{FEFF}a,b\n1,2\n", ["1,2"]),
        Case("an empty input has no records", "raw", "", []),
        Case("everything is one record", "raw", "a\nb\r\n\0", ["a\nb\r\n\0"]),
    ]

    @Test("Each input gives its records, whatever the size of the pieces", arguments: cases)
    func scan(_ row: Case) throws {
        for pieceByteCount in [1, 2, 3, 5, 1_000] {
            for byteCountMax in [1, 4, 1 << 16] {
                let stream = DripBacking(row.input, pieceByteCount: pieceByteCount)
                let source = try StdinSource(
                    File(stream, path: "<test>"), hasInput: stream.hasInput,
                    format: RecordFormats.named(row.format), clock: ManualClock())
                let drained = try Drained(source, byteCountMax: byteCountMax)
                #expect(drained.texts == row.records)
                #expect(drained.rejected.map { "\($0.number): \($0.reason)" } == row.rejected)
                #expect(source.blankLineCount == row.blankLineCount)
            }
        }
    }

    @Test("A rejected record is kept as it is, with its position")
    func rejectedText() throws {
        let stream = DripBacking(Array("{}\r\n{x}\r\n".utf8))
        let source = try StdinSource(
            File(stream, path: "<test>"), hasInput: stream.hasInput, format: JSONLinesFormat(),
            clock: ManualClock())
        let rejected = try Drained(source, byteCountMax: 100).rejected
        #expect(rejected.map(\.text) == [Array("{x}".utf8)])
        #expect(rejected.map(\.position) == [4])
    }

    @Test("CSV names its columns once the source is open")
    func columns() throws {
        let stream = DripBacking(Array("a,\"b \"\"c\"\", d\",\n1,2,3\n".utf8), pieceByteCount: 1)
        let source = try StdinSource(
            File(stream, path: "<test>"), hasInput: stream.hasInput, format: CSVFormat(),
            clock: ManualClock())
        #expect(source.format == .csv(columns: ["a", "b \"c\", d", ""]))
    }

    @Test(
        "A header line that is none is refused when the source is opened",
        arguments: [
            ("a,a\n", FormatError.duplicateColumn("a")),
            (
                "a,b\"\n",
                .malformedHeader(
                    reason: ", byte 4: field 2 has a quote that neither encloses it nor is doubled")
            ),
            ("\"a\n", .malformedHeader(reason: ", byte 1: the quote is never closed")),
        ])
    func header(_ text: String, _ error: FormatError) {
        let stream = DripBacking(Array(text.utf8))
        #expect(throws: SourceError.format(name: "stdin", error)) {
            try StdinSource(
                File(stream, path: "<test>"), hasInput: stream.hasInput, format: CSVFormat(),
                clock: ManualClock())
        }
    }

    @Test("As many columns as the limit are read, one more is refused", arguments: [-1, 0, 1])
    func columnLimit(excess: Int) throws {
        let count = ConnectorLimits.columnCountMax + excess
        let header = (0..<count).map { "\($0)" }.joined(separator: ",") + "\n"
        func open() throws -> StdinSource {
            try StdinSource(
                File(DripBacking(Array(header.utf8)), path: "<test>"), hasInput: { true },
                format: CSVFormat(), clock: ManualClock())
        }
        guard excess > 0 else {
            guard case .csv(let columns) = try open().format else {
                Issue.record("no CSV")
                return
            }
            #expect(columns.count == count)
            return
        }
        let error = FormatError.tooManyColumns(limit: ConnectorLimits.columnCountMax)
        #expect(throws: SourceError.format(name: "stdin", error)) { try open() }
    }

    @Test("A header line over the record limit is refused")
    func headerLimit() {
        let header = String(repeating: "x", count: 20_000)
        let error = FormatError.headerTooLong(limit: 10_000)
        #expect(throws: SourceError.format(name: "stdin", error)) {
            try StdinSource(
                File(DripBacking(Array(header.utf8)), path: "<test>"), hasInput: { true },
                format: CSVFormat(), options: ScanOptions(recordByteCountMax: 10_000),
                clock: ManualClock())
        }
    }

    @Test("A chosen record limit stays within what a batch can address", arguments: [-1, 0, 1])
    func recordLimitChoice(excess: Int) {
        let most = ConnectorLimits.recordByteCountChoiceMax
        let options = ScanOptions(recordByteCountMax: most + excess)
        #expect(options.recordByteCountMax == min(most, most + excess))
    }

    @Test("A record of the limit passes, one more byte is refused with its length")
    func recordLimit() throws {
        let options = ScanOptions(recordByteCountMax: 10)
        for (format, head) in [("lines", ""), ("csv", "a\n")] {
            for length in [9, 10, 11, 12, 13, 14, 40, 5_000] {
                let line = [UInt8](repeating: UInt8(ascii: "x"), count: length)
                for end in ["\n", "\r\n"] {
                    for (piece, byteCountMax) in [(1, 4), (7, 16), (10_000, 1 << 16)] {
                        let input = Array(head.utf8) + line + Array("\(end)last\(end)".utf8)
                        let stream = DripBacking(input, pieceByteCount: piece)
                        let source = try StdinSource(
                            File(stream, path: "<test>"), hasInput: stream.hasInput,
                            format: RecordFormats.named(format), options: options,
                            clock: ManualClock())
                        let drained = try Drained(source, byteCountMax: byteCountMax)
                        let isOver = length > 10
                        #expect(drained.records.count == (isOver ? 1 : 2))
                        #expect(drained.texts.last == "last")
                        #expect(drained.rejected.map(\.text) == (isOver ? [line] : []))
                        let number = head.isEmpty ? 1 : 2
                        let reason =
                            "line \(number): the record has \(length) bytes, the limit is 10"
                        #expect(drained.rejected.map(\.reason) == (isOver ? [reason] : []))
                    }
                }
            }
        }
    }

    @Test("A line of 100 MB is passed over in bounded memory, and the next line is read")
    func hugeLine() throws {
        let byteCount = 100_000_000
        let stream = HugeLineBacking(lineByteCount: byteCount, tail: Array("\nnext\n".utf8))
        let source = try StdinSource(
            File(stream, path: "<test>"), hasInput: { true }, format: LinesFormat(),
            clock: ManualClock())
        var buffer = RecordBuffer()
        var rejected: [RejectedRecord] = []
        let split = StdinSource.split
        let status = try source.read(
            split, into: &buffer, rejected: &rejected, byteCountMax: 1 << 18)
        #expect(status == .records)
        #expect(
            rejected.map(\.reason) == [
                "line 1: the record has 100000000 bytes, the limit is 16777216"
            ])
        #expect(rejected.map(\.text.count) == [RejectedRecord.textByteCountMax])
        #expect(buffer.bytes.capacity < 3 * ConnectorLimits.recordByteCountMax)
        let next = try source.read(split, into: &buffer, rejected: &rejected, byteCountMax: 1 << 18)
        #expect(next == .records)
        #expect(buffer.rows.count == 1)
        #expect(
            source.position(of: split)
                == {
                    var place = ScanPlace()
                    (place.position, place.recordNumber, place.lineNumber) = (100_000_006, 2, 2)
                    return place.sourcePosition
                }())
    }

    @Test(
        "A path suggests its format, compression left out",
        arguments: [
            ("a/flights.jsonl.zst", "jsonl"), ("x.NDJSON", "jsonl"), ("x.json.gz", "jsonl"),
            ("x.csv", "csv"), ("x.log.1.txt", "lines"), ("x.bin", "raw"),
            ("x.jsonl.d/y", nil), ("jsonl", nil), (".zst", nil), ("", nil),
        ])
    func suggestion(_ path: String, _ name: String?) {
        #expect(RecordFormats.suggested(by: path)?.name == name)
    }

    @Test("A mistyped format is answered with the names that there are")
    func unknownFormat() {
        #expect(throws: UnknownFormat(name: "jsno")) { try RecordFormats.named("jsno") }
        #expect(
            UnknownFormat(name: "jsno").description
                == "There is no format 'jsno'. Use one of: lines, jsonl, csv, raw.")
    }
}
