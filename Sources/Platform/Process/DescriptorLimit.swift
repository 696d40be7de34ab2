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
        guard var limit = limits, limit.rlim_cur < limit.rlim_max else { return current }
        limit.rlim_cur = limit.rlim_max
        // SAFETY: the call reads the local only. What it did is asked for below.
        _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        return current
    }

    /// The limit now; nil if it is not known.
    package static var current: UInt64? { limits.map { UInt64($0.rlim_cur) } }

    private static var limits: rlimit? {
        var limit = rlimit()
        // SAFETY: the call writes the local only.
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else {
            return nil
        }
        return limit
    }
}
