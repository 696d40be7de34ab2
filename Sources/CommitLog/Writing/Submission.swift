import Synchronization

/// What waits for the writer.
final class Submission: Sendable {
    enum Work: Sendable {
        case frame(EncodedFrame)
        /// Make everything so far durable, and give the state as of there.
        case capture(@Sendable (StateCapture) -> Void)
        /// Make everything so far durable; the receipt says up to where.
        case settle
        /// Begin a new commit-log file, so that all before can be sealed.
        case roll
    }
    typealias Answer = @Sendable (Result<AppendReceipt, AppendError>) -> Void

    /// Taken by the writer, who then holds the only reference to the frame's bytes.
    private let work: Mutex<Work?>
    let durability: Durability
    private let answer: Answer

    init(_ work: Work, durability: Durability, answer: @escaping Answer) {
        self.work = Mutex(work)
        self.durability = durability
        self.answer = answer
    }

    func takeWork() -> Work? {
        work.withLock { work in
            defer { work = nil }
            return work
        }
    }

    func complete(_ result: Result<AppendReceipt, AppendError>) { answer(result) }
}
