package import Platform

/// The bytes of a stream: a pipe, a terminal, a file that somebody else has opened.
///
/// It says ``InputStatus/idle`` once before it waits, so that whoever reads can first show what it
/// holds back: `tail -f | sluice pipe` prints each row as it comes.
package final class StreamInput: ByteInput {
    private let file: File
    private let hasInput: () -> Bool
    private var hasSaidIdle = false
    private var isAtEnd = false
    private var failure: IOError?
    package private(set) var storedByteCount: Int64 = 0

    /// - Parameters:
    ///   - file: read at its own position.
    ///   - hasInput: whether a read would return at once, with bytes or at the end; nil asks the
    ///     file.
    package init(_ file: consuming File, hasInput: (() -> Bool)? = nil) {
        let readiness = file.readiness
        self.file = file
        self.hasInput = hasInput ?? { readiness.hasInput }
    }

    /// Gathers what is there, up to `count`: a full pipe fills a chunk, a slow one is not waited
    /// for.
    ///
    /// Costs one poll(2) a call, and one more for each read(2) that brought less than asked.
    package func read(into bytes: inout [UInt8], count: Int) throws -> InputStatus {
        if let failure { throw failure }
        // A terminal's end is said once: a second read would ask the user for it again.
        if isAtEnd { return .end }
        if !hasSaidIdle, !hasInput() {
            hasSaidIdle = true
            return .idle
        }
        hasSaidIdle = false
        let start = bytes.count
        do throws(IOError) {
            try gather(into: &bytes, end: start + count)
        } catch {
            guard bytes.count > start else { throw error }
            failure = error
        }
        storedByteCount += Int64(bytes.count - start)
        return bytes.count == start ? .end : .bytes
    }

    private func gather(into bytes: inout [UInt8], end: Int) throws(IOError) {
        repeat {
            let read = try file.readNext(into: &bytes, count: end - bytes.count)
            isAtEnd = read == 0
        } while !isAtEnd && bytes.count < end && hasInput()
    }

    package func skip(_ count: Int64) throws -> Int64 { try skipByReading(count) }
}
