#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

extension StandardStream {
    /// Whether a person looks at it: isatty(3).
    package var isTerminal: Bool { isatty(rawValue) == 1 }

    /// Columns of the terminal, or nil if it is none or does not say: ioctl_tty(2).
    package var terminalWidth: Int? {
        guard isTerminal else { return nil }
        var size = winsize()
        // SAFETY: TIOCGWINSZ writes one `winsize` to the pointer, which lives for the call.
        let result = unsafe ioctl(rawValue, UInt(TIOCGWINSZ), &size)
        return result == 0 && size.ws_col > 0 ? Int(size.ws_col) : nil
    }
}
