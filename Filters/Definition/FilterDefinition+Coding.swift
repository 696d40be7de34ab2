import Bytes
import Expressions
import Records

/// The byte form of a definition, as the log stores it.
///
/// ```
/// version u8 = 1 | policy u8 | format u8 (0 raw, 1 json, 2 csv)
/// csv only: column count, columns
/// clause count, clauses: language, text, option count, options (name, value)
/// ```
/// Counts and lengths are unsigned varints; a text is its length and its bytes.
extension FilterDefinition {
    private static let version: UInt8 = 1

    /// Limits of what is decoded: they bound memory before anything is compiled.
    private enum Limits {
        static let clauseCountMax: UInt64 = 16
        static let optionCountMax: UInt64 = 64
        static let columnCountMax: UInt64 = 65_536
        static let textByteCountMax: UInt64 = 1 << 20
    }

    /// Appends the definition's byte form.
    package func encode(into bytes: inout [UInt8]) {
        bytes.append(Self.version)
        bytes.append(errorPolicy.rawValue)
        switch format {
        case .raw: bytes.append(0)
        case .json: bytes.append(1)
        case .csv(let columns):
            bytes.append(2)
            bytes.append(count: columns.count)
            for column in columns { bytes.append(text: column) }
        }
        bytes.append(count: clauses.count)
        for clause in clauses {
            bytes.append(text: clause.language)
            bytes.append(blob: clause.text)
            bytes.append(count: clause.options.count)
            for option in clause.options {
                bytes.append(text: option.name)
                bytes.append(text: option.value)
            }
        }
    }

    /// Reads a definition from bytes that hold nothing else.
    ///
    /// - Throws: where the bytes are no definition; never traps, whatever they are.
    package init(decoding bytes: RawSpan) throws(FilterDecodingError) {
        var position = 0
        guard bytes.byteCount >= 3 else { throw FilterDecodingError(position, .truncated) }
        guard bytes.byte(at: 0) == Self.version else {
            throw FilterDecodingError(0, .unknownVersion(bytes.byte(at: 0)))
        }
        guard let policy = ErrorPolicy(rawValue: bytes.byte(at: 1)) else {
            throw FilterDecodingError(1, .unknownCode(bytes.byte(at: 1)))
        }
        self.init()
        errorPolicy = policy
        position = 3
        switch bytes.byte(at: 2) {
        case 0: format = .raw
        case 1: format = .json
        case 2:
            let count = try Self.count(bytes, &position, max: Limits.columnCountMax)
            var columns: [String] = []
            for _ in 0..<count { columns.append(try Self.string(bytes, &position)) }
            format = .csv(columns: columns)
        case let code: throw FilterDecodingError(2, .unknownCode(code))
        }
        for _ in 0..<(try Self.count(bytes, &position, max: Limits.clauseCountMax)) {
            clauses.append(try Self.clause(bytes, &position))
        }
        guard position == bytes.byteCount else {
            throw FilterDecodingError(position, .trailingBytes)
        }
    }

    private static func clause(
        _ bytes: RawSpan, _ position: inout Int
    ) throws(FilterDecodingError) -> FilterClause {
        let language = try string(bytes, &position)
        let text = try text(bytes, &position)
        var options: [String: String] = [:]
        var last: String?
        for _ in 0..<(try count(bytes, &position, max: Limits.optionCountMax)) {
            let start = position
            let name = try string(bytes, &position)
            // One form for each definition, so that equal definitions have equal bytes.
            if let last, name <= last { throw FilterDecodingError(start, .unordered) }
            options[name] = try string(bytes, &position)
            last = name
        }
        return FilterClause(language: language, text: text, options: options)
    }

    private static func count(
        _ bytes: RawSpan, _ position: inout Int, max: UInt64
    ) throws(FilterDecodingError) -> Int {
        let start = position
        guard let count = Varint.readUnsigned(bytes, at: &position) else {
            throw FilterDecodingError(start, .truncated)
        }
        guard count <= max else { throw FilterDecodingError(start, .limit(max)) }
        return Int(count)
    }

    private static func text(
        _ bytes: RawSpan, _ position: inout Int
    ) throws(FilterDecodingError) -> [UInt8] {
        let count = try count(bytes, &position, max: Limits.textByteCountMax)
        guard bytes.holds(count, at: position) else {
            throw FilterDecodingError(position, .truncated)
        }
        defer { position += count }
        return [UInt8](copying: bytes.slice(position, count: count))
    }

    private static func string(
        _ bytes: RawSpan, _ position: inout Int
    ) throws(FilterDecodingError) -> String {
        let start = position
        guard let string = String(validating: try text(bytes, &position), as: UTF8.self) else {
            throw FilterDecodingError(start, .invalidUTF8)
        }
        return string
    }
}
