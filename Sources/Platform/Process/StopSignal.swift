/// The signals that ask the process to end.
package enum StopSignal: Int32, Sendable, CaseIterable {
    /// Control-C in a terminal.
    case interrupt = 2
    /// `kill`, a service manager, a shutdown.
    case terminate = 15

    /// What a shell reports for a process that a signal ended: 128 and the signal's number.
    package var exitCode: Int32 { 128 + rawValue }
}
