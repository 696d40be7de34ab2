import Bytes
import Platform
import Synchronization

/// Writes a worker's acknowledgements into its pipe.
final class TortureSender: Sendable {
    private let output: File
    /// What to do when the parent has gone; guarded, no lock is taken inside.
    private let onClose = Mutex<(@Sendable () -> Void)?>(nil)

    init(_ output: consuming File) { self.output = output }

    /// Says what to do when nobody reads any more.
    func whenClosed(_ body: @escaping @Sendable () -> Void) { onClose.withLock { $0 = body } }

    func send(_ id: TortureFrameID, _ outcome: TortureLife.Outcome) {
        do throws(IOError) {
            try output.write(TortureMessage(id, outcome).bytes.rawSpan)
        } catch {
            onClose.withLock { $0 }?()
        }
    }
}
