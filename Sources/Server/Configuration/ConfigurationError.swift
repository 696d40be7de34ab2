/// Why a configuration is refused.
package enum ConfigurationError: Error, Equatable, Sendable, CustomStringConvertible {
    case invalid(name: String, value: String, rule: String)
    /// `nearest` is the most similar name there is, if one is similar.
    case unknown(name: String, nearest: String?)
    /// A line of a file that is no setting.
    case noSetting(line: String)
    case tooLong(limit: Int)
    /// Something of a file is wrong; lines count from 1.
    indirect case at(file: String, line: Int, ConfigurationError)

    package var description: String {
        switch self {
        case .invalid(let name, let value, let rule):
            "the setting \(name) cannot be '\(value)': it has to be \(rule)"
        case .unknown(let name, let nearest):
            "there is no setting '\(name)'."
                + (nearest.map { " Did you mean '\($0)'?" } ?? "")
                + " See all with: sluice serve --print-config"
        case .noSetting(let line):
            "'\(line)' is no setting: write NAME = VALUE, or # before a comment"
        case .tooLong(let limit): "a configuration file has at most \(limit) bytes"
        case .at(let file, let line, let error): "\(file):\(line): \(error)"
        }
    }
}
