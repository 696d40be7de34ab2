package import SystemPackage

/// A failed system call on a file or directory: what, where, and what to do next.
package struct IOError: ClassifiedError, Equatable, Sendable, CustomStringConvertible {
    /// What was attempted.
    package let operation: IOOperation
    /// On which file or directory.
    package let path: FilePath
    /// What the system answered.
    package let errno: Errno

    /// An error of the call `operation` on `path`.
    package init(_ operation: IOOperation, _ path: FilePath, _ errno: Errno) {
        self.operation = operation
        self.path = path
        self.errno = errno
    }

    /// The answer by its meaning.
    package var failure: IOFailure { IOFailure(errno) }

    package var domain: ErrorDomain { failure.domain }
    package var retry: RetryHint { failure.retry }

    package var description: String {
        "cannot \(operation.phrase) \(path.string): \(failure.phrase). \(failure.remedy) "
            + "(errno \(errno.rawValue), \(operation.manualPage))"
    }
}
