import Bytes

/// A JSON document as a tree of values: for what is read once and member by member, as a vector of
/// the specification; records are read by ``JSONExtractor``.
package struct JSONTree: Sendable {
    package enum Form: Sendable {
        case null
        case bool(Bool)
        /// Integer syntax that fits int64.
        case int(Int64)
        /// Every other number.
        case double(Double)
        /// Unescaped; valid UTF-8.
        case string([UInt8])
        case array([JSONTree])
        /// In the order written; names may repeat.
        case object([(name: [UInt8], value: JSONTree)])
    }

    package let form: Form
    /// The bytes of the value in the document.
    package let range: Range<Int>

    /// Reads a document.
    ///
    /// - Throws: why it is not JSON, and where.
    package init(_ document: RawSpan) throws(JSONFault) {
        var extractor = JSONExtractor([])
        var arena: [UInt8] = []
        if !extractor.extract(document, start: 0, arena: &arena), let fault = extractor.fault {
            throw fault
        }
        var position = JSONWalker.byteOrderMarkCount(document)
        self = Self.value(document, &position)
    }

    private init(_ form: Form, _ range: Range<Int>) {
        self.form = form
        self.range = range
    }

    /// The value at `position` of valid text; recursion ends at ``JSONLimits/depthMax``.
    private static func value(_ text: RawSpan, _ position: inout Int) -> JSONTree {
        JSONScanner.skipBlanks(text, &position)
        let start = position
        let form: Form
        switch text.byte(at: position) {
        case UInt8(ascii: "{"): form = .object(members(text, &position))
        case UInt8(ascii: "["): form = .array(elements(text, &position))
        case UInt8(ascii: "\""): form = .string(string(text, &position))
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            form = Self.form(JSONNumber.read(text, &position) ?? .null)
        default:
            form = Self.form(JSONScanner.literal(text, &position) ?? .null)
        }
        return JSONTree(form, start..<position)
    }

    private static func form(_ cell: Cell) -> Form {
        switch cell.kind {
        case .int: .int(cell.bits)
        case .double: .double(cell.doubleValue)
        case .bool: .bool(cell.bits != 0)
        default: .null
        }
    }

    private static func string(_ text: RawSpan, _ position: inout Int) -> [UInt8] {
        let start = position + 1
        position = start
        JSONSkipper.skipString(text, &position)
        var bytes: [UInt8] = []
        JSONScanner.appendUnescaped(text.slice(start, count: position - start - 1), to: &bytes)
        return bytes
    }

    private static func elements(_ text: RawSpan, _ position: inout Int) -> [JSONTree] {
        var elements: [JSONTree] = []
        while step(text, &position, after: !elements.isEmpty) {
            elements.append(value(text, &position))
        }
        return elements
    }

    private static func members(
        _ text: RawSpan, _ position: inout Int
    ) -> [(name: [UInt8], value: JSONTree)] {
        var members: [(name: [UInt8], value: JSONTree)] = []
        while step(text, &position, after: !members.isEmpty) {
            let name = string(text, &position)
            JSONScanner.skipBlanks(text, &position)
            position += 1  // The colon.
            members.append((name, value(text, &position)))
        }
        return members
    }

    /// Moves over the opening bracket or a comma to the next child; false, behind the closing
    /// bracket, if there is none.
    private static func step(_ text: RawSpan, _ position: inout Int, after hasChild: Bool) -> Bool {
        if !hasChild { position += 1 }
        JSONScanner.skipBlanks(text, &position)
        let byte = text.byte(at: position)
        if byte == UInt8(ascii: "]") || byte == UInt8(ascii: "}") {
            position += 1
            return false
        }
        if hasChild {
            position += 1
            JSONScanner.skipBlanks(text, &position)
        }
        return true
    }
}

extension JSONTree {
    /// The member of that name, the last of repeated ones (EXPRESSIONS.md §13).
    package subscript(_ name: String) -> JSONTree? {
        members.last { $0.name.elementsEqual(name.utf8) }?.value
    }

    /// The members of an object, of anything else none.
    package var members: [(name: [UInt8], value: JSONTree)] {
        if case .object(let members) = form { members } else { [] }
    }

    /// The elements of an array; nil if it is none.
    package var elements: [JSONTree]? {
        if case .array(let elements) = form { elements } else { nil }
    }

    /// The text of a string.
    package var text: String? { bytes.map { String(decoding: $0, as: UTF8.self) } }

    /// The UTF-8 of a string.
    package var bytes: [UInt8]? {
        if case .string(let bytes) = form { bytes } else { nil }
    }

    /// The value of an integer.
    package var integer: Int64? {
        if case .int(let value) = form { value } else { nil }
    }

    /// Whether it is `null`.
    package var isNull: Bool {
        if case .null = form { true } else { false }
    }
}
