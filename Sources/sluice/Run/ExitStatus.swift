import Platform

/// How the process ends.
///
/// These numbers are a promise to scripts; `sluice --help` lists them.
enum ExitStatus: Int32, Sendable, CaseIterable {
    /// Everything was done. Also help, the version, and a reader that wanted no more (`| head`).
    case done = 0
    /// It failed; nothing half-written is visible.
    case failed = 1
    /// The command line, an expression or a statement is wrong; nothing was begun.
    case usage = 2
    /// Done, but some records were set aside (`--on-error skip` or `dead-letter`).
    case partlyDone = 3
    /// Control-C: what was committed before stays.
    case interrupted = 130
    /// SIGTERM: what was committed before stays.
    case terminated = 143

    /// That of a process which a signal has asked to stop.
    init(_ signal: StopSignal) {
        self =
            switch signal {
            case .interrupt: .interrupted
            case .terminate: .terminated
            }
    }
}
