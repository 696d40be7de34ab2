/// Why a configuration is refused.
package enum ConfigurationError: Error, Equatable, Sendable, CustomStringConvertible {
    case invalid(name: String, value: String, rule: String)
    /// `nearest` is the most similar name there is, if one is similar.
    case unknown(name: String, nearest: String?)
    /// A line of a file that is no setting.
    case noSetting(line: String)
    /// A file or a value has more bytes than the limit.
    case tooLong(what: String, limit: Int)
    /// Two settings exclude each other.
    case contradiction(name: String, value: String, other: String, otherValue: String)
    /// Something of a file is wrong; lines count from 1.
    indirect case at(file: String, line: Int, ConfigurationError)
    /// A variable is wrong.
    indirect case variable(name: String, ConfigurationError)

    package var description: String {
        switch self {
        case .invalid(let name, let value, let rule):
            "the setting \(name) cannot be '\(value.prefix(64))': it has to be \(rule)"
        case .unknown(let name, let nearest):
            "there is no setting '\(name.prefix(64))'."
                + (nearest.map { " Did you mean '\($0)'?" } ?? "")
                + " See all with: sluice serve --print-config"
        case .noSetting(let line):
            "'\(line.prefix(64))' is no setting: write NAME = VALUE, or # before a comment"
        case .tooLong(let what, let limit):
            "\(what) has at most \(limit) bytes; make it shorter"
        case .contradiction(let name, let value, let other, let otherValue):
            "\(name) is \(value), \(other) is \(otherValue): the first has to be at most the "
                + "second; change one of them"
        case .at(let file, let line, let error): "\(file):\(line): \(error)"
        case .variable(let name, let error): "the variable \(name): \(error)"
        }
    }
}
