import Platform
import Synchronization
import SystemPackage

/// A stream that is one very long line, made as it is read, and a tail.
final class HugeLineBacking: FileBacking {
    private struct State {
        var left: Int
        var tail: ArraySlice<UInt8>
    }
    private let state: Mutex<State>

    init(lineByteCount: Int, tail: [UInt8]) {
        state = Mutex(State(left: lineByteCount, tail: tail[...]))
    }

    func read(
        into buffer: UnsafeMutableRawBufferPointer, at position: Int64?
    ) throws(Errno) -> Int {
        let capacity = buffer.count
        let (fill, tail) = state.withLock { state -> (Int, ArraySlice<UInt8>) in
            let fill = min(capacity, state.left)
            state.left -= fill
            guard fill == 0 else { return (fill, []) }
            let tail = state.tail.prefix(capacity)
            state.tail = state.tail.dropFirst(tail.count)
            return (0, tail)
        }
        // SAFETY: both parts have at most as many bytes as the buffer.
        if fill > 0 {
            unsafe buffer.baseAddress?.initializeMemory(
                as: UInt8.self, repeating: 0x78, count: fill)
        }
        unsafe buffer.copyBytes(from: tail)
        return fill + tail.count
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
