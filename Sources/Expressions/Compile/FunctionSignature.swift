/// What a call of a ``ScalarFunction`` must look like.
struct FunctionSignature: Sendable {
    /// What an argument may be; values of unknown type may be anything.
    enum Argument: Sendable {
        case text
        case textOrBytes
        case number
        case integer
        case timestamp
        case timestampSource

        func accepts(_ type: ValueType) -> Bool {
            switch self {
            case .text: type == .string
            case .textOrBytes: type.isText
            case .number: type.isNumber
            case .integer: type == .int
            case .timestamp: type == .timestamp
            case .timestampSource: type == .string || type == .int || type == .timestamp
            }
        }
    }

    /// The type of the result.
    enum Result: Sendable {
        case known(ValueType)
        /// That of the first argument.
        case first
    }

    let function: ScalarFunction
    let arguments: [Argument]
    /// How many of the arguments must be there.
    let required: Int
    let result: Result

    init(
        _ function: ScalarFunction, _ arguments: [Argument], required: Int? = nil,
        _ result: Result
    ) {
        self.function = function
        self.arguments = arguments
        self.required = required ?? arguments.count
        self.result = result
    }

    /// By name, in ASCII upper case.
    static let all: [String: FunctionSignature] = [
        "LOWER": .init(.lower, [.text], .known(.string)),
        "UPPER": .init(.upper, [.text], .known(.string)),
        "TRIM": .init(.trim, [.text, .text], required: 1, .known(.string)),
        "LTRIM": .init(.leftTrim, [.text, .text], required: 1, .known(.string)),
        "RTRIM": .init(.rightTrim, [.text, .text], required: 1, .known(.string)),
        "LENGTH": .init(.length, [.text], .known(.int)),
        "CHAR_LENGTH": .init(.length, [.text], .known(.int)),
        "OCTET_LENGTH": .init(.octetLength, [.textOrBytes], .known(.int)),
        "SUBSTRING": .init(
            .substring, [.text, .integer, .integer], required: 2, .known(.string)),
        "LEFT": .init(.left, [.text, .integer], .known(.string)),
        "RIGHT": .init(.right, [.text, .integer], .known(.string)),
        "REPLACE": .init(.replace, [.text, .text, .text], .known(.string)),
        "POSITION": .init(.position, [.text, .text], .known(.int)),
        "SPLIT_PART": .init(.splitPart, [.text, .text, .integer], .known(.string)),
        "ABS": .init(.absolute, [.number], .first),
        "ROUND": .init(.round, [.number, .integer], required: 1, .first),
        "FLOOR": .init(.floor, [.number], .first),
        "CEIL": .init(.ceiling, [.number], .first),
        "SIGN": .init(.sign, [.number], .first),
        "SQRT": .init(.squareRoot, [.number], .known(.double)),
        "POWER": .init(.power, [.number, .number], .known(.double)),
        "TO_TIMESTAMP": .init(.toTimestamp, [.timestampSource], .known(.timestamp)),
        "MD5": .init(.md5, [.textOrBytes], .known(.string)),
        "SHA256": .init(.sha256, [.textOrBytes], .known(.string)),
        "CRC32": .init(.crc32, [.textOrBytes], .known(.int)),
        "JAVA_HASH": .init(.javaHash, [.textOrBytes], .known(.int)),
    ]

    /// Functions that are no row-wise computation of up to three values.
    static let special = [
        "CAST", "TRY_CAST", "COALESCE", "NULLIF", "IF", "GREATEST", "LEAST", "CONCAT", "MOD", "NOW",
        "EXTRACT", "DATE_TRUNC", "REGEXP_LIKE", "REGEXP_EXTRACT", "JSON_VALUE", "JSON_EXISTS",
        "JSON_LENGTH", "HEADER", "HEADER_COUNT",
    ]

    /// All function names, for suggestions.
    static let names = (Array(all.keys) + special).sorted()

    /// The aggregates of SQL statements (WINDOWS.md), to refuse them with a reason.
    static let aggregates: Set<String> = [
        "COUNT", "SUM", "AVG", "MIN", "MAX", "FIRST_VALUE", "LAST_VALUE", "STDDEV_POP",
        "STDDEV_SAMP", "VAR_POP", "VAR_SAMP", "PERCENTILE", "MEDIAN", "PERCENTILE_DISC",
    ]
}
