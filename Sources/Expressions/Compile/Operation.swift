/// What a ``Node`` computes.
///
/// Its operands and its `immediate` are said behind each case.
enum Operation: UInt8, Sendable {
    /// immediate: index in the program's constants.
    case constant
    /// immediate: index in the program's fields.
    case field
    /// The clock of the batch, a timestamp.
    case now

    // Conditions: they give TRUE, FALSE, UNKNOWN or an error.
    case and, or, not
    case equal, notEqual, less, lessOrEqual, greater, greaterOrEqual
    /// `left IS NOT DISTINCT FROM right`.
    case notDistinct
    /// immediate: index in the program's sets.
    case inSet
    /// subject; immediate: index in the program's LIKE patterns.
    case like
    /// subject, pattern; immediate: index in the program's LIKE options.
    case likeComputed
    /// subject; immediate: index in the program's regular expressions.
    case regex
    /// text, needle; immediate: 1 for the negated form of `rocketmq`, which is no NOT.
    case contains, startsWith, endsWith
    case isNull, isTrue, isFalse, isUnknown
    /// document; immediate: index in the program's paths.
    case jsonExists

    // Values.
    case add, subtract, multiply, divide, remainder
    case negate, positive
    case concatenate
    /// condition, result, condition, result, … [, otherwise].
    case conditional
    case coalesce
    case greatest, least
    /// immediate: ``ValueType`` index * 2, plus 1 for TRY_CAST.
    case cast
    /// An INT as the DOUBLE of another branch.
    case widen
    /// arguments; immediate: raw value of the ``ScalarFunction``.
    case function
    /// subject [, group]; immediate: index in the program's regular expressions.
    case regexExtract
    /// document; immediate: index in the program's paths. `jsonPath` gives objects and arrays too.
    case jsonValue, jsonPath, jsonLength

    /// Whether it gives a truth value rather than a value.
    var isCondition: Bool {
        rawValue >= Operation.and.rawValue && rawValue <= Operation.jsonExists.rawValue
    }

    /// Whether its result is surely no truth value, even where its type depends on the record.
    var isNeverBool: Bool {
        switch self {
        case .add, .subtract, .multiply, .divide, .remainder, .negate, .positive, .function: true
        default: false
        }
    }

    /// Whether it is one of `+ - * / %`.
    var isArithmetic: Bool {
        switch self {
        case .add, .subtract, .multiply, .divide, .remainder: true
        default: false
        }
    }
}
