import SystemPackage

/// A pipe, terminal or device: it waits where the call would answer `EAGAIN`, and a stop signal
/// ends the wait.
final class StreamFile: FileBacking {
    private let descriptor: Int32
    private let file: RealFile

    /// `closes` is false for the standard streams, which belong to the process.
    init(descriptor: Int32, closes: Bool) {
        self.descriptor = descriptor
        file = RealFile(descriptor: descriptor, closes: closes)
    }

    var readiness: InputReadiness { InputReadiness(descriptor: descriptor) }

    /// Throws `ECANCELED` if a stop signal came before there was anything to read: read(2) itself
    /// would go on waiting.
    func read(
        into buffer: UnsafeMutableRawBufferPointer, at position: Int64?
    ) throws(Errno) -> Int {
        while true {
            guard StopSignals.waitForInput([readiness]) else { throw .canceled }
            do throws(Errno) {
                return try unsafe file.read(into: buffer, at: position)
            } catch  where IOFailure(error) == .wouldBlock {
                continue
            }
        }
    }

    /// Waits for room where another program has set the descriptor to `O_NONBLOCK`, which is a
    /// property of the terminal or pipe that they share and not ours to change.
    func write(_ pieces: [UnsafeRawBufferPointer], at position: Int64?) throws(Errno) -> Int {
        while true {
            do throws(Errno) {
                return try unsafe file.write(pieces, at: position)
            } catch  where IOFailure(error) == .wouldBlock {
                readiness.waitForRoom()
            }
        }
    }

    func synchronizeData() throws(Errno) { try file.synchronizeData() }
    func synchronize() throws(Errno) { try file.synchronize() }
    func preallocate(_ count: Int64) throws(Errno) { try file.preallocate(count) }
    func size() throws(Errno) -> Int64 { try file.size() }
    func truncate(to size: Int64) throws(Errno) { try file.truncate(to: size) }
    func lock() throws(Errno) { try file.lock() }
    func close() throws(Errno) { try file.close() }
}
