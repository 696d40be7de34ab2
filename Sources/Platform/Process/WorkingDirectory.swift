package import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The directory that relative paths start from; nothing in this program changes it.
package enum WorkingDirectory {
    /// The directory, or nil if it is gone: getcwd(3).
    package static var current: FilePath? {
        // SAFETY: with a null buffer getcwd allocates the text, which is copied and freed here.
        guard let text = unsafe getcwd(nil, 0) else { return nil }
        defer { unsafe free(text) }
        return unsafe FilePath(String(cString: text))
    }

    /// The path from the root, `.` and `..` taken out by their letters; links are left alone.
    package static func absolute(_ path: FilePath) -> FilePath {
        guard path.isRelative, let current else { return path.lexicallyNormalized() }
        return current.pushing(path).lexicallyNormalized()
    }
}
