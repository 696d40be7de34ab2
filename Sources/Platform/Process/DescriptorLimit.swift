#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// How many files and sockets the process may have open.
package enum DescriptorLimit {
    /// Raises the limit to what the system allows at most, setrlimit(2).
    ///
    /// - Returns: the limit then; nil if it is not known.
    @discardableResult
    package static func raise() -> UInt64? {
        var limit = rlimit()
        // SAFETY: both calls read or write the local only.
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else {
            return nil
        }
        limit.rlim_cur = limit.rlim_max
        _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        return UInt64(limit.rlim_cur)
    }
}
