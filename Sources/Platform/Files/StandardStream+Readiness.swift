#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// What a program that stands in a pipe needs to know of its streams.
extension StandardStream {
    /// Whether a read would return at once, with bytes or at the end: poll(2) without waiting.
    package var hasInput: Bool { poll(POLLIN, milliseconds: 0) }

    /// Waits until a read, or for the output streams a write, can go on: for descriptors that
    /// another program has set to `O_NONBLOCK`, which is a property of the terminal or pipe that
    /// they share and not ours to change.
    func waitUntilReady() {
        _ = poll(self == .input ? POLLIN : POLLOUT, milliseconds: -1)
    }

    private func poll(_ events: Int32, milliseconds: Int32) -> Bool {
        var entry = pollfd(fd: rawValue, events: Int16(events), revents: 0)
        while true {
            let count = unsafe Glibc.poll(&entry, 1, milliseconds)
            if count >= 0 { return count > 0 }
            // Any failure but an interruption: the read itself will say what is wrong.
            guard errno == EINTR else { return true }
        }
    }

    /// Asks the kernel for a larger pipe, so that fewer switches between its two ends are needed;
    /// what is no pipe, or may not grow, stays as it is.
    ///
    /// fcntl(2), F_SETPIPE_SZ.
    package func enlargePipe(to byteCount: Int32 = 1 << 20) {
        _ = fcntl(rawValue, Self.setPipeSize, byteCount)
    }

    /// `F_SETPIPE_SZ` of linux/fcntl.h, F_LINUX_SPECIFIC_BASE + 7, which Swift does not see.
    private static let setPipeSize: Int32 = 1024 + 7
}
