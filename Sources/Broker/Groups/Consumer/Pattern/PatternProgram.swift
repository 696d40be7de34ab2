/// A pattern as instructions (Thompson's construction).
struct PatternProgram {
    enum Instruction {
        case one(of: ASCIISet)
        case split(Int, Int)
        case assertion(PatternNode.Assertion)
        case match
    }

    private(set) var instructions: [Instruction] = []

    /// - Throws: if there are more than ``BrokerLimits/patternInstructionCountMax``.
    init(_ node: PatternNode) throws(PatternSyntaxError) {
        try emit(node)
        try add(.match)
    }

    private mutating func add(_ instruction: Instruction) throws(PatternSyntaxError) {
        let limit = BrokerLimits.patternInstructionCountMax
        guard instructions.count < limit else {
            throw PatternSyntaxError(
                reason: "with its repetitions it is longer than \(limit) steps, as seen",
                position: 0
            )
        }
        instructions.append(instruction)
    }

    private mutating func emit(_ node: PatternNode) throws(PatternSyntaxError) {
        switch node {
        case .nothing: break
        case .one(let set): try add(.one(of: set))
        case .assertion(let assertion): try add(.assertion(assertion))
        case .sequence(let parts): for part in parts { try emit(part) }
        case .choice(let branches): try emitChoice(branches[...])
        case .repetition(let part, let least, let most):
            for _ in 0..<least { try emit(part) }
            if let most {
                try emitOptional(part, most - least)
            } else {
                let start = instructions.count
                try add(.split(start + 1, start))
                try emit(part)
                try add(.split(start, start))
                instructions[start] = .split(start + 1, instructions.count)
            }
        }
    }

    private mutating func emitChoice(
        _ branches: ArraySlice<PatternNode>
    ) throws(PatternSyntaxError) {
        var ends: [Int] = []
        for (index, branch) in branches.enumerated() {
            guard index + 1 < branches.count else {
                try emit(branch)
                break
            }
            let start = instructions.count
            try add(.split(start + 1, start))
            try emit(branch)
            ends.append(instructions.count)
            try add(.split(start, start))
            instructions[start] = .split(start + 1, instructions.count)
        }
        let end = instructions.count
        for place in ends { instructions[place] = .split(end, end) }
    }

    /// Up to so many times: each of them leads to the end.
    private mutating func emitOptional(
        _ part: PatternNode, _ count: Int
    ) throws(PatternSyntaxError) {
        var starts: [Int] = []
        for _ in 0..<count {
            starts.append(instructions.count)
            try add(.split(0, 0))
            try emit(part)
        }
        let end = instructions.count
        for start in starts { instructions[start] = .split(start + 1, end) }
    }
}
