package import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Where the running program's file is.
package enum ProgramLocation {
    /// The file, links followed; nil if the system does not say: proc(5), `/proc/self/exe`.
    package static var file: FilePath? {
        // SAFETY: realpath(3) with a null buffer allocates the text, which is copied and freed.
        guard let text = unsafe realpath("/proc/self/exe", nil) else { return nil }
        defer { unsafe free(text) }
        return unsafe FilePath(String(cString: text))
    }
}
