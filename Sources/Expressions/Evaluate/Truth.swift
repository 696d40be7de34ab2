/// Truth values as bytes: a condition's results for a batch are an array of them.
enum Truth {
    static let no: UInt8 = 0
    static let yes: UInt8 = 1
    static let unknown: UInt8 = 2
    /// This plus the raw value of an ``EvaluationError``.
    static let firstError: UInt8 = 3

    static func of(_ value: Bool) -> UInt8 { value ? yes : no }

    static func error(_ cell: Cell) -> UInt8 { firstError &+ UInt8(truncatingIfNeeded: cell.bits) }

    static func error(_ error: EvaluationError) -> UInt8 {
        firstError &+ UInt8(truncatingIfNeeded: error.rawValue)
    }

    /// NOT; errors stay.
    static func not(_ truth: UInt8) -> UInt8 {
        switch truth {
        case no: yes
        case yes: no
        default: truth
        }
    }

    /// The truth value as a BOOL, NULL or error cell.
    static func cell(_ truth: UInt8) -> Cell {
        switch truth {
        case no: .bool(false)
        case yes: .bool(true)
        case unknown: .null
        default: Cell(kind: .error, bits: Int64(truth - firstError))
        }
    }

    /// What a value means where a truth value is needed (EXPRESSIONS.md §4, §17, §18).
    static func of(_ cell: Cell, _ homes: TextHomes, _ dialect: Dialect) -> UInt8 {
        switch cell.kind {
        case .bool: return of(cell.bits != 0)
        case .null: return unknown
        case .error: return error(cell)
        default:
            switch dialect {
            case .sluice:
                guard cell.kind == .string, let value = NumberText.bool(homes.text(cell)) else {
                    return unknown
                }
                return of(value)
            case .rocketmq: return no
            case .jms: return unknown
            }
        }
    }
}
