import SystemPackage

/// A standard stream that waits where the call would answer `EAGAIN`.
final class StandardStreamFile: FileBacking {
    private let stream: StandardStream
    private let file: RealFile

    init(_ stream: StandardStream) {
        self.stream = stream
        file = RealFile(descriptor: stream.rawValue, closes: false)
    }

    func read(
        into buffer: UnsafeMutableRawBufferPointer, at position: Int64?
    ) throws(Errno) -> Int {
        while true {
            do throws(Errno) {
                return try unsafe file.read(into: buffer, at: position)
            } catch  where IOFailure(error) == .wouldBlock {
                stream.waitUntilReady()
            }
        }
    }

    func write(_ pieces: [UnsafeRawBufferPointer], at position: Int64?) throws(Errno) -> Int {
        while true {
            do throws(Errno) {
                return try unsafe file.write(pieces, at: position)
            } catch  where IOFailure(error) == .wouldBlock {
                stream.waitUntilReady()
            }
        }
    }

    func synchronizeData() throws(Errno) { try file.synchronizeData() }
    func synchronize() throws(Errno) { try file.synchronize() }
    func preallocate(_ count: Int64) throws(Errno) { try file.preallocate(count) }
    func size() throws(Errno) -> Int64 { try file.size() }
    func truncate(to size: Int64) throws(Errno) { try file.truncate(to: size) }
    func lock() throws(Errno) { try file.lock() }
    func close() throws(Errno) {}
}
