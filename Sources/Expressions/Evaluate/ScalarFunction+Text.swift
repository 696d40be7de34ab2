import Bytes

/// Text functions; positions count code points, as SQL does.
extension ScalarFunction {
    func text(
        _ arguments: ScalarArguments, _ homes: TextHomes, _ arithmetic: Arithmetic,
        into output: inout TextOutput
    ) -> Cell {
        let first = arguments.first
        let text = homes.text(first)
        switch self {
        case .lower, .upper:
            let start = output.bytes.count
            if self == .lower {
                CaseMapping.appendLower(text, to: &output.bytes)
            } else {
                CaseMapping.appendUpper(text, to: &output.bytes)
            }
            return output.cell(from: start)
        case .length: return .int(Int64(UTF8Text.codePointCount(text)))
        case .trim, .leftTrim, .rightTrim: return trimmed(arguments, homes)
        case .left, .right, .substring: return part(arguments, homes, arithmetic)
        case .position:
            guard arguments.second.kind == .string else { return .null }
            return position(of: text, in: homes.text(arguments.second))
        case .replace: return replaced(arguments, homes, into: &output)
        default: return splitPart(arguments, homes, arithmetic)
        }
    }

    /// A part of a text cell, without copying.
    private func slice(_ cell: Cell, _ start: Int, _ end: Int) -> Cell {
        .string(cell.home, start: Int(cell.bits) + start, count: end - start)
    }

    private func position(of needle: RawSpan, in text: RawSpan) -> Cell {
        guard let found = text.firstPosition(of: needle) else { return .int(0) }
        return .int(Int64(UTF8Text.codePointCount(text.slice(0, count: found))) + 1)
    }

    // MARK: Trimming

    private func trimmed(_ arguments: ScalarArguments, _ homes: TextHomes) -> Cell {
        let text = homes.text(arguments.first)
        var start = 0
        var end = text.byteCount
        guard arguments.count > 1 else {
            while self != .rightTrim, start < end, text.byte(at: start) == 0x20 { start += 1 }
            while self != .leftTrim, end > start, text.byte(at: end - 1) == 0x20 { end -= 1 }
            return slice(arguments.first, start, end)
        }
        guard arguments.second.kind == .string else { return .null }
        let set = homes.text(arguments.second)
        while self != .rightTrim, start < end {
            var next = start
            guard contains(set, UTF8Text.decode(text, at: &next)) else { break }
            start = next
        }
        while self != .leftTrim, end > start {
            var previous = end - 1
            while previous > start, text.byte(at: previous) & 0xC0 == 0x80 { previous -= 1 }
            var position = previous
            guard contains(set, UTF8Text.decode(text, at: &position)) else { break }
            end = previous
        }
        return slice(arguments.first, start, end)
    }

    private func contains(_ set: RawSpan, _ wanted: UInt32) -> Bool {
        var position = 0
        while position < set.byteCount {
            if UTF8Text.decode(set, at: &position) == wanted { return true }
        }
        return false
    }

    // MARK: Parts

    private func part(
        _ arguments: ScalarArguments, _ homes: TextHomes, _ arithmetic: Arithmetic
    ) -> Cell {
        let text = homes.text(arguments.first)
        let second = arithmetic.number(arguments.second, homes)
        guard second.kind == .int else { return .null }
        if self == .left {
            let end = UTF8Text.position(after: clamped(second.bits), in: text)
            return slice(arguments.first, 0, end)
        }
        if self == .right {
            let surplus = UTF8Text.codePointCount(text) - clamped(second.bits)
            let start = UTF8Text.position(after: max(0, surplus), in: text)
            return slice(arguments.first, start, text.byteCount)
        }
        let first = max(1, second.bits)
        let start = UTF8Text.position(after: clamped(first - 1), in: text)
        guard arguments.count > 2 else { return slice(arguments.first, start, text.byteCount) }
        let length = arithmetic.number(arguments.third, homes)
        guard length.kind == .int, length.bits >= 0 else { return .null }
        // Positions before 1 count: (…, 0, 2) leaves one character.
        let (end, overflow) = second.bits.addingReportingOverflow(length.bits)
        let count =
            overflow ? Int64.max : max(0, end.subtractingReportingOverflow(first).partialValue)
        guard end > first || overflow else { return slice(arguments.first, start, start) }
        let stop = UTF8Text.position(after: clamped(count), in: text, from: start)
        return slice(arguments.first, start, stop)
    }

    /// A number of code points that is surely not below 0 nor above any text's.
    private func clamped(_ count: Int64) -> Int { Int(min(max(0, count), Int64(Int32.max))) }

    private func splitPart(
        _ arguments: ScalarArguments, _ homes: TextHomes, _ arithmetic: Arithmetic
    ) -> Cell {
        let text = homes.text(arguments.first)
        let number = arithmetic.number(arguments.third, homes)
        guard arguments.second.kind == .string, number.kind == .int, number.bits != 0 else {
            return .null
        }
        let separator = homes.text(arguments.second)
        let nothing = slice(arguments.first, 0, 0)
        guard separator.byteCount > 0 else {
            return number.bits == 1 || number.bits == -1 ? arguments.first : nothing
        }
        var wanted = number.bits
        if wanted < 0 {
            var count: Int64 = 1
            var position = 0
            while let found = text.firstPosition(of: separator, from: position) {
                count += 1
                position = found + separator.byteCount
            }
            guard wanted >= -count else { return nothing }
            wanted += count + 1
        }
        var start = 0
        var field: Int64 = 1
        while true {
            let found = text.firstPosition(of: separator, from: start)
            if field == wanted { return slice(arguments.first, start, found ?? text.byteCount) }
            guard let found else { return nothing }
            start = found + separator.byteCount
            field += 1
        }
    }

    private func replaced(
        _ arguments: ScalarArguments, _ homes: TextHomes, into output: inout TextOutput
    ) -> Cell {
        guard arguments.second.kind == .string, arguments.third.kind == .string else {
            return .null
        }
        let text = homes.text(arguments.first)
        let wanted = homes.text(arguments.second)
        let replacement = homes.text(arguments.third)
        guard wanted.byteCount > 0 else { return arguments.first }
        let first = output.bytes.count
        var start = 0
        while let found = text.firstPosition(of: wanted, from: start) {
            output.bytes.append(copying: text.slice(start, count: found - start))
            output.bytes.append(copying: replacement)
            start = found + wanted.byteCount
            guard output.bytes.count - first <= ExpressionLimits.computedByteCountMax else {
                output.bytes.removeSubrange(first...)
                return .null
            }
        }
        guard start > 0 else { return arguments.first }
        output.bytes.append(copying: text.slice(start, count: text.byteCount - start))
        return output.cell(from: first)
    }
}
