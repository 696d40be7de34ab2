import Bytes
import Expressions
import Filters
import Records
import Testing

/// Loads fields of all records; cells as text.
private func load(
    _ fields: [FieldReference], _ records: [RecordFixture], state: inout RecordFieldState
) -> [[String]] {
    let buffer = RecordBuffer(records)
    var source = RecordFieldSource(
        buffer.block, of: RecordStream(topic: "orders", partition: 3), taking: &state)
    var columns = [CellColumn](repeating: CellColumn(), count: fields.count)
    for index in columns.indices { columns[index].reserve(records.count) }
    var arena: [UInt8] = Array("used".utf8)
    source.load(fields, selection: Selection(all: records.count), into: &columns, arena: &arena)
    let input = [UInt8](copying: source.input)
    source.finish(into: &state)
    return columns.map { column in
        (0..<records.count).map { row in
            let cell = column[row]
            switch cell.kind {
            case .null: return "NULL"
            case .int: return "\(cell.bits)"
            case .double: return "\(cell.doubleValue)"
            case .timestamp: return "at \(cell.bits)"
            case .bool: return "\(cell.bits != 0)"
            default:
                let range = Int(cell.bits)..<(Int(cell.bits) + Int(cell.count))
                let bytes = Array((cell.home == .arena ? arena : input)[range])
                return "\(cell.kind) "
                    + (cell.kind == .bytes ? "\(bytes)" : String(decoding: bytes, as: UTF8.self))
            }
        }
    }
}

private func load(_ fields: [FieldReference], _ records: [RecordFixture]) -> [[String]] {
    var state = RecordFieldState()
    return load(fields, records, state: &state)
}

private func path(_ names: String...) -> FieldReference {
    .payload(JSONPath(names.map { .member($0) }))
}

