package import Bytes
package import Records

/// Which of a pipeline's outputs a record goes to.
package enum OutputRole: Int, CaseIterable, Sendable {
    /// The results.
    case main
    /// Events that came after their windows had closed for good.
    case late
    /// Records that could not be parsed or evaluated, with the reason in their headers.
    case deadLetter
}

/// A change of a job's keyed state; a nil value removes the key.
package struct StateChange: Sendable, Equatable {
    package let key: [UInt8]
    package let value: [UInt8]?

    package init(key: [UInt8], value: [UInt8]?) {
        self.key = key
        self.value = value
    }
}

/// What a pipeline committed last, given back when it starts again.
package struct CommittedProgress: Sendable, Equatable {
    package var positions: [SplitName: SourcePosition]
    /// The keyed state, every key once.
    package var state: [StateChange]

    package init(positions: [SplitName: SourcePosition] = [:], state: [StateChange] = []) {
        self.positions = positions
        self.state = state
    }
}

/// Where a pipeline's records go, and where its progress is kept: the two belong together, because
/// a commit makes both durable at once (DESIGN.md §1, "One record for a commit").
///
/// Used by one thread.
///
/// A topic commits one frame of the log; a file is flushed, and then positions and the file's
/// length are committed, to which it is cut when the pipeline resumes; stdout keeps no progress.
package protocol Target: AnyObject {
    /// What was committed last, or nil if this pipeline never committed. Cuts off output that was
    /// written after that commit. Called once, before anything else.
    func restore() throws -> CommittedProgress?

    /// Takes a copy of the selected records. Nobody sees them before the next commit, or, where
    /// the target keeps no progress, before the next flush.
    func write(
        _ role: OutputRole, _ block: borrowing RecordBlock, selection: borrowing Selection) throws

    /// Bytes taken since the last commit: the pipeline commits when they exceed its limit.
    var pendingByteCount: Int { get }

    /// Makes everything since the last commit durable and visible as one: records, positions and
    /// state. After an error nothing of it is visible, and the target is of no more use.
    func commit(positions: [SplitName: SourcePosition], state: [StateChange]) throws

    /// The pipeline has come to its end and has committed everything: completes the output. A file
    /// that is not resumable gets its name only now; without this call it is removed by ``close()``,
    /// so that nobody takes a part for the whole.
    func finish() throws

    /// Releases what the target holds; what was not committed is lost.
    func close() throws
}

extension Target {
    /// Nothing to complete, as for a topic.
    package func finish() throws {}
}

/// Durable progress for targets that have none of their own, as files: implemented over the log.
package protocol ProgressStore: AnyObject {
    /// What was saved last, or nil.
    func load() throws -> CommittedProgress?
    /// Replaces the positions, applies the state changes; durable on return, all or nothing.
    func save(positions: [SplitName: SourcePosition], state: [StateChange]) throws
}
