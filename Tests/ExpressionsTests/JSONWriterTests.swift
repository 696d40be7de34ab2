import Bytes
import Expressions
import Testing

private func written(_ write: (inout [UInt8]) -> Void) -> String {
    var bytes: [UInt8] = []
    write(&bytes)
    return String(decoding: bytes, as: UTF8.self)
}

@Suite("JSON writing and elements")
struct JSONWriterTests {
    @Test("Strings are escaped only where JSON demands it, and read back unchanged")
    func strings() {
        let text = "a\"b\\c\u{8}\u{C}\n\r\t\u{1}\u{1F} é😀/\u{7F}"
        let json = written { JSONWriter.appendString(Array(text.utf8).rawSpan, to: &$0) }
        #expect(json == #""a\"b\\c\b\f\n\r\t\u0001\u001f é😀/"# + "\u{7F}\"")
        #expect(JSONReference.parse(Array(json.utf8)) == .string(text))
    }

    @Test(
        "Each kind of cell has its JSON form",
        arguments: [
            (Cell.null, "null"), (.int(-5), "-5"), (.double(2), "2.0"), (.double(1e20), "1e+20"),
            (.double(.nan), "null"), (.double(-.infinity), "null"), (.bool(true), "true"),
            (.timestamp(1_357_035_300_000), "1357035300000"), (Cell(kind: .duration, bits: 5), "5"),
            (.string(.input, start: 0, count: 3), "\"[ 1\""),
            (Cell(kind: .json, count: 14, bits: 0), #"[1,"a b",{}]"#),
            (Cell(kind: .bytes, count: 3, bits: 0), "\"WyAx\""), (.error(.cast), "null"),
        ])
    func cells(_ cell: Cell, _ expected: String) {
        let input = Array(#"[ 1,"a b", {}]"#.utf8)
        let empty: [UInt8] = []
        let homes = TextHomes(input: input.rawSpan, arena: empty.rawSpan, constants: empty.rawSpan)
        var bytes: [UInt8] = []
        JSONWriter.append(cell, homes, to: &bytes)
        #expect(String(decoding: bytes, as: UTF8.self) == expected)
    }

    @Test(
        "Bytes become base64 (RFC 4648 §10)",
        arguments: [
            ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
        ])
    func base64(_ text: String, _ expected: String) {
        #expect(
            written { JSONWriter.appendBase64(Array(text.utf8).rawSpan, to: &$0) }
                == "\"\(expected)\"")
    }

    @Test(
        "The elements of an array come one by one",
        arguments: [
            ("[]", []), ("[ ]", []), ("{\"a\":1}", []), ("[1]", ["int 1"]),
            (
                #"[ 1 , "x" , "\t" , null , [2,[3]] , {"k":"]"} , true , 1.5 ]"#,
                [
                    "int 1", "string x", "string \t", "null", "json [2,[3]]", "json {\"k\":\"]\"}",
                    "bool 1", "double 1.5",
                ]
            ),
        ] as [(String, [String])])
    func elements(_ text: String, _ expected: [String]) {
        let json = Array(text.utf8)
        var elements = JSONElements(json.rawSpan, start: 0, home: .input)
        var arena: [UInt8] = []
        var found: [String] = []
        while let cell = elements.next(json.rawSpan, arena: &arena) {
            let range = Int(cell.bits)..<(Int(cell.bits) + (cell.isText ? Int(cell.count) : 0))
            switch cell.kind {
            case .string, .json:
                let bytes = cell.home == .arena ? arena[range] : json[range]
                found.append("\(cell.kind) \(String(decoding: bytes, as: UTF8.self))")
            case .double: found.append("double \(cell.doubleValue)")
            case .null: found.append("null")
            default: found.append("\(cell.kind) \(cell.bits)")
            }
        }
        #expect(found == expected)
        #expect(
            JSONSkipper.elementCount(json.rawSpan) == (text.hasPrefix("{") ? 1 : expected.count))
    }

    @Test("Members are counted once, whatever their values")
    func memberCount() {
        #expect(
            JSONSkipper.elementCount(
                Array(#"{"a":[1,2],"b":{"c":1,"d":2},"e":"x,y"}"#.utf8).rawSpan) == 3)
        #expect(JSONSkipper.elementCount(Array("{}".utf8).rawSpan) == 0)
    }
}
