package import Expressions
import Platform
package import Records

/// Another source, read by a thread of its own a few batches ahead: reading and finding records
/// overlap with what is done with them.
///
/// The format's check, which reads every byte, is done by whichever thread has time: by the reader
/// if a batch is waiting already, else by the one that takes the batch. What is read, rejected and
/// said, and in which order, is that of the source.
///
/// An idle source is not read ahead: the thread rests until the next call, so that the waiting is
/// the caller's, who first shows what it holds back.
package final class ReadAheadSource: Source {
    /// Batches that may wait; a read waits for room before it begins.
    package static let batchCountMax = 3
    /// Bytes that may wait: records near the record limit are not read ahead.
    package static let waitingByteCountMax = 4 << 20
    /// A buffer that had to grow beyond this is not filled again.
    private static let spareByteCountMax = 2 << 20

    private struct Batch: Sendable {
        var buffer: RecordBuffer
        var rejected: [RejectedRecord] = []
        var status = SourceStatus.records
        /// Where the buffer begins, if it is still to be checked.
        var uncheckedStart: ScanPlace?
        var position = SourcePosition(bytes: [])
        var progress: SourceProgress?
        var failure: (any Error)?
    }

    private struct State: Sendable {
        var ready: [Batch] = []
        /// Buffers that came back, to be filled again.
        var spare: [RecordBuffer] = []
        var isResting = false
        var isClosed = false

        var hasRoom: Bool {
            ready.count < batchCountMax
                && ready.reduce(0) { $0 + $1.buffer.bytes.count } <= waitingByteCountMax
        }
    }

    /// Lends the source to the thread.
    private struct Loan: @unchecked Sendable {
        // SAFETY: the source is used by one thread at a time: by the opener's before the thread
        // starts, then by the thread, and by the opener's again only while the thread rests
        // (`waitForInput`) or after it has ended (`close`); the monitor orders their accesses.
        let source: any CheckedSource
    }

    private let source: any CheckedSource
    private let split: SplitName
    private let paths: [JSONPath]
    private var checker: (any RecordChecker)?
    /// Guards what goes from thread to thread; no lock is taken inside.
    private let state = Monitor(State())
    private var thread: WorkerThread?
    private var isStarted = false
    private var isEnded = false
    private var lastPosition: SourcePosition
    package let format: PayloadFormat
    package private(set) var progress: SourceProgress?

    private init(_ source: any CheckedSource, _ paths: [JSONPath]) {
        self.source = source
        self.paths = paths
        split = source.splits[0]
        lastPosition = source.position(of: source.splits[0])
        checker = source.makeChecker(paths)
        format = source.format
        progress = source.progress
    }

    /// Wraps a source of one split; any other is returned as it is, since nobody knows which split
    /// will be wanted next.
    ///
    /// `paths` are the fields of JSON payloads that will be asked for.
    package static func wrap(_ source: any Source, paths: [JSONPath]) -> any Source {
        guard let source = source as? any CheckedSource, source.splits.count == 1 else {
            return source
        }
        return ReadAheadSource(source, paths)
    }

    deinit {
        // Nobody can read any more: the thread must not wait for ever.
        state.withLock { $0.isClosed = true }
        state.notifyAll()
    }

    package var splits: [SplitName] { [split] }

    /// Possible before the first read only.
    package func seek(_ split: SplitName, to position: SourcePosition) throws {
        precondition(!isStarted, "a source that is read ahead cannot seek")
        try source.seek(split, to: position)
        lastPosition = source.position(of: split)
    }

    package func position(of split: SplitName) -> SourcePosition { lastPosition }

    package func read(
        _ split: SplitName, into buffer: inout RecordBuffer, rejected: inout [RejectedRecord],
        byteCountMax: Int
    ) throws -> SourceStatus {
        guard split == self.split else { throw SourceError.unknownSplit(name: split.text) }
        buffer.removeAll()
        if isEnded { return .end }
        if !isStarted { start(byteCountMax) }
        guard thread != nil else { return try readHere(&buffer, &rejected, byteCountMax) }
        var batch = exchange(&buffer)
        buffer = RecordBuffer()
        swap(&buffer, &batch.buffer)
        let firstRejected = rejected.count
        rejected += batch.rejected
        (lastPosition, progress) = (batch.position, batch.progress)
        if let failure = batch.failure {
            isEnded = true
            throw failure
        }
        isEnded = batch.status == .end
        if let start = batch.uncheckedStart {
            checker?.check(&buffer, &rejected, firstRejected: firstRejected, from: start)
        }
        return batch.status
    }

    /// Gives a buffer back and takes the next batch.
    private func exchange(_ buffer: inout RecordBuffer) -> Batch {
        let spare = buffer
        buffer = RecordBuffer()
        state.withLock { state in
            let isSpare =
                state.spare.count <= Self.batchCountMax
                && spare.bytes.capacity <= Self.spareByteCountMax
            if isSpare { state.spare.append(spare) }
            if state.ready.isEmpty { state.isResting = false }
        }
        state.notifyAll()
        let batch = state.wait { $0.ready.isEmpty ? nil : $0.ready.removeFirst() }
        state.notifyAll()
        guard let batch else { preconditionFailure("a wait without time-out ended") }
        return batch
    }

    private func start(_ byteCountMax: Int) {
        isStarted = true
        let loan = Loan(source: source)
        let state = state
        let split = split
        let checker = source.makeChecker(paths)
        thread = WorkerThread(name: "read ahead") {
            Self.readAll(loan, split, byteCountMax, checker, state)
        }
    }

    /// Without a thread to be had everything is done here.
    private func readHere(
        _ buffer: inout RecordBuffer, _ rejected: inout [RejectedRecord], _ byteCountMax: Int
    ) throws -> SourceStatus {
        defer { (lastPosition, progress) = (source.position(of: split), source.progress) }
        return try source.read(
            split, into: &buffer, rejected: &rejected, byteCountMax: byteCountMax)
    }

    package func waitForInput() -> Bool { source.waitForInput() }

    package func close() {
        state.withLock { $0.isClosed = true }
        state.notifyAll()
        thread?.join()
        thread = nil
        isEnded = true
        source.close()
    }
}

