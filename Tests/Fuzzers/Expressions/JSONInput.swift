import Bytes
import Expressions

/// An input of the JSON fuzzer: a document.
///
/// Read alone, where no shape may be used, and three times in one batch with memory behind it, where
/// the shape of the first is tried for the others: all must agree.
enum JSONInput {
    private static let paths = [
        JSONPath([.member("a")]), JSONPath([.member("b"), .member("c")]),
        JSONPath([.member("items"), .element(0)]), JSONPath([.member("items"), .element(-1)]),
        JSONPath([]), JSONPath([.element(1)]),
    ]

    static func run(_ bytes: [UInt8]) {
        var alone = JSONExtractor(paths)
        var arena: [UInt8] = []
        let isValid = alone.extract(bytes.rawSpan, start: 0, arena: &arena)
        precondition(isValid == (alone.fault == nil), "a fault without a reason")
        if let fault = alone.fault {
            precondition(fault.position >= 0 && fault.position <= bytes.count, "a place outside")
        }
        compareWithBatch(bytes, alone, arena)
        guard isValid else { return }
        var text: [UInt8] = []
        JSONWriter.appendCompact(bytes.rawSpan, to: &text)
        var again = JSONExtractor([])
        var rest: [UInt8] = []
        // A byte order mark is no part of the document.
        let hasMark = bytes.starts(with: [0xEF, 0xBB, 0xBF])
        precondition(
            hasMark || again.extract(text.rawSpan, start: 0, arena: &rest), "compact is invalid")
        guard (try? JSONTree(bytes.rawSpan)) != nil else { preconditionFailure("no tree") }
    }

    private static func compareWithBatch(
        _ bytes: [UInt8], _ alone: JSONExtractor, _ arena: [UInt8]
    ) {
        let count = 3
        var input: [UInt8] = []
        var documents: [JSONDocument] = []
        for row in 0..<count {
            documents.append(
                JSONDocument(start: input.count, count: bytes.count, row: Int32(row)))
            input += bytes + [0x0A]
        }
        input += [UInt8](repeating: 0x20, count: 64)
        var extractor = JSONExtractor(paths)
        var batchArena: [UInt8] = []
        extractor.extract(documents.span, in: input.rawSpan, arena: &batchArena)
        precondition(extractor.faults.count == (alone.fault == nil ? 0 : count), "faults differ")
        for fault in extractor.faults { precondition(fault.fault == alone.fault, "reasons differ") }
        for index in paths.indices {
            var column = CellColumn()
            column.reserve(count)
            extractor.copyCells(ofPath: index, of: documents.span, into: &column)
            for row in 0..<count {
                let isSame = isEqual(
                    column[row], in: input, batchArena, alone.cell(index), in: bytes, arena)
                precondition(isSame, "path \(index) of document \(row) differs")
            }
        }
    }

    private static func isEqual(
        _ left: Cell, in leftInput: [UInt8], _ leftArena: [UInt8], _ right: Cell,
        in rightInput: [UInt8], _ rightArena: [UInt8]
    ) -> Bool {
        guard left.kind == right.kind, left.count == right.count else { return false }
        guard left.isText else { return left.bits == right.bits }
        let first = left.home == .arena ? leftArena : leftInput
        let second = right.home == .arena ? rightArena : rightInput
        let count = Int(left.count)
        return first[Int(left.bits)..<Int(left.bits) + count]
            .elementsEqual(second[Int(right.bits)..<Int(right.bits) + count])
    }
}
