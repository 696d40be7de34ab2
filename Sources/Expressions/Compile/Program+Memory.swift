/// What one evaluator of a program needs of memory, so that whoever runs a large one can cut its
/// batches into pieces.
extension Program {
    /// Bytes that an evaluator keeps for each row of a batch, at most: the columns of the fields and
    /// the results of steps that several steps use.
    package var byteCountPerRow: Int {
        var count = fields.count * MemoryLayout<Cell>.stride
        for index in nodes.indices where memos[index] >= 0 {
            count += nodes[index].operation.isCondition ? 1 : MemoryLayout<Cell>.stride
        }
        return count + memoCount / 8
    }

    /// Number of steps that may make text of the length of a record, which lives until the batch
    /// ends.
    package var textStepCount: Int {
        nodes.count { node in
            switch node.operation {
            case .function, .cast: node.type == .known(.string) || node.type == .dynamic
            case .jsonValue, .jsonPath: true
            default: false
            }
        }
    }
}
