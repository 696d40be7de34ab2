#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The setting of the fuzzers.
enum Environment {
    /// `SLUICE_FUZZ`.
    static var value: String? {
        // SAFETY: the name is a literal, and the text is copied before anybody could change it.
        unsafe getenv("SLUICE_FUZZ").map { unsafe String(cString: $0) }
    }
}
