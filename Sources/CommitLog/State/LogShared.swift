import Platform
import Synchronization
import SystemPackage

/// What the parts of an open log share: the state under its lock, and where things are.
final class LogShared: Sendable {
    let layout: DataLayout
    let fileSystem: any FileSystem
    let clock: any Clock
    let options: LogOptions
    /// Guards the state.
    ///
    /// Held for a look-up or for making one group visible, never during I/O; no other lock is taken
    /// inside.
    private let state: Mutex<LogState>
    /// The end of the visible log, for those who wait for more.
    let visibleEnd: Monitor<LogPosition>

    init(
        layout: DataLayout, fileSystem: any FileSystem, clock: any Clock, options: LogOptions,
        state: LogState
    ) {
        self.layout = layout
        self.fileSystem = fileSystem
        self.clock = clock
        self.options = options
        visibleEnd = Monitor(state.end)
        self.state = Mutex(state)
    }

    func withState<Result: Sendable>(_ body: (inout LogState) -> Result) -> Result {
        state.withLock { body(&$0) }
    }

    /// Tells those who wait that the log has grown.
    func announce(_ end: LogPosition) {
        visibleEnd.withLock { $0 = end }
        visibleEnd.notifyAll()
    }
}
