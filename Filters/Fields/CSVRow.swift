import Bytes
package import Expressions

/// Reads fields of one CSV row (RFC 4180): commas, double quotes, `""` for a quote inside quotes.
///
/// Fields are text; a field of a row that is too short is NULL, an empty field is `''`. One line
/// end behind the row is not part of it.
package enum CSVRow {
    /// Why a row cannot be divided into fields.
    package struct Fault: Error, Equatable, Sendable {
        package let position: Int
        package let reason: String
    }

    /// Where one field lies in the row.
    struct Field {
        var start: Int
        var count: Int
        /// Whether `""` stands in it.
        var hasDoubledQuotes: Bool
    }

    /// The field at `position`, which moves behind it: to its comma or to the end.
    static func field(_ row: RawSpan, _ position: inout Int) throws(Fault) -> Field {
        guard position < row.byteCount, row.byte(at: position) == UInt8(ascii: "\"") else {
            let start = position
            position = row.firstPosition(of: UInt8(ascii: ","), from: start) ?? row.byteCount
            return Field(start: start, count: position - start, hasDoubledQuotes: false)
        }
        return try quotedField(row, &position)
    }

    private static func quotedField(
        _ row: RawSpan, _ position: inout Int
    ) throws(Fault) -> Field {
        let opening = position
        let quote = UInt8(ascii: "\"")
        var hasDoubledQuotes = false
        position += 1
        while true {
            guard let next = row.firstPosition(of: quote, from: position) else {
                throw Fault(position: opening, reason: "the quoted field has no end")
            }
            position = next + 1
            guard position < row.byteCount else { break }
            if row.byte(at: position) == quote {
                hasDoubledQuotes = true
                position += 1
                continue
            }
            guard row.byte(at: position) == UInt8(ascii: ",") else {
                throw Fault(position: position, reason: "text follows the closing quote")
            }
            break
        }
        return Field(
            start: opening + 1, count: position - opening - 2, hasDoubledQuotes: hasDoubledQuotes)
    }

    /// Bytes of the row without its line end.
    static func contentCount(_ row: RawSpan) -> Int {
        var count = row.byteCount
        if count > 0, row.byte(at: count - 1) == UInt8(ascii: "\n") { count -= 1 }
        if count > 0, row.byte(at: count - 1) == UInt8(ascii: "\r") { count -= 1 }
        return count
    }

    /// Appends the field's text with each `""` made one quote.
    static func appendUnquoted(_ text: RawSpan, to bytes: inout [UInt8]) {
        var position = 0
        while position < text.byteCount {
            let byte = text.byte(at: position)
            bytes.append(byte)
            position += byte == UInt8(ascii: "\"") ? 2 : 1
        }
    }

    /// Writes the cells of the columns asked for, by their places, ascending.
    ///
    /// - Parameters:
    ///   - row: the payload.
    ///   - start: where the payload starts in the input.
    ///   - wanted: column places, ascending.
    ///   - cells: one for each place.
    ///   - arena: receives text that had doubled quotes.
    /// - Throws: where the row is no CSV; all cells are then NULL.
    package static func read(
        _ row: RawSpan, start: Int, wanted: [Int], into cells: inout [Cell], arena: inout [UInt8]
    ) throws(Fault) {
        for index in wanted.indices { cells[index] = .null }
        let row = row.slice(0, count: contentCount(row))
        var position = 0
        var column = 0
        var next = 0
        do throws(Fault) {
            // The whole row is divided, also behind the last column asked for: whether a row is
            // malformed must not depend on what a filter reads.
            while true {
                let field = try field(row, &position)
                while next < wanted.count, wanted[next] == column {
                    cells[next] = cell(field, row, start, &arena)
                    next += 1
                }
                column += 1
                guard position < row.byteCount else { break }
                position += 1
            }
        } catch {
            for index in wanted.indices { cells[index] = .null }
            throw error
        }
    }

    private static func cell(
        _ field: Field, _ row: RawSpan, _ start: Int, _ arena: inout [UInt8]
    ) -> Cell {
        let text = row.slice(field.start, count: field.count)
        let kind: CellKind = UTF8Text.isValid(text) ? .string : .bytes
        guard field.hasDoubledQuotes else {
            return Cell(
                kind: kind, home: .input, count: UInt32(field.count),
                bits: Int64(start + field.start))
        }
        let arenaStart = arena.count
        appendUnquoted(text, to: &arena)
        return Cell(
            kind: kind, home: .arena, count: UInt32(arena.count - arenaStart),
            bits: Int64(arenaStart))
    }
}
