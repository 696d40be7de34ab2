import Bytes
package import Expressions
package import Records

/// Makes the ``BlockSummary`` of one block after the other, for a fixed list of fields.
///
/// Keeps its memory: a value for one thread.
package struct BlockSummaryBuilder: Sendable {
    /// The fields, each once.
    package let fields: [FieldReference]
    private var state = RecordFieldState()
    private var columns: [CellColumn]
    private var arena: [UInt8] = []
    private var builder = FieldSummaryBuilder()

    /// A builder for fields that a block can tell of; others, and those beyond the limit, are left
    /// out.
    package init(_ fields: [FieldReference]) {
        var kept: [FieldReference] = []
        for field in fields where Self.isSummarized(field) && !kept.contains(field) {
            if kept.count < BlockSummary.fieldCountMax { kept.append(field) }
        }
        self.fields = kept
        columns = Array(repeating: CellColumn(), count: kept.count)
    }

    /// Whether summaries tell of a field: not of what a block has in common, nor of whole payloads,
    /// which are too long to be kept.
    package static func isSummarized(_ field: FieldReference) -> Bool {
        switch field {
        case .attribute(.tag), .attribute(.key), .attribute(.timestamp): true
        case .attribute: false
        case .property, .header, .headerCount, .csv: true
        case .payload(let path): !path.steps.isEmpty
        case .column: false
        }
    }

    /// Appends the byte form of a block's summary; O(bytes of the block).
    package mutating func summarize(_ block: borrowing RecordBlock, into bytes: inout [UInt8]) {
        guard !fields.isEmpty else { return }
        let count = block.count
        for index in columns.indices { columns[index].reserve(count) }
        // Moved out and back (no copy): its texts are lent while the builder works.
        var arena: [UInt8] = []
        swap(&arena, &self.arena)
        defer { swap(&arena, &self.arena) }
        arena.removeAll(keepingCapacity: true)
        let rows = Selection(all: count)
        // No field that is summarised depends on what the stream is.
        let stream = RecordStream(topic: "", partition: 0)
        var source = RecordFieldSource(block, of: stream, taking: &state)
        source.load(fields, selection: rows, into: &columns, arena: &arena)
        source.finish(into: &state)
        var summary = BlockSummary()
        for (index, field) in fields.enumerated() {
            let homes = TextHomes(
                input: block.bytes, arena: arena.rawSpan, constants: arena.rawSpan)
            let made = builder.summarize(columns[index], rowCount: count, homes)
            summary.set(field, to: made)
        }
        summary.encode(into: &bytes)
    }
}
