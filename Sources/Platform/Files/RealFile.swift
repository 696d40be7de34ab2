import Synchronization
import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// An open file descriptor.
final class RealFile: FileBacking {
    private let descriptor: Int32
    private let closes: Bool
    private let isClosed = Atomic(false)

    /// `closes` is false for the standard streams, which belong to the process.
    init(descriptor: Int32, closes: Bool) {
        self.descriptor = descriptor
        self.closes = closes
    }

    func read(
        into buffer: UnsafeMutableRawBufferPointer, at position: Int64?
    ) throws(Errno) -> Int {
        guard let base = buffer.baseAddress else { return 0 }
        // SAFETY: base and count are those of the caller's buffer.
        if let position {
            return try checked(unsafe pread(descriptor, base, buffer.count, off_t(position)))
        }
        return try checked(unsafe Glibc.read(descriptor, base, buffer.count))
    }

    func write(_ pieces: [UnsafeRawBufferPointer], at position: Int64?) throws(Errno) -> Int {
        // SAFETY: the kernel only reads the pieces, which live during the call; there are at most
        // IOV_MAX of them.
        let vectors = unsafe pieces.map {
            unsafe iovec(
                iov_base: UnsafeMutableRawPointer(mutating: $0.baseAddress), iov_len: $0.count)
        }
        let count = unsafe Int32(vectors.count)
        if let position {
            return try checked(unsafe pwritev(descriptor, vectors, count, off_t(position)))
        }
        return try checked(unsafe writev(descriptor, vectors, count))
    }

    func synchronizeData() throws(Errno) { try check(fdatasync(descriptor)) }

    func synchronize() throws(Errno) { try check(fsync(descriptor)) }

    func preallocate(_ count: Int64) throws(Errno) {
        // Not fallocate(2): Swift does not see it, and this one has the same effect wherever the
        // file system can reserve. posix_fallocate(3) returns the error in place of errno.
        let result = posix_fallocate(descriptor, 0, off_t(count))
        if result != 0 { throw Errno(rawValue: result) }
    }

    func forgetCached() throws(Errno) {
        let result = posix_fadvise(descriptor, 0, 0, POSIX_FADV_DONTNEED)
        if result != 0 { throw Errno(rawValue: result) }
    }

    func size() throws(Errno) -> Int64 {
        var status = stat()
        try check(unsafe fstat(descriptor, &status))
        return Int64(status.st_size)
    }

    func truncate(to size: Int64) throws(Errno) { try check(ftruncate(descriptor, off_t(size))) }

    func lock() throws(Errno) { try check(flock(descriptor, LOCK_EX | LOCK_NB)) }

    func close() throws(Errno) {
        guard closes, !isClosed.exchange(true, ordering: .acquiringAndReleasing) else { return }
        // close(2): on Linux the descriptor is gone even after EINTR; a second call would close
        // what another thread has just opened under the same number.
        let result = Glibc.close(descriptor)
        guard result == 0 || errno == EINTR else { throw currentErrno }
    }

    private func check(_ result: Int32) throws(Errno) {
        if result < 0 { throw currentErrno }
    }

    private func checked(_ count: Int) throws(Errno) -> Int {
        if count < 0 { throw currentErrno }
        return count
    }
}
