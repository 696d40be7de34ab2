import Bytes

/// Reads documents with one path tree: by the shape of an earlier document if it fits, else by a
/// general walk, whose shape is then remembered.
struct JSONReader: Sendable {
    private var walker: JSONWalker
    /// The last shapes, the most recently used first.
    private var shapes: [JSONShape] = []
    /// What the shapes have earned: where documents keep changing their shape, trying is a waste.
    private var credit = Credit.start
    /// Documents to be read without shapes, until they get another chance.
    private var pause = 0

    /// Streams often mix a few kinds of events.
    private static let shapeCountMax = 4

    private enum Credit {
        static let start = 32
        static let max = 128
        /// A failure costs about as much as so many successes gain.
        static let failure = 4
        static let pause = 1_024
    }

    init(_ tree: JSONPathTree) { walker = JSONWalker(tree) }

    /// Reads the documents into their cells, and appends those that are not JSON to `faults`.
    mutating func read(
        _ batch: borrowing JSONBatch, cells: inout [Cell], arena: inout [UInt8],
        faults: inout [JSONDocumentFault]
    ) {
        var span = cells.mutableSpan
        var index = 0
        let count = batch.documents.count
        while index < count {
            if canTryShapes(batch, index), readByShape(batch, &index, &span, &arena) { continue }
            if let fault = walk(batch, index, &span, &arena) {
                faults.append(JSONDocumentFault(index: index, fault: fault))
            }
            index += 1
        }
    }

    /// Whether the next document may be read by a shape: there is no pause, and enough memory
    /// behind it.
    private func canTryShapes(_ batch: borrowing JSONBatch, _ index: Int) -> Bool {
        pause == 0 && JSONShape.canRead(batch.documents[index], in: batch.input)
    }

    /// Reads documents from `index` on for as long as a shape fits; false if none fits the first.
    private mutating func readByShape(
        _ batch: borrowing JSONBatch, _ index: inout Int, _ cells: inout MutableSpan<Cell>,
        _ arena: inout [UInt8]
    ) -> Bool {
        for place in 0..<shapes.count {
            let end = shapes[place].read(
                batch, from: index, slots: walker.tree.slots, cells: &cells, arena: &arena)
            guard end > index else { continue }
            credit = min(credit + end - index, Credit.max)
            index = end
            if place > 0 { shapes.swapAt(0, place) }
            return true
        }
        return false
    }

    private mutating func walk(
        _ batch: borrowing JSONBatch, _ index: Int, _ cells: inout MutableSpan<Cell>,
        _ arena: inout [UInt8]
    ) -> JSONFault? {
        let document = batch.documents[index]
        let records = canTryShapes(batch, index)
        let fault = walker.walk(
            batch.input.slice(document.start, count: document.count),
            batch.place.advanced(by: document.start), firstCell: index &* batch.slotCount,
            records: records, cells: &cells, arena: &arena)
        guard records else {
            pause = max(0, pause - 1)
            return fault
        }
        if walker.isRecorded {
            if shapes.count == Self.shapeCountMax { shapes.removeLast() }
            shapes.insert(walker.shape, at: 0)
        }
        credit -= Credit.failure
        if credit < 0 {
            (credit, pause) = (Credit.start, Credit.pause)
            shapes.removeAll()
        }
        return fault
    }
}
