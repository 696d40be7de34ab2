import NIOCore
import Synchronization

/// A client's connection, before anything is read of it.
struct AcceptedConnection: Sendable {
    let channel: NIOAsyncChannel<ByteBuffer, ByteBuffer>
    let client: KafkaClientConnection

    /// Closes it unserved.
    ///
    /// NIO ends the process when the writer of a connection is dropped that nobody has finished: each
    /// connection is served or refused, however late it comes.
    func refuse() async {
        try? await channel.executeThenClose { _, _ in }
        client.requests.close()
        client.answers.close()
    }
}

/// Connections between the event loops that accept them and the task that serves them.
///
/// None is lost: what is not taken in is the caller's to refuse, what is taken in is given out, also
/// after ``close()``. NIO's own sequence of a listener drops what is accepted while the listener closes.
final class ConnectionQueue: Sendable {
    private struct State {
        var waiting: [AcceptedConnection] = []
        var isClosed = false
    }
    /// Guards only itself.
    private let state = Mutex(State())
    private let changed = Wakeup()

    /// False if the queue is closed.
    func push(_ connection: AcceptedConnection) -> Bool {
        let isTaken = state.withLock { state in
            if !state.isClosed { state.waiting.append(connection) }
            return !state.isClosed
        }
        changed.wake()
        return isTaken
    }

    /// Takes no more; what waits is still given out.
    func close() {
        state.withLock { $0.isClosed = true }
        changed.wake()
    }

    /// The connections that wait, at least one; nil once the queue is closed and empty, which it is,
    /// too, when the task is cancelled.
    func next() async -> [AcceptedConnection]? {
        while true {
            if Task.isCancelled { close() }
            let (found, isClosed) = state.withLock { state in
                defer { state.waiting.removeAll() }
                return (state.waiting, state.isClosed)
            }
            if !found.isEmpty { return found }
            if isClosed { return nil }
            await changed.wait()
        }
    }
}
