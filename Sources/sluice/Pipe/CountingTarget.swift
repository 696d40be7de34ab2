import Bytes
import Connectors
import Records

/// Takes records and forgets them: the pipeline's report has their number.
///
/// Dead letters are kept.
final class CountingTarget: Target {
    private let side: any Target

    /// `deadLetter` is where records that are set aside go; nil: they are only counted.
    init(deadLetter: String?) throws {
        side = try TargetFiles.open(
            nil, format: RecordFormats.named("lines"), deadLetter: deadLetter)
    }

    func restore() -> CommittedProgress? { nil }

    func write(
        _ role: OutputRole, _ block: borrowing RecordBlock, selection: borrowing Selection
    ) throws {
        if role != .main { try side.write(role, block, selection: selection) }
    }

    var pendingByteCount: Int { side.pendingByteCount }

    func commit(positions: [SplitName: SourcePosition], state: [StateChange]) throws {
        try side.commit(positions: positions, state: state)
    }

    func finish() throws { try side.finish() }

    func close() throws { try side.close() }
}
