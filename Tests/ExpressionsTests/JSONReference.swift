import Expressions

/// A slow, recursive JSON reader that shares no code with the extractor: what it must agree with.
indirect enum JSONReference: Equatable {
    case null
    case bool(Bool)
    /// As in the language: an int64, or a double's description.
    case int(Int64)
    case double(String)
    case string(String)
    case array([JSONReference])
    case object([(name: String, value: JSONReference)])

    static func == (left: JSONReference, right: JSONReference) -> Bool {
        left.description == right.description
    }

    /// Nil if the bytes are not a document by EXPRESSIONS.md §13.
    static func parse(_ bytes: [UInt8]) -> JSONReference? {
        guard bytes.count <= 1 << 20 else { return nil }
        guard let text = String(validating: bytes, as: UTF8.self) else { return nil }
        var scalars = Array(text.unicodeScalars)
        if scalars.first == "\u{FEFF}" { scalars.removeFirst() }
        var reader = Reader(scalars: scalars)
        do {
            let value = try reader.value(depth: 0)
            reader.blanks()
            return reader.position == scalars.count ? value : nil
        } catch {
            return nil
        }
    }

    /// The value a path leads to, or nil.
    func value(at steps: ArraySlice<JSONPath.Step>) -> JSONReference? {
        guard let step = steps.first else { return self }
        switch (self, step) {
        case (.object(let members), .member(let name)):
            return members.last { $0.name.unicodeScalars.elementsEqual(name.unicodeScalars) }?
                .value.value(at: steps.dropFirst())
        case (.array(let elements), .element(let index)):
            let position = index < 0 ? elements.count + index : index
            guard elements.indices.contains(position) else { return nil }
            return elements[position].value(at: steps.dropFirst())
        default:
            return nil
        }
    }

    /// Canonical text, to compare and to print.
    var description: String {
        switch self {
        case .null: "null"
        case .bool(let value): "\(value)"
        case .int(let value): "\(value)"
        case .double(let value): "double \(value)"
        case .string(let value): "string \(Array(value.utf8))"
        case .array(let elements): "[" + elements.map(\.description).joined(separator: ",") + "]"
        case .object(let members):
            "{"
                + members.map { "\(Array($0.name.utf8)):\($0.value.description)" }
                .joined(separator: ",") + "}"
        }
    }

    private struct Invalid: Error {}

    private struct Reader {
        let scalars: [Unicode.Scalar]
        var position = 0

        var next: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

        mutating func blanks() {
            while let next, [" ", "\t", "\n", "\r"].contains(next) { position += 1 }
        }

        mutating func expect(_ scalar: Unicode.Scalar) throws {
            guard next == scalar else { throw Invalid() }
            position += 1
        }

        mutating func value(depth: Int) throws -> JSONReference {
            blanks()
            guard let first = next else { throw Invalid() }
            switch first {
            case "{":
                guard depth < 128 else { throw Invalid() }
                return .object(try object(depth: depth + 1))
            case "[":
                guard depth < 128 else { throw Invalid() }
                return .array(try array(depth: depth + 1))
            case "\"": return .string(try string())
            case "t": return try word("true", .bool(true))
            case "f": return try word("false", .bool(false))
            case "n": return try word("null", .null)
            default: return try number()
            }
        }

        mutating func word(_ word: String, _ value: JSONReference) throws -> JSONReference {
            for scalar in word.unicodeScalars { try expect(scalar) }
            return value
        }

        mutating func object(depth: Int) throws -> [(name: String, value: JSONReference)] {
            try expect("{")
            blanks()
            var members: [(name: String, value: JSONReference)] = []
            if next == "}" {
                position += 1
                return members
            }
            while true {
                blanks()
                let name = try string()
                blanks()
                try expect(":")
                members.append((name, try value(depth: depth)))
                blanks()
                if next == "," {
                    position += 1
                    continue
                }
                try expect("}")
                return members
            }
        }

        mutating func array(depth: Int) throws -> [JSONReference] {
            try expect("[")
            blanks()
            var elements: [JSONReference] = []
            if next == "]" {
                position += 1
                return elements
            }
            while true {
                elements.append(try value(depth: depth))
                blanks()
                if next == "," {
                    position += 1
                    continue
                }
                try expect("]")
                return elements
            }
        }

        mutating func unit() throws -> UInt32 {
            guard position + 4 <= scalars.count else { throw Invalid() }
            var value: UInt32 = 0
            for scalar in scalars[position..<(position + 4)] {
                guard scalar.isASCII, let digit = Character(scalar).hexDigitValue else {
                    throw Invalid()
                }
                value = value * 16 + UInt32(digit)
            }
            position += 4
            return value
        }

        mutating func string() throws -> String {
            try expect("\"")
            var result = String.UnicodeScalarView()
            while let scalar = next {
                position += 1
                if scalar == "\"" { return String(result) }
                if scalar.value < 0x20 { throw Invalid() }
                guard scalar == "\\" else {
                    result.append(scalar)
                    continue
                }
                guard let letter = next else { throw Invalid() }
                position += 1
                let simple: [Unicode.Scalar: Unicode.Scalar] = [
                    "\"": "\"", "\\": "\\", "/": "/", "b": "\u{8}", "f": "\u{C}", "n": "\n",
                    "r": "\r", "t": "\t",
                ]
                if let plain = simple[letter] {
                    result.append(plain)
                    continue
                }
                guard letter == "u" else { throw Invalid() }
                var value = try unit()
                if value >= 0xD800, value < 0xDC00 {
                    try expect("\\")
                    try expect("u")
                    let low = try unit()
                    guard low >= 0xDC00, low < 0xE000 else { throw Invalid() }
                    value = 0x10000 + (value - 0xD800) * 0x400 + (low - 0xDC00)
                }
                guard let decoded = Unicode.Scalar(value) else { throw Invalid() }
                result.append(decoded)
            }
            throw Invalid()
        }

        /// RFC 8259, section 6, rule by rule.
        static func isNumber(_ text: [Character]) -> Bool {
            var rest = text[...]
            func digits(_ rest: inout ArraySlice<Character>) -> Int {
                let count = rest.prefix { "0123456789".contains($0) }.count
                rest = rest.dropFirst(count)
                return count
            }
            if rest.first == "-" { rest = rest.dropFirst() }
            if rest.first == "0" {
                rest = rest.dropFirst()
            } else if digits(&rest) == 0 {
                return false
            }
            if rest.first == "." {
                rest = rest.dropFirst()
                if digits(&rest) == 0 { return false }
            }
            if rest.first == "e" || rest.first == "E" {
                rest = rest.dropFirst()
                if rest.first == "+" || rest.first == "-" { rest = rest.dropFirst() }
                if digits(&rest) == 0 { return false }
            }
            return rest.isEmpty
        }

        mutating func number() throws -> JSONReference {
            let start = position
            while let next, "0123456789+-.eE".unicodeScalars.contains(next) { position += 1 }
            let text = String(String.UnicodeScalarView(scalars[start..<position]))
            guard Self.isNumber(Array(text)) else { throw Invalid() }
            let isInteger = !text.contains { ".eE".contains($0) }
            if isInteger, let integer = Int64(text) { return .int(integer) }
            guard let value = Double(text) else { throw Invalid() }
            return .double(value.description)
        }
    }
}

