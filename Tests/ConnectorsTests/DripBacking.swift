import Platform
import Synchronization
import SystemPackage

/// A stream in memory that gives at most so many bytes a read, and says whether it has some.
final class DripBacking: FileBacking {
    private struct State {
        var bytes: ArraySlice<UInt8>
        var pauses = 0
    }
    private let pieceByteCount: Int
    /// Whether every second look finds nothing, as with a slow writer.
    private let isSlow: Bool
    private let state: Mutex<State>

    init(_ bytes: [UInt8], pieceByteCount: Int = .max, isSlow: Bool = false) {
        self.pieceByteCount = pieceByteCount
        self.isSlow = isSlow
        state = Mutex(State(bytes: bytes[...]))
    }

    func hasInput() -> Bool {
        state.withLock {
            $0.pauses += 1
            return !isSlow || $0.pauses % 2 == 0
        }
    }

    func read(
        into buffer: UnsafeMutableRawBufferPointer, at position: Int64?
    ) throws(Errno) -> Int {
        let capacity = buffer.count
        let piece = state.withLock { state in
            let piece = state.bytes.prefix(min(capacity, pieceByteCount))
            state.bytes = state.bytes.dropFirst(piece.count)
            return piece
        }
        // SAFETY: the piece has at most as many bytes as the buffer.
        unsafe buffer.copyBytes(from: piece)
        return piece.count
    }

    func write(_ pieces: [UnsafeRawBufferPointer], at position: Int64?) throws(Errno) -> Int {
        throw .badFileDescriptor
    }
    func synchronizeData() throws(Errno) {}
    func synchronize() throws(Errno) {}
    func preallocate(_ count: Int64) throws(Errno) {}
    func size() throws(Errno) -> Int64 { 0 }
    func truncate(to size: Int64) throws(Errno) {}
    func lock() throws(Errno) {}
    func close() throws(Errno) {}
}
