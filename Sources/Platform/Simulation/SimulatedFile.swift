import Synchronization
import SystemPackage

/// An open file of a simulated disk.
final class SimulatedFile: FileBacking {
    private let fileSystem: SimulatedFileSystem
    private let path: FilePath
    private let node: Int
    private let mode: OpenMode
    private let isClosed = Atomic(false)
    private let holdsLock = Atomic(false)
    /// The file's own position, for reads and writes without one.
    private let position = Mutex(0)

    init(_ fileSystem: SimulatedFileSystem, path: FilePath, node: Int, mode: OpenMode) {
        self.fileSystem = fileSystem
        self.path = path
        self.node = node
        self.mode = mode
    }

    func read(
        into buffer: UnsafeMutableRawBufferPointer, at position: Int64?
    ) throws(Errno) -> Int {
        try checkOpen()
        let start = position.map(Int.init) ?? self.position.withLock { $0 }
        let capacity = buffer.count
        let bytes = try fileSystem.change(.read, path) { disk throws(Errno) -> ArraySlice<UInt8> in
            let fault = try disk.begin(.read, path)
            if fault == .powerLoss { throw .ioError }
            let bytes = disk.nodes[node]?.current ?? []
            var end = min(bytes.count, start + capacity)
            if case .short(let count) = fault { end = min(end, start + count) }
            return start < end ? bytes[start..<end] : []
        }
        // SAFETY: `bytes` has at most as many bytes as the buffer.
        unsafe buffer.copyBytes(from: bytes)
        if position == nil { self.position.withLock { $0 += bytes.count } }
        return bytes.count
    }

    func write(_ pieces: [UnsafeRawBufferPointer], at position: Int64?) throws(Errno) -> Int {
        try checkOpen()
        guard mode.isWritable else { throw .badFileDescriptor }
        var bytes: [UInt8] = []
        // SAFETY: the pieces live during the call.
        for index in unsafe pieces.indices {
            unsafe bytes.append(contentsOf: pieces[index])
        }
        let own = self.position.withLock { $0 }
        let written = try fileSystem.change(.write, path) { disk throws(Errno) -> Int in
            try write(&bytes, at: position.map(Int.init), own: own, disk: &disk)
        }
        if position == nil { self.position.withLock { $0 += written } }
        return written
    }

    private func write(
        _ bytes: inout [UInt8], at position: Int?, own: Int, disk: inout SimulatedDisk
    ) throws(Errno) -> Int {
        let fault = try disk.begin(.write, path)
        let length = disk.nodes[node]?.current.count ?? 0
        let start = position ?? (mode == .append ? length : own)
        switch fault {
        case .tear(let count), .short(let count): bytes = Array(bytes.prefix(count))
        default: break
        }
        // A full disk takes what still fits; the caller's next call hears of it.
        let growth = start + bytes.count - length
        let room = disk.capacity - disk.usedByteCount
        if growth > room, growth > 0 {
            bytes.removeLast(min(bytes.count, growth - max(0, room)))
            if bytes.isEmpty { throw .noSpace }
        }
        disk.nodes[node]?.apply(.bytes(position: start, bytes))
        if disk.hasLostPower { throw .ioError }
        return bytes.count
    }

    func synchronizeData() throws(Errno) { try synchronize(.synchronizeData) }

    func synchronize() throws(Errno) { try synchronize(.synchronize) }

    private func synchronize(_ operation: IOOperation) throws(Errno) {
        try checkOpen()
        try fileSystem.change(operation, path) { disk throws(Errno) in
            let fault = try disk.begin(operation, path)
            if case .fail(let errno) = fault {
                // EINTR is not a failure of the disk: nothing is lost.
                if errno != .interrupted { disk.nodes[node]?.dropChanges() }
                throw errno
            }
            if disk.hasLostPower { throw .ioError }
            disk.nodes[node]?.synchronize()
        }
    }

    func preallocate(_ count: Int64) throws(Errno) {
        try change(.preallocate) { disk throws(Errno) in
            let length = disk.nodes[node]?.current.count ?? 0
            guard Int(count) > length else { return }
            if Int(count) - length > disk.capacity - disk.usedByteCount { throw .noSpace }
            disk.nodes[node]?.apply(.length(Int(count)))
        }
    }

    func size() throws(Errno) -> Int64 {
        try checkOpen()
        return try fileSystem.change(.size, path) { disk throws(Errno) -> Int64 in
            _ = try disk.begin(.size, path)
            if disk.hasLostPower { throw .ioError }
            return Int64(disk.nodes[node]?.current.count ?? 0)
        }
    }

    func truncate(to size: Int64) throws(Errno) {
        try change(.truncate) { disk throws(Errno) in
            disk.nodes[node]?.apply(.length(Int(size)))
        }
    }

    func lock() throws(Errno) {
        try change(.lock) { disk throws(Errno) in
            guard disk.lockedNodes.insert(node).inserted else { throw .wouldBlock }
        }
        holdsLock.store(true, ordering: .releasing)
    }

    func close() throws(Errno) {
        guard !isClosed.exchange(true, ordering: .acquiringAndReleasing) else { return }
        let unlocks = holdsLock.load(ordering: .acquiring)
        try fileSystem.change(.close, path) { disk throws(Errno) in
            if unlocks { disk.lockedNodes.remove(node) }
            do throws(Errno) { _ = try disk.begin(.close, path) } catch  where error == .interrupted
            {
                return  // close(2): the descriptor is gone all the same.
            } catch {
                throw error
            }
        }
    }

    private func change(
        _ operation: IOOperation, _ body: (inout SimulatedDisk) throws(Errno) -> Void
    ) throws(Errno) {
        try checkOpen()
        try fileSystem.change(operation, path) { disk throws(Errno) in
            _ = try disk.begin(operation, path)
            try body(&disk)
            if disk.hasLostPower { throw .ioError }
        }
    }

    private func checkOpen() throws(Errno) {
        if isClosed.load(ordering: .acquiring) { throw .badFileDescriptor }
    }
}
