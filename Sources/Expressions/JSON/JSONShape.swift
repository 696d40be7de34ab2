import Bytes

/// The skeleton of a document that was found valid: everything but its scalar values.
///
/// Rows of a stream repeat the same members in the same order. A document that has the same bytes
/// between its scalars as a valid one, and valid scalars, is valid too, and its scalars belong to
/// the same paths: comparing the skeleton, eight bytes at a time, replaces tokens, names and
/// nesting. Whatever differs, in the slightest, is left to the general walk.
struct JSONShape: Sendable {
    /// The bytes before a scalar, and where the scalar goes; the last part has no scalar.
    private struct Part: BitwiseCopyable, Sendable {
        /// The literal's first eight bytes, of which `mask` selects those that exist.
        var first: UInt64
        var mask: UInt64
        /// The literal's last eight bytes, at `lastOffset`; those of `first` if it has less than
        /// eight, or so many that they are compared one by one.
        var last: UInt64
        var lastOffset: Int32
        var count: Int32
        /// The scalar's cell within its document, or -1.
        var slot: Int32
        var start: Int32
    }

    /// Documents with more scalars, or a larger skeleton, are not remembered.
    static let partCountMax = 512
    static let byteCountMax = 16_384

    /// A literal of so many bytes is two words, which overlap.
    private static let shortLiteralMax = 16

    /// Bytes of input that must follow a document: the words that are compared and read may begin
    /// at its end, behind a literal of 16 bytes and a number of 17.
    private static let margin = 64

    private var parts: [Part] = []
    private var literals: [UInt8] = []
    /// Whether the shape gives a value to each of the tree's cells.
    private var coversAllSlots = false

    /// Forgets everything, to record a document.
    mutating func removeAll() {
        parts.removeAll(keepingCapacity: true)
        literals.removeAll(keepingCapacity: true)
    }

    /// Records the bytes before a scalar; false if the document is too large.
    mutating func append(_ literal: RawSpan, slot: Int) -> Bool {
        guard parts.count < Self.partCountMax,
            literals.count + literal.byteCount <= Self.byteCountMax
        else { return false }
        let count = literal.byteCount
        let first = JSONPathTree.prefix(literal)
        let hasLast = count > 8 && count <= Self.shortLiteralMax
        parts.append(
            Part(
                first: first, mask: count >= 8 ? .max : (1 << UInt64(count * 8)) - 1,
                last: hasLast ? literal.littleEndian(at: count - 8) : first,
                lastOffset: hasLast ? Int32(count - 8) : 0, count: Int32(count), slot: Int32(slot),
                start: Int32(literals.count)))
        literals.append(copying: literal)
        return true
    }

    /// Ends the recording.
    mutating func finish(slotCount: Int) {
        coversAllSlots = Set(parts.map(\.slot).filter { $0 >= 0 }).count == slotCount
    }

    /// Whether a document may be read by a shape: it is not too large, and the input goes on behind
    /// it.
    @inline(__always)  // A few comparisons before the fastest loop of the engine.
    static func canRead(_ document: JSONDocument, in input: RawSpan) -> Bool {
        document.count <= JSONLimits.byteCountMax
            && input.holds(document.count &+ margin, at: document.start)
    }

    /// Reads documents of this shape from `index` on, up to one that is not.
    ///
    /// - Parameters:
    ///   - batch: the documents.
    ///   - index: the first document to read.
    ///   - slots: the cells of the tree within those of a document.
    ///   - cells: those of all documents.
    ///   - arena: receives strings with escapes.
    /// - Returns: the first document that was not read; its cells hold anything.
    func read(
        _ batch: borrowing JSONBatch, from index: Int, slots: Range<Int>,
        cells: inout MutableSpan<Cell>, arena: inout [UInt8]
    ) -> Int {
        let parts = parts.span
        let end = batch.documents.count
        var index = index
        while index < end {
            let firstCell = index &* batch.slotCount
            if !coversAllSlots {
                for slot in slots { cells[firstCell &+ slot] = .null }
            }
            guard
                read(
                    parts, batch.input, batch.documents[index], batch.place, firstCell, &cells,
                    &arena)
            else { return index }
            index &+= 1
        }
        return index
    }

    /// Reads one document; false if it is not of this shape.
    @inline(__always)  // The fastest loop of the engine; it has one caller.
    private func read(
        _ parts: Span<Part>, _ input: RawSpan, _ document: JSONDocument, _ place: JSONPlace,
        _ firstCell: Int, _ cells: inout MutableSpan<Cell>, _ arena: inout [UInt8]
    ) -> Bool {
        guard Self.canRead(document, in: input) else { return false }
        let end = document.start &+ document.count
        let lastPart = parts.count &- 1
        var position = document.start
        var part = 0
        while part <= lastPart {
            let expected = parts[part]
            let difference =
                ((Self.word(input, position) & expected.mask) ^ expected.first)
                | ((Self.word(input, position &+ Int(expected.lastOffset)) & expected.mask)
                    ^ expected.last)
            guard difference == 0 else { return false }
            if expected.count > Self.shortLiteralMax, !isPresent(expected, input, position, end) {
                return false
            }
            position &+= Int(expected.count)
            if part == lastPart { break }
            let slot = Int(expected.slot)
            guard
                let cell = Self.scalar(input, &position, end, isWanted: slot >= 0, place, &arena),
                position <= end
            else { return false }
            if slot >= 0 { cells[firstCell &+ slot] = cell }
            part &+= 1
        }
        return position == end
    }

