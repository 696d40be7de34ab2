#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The variables that the process was started with.
///
/// Nothing here changes them.
package enum ProcessEnvironment {
    /// The variable's value, nil if it is not set: getenv(3).
    ///
    /// Bytes that are not UTF-8 are replaced.
    package static func value(of name: String) -> String? {
        // SAFETY: nobody in this program calls setenv(3), so the text stays where it is; it is
        // copied at once.
        guard let text = unsafe getenv(name) else { return nil }
        return unsafe String(cString: text)
    }
}
