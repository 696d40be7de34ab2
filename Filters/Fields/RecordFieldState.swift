import Expressions

/// What a ``RecordFieldSource`` keeps from one batch to the next: scratch memory, the shapes of
/// JSON documents, and the count of malformed payloads.
///
/// One per evaluating thread.
package struct RecordFieldState: Sendable {
    /// Payloads that were not of the declared format, each counted once.
    package internal(set) var malformedCount = 0
    /// The first malformed payload of the last batch that had one.
    package internal(set) var firstMalformed: MalformedPayload?

    /// Extractors by the list of paths that the evaluator asks for in one load.
    var extractors: [JSONExtractor] = []
    /// The payloads of one load.
    var documents: [JSONDocument] = []
    /// What is known of each row's payload in the current batch.
    var payloads: [PayloadVerdict] = []
    /// One cell for each CSV column of a load.
    var csvCells: [Cell] = []

    enum PayloadVerdict: UInt8, Sendable {
        case readable, malformed
    }

    package init() {}

    mutating func beginBatch(_ count: Int) {
        payloads.removeAll(keepingCapacity: true)
        payloads.append(contentsOf: repeatElement(.readable, count: count))
        firstMalformed = nil
    }

    /// The place of the extractor for `paths`, made at first use.
    ///
    /// A program asks for few different lists, so a linear search once a load is enough.
    mutating func extractorIndex(_ paths: [JSONPath]) -> Int {
        if let index = extractors.firstIndex(where: { $0.paths == paths }) { return index }
        extractors.append(JSONExtractor(paths))
        return extractors.count - 1
    }
}
