/// Runs a pattern over names, in all its states at once.
struct PatternRun {
    /// Instructions that were looked at so far.
    private(set) var stepCount = 0
    private let instructions: [PatternProgram.Instruction]
    private var current: [Int] = []
    private var following: [Int] = []
    /// For each instruction, the number of the place for which it was noted last.
    private var notedAt: [Int]
    private var place = 0
    private var waiting: [Int] = []

    init(_ program: PatternProgram) {
        instructions = program.instructions
        notedAt = Array(repeating: 0, count: instructions.count)
    }

    /// Whether the pattern matches the whole name.
    mutating func matches(_ name: String) -> Bool {
        let bytes = Array(name.utf8)
        following.removeAll(keepingCapacity: true)
        place += 1
        follow(0, bytes, 0)
        swap(&current, &following)
        for (index, byte) in bytes.enumerated() {
            guard !current.isEmpty else { return false }
            following.removeAll(keepingCapacity: true)
            place += 1
            for state in current {
                stepCount += 1
                if case .one(let set) = instructions[state], set.contains(byte) {
                    follow(state + 1, bytes, index + 1)
                }
            }
            swap(&current, &following)
        }
        return current.contains {
            if case .match = instructions[$0] { true } else { false }
        }
    }

    /// Notes the states that are reached from one without reading, each once for a place.
    private mutating func follow(_ start: Int, _ bytes: [UInt8], _ index: Int) {
        waiting.append(start)
        while let state = waiting.popLast() {
            stepCount += 1
            guard notedAt[state] != place else { continue }
            notedAt[state] = place
            switch instructions[state] {
            case .one, .match: following.append(state)
            case .split(let first, let second):
                waiting.append(second)
                if first != second { waiting.append(first) }
            case .assertion(let assertion):
                if Self.holds(assertion, bytes, index) { waiting.append(state + 1) }
            }
        }
    }

    private static func holds(
        _ assertion: PatternNode.Assertion, _ bytes: [UInt8], _ index: Int
    ) -> Bool {
        switch assertion {
        case .start: index == 0
        case .end: index == bytes.count
        case .wordBoundary: isBoundary(bytes, index)
        case .noWordBoundary: !isBoundary(bytes, index)
        }
    }

    private static func isBoundary(_ bytes: [UInt8], _ index: Int) -> Bool {
        let before = index > 0 && ASCIISet.word.contains(bytes[index - 1])
        let behind = index < bytes.count && ASCIISet.word.contains(bytes[index])
        return before != behind
    }
}
