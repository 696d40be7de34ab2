import Bytes
import Expressions
import Testing

/// Random documents, often of one shape, sometimes damaged.
private struct DocumentMaker {
    var random: SplitMix
    static let names = [
        "a", "b", "c", "carrier", "dep_delay", "destination_airport", "\\u0061", "é", "",
    ]

    mutating func pick<T>(_ list: [T]) -> T { list[Int.random(in: 0..<list.count, using: &random)] }

    mutating func scalar() -> String {
        switch Int.random(in: 0..<9, using: &random) {
        case 0: "null"
        case 1: pick(["true", "false"])
        case 2: "\(Int64.random(in: .min ... .max, using: &random))"
        case 3: "\(Int.random(in: -2000...2000, using: &random))"
        case 4:
            pick([
                "0", "-0", "1.5", "-2.25e3", "1e400", "123456789012345678901", "0.1", "1E-7",
                "12345678", "-1234567", "123456.789",
            ])
        case 5:
            pick([
                #""\n""#, #""\ud83d\ude00x""#, #""plain text beyond eight bytes""#,
                #""é€😀 and more""#, "\"\"",
            ])
        default:
            "\"\(pick(["UA", "N14228", "EWR", "IAH", "abcdefg", "abcdefgh", "abcdefghi", "seventeen letters"]))\""
        }
    }

    mutating func value(_ depth: Int) -> String {
        let choice = Int.random(in: 0..<10, using: &random)
        if depth == 0 || choice < 6 { return scalar() }
        let blank = pick(["", "", "", " ", "\n\t"])
        let count = Int.random(in: 0...4, using: &random)
        if choice < 8 {
            let elements = (0..<count).map { _ in value(depth - 1) }
            return "[\(blank)" + elements.joined(separator: ",\(blank)") + "\(blank)]"
        }
        return object((0..<count).map { _ in pick(Self.names) }, depth, blank)
    }

    mutating func object(_ names: [String], _ depth: Int, _ blank: String) -> String {
        let members = names.map { "\"\($0)\"\(blank):\(blank)\(value(depth - 1))" }
        return "{\(blank)" + members.joined(separator: "\(blank),") + "\(blank)}"
    }

    /// A document like its neighbours: the same members, other values.
    mutating func row(_ names: [String]) -> String {
        var members = names.map { "\"\($0)\":\(scalar())" }
        switch Int.random(in: 0..<12, using: &random) {
        case 0: members.removeLast()
        case 1: members.append("\"extra\":\(value(2))")
        case 2: members.swapAt(0, members.count - 1)
        case 3: members[0] = "\"a\":{\"b\":\(scalar()),\"c\":[\(scalar()),\(scalar())]}"
        default: break
        }
        return "{" + members.joined(separator: ",") + "}"
    }

    mutating func damaged(_ text: String) -> [UInt8] {
        var bytes = Array(text.utf8)
        guard !bytes.isEmpty else { return bytes }
        let place = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: bytes[place] = UInt8.random(in: .min ... .max, using: &random)
        case 1: bytes.remove(at: place)
        case 2: bytes.insert(pick(Array("{}[],:\"\\0-.e \u{1}".utf8)), at: place)
        default: bytes.removeLast(bytes.count - place)
        }
        return bytes
    }
}

private let paths = [
    "a", "b", "c", "carrier", "dep_delay", "destination_airport", "a.b", "a.c[0]", "a.c[-1]",
    "b[0]", "b[-1].a", "é",
    "a[-2]", "[0]", "[-1].a", "",
]

@Suite("JSON against a model")
struct JSONModelTests {
    /// Reads `document` alone, and again between other bytes, where shapes are tried; both must
    /// give what the model gives.
    private func check(_ extractor: inout JSONExtractor, _ document: [UInt8], _ note: String) {
        let reference = JSONReference.parse(document)
        var arena: [UInt8] = []
        _ = extractor.extract(document.rawSpan, start: 0, arena: &arena)
        compare(extractor, document, 0, document, arena, reference, "\(note), alone")
        // What surrounds a document must not matter: not what would go on with it either.
        let choice = document.reduce(0) { $0 &+ Int($1) } % Self.fillers.count
        let filler = Self.fillers[choice]
        let before = [UInt8](repeating: filler, count: 3)
        let memory = before + document + [UInt8](repeating: filler, count: 80)
        let places = [JSONDocument(start: before.count, count: document.count)]
        extractor.extract(places.span, in: memory.rawSpan, arena: &arena)
        compare(extractor, document, before.count, memory, arena, reference, "\(note), \(filler)")
    }

    private static let fillers = [UInt8(ascii: "7"), UInt8(ascii: "\""), UInt8(ascii: "}"), 0x20]

