/// Why bytes are not the message they are read as.
package enum WireError: Error, Sendable, Equatable, CustomStringConvertible {
    /// A field of `needed` bytes begins at `position`, of which `left` are there.
    case truncated(position: Int, needed: Int, left: Int)
    /// A length or count that cannot be.
    case invalidCount(position: Int, found: Int64)
    /// A limit of ``WireLimits`` is exceeded.
    case limit(name: String, position: Int, found: Int, limit: Int)
    /// A text is not UTF-8.
    case invalidText(position: Int)
    /// A field that must be there is null.
    case unexpectedNull(position: Int)
    /// A variable-length integer of more than 32 bits.
    case invalidVarint(position: Int)

    package var description: String {
        switch self {
        case .truncated(let position, let needed, let left):
            "byte \(position): a field needs \(needed) bytes and \(left) are left"
        case .invalidCount(let position, let found):
            "byte \(position): a length or count is \(found)"
        case .limit(let name, let position, let found, let limit):
            "byte \(position): \(name) is \(found), the limit is \(limit)"
        case .invalidText(let position): "byte \(position): a text is not UTF-8"
        case .unexpectedNull(let position): "byte \(position): a field that must be there is null"
        case .invalidVarint(let position):
            "byte \(position): a variable-length integer has more than 32 bits"
        }
    }
}
