#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Tells whether a read of a file would wait; valid while the file is open.
package struct InputReadiness: Sendable {
    /// Descriptor of a stream; -1 for what never waits: a regular file, a simulated one.
    let descriptor: Int32

    /// What never waits.
    static let always = InputReadiness(descriptor: -1)

    /// Whether a read would return at once, with bytes or at the end: poll(2) without waiting.
    package var hasInput: Bool {
        descriptor < 0 || Self.poll(descriptor, POLLIN, milliseconds: 0)
    }

    /// Waits until a write can go on.
    func waitForRoom() {
        _ = Self.poll(descriptor, POLLOUT, milliseconds: -1)
    }

    private static func poll(_ descriptor: Int32, _ events: Int32, milliseconds: Int32) -> Bool {
        var entry = pollfd(fd: descriptor, events: Int16(events), revents: 0)
        while true {
            let count = unsafe Glibc.poll(&entry, 1, milliseconds)
            if count >= 0 { return count > 0 }
            // Any failure but an interruption: the read itself will say what is wrong.
            guard errno == EINTR else { return true }
        }
    }
}
