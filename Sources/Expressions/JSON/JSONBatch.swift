/// The documents of one extraction, borrowed.
struct JSONBatch: ~Escapable {
    let input: RawSpan
    let documents: Span<JSONDocument>
    let place: JSONPlace
    /// Cells of each document, one document's behind the other's.
    let slotCount: Int

    @_lifetime(copy input, copy documents)
    init(input: RawSpan, documents: Span<JSONDocument>, place: JSONPlace, slotCount: Int) {
        self.input = input
        self.documents = documents
        self.place = place
        self.slotCount = slotCount
    }
}
