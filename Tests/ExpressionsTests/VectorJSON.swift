/// A JSON value of a vector file; integers stay integers.
indirect enum VectorJSON {
    case null
    case bool(Bool)
    case int(Int64)
    case double(Double)
    case string(String)
    case array([VectorJSON])
    case object([(name: String, value: VectorJSON)])

    /// Reads one document; vector files are ours, so a mistake in one is a failed test.
    init?(_ text: String) {
        var reader = Reader(Array(text.utf8))
        guard let value = reader.value() else { return nil }
        self = value
    }

    subscript(name: String) -> VectorJSON? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.name.utf8.elementsEqual(name.utf8) }?.value
    }

    var string: String? {
        if case .string(let text) = self { text } else { nil }
    }

    var int: Int64? {
        if case .int(let value) = self { value } else { nil }
    }

    var members: [(name: String, value: VectorJSON)] {
        if case .object(let members) = self { members } else { [] }
    }

    var elements: [VectorJSON] {
        if case .array(let elements) = self { elements } else { [] }
    }

    private struct Reader {
        let bytes: [UInt8]
        var position = 0

        init(_ bytes: [UInt8]) { self.bytes = bytes }

        var byte: UInt8 { position < bytes.count ? bytes[position] : 0 }

        mutating func skipBlanks() {
            while byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D { position += 1 }
        }

        mutating func take(_ text: String) -> Bool {
            guard bytes[position...].starts(with: text.utf8) else { return false }
            position += text.utf8.count
            return true
        }

        mutating func value() -> VectorJSON? {
            skipBlanks()
            switch byte {
            case UInt8(ascii: "{"): return object()
            case UInt8(ascii: "["): return array()
            case UInt8(ascii: "\""): return string().map { .string($0) }
            case UInt8(ascii: "t"): return take("true") ? .bool(true) : nil
            case UInt8(ascii: "f"): return take("false") ? .bool(false) : nil
            case UInt8(ascii: "n"): return take("null") ? .null : nil
            default: return number()
            }
        }

        mutating func object() -> VectorJSON? {
            position += 1
            var members: [(name: String, value: VectorJSON)] = []
            skipBlanks()
            while byte != UInt8(ascii: "}") {
                skipBlanks()
                guard let name = string() else { return nil }
                skipBlanks()
                guard take(":"), let value = value() else { return nil }
                members.append((name, value))
                skipBlanks()
                guard take(",") || byte == UInt8(ascii: "}") else { return nil }
            }
            position += 1
            return .object(members)
        }

        mutating func array() -> VectorJSON? {
            position += 1
            var elements: [VectorJSON] = []
            skipBlanks()
            while byte != UInt8(ascii: "]") {
                guard let value = value() else { return nil }
                elements.append(value)
                skipBlanks()
                guard take(",") || byte == UInt8(ascii: "]") else { return nil }
            }
            position += 1
            return .array(elements)
        }

        mutating func string() -> String? {
            guard take("\"") else { return nil }
            var units: [UInt16] = []
            var text = ""
            func flush(_ text: inout String, _ units: inout [UInt16]) {
                text += String(decoding: units, as: UTF16.self)
                units = []
            }
            var start = position
            while position < bytes.count {
                if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
                    if start < position {
                        flush(&text, &units)
                        text += String(decoding: bytes[start..<position], as: UTF8.self)
                    }
                    if take("\"") {
                        flush(&text, &units)
                        return text
                    }
                    position += 1
                    units.append(escape())
                    start = position
                } else {
                    position += 1
                }
            }
            return nil
        }

        mutating func escape() -> UInt16 {
            let letter = byte
            position += 1
            switch letter {
            case UInt8(ascii: "n"): return 0x0A
            case UInt8(ascii: "t"): return 0x09
            case UInt8(ascii: "r"): return 0x0D
            case UInt8(ascii: "b"): return 0x08
            case UInt8(ascii: "f"): return 0x0C
            case UInt8(ascii: "u"):
                let digits = String(decoding: bytes[position..<position + 4], as: UTF8.self)
                position += 4
                return UInt16(digits, radix: 16) ?? 0xFFFD
            default: return UInt16(letter)
            }
        }

        mutating func number() -> VectorJSON? {
            let start = position
            while "+-.eE0123456789".utf8.contains(byte) { position += 1 }
            let text = String(decoding: bytes[start..<position], as: UTF8.self)
            if let value = Int64(text) { return .int(value) }
            return Double(text).map { .double($0) }
        }
    }
}
