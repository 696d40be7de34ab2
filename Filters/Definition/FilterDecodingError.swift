/// Why stored bytes are no ``FilterDefinition``.
package struct FilterDecodingError: Error, Equatable, Sendable, CustomStringConvertible {
    package enum Reason: Equatable, Sendable {
        case truncated
        case unknownVersion(UInt8)
        case unknownCode(UInt8)
        /// A count or length above this limit.
        case limit(UInt64)
        case invalidUTF8
        /// Options that are not ascending by name.
        case unordered
        case trailingBytes
    }

    package let position: Int
    package let reason: Reason

    package init(_ position: Int, _ reason: Reason) {
        self.position = position
        self.reason = reason
    }

    package var description: String {
        let problem =
            switch reason {
            case .truncated: "it ends too early"
            case .unknownVersion(let version): "version \(version) is unknown; this program reads 1"
            case .unknownCode(let code): "code \(code) is unknown"
            case .limit(let limit): "a count or length is above its limit of \(limit)"
            case .invalidUTF8: "a name is not UTF-8"
            case .unordered: "the options are not in order"
            case .trailingBytes: "bytes follow its end"
            }
        return "The stored filter cannot be read: byte \(position): \(problem). "
            + "Define the subscription's filter again."
    }
}
