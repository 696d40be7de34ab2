/// The functions that compute a value from up to three values of a row (EXPRESSIONS.md §12).
enum ScalarFunction: Int64, Sendable, CaseIterable {
    case lower, upper, trim, leftTrim, rightTrim
    case length, octetLength
    case substring, left, right, replace, position, splitPart
    case absolute, round, floor, ceiling, sign, squareRoot, power
    case toTimestamp, extract, truncateDate
    case md5, sha256, crc32, javaHash
}
