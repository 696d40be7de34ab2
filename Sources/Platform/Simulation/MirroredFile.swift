import SystemPackage

/// An open file of the machine and its image on a simulated disk.
final class MirroredFile: FileBacking {
    private let real: File
    private let twin: File

    init(real: consuming File, twin: consuming File) {
        self.real = real
        self.twin = twin
    }

    func read(
        into buffer: UnsafeMutableRawBufferPointer, at position: Int64?
    ) throws(Errno) -> Int {
        try unsafe real.backing.read(into: buffer, at: position)
    }

    func write(_ pieces: [UnsafeRawBufferPointer], at position: Int64?) throws(Errno) -> Int {
        let count = try unsafe twin.backing.write(pieces, at: position)
        var rest = count
        var position = position
        for index in unsafe pieces.indices {
            // SAFETY: the pieces live during the call; the slices lie within them.
            var piece = unsafe UnsafeRawBufferPointer(rebasing: pieces[index].prefix(rest))
            rest -= piece.count
            while unsafe !piece.isEmpty {
                let written = try unsafe real.backing.write([piece], at: position)
                position = position.map { $0 + Int64(written) }
                unsafe piece = UnsafeRawBufferPointer(rebasing: piece.dropFirst(written))
            }
        }
        return count
    }

    func synchronizeData() throws(Errno) {
        try twin.backing.synchronizeData()
        try real.backing.synchronizeData()
    }

    func synchronize() throws(Errno) {
        try twin.backing.synchronize()
        try real.backing.synchronize()
    }

    func preallocate(_ count: Int64) throws(Errno) {
        try twin.backing.preallocate(count)
        try real.backing.preallocate(count)
    }

    func size() throws(Errno) -> Int64 { try real.backing.size() }

    func truncate(to size: Int64) throws(Errno) {
        try twin.backing.truncate(to: size)
        try real.backing.truncate(to: size)
    }

    func lock() throws(Errno) {
        try twin.backing.lock()
        try real.backing.lock()
    }

    func close() throws(Errno) {
        // The simulated one refuses once it has lost its power; the real one is closed all the same.
        try? twin.backing.close()
        try real.backing.close()
    }
}
