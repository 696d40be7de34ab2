import Bytes
import Expressions
import Testing

private func extract(_ document: [UInt8], _ paths: [String]) -> [String] {
    var extractor = JSONExtractor(paths.map(JSONPath.init(test:)))
    var arena: [UInt8] = []
    guard extractor.extract(document.rawSpan, start: 0, arena: &arena) else { return ["invalid"] }
    return paths.indices.map { extractor.describe($0, document, arena) }
}

private func fault(_ document: [UInt8]) -> JSONFault? {
    var extractor = JSONExtractor([])
    var arena: [UInt8] = []
    _ = extractor.extract(document.rawSpan, start: 0, arena: &arena)
    return extractor.fault
}

struct JSONCase: Sendable, CustomTestStringConvertible {
    let document: String
    let path: String
    let expected: String
    init(_ document: String, _ path: String, _ expected: String) {
        (self.document, self.path, self.expected) = (document, path, expected)
    }
    var testDescription: String { "\(path) of \(document)" }
}

@Suite("JSON extraction")
struct JSONExtractorTests {
    @Test(
        "A path leads to its value (EXPRESSIONS.md §13)",
        arguments: [
            JSONCase(#"{"a":1}"#, "a", "1"),
            JSONCase(#"{"a":1,"a":2}"#, "a", "2"),  // the last one wins
            JSONCase(#"{"a":{"b":1},"a":2}"#, "a.b", "missing"),  // wholly
            JSONCase(#"{"a":{"b":1},"a":{"c":2}}"#, "a.b", "missing"),
            JSONCase(#"{"a":1,"\u0061":3}"#, "a", "3"),  // names are compared unescaped
            JSONCase(#"{"a":[10,20,30]}"#, "a[1]", "20"),
            JSONCase(#"{"a":[10,20,30]}"#, "a[-1]", "30"),
            JSONCase(#"{"a":[10,20,30]}"#, "a[-3]", "10"),
            JSONCase(#"{"a":[10,20,30]}"#, "a[-4]", "missing"),
            JSONCase(#"{"a":[10,20,30]}"#, "a[3]", "missing"),
            JSONCase(#"{"a":[[1,2],[3,[4,5]]]}"#, "a[-1][-1][0]", "4"),
            JSONCase(#"{"a":["],{",{"x":"[,"},7]}"#, "a[-1]", "7"),
            JSONCase(#"{"a":{"b":1}}"#, "a[0]", "missing"),  // wrong container
            JSONCase(#"{"a":[1]}"#, "a.b", "missing"),
            JSONCase(#"{"a":null}"#, "a", "null"),
            JSONCase(#"{"a":null}"#, "a.b", "missing"),
            JSONCase(#"{"ID":1}"#, "id", "missing"),
            JSONCase(
                #"{"long_member_name_x":1,"long_member_name_y":2}"#, "long_member_name_y", "2"),
            JSONCase(#"{"12345678":1,"1234567":2}"#, "1234567", "2"),
            JSONCase(#"{"a\u0000":1,"a":2}"#, "a", "2"),  // not fooled by zeros behind short names
            JSONCase("\u{FEFF}{\"a\":1}", "a", "1"),
            JSONCase(" \t\r\n{ \"a\" : 1 } \n", "a", "1"),
            JSONCase("5", "", "5"),
            JSONCase(#""x""#, "", "string [120]"),
            JSONCase(#"[{"a":1}]"#, "[0].a", "1"),
            JSONCase(#"{"a":-0}"#, "a", "0"),
            JSONCase(#"{"a":-0.0}"#, "a", "double -0.0"),
            JSONCase(#"{"a":9223372036854775807}"#, "a", "9223372036854775807"),
            JSONCase(#"{"a":-9223372036854775808}"#, "a", "-9223372036854775808"),
            JSONCase(#"{"a":9223372036854775808}"#, "a", "double 9.223372036854776e+18"),
            JSONCase(#"{"a":18446744073709551621}"#, "a", "double 1.8446744073709552e+19"),
            JSONCase(#"{"a":100000000000000000000}"#, "a", "double 1e+20"),
            JSONCase(#"{"a":1e2}"#, "a", "double 100.0"),
            JSONCase(#"{"a":1E-2}"#, "a", "double 0.01"),
            JSONCase(#"{"a":1e400}"#, "a", "double inf"),
            JSONCase(#"{"a":-1e400}"#, "a", "double -inf"),
            JSONCase(#"{"a":1e-400}"#, "a", "double 0.0"),
            JSONCase(
                #"{"a":"\u00e9\"\/\n\ud83d\ude00"}"#, "a",
                "string [195, 169, 34, 47, 10, 240, 159, 152, 128]"),
            JSONCase(#"{"a":"é"}"#, "a", "string [195, 169]"),
            JSONCase(#"{"a":""}"#, "a", "string []"),
            JSONCase(#"{"a":{}}"#, "a", "{}"),
            JSONCase(#"{"a":[ 1 , {} ]}"#, "a", "[1,{}]"),
            JSONCase(#"{"a":true,"b":false}"#, "b", "false"),
        ])
    func path(_ row: JSONCase) {
        #expect(extract(Array(row.document.utf8), [row.path]) == [row.expected])
    }

    @Test("Many paths are served by one extractor, whatever they share")
    func manyPaths() {
        let document = Array(
            #"{"a":[{"b":1,"c":[7,8]},{"b":"\t"}],"d":{"e":{"f":true}},"a2":null}"#.utf8)
        let paths = [
            "a[0].b", "a[-1].b", "a[0]", "a[-2].c[0]", "a[0].c[-1]", "d", "d.e.f", "a2", "a",
            "a[0].b", "",
        ]
        let values = extract(document, paths)
        let reference = JSONReference.parse(document)
        for (path, value) in zip(paths, values) {
            let steps = JSONPath(test: path).steps
            #expect(value == reference?.value(at: steps[...])?.description ?? "missing", "\(path)")
        }
    }

    @Test(
        "What is not JSON is refused where it goes wrong, and every path is NULL",
        arguments: [
            ("", 0, .empty), ("  ", 2, .empty), ("a=1", 0, .expectedValue),
            ("{\"a\":1} x", 8, .trailingText),
            ("{\"a\":1}{}", 7, .trailingText), ("{\"a\":NaN}", 5, .expectedValue),
            ("{'a':1}", 1, .expectedMember),
            ("{a:1}", 1, .expectedMember), ("{\"a\" 1}", 5, .expectedColon),
            ("{\"a\":}", 5, .expectedValue),
            ("{\"a\":1,}", 7, .expectedMember), ("[1,]", 3, .expectedValue),
            ("[,1]", 1, .expectedValue),
            ("[1 2]", 3, .expectedCommaOrEnd), ("[1}", 2, .expectedCommaOrEnd),
            ("{\"a\":1]", 6, .expectedCommaOrEnd),
            ("[", 1, .unterminatedDocument), ("{", 1, .unterminatedDocument),
            ("[1", 2, .unterminatedDocument),
            ("[1,", 3, .unterminatedDocument), ("{\"a\"", 4, .unterminatedDocument),
            ("{\"a\":", 5, .unterminatedDocument),
            ("{\"a\":1,", 7, .unterminatedDocument), ("]", 0, .expectedValue),
            ("\"a", 0, .unterminatedString),
            ("[01]", 2, .expectedCommaOrEnd), ("[-]", 1, .invalidNumber),
            ("[-a]", 1, .invalidNumber), ("[1.]", 1, .invalidNumber),
            ("[1.e1]", 1, .invalidNumber), ("[.5]", 1, .expectedValue), ("[+1]", 1, .expectedValue),
            ("[1e]", 1, .invalidNumber),
            ("[1e+]", 1, .invalidNumber), ("[0x1]", 2, .expectedCommaOrEnd),
            ("[1_0]", 2, .expectedCommaOrEnd), ("-", 0, .invalidNumber),
            ("[truE]", 1, .expectedValue), ("[tru", 1, .expectedValue), ("nul", 0, .expectedValue),
            ("[True]", 1, .expectedValue),
            ("[nullx]", 5, .expectedCommaOrEnd), ("// c\n1", 0, .expectedValue),
            ("[1/**/]", 2, .expectedCommaOrEnd),
            (#"["\x41"]"#, 2, .invalidEscape), (#"["\u12g4"]"#, 2, .invalidEscape),
            (#"["\u123"#, 2, .invalidEscape),
            (#"["\"#, 2, .invalidEscape), (#"["\ud83d"]"#, 2, .loneSurrogate),
            (#"["\ude00"]"#, 2, .loneSurrogate),
            (#"["\ud83dx\ude00"]"#, 2, .loneSurrogate), (#"["\ud83d\ud83d"]"#, 2, .loneSurrogate),
            (#"{"\ud83d":1}"#, 2, .loneSurrogate), ("[\"a\tb\"]", 3, .controlCharacter),
            ("[\"\0\"]", 2, .controlCharacter),
            ("\u{FEFF}\u{FEFF}1", 3, .expectedValue), ("[1]\u{A0}", 3, .trailingText),
            ("[1\u{B}]", 2, .expectedCommaOrEnd), ("1\0", 1, .trailingText),
        ] as [(String, Int, JSONFault.Reason)])
    func refuse(_ text: String, _ position: Int, _ reason: JSONFault.Reason) {
        let document = Array(text.utf8)
        #expect(fault(document) == JSONFault(position: position, reason: reason))
        #expect(JSONReference.parse(document) == nil)
    }

    @Test(
        "Bytes that are not UTF-8 are refused wherever they stand",
        arguments: [
            [0xFF], [0xC0, 0xAF], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x82],
            [0x80],
        ])
    func invalidUTF8(_ bytes: [UInt8]) {
        let inString = Array("[\"abcdefghijk".utf8) + bytes + Array("\"]".utf8)
        #expect(fault(inString) == JSONFault(position: 13, reason: .invalidUTF8))
        #expect(fault(Array("{\"".utf8) + bytes + Array("\":1}".utf8))?.reason == .invalidUTF8)
        #expect(fault(Array("[".utf8) + bytes)?.reason == .expectedValue)
        // UTF-16 with its mark.
        #expect(fault([0xFF, 0xFE, 0x31, 0x00])?.reason == .expectedValue)
    }

    @Test("128 open containers are read, 129 are not")
    func depth() {
        func nested(_ depth: Int) -> [UInt8] {
            Array(
                (String(repeating: "[", count: depth) + String(repeating: "]", count: depth)).utf8)
        }
        #expect(fault(nested(127)) == nil)
        #expect(fault(nested(128)) == nil)
        #expect(fault(nested(129)) == JSONFault(position: 128, reason: .tooDeep))
        #expect(fault(Array(repeating: UInt8(ascii: "["), count: 100_000))?.reason == .tooDeep)
    }

    @Test("1 MiB is read, one byte more is not")
    func size() {
        func sized(_ count: Int) -> [UInt8] {
            Array("\"".utf8) + Array(repeating: UInt8(ascii: "x"), count: count - 2)
                + Array("\"".utf8)
        }
        #expect(fault(sized((1 << 20) - 1)) == nil)
        #expect(fault(sized(1 << 20)) == nil)
        #expect(fault(sized((1 << 20) + 1))?.reason == .tooLarge)
    }

    @Test("Cells count from where the document lies, and in its memory")
    func placement() {
        let document = Array(#"{"s":"xyz","o":{"p":1}}"#.utf8)
        var extractor = JSONExtractor([JSONPath(test: "s"), JSONPath(test: "o")])
        var arena: [UInt8] = []
        #expect(extractor.extract(document.rawSpan, start: 1000, home: .constants, arena: &arena))
        #expect(extractor.cell(0).bits == 1006)
        #expect(extractor.cell(0).home == .constants)
        #expect(extractor.cell(1).bits == 1015)
        #expect(extractor.cell(1).count == 7)
        #expect(arena.isEmpty)
    }
}
