#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

extension StandardStream {
    /// Whether a person looks at it: isatty(3).
    package var isTerminal: Bool { isatty(rawValue) == 1 }
}
