package import SystemPackage

/// One open file, a system call a function: what ``File`` stands on, real or simulated.
///
/// Nothing here repeats or completes a call; ``File`` does, so that short writes and interrupts
/// of a simulated disk test the same code that runs on a real one.
package protocol FileBacking: AnyObject, Sendable {
    /// Reads once, at `position`, or at the file's own position if nil; 0 at the end.
    func read(into buffer: UnsafeMutableRawBufferPointer, at position: Int64?) throws(Errno) -> Int
    /// Writes the pieces one after the other, once, and may stop short; nil position: the file's
    /// own, or its end for ``OpenMode/append``.
    ///
    /// The pieces are at most ``FileBackingLimit/pieceCountMax``, and valid during the call.
    func write(_ pieces: [UnsafeRawBufferPointer], at position: Int64?) throws(Errno) -> Int
    /// fdatasync(2).
    func synchronizeData() throws(Errno)
    /// fsync(2).
    func synchronize() throws(Errno)
    /// fallocate(2) of bytes 0 ..< `count`; the length grows to `count` if it is smaller.
    func preallocate(_ count: Int64) throws(Errno)
    /// posix_fadvise(2), `POSIX_FADV_DONTNEED`; by default it does nothing.
    func forgetCached() throws(Errno)
    /// Length in bytes.
    func size() throws(Errno) -> Int64
    /// ftruncate(2).
    func truncate(to size: Int64) throws(Errno)
    /// flock(2), exclusive, not waiting; released by ``close()``.
    func lock() throws(Errno)
    /// Closes; a second call does nothing.
    func close() throws(Errno)
    /// Whether a read would wait; by default it never would.
    var readiness: InputReadiness { get }
}

extension FileBacking {
    package var readiness: InputReadiness { .always }
    package func forgetCached() throws(Errno) {}
}

/// Limits that every backing shares.
package enum FileBackingLimit {
    /// Most pieces of one vectored write: IOV_MAX of Linux, writev(2).
    package static let pieceCountMax = 1024
}
