import Platform
import Synchronization
import SystemPackage

/// A stream in memory that keeps what is written, until its reader has had enough.
final class CollectBacking: FileBacking {
    struct State {
        var bytes: [UInt8] = []
        var callCount = 0
    }
    private let limit: Int
    let state = Mutex(State())

    /// - Parameter limit: bytes after which the reader closes the pipe.
    init(limit: Int = .max) { self.limit = limit }

    var bytes: [UInt8] { state.withLock { $0.bytes } }
    var callCount: Int { state.withLock { $0.callCount } }

    func write(_ pieces: [UnsafeRawBufferPointer], at position: Int64?) throws(Errno) -> Int {
        var bytes: [UInt8] = []
        // SAFETY: the pieces live during the call.
        for index in unsafe pieces.indices { unsafe bytes.append(contentsOf: pieces[index]) }
        let isOpen = state.withLock { state in
            state.callCount += 1
            guard state.bytes.count + bytes.count <= limit else { return false }
            state.bytes += bytes
            return true
        }
        guard isOpen else { throw .brokenPipe }
        return bytes.count
    }

    func read(
        into buffer: UnsafeMutableRawBufferPointer, at position: Int64?
    ) throws(Errno) -> Int { 0 }
    func synchronizeData() throws(Errno) {}
    func synchronize() throws(Errno) {}
    func preallocate(_ count: Int64) throws(Errno) {}
    func size() throws(Errno) -> Int64 { 0 }
    func truncate(to size: Int64) throws(Errno) {}
    func lock() throws(Errno) {}
    func close() throws(Errno) {}
}
