import Bytes

/// The elements of a JSON array, one after the other: for `array CONTAINS x` and UNNEST.
///
/// The text must be that of a ``CellKind/json`` cell, hence valid.
package struct JSONElements {
    private let place: JSONPlace
    private var position: Int
    private var isAtEnd: Bool

    /// Starts before the first element; an object, or anything else, has none.
    ///
    /// - Parameters:
    ///   - text: the array's text.
    ///   - start: where it starts in the memory that `home` names: the cell's `bits`.
    ///   - home: the cell's home.
    package init(_ text: RawSpan, start: Int, home: CellHome) {
        place = JSONPlace(start: start, home: home)
        position = 0
        JSONScanner.skipBlanks(text, &position)
        isAtEnd = position >= text.byteCount || text.byte(at: position) != UInt8(ascii: "[")
        position += 1
        JSONScanner.skipBlanks(text, &position)
        if position >= text.byteCount || text.byte(at: position) == UInt8(ascii: "]") {
            isAtEnd = true
        }
    }

    /// The next element, or nil at the end; O(its bytes).
    ///
    /// Strings with escapes go to `arena`, which must not be the memory that holds `text`.
    package mutating func next(_ text: RawSpan, arena: inout [UInt8]) -> Cell? {
        guard !isAtEnd, position < text.byteCount else { return nil }
        let cell = value(text, &arena)
        JSONScanner.skipBlanks(text, &position)
        isAtEnd = position >= text.byteCount || text.byte(at: position) != UInt8(ascii: ",")
        position += 1
        JSONScanner.skipBlanks(text, &position)
        return cell
    }

    private mutating func value(_ text: RawSpan, _ arena: inout [UInt8]) -> Cell? {
        let start = position
        switch text.byte(at: position) {
        case UInt8(ascii: "\""):
            position += 1
            let hasEscapes = JSONSkipper.skipString(text, &position)
            let contents = text.slice(start + 1, count: max(0, position - start - 2))
            return JSONWalker.stringCell(contents, hasEscapes, start + 1, place, &arena)
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            position += 1
            var depth = 1
            while depth > 0, position < text.byteCount {
                JSONSkipper.skipValue(text, &position)
                guard position < text.byteCount else { break }
                let byte = text.byte(at: position)
                if byte == UInt8(ascii: "]") || byte == UInt8(ascii: "}") { depth -= 1 }
                position += 1
            }
            return place.text(.json, start, count: position - start)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            return JSONNumber.read(text, &position)
        default:
            return JSONScanner.literal(text, &position)
        }
    }
}
