/// What makes a whole split unreadable in a format; bad single records are only rejected.
package enum FormatError: Error, Equatable, Sendable {
    /// The header line is no row of CSV.
    case malformedHeader(reason: String)
    /// Two columns have one name.
    case duplicateColumn(String)
    /// The header line names more columns than ``ConnectorLimits/columnCountMax``.
    case tooManyColumns(limit: Int)
    /// The header line is longer than a record may be.
    case headerTooLong(limit: Int)

    /// What is wrong and what to do, without the place, which the caller knows.
    package var phrase: String {
        switch self {
        case .malformedHeader(let reason):
            "the CSV header line is malformed\(reason). Correct the first line."
        case .duplicateColumn(let name):
            "the CSV header line names the column '\(name.prefix(60))' twice. Rename one."
        case .tooManyColumns(let limit):
            "the CSV header line names more than \(limit) columns, the limit."
        case .headerTooLong(let limit):
            "the CSV header line has more than \(limit) bytes, the limit for one record."
        }
    }
}
