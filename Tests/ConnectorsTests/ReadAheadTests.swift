import Bytes
import Expressions
import Platform
import Records
import SystemPackage
import Testing

@testable import Connectors

@Suite("Reading ahead")
struct ReadAheadTests {
    private static func source(
        _ text: String, format: any RecordFormat, paths: [JSONPath] = []
    ) throws -> any Source {
        let stream = DripBacking(Array(text.utf8), pieceByteCount: 1_000)
        let source = try StdinSource(
            File(stream, path: "<test>"), hasInput: { true }, format: format,
            clock: ManualClock())
        return ReadAheadSource.wrap(source, paths: paths)
    }

    @Test("A source of several splits is not wrapped: nobody knows which comes next")
    func several() throws {
        let fileSystem = SimulatedFileSystem()
        let line: [UInt8] = [0x0A]
        for path: FilePath in ["/a", "/b"] { try fileSystem.replace(path, with: line.rawSpan) }
        let source = try FileSource(
            paths: ["/a", "/b"], format: LinesFormat(), fileSystem: fileSystem,
            clock: ManualClock())
        #expect(ReadAheadSource.wrap(source, paths: []) === source)
    }

    @Test("Lines that are no JSON are rejected with their numbers, whoever checks them")
    func rejections() throws {
        // More batches than may wait: some are checked by the thread, some by the caller.
        let lines = (0..<500).map { $0 % 7 == 3 ? "{\"a\":\($0)" : "{\"a\":\($0)}" }
        let text = "\n" + lines.joined(separator: "\n") + "\n"
        let drained = try Drained(
            Self.source(text, format: JSONLinesFormat(), paths: [JSONPath([.member("a")])]),
            byteCountMax: 100)
        #expect(drained.records.count + drained.rejected.count == 500)
        #expect(drained.rejected.count == 71)
        #expect(drained.rejected.map(\.number) == drained.rejected.map(\.number).sorted())
        for rejection in drained.rejected {
            // One blank line comes before the first record.
            #expect(rejection.reason.hasPrefix("line \(rejection.number + 2), byte "))
        }
    }

    @Test("The values of the fields asked for come with the records")
    func findings() throws {
        let path = JSONPath([.member("a")])
        let source = try Self.source(
            "{\"a\":1}\n{\"a\":\"x\\u0041\"}\n{}\n", format: JSONLinesFormat(), paths: [path])
        defer { source.close() }
        var buffer = RecordBuffer()
        var rejected: [RejectedRecord] = []
        _ = try source.read(
            source.splits[0], into: &buffer, rejected: &rejected, byteCountMax: 1_000)
        let columns = try #require(buffer.findings as? JSONColumns)
        let places = try #require(columns.places(of: [path]))
        #expect(columns.places(of: [JSONPath([.member("b")])]) == nil)
        let documents = buffer.rows.enumerated().map { index, row in
            JSONDocument(
                start: Int(row.valueStart), count: Int(row.valueCount), row: Int32(index))
        }
        var column = CellColumn()
        column.reserve(documents.count)
        var arena: [UInt8] = [0]
        let isFound = columns.copyCells(
            at: places[0], of: documents.span, into: &column, arena: &arena)
        #expect(isFound)
        #expect(column[0].bits == 1)
        #expect(column[1].home == .arena)
        #expect(Array(arena[Int(column[1].bits)...]) == Array("xA".utf8))
        #expect(column[2].kind == .null)
    }

    @Test("A source can be closed at any time, also while batches wait", arguments: 0..<4)
    func close(_ readCount: Int) throws {
        let text = String(repeating: "line\n", count: 10_000)
        let source = try Self.source(text, format: LinesFormat())
        var buffer = RecordBuffer()
        var rejected: [RejectedRecord] = []
        for _ in 0..<readCount {
            _ = try source.read(
                source.splits[0], into: &buffer, rejected: &rejected, byteCountMax: 100)
        }
        source.close()
        #expect(buffer.rows.count == (readCount == 0 ? 0 : 20))
    }

    @Test("A failure comes after the records before it, and once")
    func failure() throws {
        let source = try ReadAheadSource.wrap(
            StdinSource(
                File(
                    DripBacking(Array("a\nb\n\u{1F}".utf8) + [0x8B], pieceByteCount: 3), path: "<t>"
                ),
                hasInput: { true }, format: LinesFormat(), clock: ManualClock()), paths: [])
        let drained = try Drained(source, byteCountMax: 100)
        #expect(drained.texts.prefix(2) == ["a", "b"])
        #expect(try Drained(source, byteCountMax: 100) == Drained())
    }
}
