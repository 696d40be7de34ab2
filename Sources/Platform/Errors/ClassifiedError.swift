/// An operating error that says who can do something about it, and whether trying again helps.
package protocol ClassifiedError: Error {
    /// Whose move it is.
    var domain: ErrorDomain { get }
    /// Whether the same call can succeed later.
    var retry: RetryHint { get }
}

/// Where the cause of an error lies.
package enum ErrorDomain: Sendable, Equatable {
    /// In what was asked for.
    case user
    /// In the machine, the disk, or another process.
    case external
    /// In what is stored, or in this program.
    case `internal`
}

/// Whether the same call can succeed later.
package enum RetryHint: Sendable, Equatable {
    case never
    /// Unchanged, after a while.
    case afterBackoff
    /// After looking again at what the error names, or opening it again.
    case afterRefresh
}
