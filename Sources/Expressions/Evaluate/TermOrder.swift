/// The order in which the terms of one AND or OR are tested: that of the compiler at first, then by
/// what was seen of them.
///
/// A term is worth testing early if it is cheap and decides many records. Only terms whose order
/// nobody can notice change places: they cannot end in an error (``runs``), so the result is the same
/// (three-valued AND and OR do not ask for the order); they count nothing; and they read the same
/// fields, so that the same payloads are looked at.
struct TermOrder: Sendable {
    /// A term and what was seen of it since the counts were halved last.
    private struct Term: BitwiseCopyable, Sendable {
        let node: Int32
        /// The compiler's estimate of the work for a record.
        let cost: Int32
        var seen = 0
        var decided = 0

        /// Work for each record that is decided.
        var price: Double { Double(cost + 1) * Double(seen + 1) / Double(decided + 1) }
    }

    private var terms: [Term]
    /// Ranges of terms that may change places among themselves.
    private let runs: [Range<Int>]
    private var batchCount = 0

    /// Batches after which the order is looked at again.
    private static let interval = 16

    /// The order of a step, or nil if its terms may not change places.
    init?(_ step: Node, in program: Program) {
        guard step.operation == .and || step.operation == .or else { return nil }
        terms = step.operands.map {
            Term(node: $0, cost: Int32(clamping: program.nodes[Int($0)].cost))
        }
        var runs: [Range<Int>] = []
        var start = 0
        while start < step.operands.count {
            let groups = program.quietGroups(of: step.operands[start])
            var end = start + 1
            while groups != nil, end < step.operands.count,
                program.quietGroups(of: step.operands[end]) == groups
            {
                end += 1
            }
            if end - start > 1 { runs.append(start..<end) }
            start = end
        }
        guard !runs.isEmpty else { return nil }
        self.runs = runs
    }

    var count: Int { terms.count }

    func node(_ place: Int) -> Int { Int(terms[place].node) }

    /// Notes how many records the term at a place was tested for, and how many it decided.
    mutating func note(_ place: Int, seen: Int, decided: Int) {
        terms[place].seen &+= seen
        terms[place].decided &+= decided
    }

    /// Ends a batch; from time to time the terms are put in the order of what they cost for each
    /// record that they decide.
    mutating func endBatch() {
        batchCount += 1
        guard batchCount == Self.interval else { return }
        batchCount = 0
        for run in runs {
            // Few terms, nearly in order: insertion keeps equal ones where they are.
            for place in run.dropFirst() {
                var place = place
                while place > run.lowerBound, terms[place].price < terms[place - 1].price {
                    terms.swapAt(place, place - 1)
                    place -= 1
                }
            }
        }
        // Old batches count less and less: streams change.
        for place in terms.indices {
            terms[place].seen /= 2
            terms[place].decided /= 2
        }
    }
}

extension Program {
    /// The groups of fields that a step reads, as a set of bits; nil if somebody could notice when it
    /// runs: it can end in an error, or counts undefined arithmetic.
    fileprivate func quietGroups(of step: Int32) -> UInt64? {
        var groups: UInt64 = 0
        var pending = [Int(step)]
        var left = 256  // Larger terms stay where they are.
        while let index = pending.popLast() {
            let node = nodes[index]
            left -= 1
            guard left > 0, !node.canRaise, !node.operation.mayCount else { return nil }
            if node.operation == .field {
                groups |= 1 << UInt64(fieldPlaces[Int(node.immediate)].group & 63)
            }
            for operand in node.operands { pending.append(Int(operand)) }
        }
        return groups
    }
}

extension Operation {
    /// Whether it can make a NULL that is counted (EXPRESSIONS.md §8).
    fileprivate var mayCount: Bool {
        switch self {
        case .add, .subtract, .multiply, .divide, .remainder, .negate, .positive, .cast, .function,
            .regexExtract:
            true
        default: false
        }
    }
}