extension JSONExtractor {
    /// The value of path `index` in the same canonical text as ``JSONReference/description``.
    func describe(_ index: Int, _ document: [UInt8], _ arena: [UInt8]) -> String {
        Self.describe(cell(index), document, arena)
    }

    static func describe(_ cell: Cell, _ document: [UInt8], _ arena: [UInt8]) -> String {
        let start = Int(cell.bits)
        let end = start + Int(cell.count)
        switch cell.kind {
        case .null: return cell.bits == jsonNull.bits ? "null" : "missing"
        case .bool: return "\(cell.bits != 0)"
        case .int: return "\(cell.bits)"
        case .double: return "double \(cell.doubleValue)"
        case .string:
            return
                "string \(Array(cell.home == .arena ? arena[start..<end] : document[start..<end]))"
        case .json: return JSONReference.parse(Array(document[start..<end]))?.description ?? "bad"
        default: return "unexpected \(cell.kind)"
        }
    }
}

extension JSONPath {
    /// `a.b[0]` for tests: names without dots and brackets.
    init(test text: String) {
        var steps: [Step] = []
        for part in text.split(separator: ".") {
            for (place, piece) in part.split(separator: "[", omittingEmptySubsequences: false)
                .enumerated()
            {
                if place == 0 {
                    if !piece.isEmpty { steps.append(.member(String(piece))) }
                } else if let index = Int(piece.dropLast()) {
                    steps.append(.element(index))
                }
            }
        }
        self.init(steps)
    }
}