    /// Eight bytes at `position`.
    ///
    /// - Precondition: not more than ``margin`` - 8 bytes behind the end of a document that the
    ///   caller has found to lie so far before the input's end.
    @inline(__always)  // One load.
    private static func word(_ input: RawSpan, _ position: Int) -> UInt64 {
        // SAFETY: the precondition is the bound. Each step below starts at most at the document's
        // end: a literal moves at most 16 bytes, its words end there; a scalar behind it reads at
        // most 17 + 8 bytes further before it is compared with the end.
        unsafe UInt64(
            littleEndian: input.unsafeLoadUnaligned(
                fromUncheckedByteOffset: position, as: UInt64.self))
    }

    /// Whether a longer literal stands at `position`.
    private func isPresent(
        _ part: Part, _ input: RawSpan, _ position: Int, _ end: Int
    ) -> Bool {
        let count = Int(part.count)
        return count <= end &- position
            && literals.rawSpan.slice(Int(part.start), count: count)
                .isEqual(to: input.slice(position, count: count))
    }

    /// The scalar at `position`, at most 16 bytes behind `end`; nil if there is none, or a wrong
    /// one.
    ///
    /// What reaches beyond `end` is the caller's to refuse.
    @inline(__always)  // As above.
    private static func scalar(
        _ input: RawSpan, _ position: inout Int, _ end: Int, isWanted: Bool, _ place: JSONPlace,
        _ arena: inout [UInt8]
    ) -> Cell? {
        let word = word(input, position)
        let first = UInt8(truncatingIfNeeded: word)
        if first == UInt8(ascii: "\"") {
            let start = position &+ 1
            var last = start
            while true {
                let marks = JSONScanner.specialMarks(Self.word(input, last))
                if marks != 0 {
                    last &+= marks.trailingZeroBitCount / 8
                    break
                }
                last &+= 8
                guard last < end else { return nil }
            }
            guard UInt8(truncatingIfNeeded: Self.word(input, last)) == UInt8(ascii: "\"") else {
                return uncommonString(input, start, &position, end, place, &arena)
            }
            position = last &+ 1
            return place.text(.string, start, count: last &- start)
        }
        if first <= UInt8(ascii: "9") {
            return number(input, word, &position, end, isWanted: isWanted)
        }
        return literal(word, UInt8(truncatingIfNeeded: Self.word(input, position &+ 4)), &position)
    }

    /// A string with escapes or with more than ASCII.
    @inline(never)  // Keeps the loop above small.
    private static func uncommonString(
        _ input: RawSpan, _ start: Int, _ position: inout Int, _ end: Int, _ place: JSONPlace,
        _ arena: inout [UInt8]
    ) -> Cell? {
        guard start < end else { return nil }
        let text = input.extracting(0..<end)
        position = start
        guard let hasEscapes = try? JSONScanner.string(text, &position) else { return nil }
        let count = position - start - 1
        return JSONWalker.stringCell(
            text.slice(start, count: count), hasEscapes, start, place, &arena)
    }

    /// An integer of less than 16 digits at once, any other number by the general reader; NULL
    /// stands for one that is not wanted.
    @inline(__always)  // As above.
    private static func number(
        _ input: RawSpan, _ word: UInt64, _ position: inout Int, _ end: Int, isWanted: Bool
    ) -> Cell? {
        let isNegative = UInt8(truncatingIfNeeded: word) == UInt8(ascii: "-")
        let start = isNegative ? position &+ 1 : position
        let head = Self.word(input, start) ^ JSONDigits.zeros
        let count = JSONDigits.count(head)
        var last = start &+ count
        var tail: UInt64 = 0
        var tailCount = 0
        if count == 8 {
            tail = Self.word(input, last) ^ JSONDigits.zeros
            tailCount = JSONDigits.count(tail)
            guard tailCount < 8 else { return uncommonNumber(input, &position, end) }
            last &+= tailCount
        }
        let next = UInt8(truncatingIfNeeded: Self.word(input, last))
        // No digit, a leading zero, a point or an exponent.
        if count == 0 || (head & 0xFF == 0 && last &- start > 1) || next == UInt8(ascii: ".")
            || next | 0x20 == UInt8(ascii: "e")
        {
            return uncommonNumber(input, &position, end)
        }
        position = last
        guard isWanted else { return .null }
        var value = JSONDigits.value(head, count)
        // Below 10^15: no overflow.
        if tailCount > 0 {
            value = value &* JSONDigits.powerOfTen(tailCount) &+ JSONDigits.value(tail, tailCount)
        }
        return .int(Int64(truncatingIfNeeded: isNegative ? 0 &- value : value))
    }

    @inline(never)  // Keeps the loop above small.
    private static func uncommonNumber(
        _ input: RawSpan, _ position: inout Int, _ end: Int
    ) -> Cell? {
        guard position < end else { return nil }
        return JSONNumber.read(input.extracting(0..<end), &position)
    }

    /// `true`, `false` or `null`, whose first eight bytes and whose fifth are given.
    @inline(__always)  // As above.
    private static func literal(_ word: UInt64, _ fifth: UInt8, _ position: inout Int) -> Cell? {
        switch UInt32(truncatingIfNeeded: word) {
        case 0x6C6C_756E:
            position &+= 4
            return JSONExtractor.jsonNull
        case 0x6575_7274:
            position &+= 4
            return .bool(true)
        case 0x736C_6166 where fifth == UInt8(ascii: "e"):
            position &+= 5
            return .bool(false)
        default:
            return nil
        }
    }
}
