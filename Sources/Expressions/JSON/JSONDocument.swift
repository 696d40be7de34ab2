/// Where one document lies in the memory that is read.
package struct JSONDocument: BitwiseCopyable, Sendable {
    /// Position of the first byte.
    package var start: Int
    /// Number of bytes.
    package var count: Int
    /// The row that the document's values belong to.
    package var row: Int32

    package init(start: Int, count: Int, row: Int32 = 0) {
        self.start = start
        self.count = count
        self.row = row
    }
}

/// A document of a batch that is not JSON.
package struct JSONDocumentFault: Sendable, Equatable {
    /// The document's place in the batch.
    package let index: Int
    package let fault: JSONFault
}
