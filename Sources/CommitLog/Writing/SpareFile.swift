import Bytes
import Platform
import SystemPackage

/// Makes the next commit-log file while the active one is being written: reserved on the disk and
/// written full of zeros.
///
/// A write over blocks that were written before changes nothing of the file system's own data, so
/// its fdatasync waits for no journal. Files that are no longer needed are not used again instead:
/// what they hold could be taken for frames, by design of who wrote it, and would look like a torn
/// tail.
final class SpareFile: Sendable {
    private enum State: Sendable { case none, wanted, ready, stopped }

    /// Bytes of zeros written and made durable at once: so long may an append have to wait for the
    /// disk.
    private static let pieceByteCount = 1 << 20

    private let layout: DataLayout
    private let fileSystem: any FileSystem
    private let byteCount: Int64
    /// Guards the state; no lock is taken inside.
    private let state = Monitor(State.none)
    /// Nil makes each file at once, in the thread that wants it.
    private let thread: WorkerThread?

    /// `startsThread` is false where every call of the disk must have its place in an order.
    init(_ shared: LogShared, startsThread: Bool) {
        layout = shared.layout
        fileSystem = shared.fileSystem
        byteCount = shared.options.commitFileByteCount
        let (state, layout, fileSystem, byteCount) = (state, layout, fileSystem, byteCount)
        thread =
            !startsThread
            ? nil
            : WorkerThread(name: "sluice-files") {
                WorkerThread.lowerPriority()
                while state.wait(until: { Self.mayWork($0) }) == true {
                    Self.make(layout, fileSystem, byteCount, state)
                }
            }
    }

    /// Asks for a file.
    func prepare() {
        state.withLock { if $0 == .none { $0 = .wanted } }
        state.notifyAll()
        if thread == nil, state.withLock({ $0 == .wanted }) {
            Self.make(layout, fileSystem, byteCount, state)
        }
    }

    /// Gives the file that is ready its name; false if none is ready.
    func take(as path: FilePath) throws(IOError) -> Bool {
        let isReady = state.withLock { state -> Bool in
            guard state == .ready else { return false }
            state = .none
            return true
        }
        if isReady { try fileSystem.rename(layout.spareFile, to: path) }
        return isReady
    }

    /// Ends the thread and gives the space back.
    func stop() {
        let hadFile = state.withLock { state -> Bool in
            defer { state = .stopped }
            return state == .ready
        }
        state.notifyAll()
        thread?.join()
        // What stays after a failure is removed by the next opening.
        if hadFile { try? fileSystem.remove(layout.spareFile) }
    }

    private static func mayWork(_ state: State) -> Bool? {
        switch state {
        case .wanted: true
        case .stopped: false
        case .none, .ready: nil
        }
    }

    private static func make(
        _ layout: DataLayout, _ fileSystem: any FileSystem, _ byteCount: Int64,
        _ state: Monitor<State>
    ) {
        var isMade = false
        do throws(IOError) {
            let file = try fileSystem.open(layout.spareFile, .replace)
            try file.preallocate(byteCount)
            isMade = try fill(file, from: 0, to: byteCount) { state.withLock { $0 != .stopped } }
            try file.synchronize()
        } catch {
            // For want of space, most likely: the writer finds out itself if it is still so.
            isMade = false
        }
        let isUsed = state.withLock { state -> Bool in
            guard state == .wanted else { return false }
            state = isMade ? .ready : .none
            return isMade
        }
        if !isUsed { try? fileSystem.remove(layout.spareFile) }
    }

    /// Writes zeros, and makes them durable piece by piece.
    ///
    /// - Returns: false if `goesOn` said so before the end.
    @discardableResult
    static func fill(
        _ file: borrowing File, from start: Int64, to end: Int64,
        while goesOn: () -> Bool = { true }
    ) throws(IOError) -> Bool {
        let zeros = [UInt8](
            repeating: 0, count: Int(min(Int64(pieceByteCount), max(0, end - start))))
        var position = start
        while position < end {
            guard goesOn() else { return false }
            let count = Int(min(Int64(zeros.count), end - position))
            try file.write(zeros.rawSpan.slice(0, count: count), at: position)
            try file.synchronizeData()
            position += Int64(count)
        }
        return true
    }
}
