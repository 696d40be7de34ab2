import Bytes

/// What the functions compute (EXPRESSIONS.md §12). NULL in gives NULL out; so does a value whose
/// type the function does not take, because types of properties are known only here.
extension ScalarFunction {
    func evaluate(
        _ arguments: ScalarArguments, _ homes: TextHomes, _ arithmetic: inout Arithmetic,
        into output: inout TextOutput
    ) -> Cell {
        if let error = arguments.error { return error }
        guard !arguments.hasNull else { return .null }
        let first = arguments.first
        switch self {
        case .lower, .upper, .trim, .leftTrim, .rightTrim, .length, .substring, .left, .right,
            .replace, .position, .splitPart:
            guard first.kind == .string else { return .null }
            return text(arguments, homes, arithmetic, into: &output)
        case .absolute, .round, .floor, .ceiling, .sign, .squareRoot, .power:
            return number(arguments, homes, &arithmetic)
        case .octetLength:
            guard first.kind == .string || first.kind == .bytes else { return .null }
            return .int(Int64(first.count))
        case .md5, .sha256, .crc32, .javaHash:
            guard first.kind == .string || first.kind == .bytes else { return .null }
            return digest(first, homes, into: &output)
        case .toTimestamp: return timestamp(first, homes)
        case .extract:
            guard arguments.second.kind == .timestamp else { return .null }
            let field = CalendarField.allCases[Int(first.bits)]
            return .int(field.extract(from: arguments.second.bits))
        case .truncateDate:
            guard arguments.second.kind == .timestamp else { return .null }
            let unit = CalendarUnit.allCases[Int(first.bits)]
            return unit.truncate(arguments.second.bits).map { .timestamp($0) }
                ?? arithmetic.undefined()
        }
    }

    private func timestamp(_ cell: Cell, _ homes: TextHomes) -> Cell {
        switch cell.kind {
        case .timestamp: return cell
        case .int: return .timestamp(cell.bits)
        // JSON writes large or whole numbers as doubles too.
        case .double: return Int64(exactly: cell.doubleValue).map { .timestamp($0) } ?? .null
        case .string: return TimestampText.parse(homes.text(cell)).map { .timestamp($0) } ?? .null
        default: return .null
        }
    }

    private func digest(_ cell: Cell, _ homes: TextHomes, into output: inout TextOutput) -> Cell {
        let bytes = homes.text(cell)
        let start = output.bytes.count
        switch self {
        case .crc32: return .int(Int64(MessageDigests.crc32(bytes)))
        case .javaHash:
            // Java hashes UTF-16, which bytes that are no text do not have.
            guard cell.kind == .string || UTF8Text.isValid(bytes) else { return .null }
            return .int(Int64(MessageDigests.javaHash(bytes)))
        case .md5: MD5Digest.append(bytes, to: &output.bytes)
        default: SHA256Digest.append(bytes, to: &output.bytes)
        }
        return output.cell(from: start)
    }

    // MARK: Numbers

    private func number(
        _ arguments: ScalarArguments, _ homes: TextHomes, _ arithmetic: inout Arithmetic
    ) -> Cell {
        let value = arithmetic.number(arguments.first, homes)
        guard value.kind != .null else { return .null }
        switch self {
        case .round:
            var places: Int64 = 0
            if arguments.count > 1 {
                let second = arithmetic.number(arguments.second, homes)
                guard second.kind == .int else { return .null }
                places = second.bits
            }
            guard value.kind == .double else {
                return DecimalRounding.round(value.bits, places: places).map { .int($0) }
                    ?? arithmetic.undefined()
            }
            let rounded = DecimalRounding.round(value.doubleValue, places: places)
            return arithmetic.checked(rounded, fromFinite: value.doubleValue.isFinite)
        case .power:
            let exponent = arithmetic.number(arguments.second, homes)
            guard exponent.kind != .null else { return .null }
            let left = Self.double(value)
            let right = Self.double(exponent)
            return arithmetic.checked(
                Power.raise(left, to: right), fromFinite: left.isFinite && right.isFinite)
        case .squareRoot:
            let operand = Self.double(value)
            return arithmetic.checked(operand.squareRoot(), fromFinite: operand.isFinite)
        default: break
        }
        return value.kind == .int
            ? integer(value.bits, &arithmetic) : double(value.doubleValue, &arithmetic)
    }

    private static func double(_ cell: Cell) -> Double {
        cell.kind == .int ? Double(cell.bits) : cell.doubleValue
    }

    private func integer(_ value: Int64, _ arithmetic: inout Arithmetic) -> Cell {
        switch self {
        case .absolute:
            return Int64(exactly: value.magnitude).map { .int($0) } ?? arithmetic.undefined()
        case .sign: return .int(value.signum())
        default: return .int(value)
        }
    }

    private func double(_ value: Double, _ arithmetic: inout Arithmetic) -> Cell {
        switch self {
        case .absolute: arithmetic.checked(value.magnitude, fromFinite: false)
        case .floor: arithmetic.checked(value.rounded(.down), fromFinite: false)
        case .ceiling: arithmetic.checked(value.rounded(.up), fromFinite: false)
        default:
            value.isNaN ? arithmetic.undefined() : .double(value > 0 ? 1 : value < 0 ? -1 : 0)
        }
    }
}
