package import Platform
package import SystemPackage

/// Why a data directory was not copied.
///
/// What lies at the target by then is no data directory.
package enum CopyError: Error, Sendable, CustomStringConvertible {
    /// The source is no data directory of a format that is known.
    case source(OpenError)
    /// The target holds something already.
    case targetNotEmpty(FilePath, found: String)
    /// Each attempt found files gone that its snapshot had named.
    case restless(attempts: Int, missing: FilePath)
    case inputOutput(IOError)

    package var description: String {
        switch self {
        case .source(let error): error.description
        case .targetNotEmpty(let path, let found):
            "\(path.string) is not empty, it holds \(found): name a new directory"
        case .restless(let attempts, let missing):
            "the log was sealed faster than it could be copied: in each of \(attempts) attempts files "
                + "were gone, the last one \(missing.string). Copy again when there is less load, or "
                + "to a faster disk."
        case .inputOutput(let error): error.description
        }
    }
}
