import Bytes
import Expressions
import Records

/// A format string in the manner of kcat: text with `%` directives and escapes, parsed once and
/// then applied to each record.
///
/// | directive | gives |
/// | --- | --- |
/// | `%t` `%p` `%o` | topic, partition, offset |
/// | `%k` `%K` | key, its length in bytes (-1 if there is none) |
/// | `%s` `%S` | payload, its length in bytes (-1 for a tombstone) |
/// | `%R` | length of the payload as 4 bytes, big-endian: for framing |
/// | `%T` | timestamp in milliseconds since 1970-01-01 UTC |
/// | `%h` | headers, `name=value,name=value`; NULL for a null value |
/// | `%%` | a percent sign |
///
/// `\n`, `\r`, `\t`, `\0`, `\\` and `\xNN` are bytes. What is null gives nothing.
struct MessageFormat: Sendable, Equatable {
    /// One step of the output.
    enum Piece: Sendable, Equatable {
        case text([UInt8])
        case topic, partition, offset
        case key, keyLength
        case payload, payloadLength, payloadLengthBytes
        case timestamp
        case headers
    }

    private(set) var pieces: [Piece] = []

    /// The payload and a line feed: what `consume` prints unless told otherwise.
    static let payloadLine = MessageFormat(pieces: [.payload, .text([0x0A])])

    /// `partition/offset payload`: samples that can be found again.
    static let placedPayloadLine = MessageFormat(pieces: [
        .partition, .text([0x2F]), .offset, .text([0x20]), .payload, .text([0x0A]),
    ])

    private init(pieces: [Piece]) { self.pieces = pieces }

    /// Parses a format string.
    ///
    /// - Throws: with the place of a directive or escape that does not exist.
    init(parsing text: String) throws(InvalidMessageFormat) {
        let scalars = Array(text.unicodeScalars)
        var literal: [UInt8] = []
        var index = 0
        while index < scalars.count {
            let scalar = scalars[index]
            switch scalar {
            case "%":
                let piece = try Self.directive(scalars, at: index)
                if let piece {
                    if !literal.isEmpty { pieces.append(.text(literal)) }
                    literal = []
                    pieces.append(piece)
                } else {
                    literal.append(UInt8(ascii: "%"))
                }
                index += 2
            case "\\":
                let (byte, length) = try Self.escape(scalars, at: index)
                literal.append(byte)
                index += length
            default:
                literal.append(contentsOf: Array(String(Character(scalar)).utf8))
                index += 1
            }
        }
        if !literal.isEmpty { pieces.append(.text(literal)) }
    }

    /// The piece of the directive at `index`; nil for a percent sign.
    private static func directive(
        _ scalars: [Unicode.Scalar], at index: Int
    ) throws(InvalidMessageFormat) -> Piece? {
        guard index + 1 < scalars.count else {
            throw InvalidMessageFormat(column: index + 1, found: "%")
        }
        return switch scalars[index + 1] {
        case "%": nil
        case "t": .topic
        case "p": .partition
        case "o": .offset
        case "k": .key
        case "K": .keyLength
        case "s": .payload
        case "S": .payloadLength
        case "R": .payloadLengthBytes
        case "T": .timestamp
        case "h": .headers
        case let other: throw InvalidMessageFormat(column: index + 1, found: "%\(other)")
        }
    }

    /// The byte of the escape at `index`, and how many characters it takes.
    private static func escape(
        _ scalars: [Unicode.Scalar], at index: Int
    ) throws(InvalidMessageFormat) -> (byte: UInt8, length: Int) {
        guard index + 1 < scalars.count else {
            throw InvalidMessageFormat(column: index + 1, found: "\\")
        }
        switch scalars[index + 1] {
        case "n": return (0x0A, 2)
        case "r": return (0x0D, 2)
        case "t": return (0x09, 2)
        case "0": return (0x00, 2)
        case "\\": return (UInt8(ascii: "\\"), 2)
        case "x":
            var digits = ""
            for scalar in scalars[(index + 2)...].prefix(2) { digits.unicodeScalars.append(scalar) }
            guard digits.unicodeScalars.count == 2, digits.allSatisfy(\.isHexDigit),
                let byte = UInt8(digits, radix: 16)
            else { throw InvalidMessageFormat(column: index + 1, found: "\\x\(digits)") }
            return (byte, 4)
        case let other: throw InvalidMessageFormat(column: index + 1, found: "\\\(other)")
        }
    }

    /// Appends one record; O(bytes of what is named), no allocation beyond growth.
    func append(
        _ block: borrowing RecordBlock, row: Int, topic: [UInt8], partition: Int32,
        to bytes: inout [UInt8]
    ) {
        let place = block.rows[row]
        for piece in pieces {
            switch piece {
            case .text(let text): bytes.append(contentsOf: text)
            case .topic: bytes.append(contentsOf: topic)
            case .partition: ScalarText.append(Int64(partition), to: &bytes)
            case .offset: ScalarText.append(place.offset, to: &bytes)
            case .key: if let key = block.key(row) { bytes.append(copying: key) }
            case .keyLength: ScalarText.append(Int64(place.keyCount), to: &bytes)
            case .payload: if let value = block.value(row) { bytes.append(copying: value) }
            case .payloadLength: ScalarText.append(Int64(place.valueCount), to: &bytes)
            case .payloadLengthBytes: bytes.append(bigEndian: place.valueCount)
            case .timestamp: ScalarText.append(place.timestamp, to: &bytes)
            case .headers: Self.appendHeaders(block, row: row, to: &bytes)
            }
        }
    }

    private static func appendHeaders(
        _ block: borrowing RecordBlock, row: Int, to bytes: inout [UInt8]
    ) {
        var cursor = block.headers(row)
        var isFirst = true
        while let header = cursor.next() {
            if !isFirst { bytes.append(UInt8(ascii: ",")) }
            isFirst = false
            bytes.append(
                copying: block.bytes.slice(header.nameStart, count: header.nameCount))
            bytes.append(UInt8(ascii: "="))
            if header.valueCount < 0 {
                bytes.append(contentsOf: "NULL".utf8)
            } else {
                bytes.append(
                    copying: block.bytes.slice(header.valueStart, count: header.valueCount))
            }
        }
    }
}

/// A directive or escape of a format string that does not exist.
struct InvalidMessageFormat: Error, Equatable, CustomStringConvertible {
    /// Counts characters from 1.
    let column: Int
    let found: String

    var description: String {
        "The format string has '\(found)' at character \(column). Use %t topic, %p partition, "
            + "%o offset, %k key, %K its length, %s payload, %S its length, %R its length in 4 "
            + "bytes, %T timestamp, %h headers, %% percent sign, and the escapes \\n \\r \\t \\0 "
            + "\\\\ \\xNN."
    }
}
