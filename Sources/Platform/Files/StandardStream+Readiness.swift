#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// What a program that stands in a pipe needs to know of its streams.
extension StandardStream {
    /// Takes the place of streams that the process was started without (`<&-`, `>&-`) by ones on
    /// which every read or write fails: else the next file that is opened, perhaps the log, would
    /// get their number, and results would be written into it.
    ///
    /// Call it before anything is opened.
    package static func occupyClosed() {
        for stream in allCases where fcntl(stream.rawValue, F_GETFD) < 0 {
            // The lowest free number is this stream's: those below it are open by now. Wrong way
            // round on purpose.
            _ = unsafe open("/dev/null", stream == .input ? O_WRONLY : O_RDONLY)
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
