import SystemPackage

/// Why a connection could not be made, or does not go on.
package struct SocketError: Error, CustomStringConvertible {
    /// What failed.
    package enum Operation: String, Sendable {
        case resolve = "the name cannot be resolved"
        case connect = "cannot connect"
        case send = "cannot send"
        case receive = "cannot receive"
    }

    package let operation: Operation
    /// The system's or the library's words.
    package let reason: String

    init(_ operation: Operation, reason: String) {
        self.operation = operation
        self.reason = reason
    }

    /// A time-out is reported as EAGAIN by blocking sockets (socket(7), SO_RCVTIMEO).
    init(_ operation: Operation, _ error: Errno) {
        let isTimeout = error == .wouldBlock || error == .nowInProgress || error == .timedOut
        self.init(operation, reason: isTimeout ? "no answer in time" : "\(error)")
    }

    package var description: String { "\(operation.rawValue): \(reason)" }
}
