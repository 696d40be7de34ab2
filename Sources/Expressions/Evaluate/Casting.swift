import Bytes

/// CAST (EXPRESSIONS.md §11).
enum Casting {
    /// The value in the type `target`; nil if it has no equivalent there.
    ///
    /// NULL stays NULL.
    static func cast(
        _ cell: Cell, to target: ValueType, _ homes: TextHomes, into output: inout TextOutput
    ) -> Cell? {
        if cell.kind == .null || cell.kind == .error { return cell }
        switch target {
        case .int: return integer(cell, homes)
        case .double: return double(cell, homes)
        case .string: return string(cell, homes, into: &output)
        case .bool: return bool(cell, homes)
        case .timestamp: return timestamp(cell, homes)
        case .bytes:
            guard cell.kind == .string || cell.kind == .bytes else { return nil }
            var bytes = cell
            bytes.kind = .bytes
            return bytes
        case .duration, .json: return nil
        }
    }

    private static func integer(_ cell: Cell, _ homes: TextHomes) -> Cell? {
        switch cell.kind {
        case .int: return cell
        case .bool, .timestamp: return .int(cell.bits)
        case .double:
            let whole = cell.doubleValue.rounded(.towardZero)
            return Int64(exactly: whole).map { .int($0) }
        case .string: return NumberText.castInteger(homes.text(cell)).map { .int($0) }
        default: return nil
        }
    }

    private static func double(_ cell: Cell, _ homes: TextHomes) -> Cell? {
        switch cell.kind {
        case .double: return cell
        case .int: return .double(Double(cell.bits))
        case .string: return NumberText.castDouble(homes.text(cell)).map { .double($0) }
        default: return nil
        }
    }

    private static func string(
        _ cell: Cell, _ homes: TextHomes, into output: inout TextOutput
    ) -> Cell? {
        switch cell.kind {
        case .string: return cell
        case .bytes:
            guard UTF8Text.isValid(homes.text(cell)) else { return nil }
            var text = cell
            text.kind = .string
            return text
        case .duration: return nil
        case .json:
            let start = output.bytes.count
            JSONWriter.append(cell, homes, to: &output.bytes)
            return output.cell(from: start)
        default:
            let start = output.bytes.count
            guard TextConversion.append(cell, homes, to: &output.bytes) else { return nil }
            return output.cell(from: start)
        }
    }

    private static func bool(_ cell: Cell, _ homes: TextHomes) -> Cell? {
        switch cell.kind {
        case .bool: return cell
        case .int: return .bool(cell.bits != 0)
        case .double: return .bool(cell.doubleValue != 0)
        case .string:
            return NumberText.bool(NumberText.trimmingBlanks(homes.text(cell))).map { .bool($0) }
        default: return nil
        }
    }

    private static func timestamp(_ cell: Cell, _ homes: TextHomes) -> Cell? {
        switch cell.kind {
        case .timestamp: return cell
        case .int: return .timestamp(cell.bits)
        case .string: return TimestampText.parse(homes.text(cell)).map { .timestamp($0) }
        default: return nil
        }
    }
}