@Suite("Fields of records")
struct RecordFieldSourceTests {
    @Test("Attributes come from the record and its stream (EXPRESSIONS.md §14)")
    func attributes() {
        let columns = load(
            RecordAttribute.allCases.map { .attribute($0) },
            [
                RecordFixture("hello", key: "k", tag: "TagA", timestamp: -5),
                RecordFixture(nil),
                RecordFixture(bytes: [0xFF, 0x78]),
                RecordFixture("", key: ""),
            ])
        #expect(
            columns == [
                ["string TagA", "NULL", "NULL", "NULL"],
                ["string k", "NULL", "NULL", "string "],
                ["string orders", "string orders", "string orders", "string orders"],
                ["3", "3", "3", "3"], ["0", "1", "2", "3"], ["at -5", "at 0", "at 0", "at 0"],
                ["string hello", "NULL", "bytes [255, 120]", "string "],
            ])
    }

    @Test("A bare name is the last header, HEADER any of them")
    func headers() {
        let columns = load(
            [
                .property("h"), .property("H"), .property("gone"), .header("h", 0), .header("h", 1),
                .header("h", -1),
                .header("h", -2), .header("h", 2), .header("h", -3), .header("h", .min),
                .header("h", .max), .headerCount("h"), .headerCount("gone"),
            ],
            [
                RecordFixture("x", headers: [("h", "first"), ("H", "other"), ("h", "last")]),
                RecordFixture("x", headers: [("h", "x"), ("h", nil)]),
                RecordFixture("x"),
            ])
        #expect(
            columns == [
                ["string last", "NULL", "NULL"], ["string other", "NULL", "NULL"],
                ["NULL", "NULL", "NULL"],
                ["string first", "string x", "NULL"], ["string last", "NULL", "NULL"],
                ["string last", "NULL", "NULL"],
                ["string first", "string x", "NULL"], ["NULL", "NULL", "NULL"],
                ["NULL", "NULL", "NULL"],
                ["NULL", "NULL", "NULL"], ["NULL", "NULL", "NULL"], ["2", "2", "0"],
                ["0", "0", "0"],
            ])
    }

    @Test("TAGS and KEYS fall back to tag and key")
    func fallbacks() {
        let columns = load(
            [.property("TAGS"), .property("KEYS"), .attribute(.key)],
            [
                RecordFixture("x", key: "k", tag: "T"),
                RecordFixture("x", key: "k", headers: [("KEYS", "own")]),
                RecordFixture("x", headers: [("KEYS", "own")]),
                RecordFixture("x", key: "k", headers: [("KEYS", nil)]),
            ])
        #expect(
            columns == [
                ["string T", "NULL", "NULL", "NULL"],
                ["string k", "string own", "string own", "NULL"],
                ["string k", "string k", "string own", "string k"],
            ])
    }

    @Test(
        "All paths of a load are read in one pass; payloads that are not JSON are NULL and counted once"
    )
    func paths() {
        var state = RecordFieldState()
        let records = [
            RecordFixture(#"{"a":1,"b":{"c":"\u00e9"},"d":[1]}"#), RecordFixture(#"{"a":1,"#),
            RecordFixture(nil),
            RecordFixture("[]"), RecordFixture(bytes: [0x7B, 0xFF]),
        ]
        let fields = [
            path("a"), .attribute(.offset), path("b", "c"), path("d"),
            .payload(JSONPath([.member("d"), .element(0)])),
        ]
        let columns = load(fields, records, state: &state)
        #expect(
            columns == [
                ["1", "NULL", "NULL", "NULL", "NULL"], ["0", "1", "2", "3", "4"],
                ["string é", "NULL", "NULL", "NULL", "NULL"],
                ["json [1]", "NULL", "NULL", "NULL", "NULL"],
                ["1", "NULL", "NULL", "NULL", "NULL"],
            ])
        #expect(state.malformedCount == 2)
        #expect(state.firstMalformed?.row == 1)
        #expect(
            state.firstMalformed?.fault
                == .json(JSONFault(position: 7, reason: .unterminatedDocument)))
    }

    @Test("A payload that is read twice in a batch is counted once")
    func countedOnce() {
        var state = RecordFieldState()
        let buffer = RecordBuffer([RecordFixture("nope"), RecordFixture("{}")])
        var source = RecordFieldSource(buffer.block, of: RecordStream(topic: "t"), taking: &state)
        var columns = [CellColumn()]
        columns[0].reserve(2)
        var arena: [UInt8] = []
        source.load([path("a")], selection: Selection(all: 2), into: &columns, arena: &arena)
        source.load([path("b")], selection: Selection(all: 2), into: &columns, arena: &arena)
        source.finish(into: &state)
        #expect(state.malformedCount == 1)
    }

    @Test(
        "CSV fields are text by column (RFC 4180)",
        arguments: [
            ("a,b,c", ["string a", "string b", "string c"]),
            ("a,b", ["string a", "string b", "NULL"]),
            ("a,,c,d", ["string a", "string ", "string c"]), ("", ["string ", "NULL", "NULL"]),
            (#""a,1","b ""q"" x",c"#, ["string a,1", "string b \"q\" x", "string c"]),
            ("\"multi\nline\",b,\"\"", ["string multi\nline", "string b", "string "]),
            ("a,b,c\r\n", ["string a", "string b", "string c"]),
            ("a,b,\"c\"\n", ["string a", "string b", "string c"]),
            (#"a"b,c d, e"#, ["string a\"b", "string c d", "string  e"]),
            ("é,1.5,", ["string é", "string 1.5", "string "]),
            (#""a"x,b,c"#, ["NULL", "NULL", "NULL"]), (#"a,"b"#, ["NULL", "NULL", "NULL"]),
            (#"a,b,c,"open"#, ["NULL", "NULL", "NULL"]),
            (#"""#, ["NULL", "NULL", "NULL"]), (#""""#, ["string ", "NULL", "NULL"]),
            (#"""""#, ["NULL", "NULL", "NULL"]), (#""""""#, ["string \"", "NULL", "NULL"]),
        ])
    func csv(_ payload: String, _ expected: [String]) {
        var state = RecordFieldState()
        // Asked for out of order, and one twice.
        let columns = load(
            [.csv(2), .csv(0), .csv(1), .csv(0)], [RecordFixture(payload)], state: &state)
        #expect([columns[1][0], columns[2][0], columns[0][0]] == expected)
        #expect(columns[3] == columns[1])
        #expect(state.malformedCount == (expected == ["NULL", "NULL", "NULL"] ? 1 : 0))
    }

    @Test("Every truncation and every changed byte of a CSV row leaves cells inside the row")
    func csvFuzz() {
        let row = Array("ab,\"c,\"\"d\",é,\"\"\r\n".utf8)
        for position in row.indices {
            for value in [UInt8(ascii: "\""), UInt8(ascii: ","), 0x0A, 0x0D, 0xFF, 0x61] {
                var changed = row
                changed[position] = value
                _ = load(
                    [.csv(0), .csv(1), .csv(2), .csv(3)],
                    [RecordFixture(bytes: changed), RecordFixture(bytes: Array(row[..<position]))])
            }
        }
    }
}