// MARK: - The thread

extension ReadAheadSource {
    private static func readAll(
        _ loan: Loan, _ split: SplitName, _ byteCountMax: Int, _ checker: (any RecordChecker)?,
        _ state: Monitor<State>
    ) {
        var checker = checker
        while let buffer = takeBuffer(state) {
            var batch = Batch(buffer: buffer)
            read(loan, split, byteCountMax, &batch)
            if let start = batch.uncheckedStart, state.withLock({ !$0.ready.isEmpty }) {
                checker?.check(&batch.buffer, &batch.rejected, firstRejected: 0, from: start)
                batch.uncheckedStart = nil
            }
            let isLast = batch.failure != nil || batch.status == .end
            let done = batch
            state.withLock { state in
                state.isResting = done.status == .idle
                state.ready.append(done)
            }
            state.notifyAll()
            if isLast { return }
        }
    }

    /// Waits until there is room for a batch; nil once the source is closed.
    private static func takeBuffer(_ state: Monitor<State>) -> RecordBuffer? {
        let buffer = state.wait { state -> RecordBuffer?? in
            if state.isClosed { return .some(nil) }
            guard !state.isResting, state.hasRoom else { return nil }
            return .some(state.spare.popLast() ?? RecordBuffer())
        }
        return buffer ?? nil
    }

    private static func read(
        _ loan: Loan, _ split: SplitName, _ byteCountMax: Int, _ batch: inout Batch
    ) {
        do {
            let result = try loan.source.readUnchecked(
                split, into: &batch.buffer, rejected: &batch.rejected, byteCountMax: byteCountMax)
            batch.status = result.status
            if result.status == .records { batch.uncheckedStart = result.start }
        } catch {
            batch.failure = error
        }
        batch.position = loan.source.position(of: split)
        batch.progress = loan.source.progress
    }
}