    private func compare(
        _ extractor: JSONExtractor, _ document: [UInt8], _ start: Int, _ memory: [UInt8],
        _ arena: [UInt8], _ reference: JSONReference?, _ note: String
    ) {
        let text = String(decoding: document, as: UTF8.self)
        guard let reference else {
            #expect(extractor.fault != nil, "\(note): accepted \(text)")
            #expect(extractor.fault.map { (0...document.count).contains($0.position) } == true)
            for index in extractor.paths.indices { #expect(!extractor.exists(index)) }
            return
        }
        let fault = extractor.fault
        #expect(fault == nil, "\(note): \(fault?.description ?? "") \(text)")
        guard fault == nil else { return }
        for (index, path) in extractor.paths.enumerated() {
            let expected = reference.value(at: path.steps[...])?.description ?? "missing"
            let found = extractor.describe(index, memory, arena)
            #expect(found == expected, "\(note): path \(index) of \(text)")
        }
    }

    @Test("Random documents give what the model gives", arguments: [1, 2, 3, 4] as [UInt64])
    func random(_ seed: UInt64) {
        var maker = DocumentMaker(random: SplitMix(seed: seed))
        var extractor = JSONExtractor(paths.map(JSONPath.init(test:)))
        for round in 0..<500 {
            let text = maker.value(4)
            check(&extractor, Array(text.utf8), "seed \(seed), round \(round)")
            check(&extractor, maker.damaged(text), "seed \(seed), round \(round), damaged")
        }
    }

    @Test(
        "Rows of one shape, changing now and then, give what the model gives",
        arguments: [5, 6, 7, 8] as [UInt64])
    func rows(_ seed: UInt64) {
        var maker = DocumentMaker(random: SplitMix(seed: seed))
        // Paths to scalars only, so that shapes are remembered.
        let scalars = ["a", "carrier", "dep_delay", "a.b", "a.c[1]"]
        var extractor = JSONExtractor(scalars.map(JSONPath.init(test:)))
        var names = ["a", "carrier", "dep_delay", "destination_airport", "b"]
        for round in 0..<600 {
            if round % 20 == 19 {
                names.shuffle(using: &maker.random)
                // A new one, because so many odd rows end the use of shapes for a while.
                if round % 40 == 39 { extractor = JSONExtractor(scalars.map(JSONPath.init(test:))) }
            }
            let text = maker.row(names)
            check(&extractor, Array(text.utf8), "seed \(seed), round \(round)")
            if round % 3 == 0 {
                check(&extractor, maker.damaged(text), "seed \(seed), round \(round), damaged")
            }
        }
    }

    @Test(
        "A batch of rows gives what the model gives for each, whatever surrounds it",
        arguments: [9, 10] as [UInt64])
    func batches(_ seed: UInt64) {
        var maker = DocumentMaker(random: SplitMix(seed: seed))
        let names = [
            ["a", "carrier", "dep_delay"], ["dep_delay", "c", "destination_airport", "b"],
        ]
        let scalars = ["a", "carrier", "dep_delay", "a.c[-1]", "a.c[0]", "b"].map(
            JSONPath.init(test:))
        var extractor = JSONExtractor(scalars)
        for round in 0..<40 {
            if round % 2 == 0 { extractor = JSONExtractor(scalars) }
            var memory: [UInt8] = []
            var documents: [JSONDocument] = []
            var texts: [[UInt8]] = []
            for row in 0..<30 {
                let text = maker.row(names[round % 4 == 0 ? row % 2 : 0])
                texts.append(row % 11 == 5 ? maker.damaged(text) : Array(text.utf8))
                documents.append(
                    JSONDocument(start: memory.count, count: texts[row].count, row: Int32(29 - row))
                )
                memory += texts[row]
            }
            var arena: [UInt8] = []
            extractor.extract(documents.span, in: memory.rawSpan, arena: &arena)
            let references = texts.map(JSONReference.parse)
            let expectedFaults = references.indices.filter { references[$0] == nil }
            #expect(extractor.faults.map(\.index) == expectedFaults, "seed \(seed), round \(round)")
            for (index, path) in scalars.enumerated() {
                var column = CellColumn()
                column.reserve(30)
                extractor.copyCells(ofPath: index, of: documents.span, into: &column)
                for row in 0..<30 {
                    let expected =
                        references[row]?.value(at: path.steps[...])?.description ?? "missing"
                    let found = JSONExtractor.describe(column[29 - row], memory, arena)
                    #expect(found == expected, "seed \(seed), round \(round), row \(row)")
                }
            }
        }
    }

    @Test("Every truncation and every changed byte of a row is judged as the model does")
    func everyByte() {
        let row = Array(
            #"{"ts":1357035300000,"carrier":"UA","tailnum":null,"dep_delay":-2,"x":[1.5,{"y":"\u00e9é"}],"ok":true}"#
                .utf8)
        let paths = ["ts", "carrier", "dep_delay", "tailnum", "ok", "x[1].y"]
        /// An extractor that knows the shape of the row.
        func prepared() -> JSONExtractor {
            var extractor = JSONExtractor(paths.map(JSONPath.init(test:)))
            check(&extractor, row, "unchanged")
            return extractor
        }
        for count in 0...row.count {
            var extractor = prepared()
            check(&extractor, Array(row[..<count]), "first \(count) bytes")
        }
        for position in row.indices {
            let original = prepared()
            for value in [
                0x00, 0x1F, 0x20, 0x22, 0x2C, 0x2D, 0x2E, 0x30, 0x39, 0x3A, 0x5C, 0x5D, 0x65, 0x7B,
                0x7D, 0x80, 0xC3, 0xFF,
            ] as [UInt8] {
                var changed = row
                changed[position] = value
                var extractor = original
                check(&extractor, changed, "byte \(position) is \(value)")
            }
        }
    }
}
