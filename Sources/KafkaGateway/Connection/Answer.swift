import NIOCore
import Synchronization

/// The answer to one request, given once and taken once, in this order or the other.
final class Answer: Sendable {
    /// What is to be done on the connection.
    enum Content: Sendable {
        /// Pieces of one frame, to be written one behind the other.
        case frame([ByteBuffer])
        /// Nothing: the client did not ask for an answer.
        case nothing
        /// The connection is closed once the answers before are written.
        case closing
    }

    private enum State {
        case open
        case given(Content)
        case awaited(CheckedContinuation<Content, Never>)
        case taken
    }
    /// Guards the state; continuations are resumed outside of it.
    private let state: Mutex<State>

    /// An answer that will be given.
    init() { state = Mutex(.open) }

    /// An answer that is there.
    init(_ content: Content) { state = Mutex(.given(content)) }

    /// Gives the answer; on any thread.
    func give(_ content: Content) {
        let waiting: CheckedContinuation<Content, Never>? = state.withLock { state in
            switch state {
            case .open:
                state = .given(content)
                return nil
            case .awaited(let continuation):
                state = .taken
                return continuation
            case .given, .taken: preconditionFailure("a request was answered twice")
            }
        }
        waiting?.resume(returning: content)
    }

    /// The answer, once it is there.
    func content() async -> Content {
        await withCheckedContinuation { continuation in
            let content: Content? = state.withLock { state in
                switch state {
                case .given(let content):
                    state = .taken
                    return content
                case .open:
                    state = .awaited(continuation)
                    return nil
                case .awaited, .taken: preconditionFailure("an answer was taken twice")
                }
            }
            if let content { continuation.resume(returning: content) }
        }
    }
}
