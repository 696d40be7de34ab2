import Platform
import Records
import SystemPackage
import Testing

@testable import Connectors

@Suite("Every source keeps the contract")
struct SourceConformanceTests {
    @Test(
        "The size of the batches changes neither records nor rejections",
        arguments: SourceCase.all, RandomDocument.all)
    func batches(_ connector: SourceCase, _ document: RandomDocument) throws {
        let (bytes, format, options) = (document.bytes, try document.recordFormat, document.options)
        let stream = DripBacking(bytes)
        let whole = try Drained(
            StdinSource(
                File(stream, path: "<test>"), hasInput: { true }, format: format, options: options,
                clock: ManualClock()), byteCountMax: 1 << 20)
        #expect(whole.records.count + whole.rejected.count > 0)
        for byteCountMax in [1, 50, 1 << 16] {
            let source = try connector.open(bytes, format, options)
            let drained = try Drained(source, byteCountMax: byteCountMax)
            #expect(drained.records == whole.records)
            #expect(drained.rejected == whole.rejected)
            source.close()
        }
    }

    @Test(
        "Each record has one number, whether it is good or rejected",
        arguments: SourceCase.all, RandomDocument.all)
    func numbers(_ connector: SourceCase, _ document: RandomDocument) throws {
        let source = try connector.open(
            document.bytes, try document.recordFormat, document.options)
        let drained = try Drained(source, byteCountMax: 200)
        #expect(drained.records.map(\.number) == drained.records.map(\.number).sorted())
        let numbers = drained.records.map(\.number) + drained.rejected.map(\.number)
        #expect(numbers.sorted() == Array(0..<Int64(numbers.count)))
    }

    @Test(
        "From every position the rest follows, in a new process too",
        arguments: SourceCase.all, RandomDocument.all)
    func positions(_ connector: SourceCase, _ document: RandomDocument) throws {
        let (bytes, format, options) = (document.bytes, try document.recordFormat, document.options)
        let whole = try Drained(connector.open(bytes, format, options), byteCountMax: 1)
        for boundary in whole.boundaries {
            let source = try connector.open(bytes, format, options)
            try source.seek(source.splits[0], to: boundary.position)
            #expect(source.position(of: source.splits[0]) == boundary.position)
            let rest = try Drained(source, byteCountMax: 100)
            #expect(rest.records == Array(whole.records[boundary.recordCount...]))
            #expect(rest.rejected == Array(whole.rejected[boundary.rejectedCount...]))
        }
    }

    @Test("After the end there is nothing more, and the position stays", arguments: SourceCase.all)
    func end(_ connector: SourceCase) throws {
        let source = try connector.open(Array("a\nb\n".utf8), LinesFormat(), ScanOptions())
        let first = try Drained(source, byteCountMax: 100)
        let position = source.position(of: source.splits[0])
        #expect(try Drained(source, byteCountMax: 100) == Drained())
        #expect(source.position(of: source.splits[0]) == position)
        #expect(first.boundaries.last?.position == position)
    }

    @Test("Empty input has no records, in every format", arguments: SourceCase.all)
    func empty(_ connector: SourceCase) throws {
        for format in RecordFormats.all {
            let drained = try Drained(
                connector.open([], format, ScanOptions()), byteCountMax: 100)
            #expect(drained == Drained() || drained.idleCount > 0)
            #expect(drained.records.isEmpty && drained.rejected.isEmpty)
        }
    }

    @Test("A position behind the end of the input is refused", arguments: SourceCase.all)
    func shorter(_ connector: SourceCase) throws {
        let long = try connector.open(Array("a\nb\n".utf8), LinesFormat(), ScanOptions())
        _ = try Drained(long, byteCountMax: 100)
        let position = long.position(of: long.splits[0])
        let short = try connector.open(Array("a\n".utf8), LinesFormat(), ScanOptions())
        let name = short.splits[0]
        #expect(
            throws: SourceError.shorterThanPosition(name: name.text, position: 4, found: 2)
        ) { try short.seek(name, to: position) }
    }

    @Test(
        "A position that this source did not make is refused", arguments: SourceCase.all)
    func foreign(_ connector: SourceCase) throws {
        let source = try connector.open(Array("a\n".utf8), LinesFormat(), ScanOptions())
        let name = source.splits[0]
        for bytes: [UInt8] in [[], [2, 0, 0, 0], [1, 0, 0], [1, 0, 0, 0, 0], [1, 255]] {
            #expect(throws: SourceError.foreignPosition(name: name.text)) {
                try source.seek(name, to: SourcePosition(bytes: bytes))
            }
        }
    }

    @Test("A place survives coding, at the ends of its ranges too")
    func coding() {
        for number in [0, 1, 127, 128, Int64.max] {
            var place = ScanPlace()
            (place.position, place.recordNumber, place.lineNumber) = (number, number / 2, number)
            #expect(ScanPlace(place.sourcePosition) == place)
        }
    }

    @Test("A slow stream says once that it is idle, before it is waited for")
    func idle() throws {
        let stream = DripBacking(Array("a\nb\n".utf8), pieceByteCount: 2, isSlow: true)
        let source = try StdinSource(
            File(stream, path: "<test>"), hasInput: stream.hasInput, format: LinesFormat(),
            clock: ManualClock())
        let drained = try Drained(source, byteCountMax: 100)
        #expect(drained.texts == ["a", "b"])
        #expect(drained.idleCount > 0)
    }

    @Test(
        "Standard input is JSON Lines if it begins with a brace, else lines",
        arguments: [
            ("{\"a\":1}\n", "jsonl"), ("\u{FEFF} \n {\n", "jsonl"), ("[x] text\n", "lines"),
            ("", "lines"), ("\n\n", "lines"), ("a{", "lines"),
        ])
    func guess(_ text: String, _ name: String) throws {
        let stream = DripBacking(Array(text.utf8), pieceByteCount: 1)
        let source = try StdinSource(
            File(stream, path: "<test>"), hasInput: stream.hasInput, format: nil,
            clock: ManualClock())
        #expect(source.formatName == name)
        let drained = try Drained(source, byteCountMax: 100)
        #expect(
            drained.records.count + drained.rejected.count + Int(source.blankLineCount)
                == text.split(separator: "\n", omittingEmptySubsequences: false).count
                - (text.hasSuffix("\n") || text.isEmpty ? 1 : 0))
    }
}
