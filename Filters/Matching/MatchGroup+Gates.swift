import Bytes
import Expressions
import Records

extension MatchGroup {
    /// Finds the gates that each record of a piece passes; they and their rows are in
    /// ``usedGates``.
    ///
    /// - Complexity: O(records × subjects + gates passed).
    mutating func lookUpGates(
        _ piece: borrowing RecordBlock, _ source: inout RecordFieldSource, _ all: Selection
    ) {
        let measures = measurement.isRunning
        if measurement.isStarting { for table in tables.indices { tables[table].forgetHits() } }
        for table in tables.indices where measures || tables[table].isUsed {
            guard case .field(let field) = tables[table].subject else {
                lookUpTags(piece, table, all)
                continue
            }
            hash(field, &source, all)
            for row in all.rows {
                let hashes = hashes[Int(row)]
                if hashes.text != 0 { admit(row, hashes.text, table) }
                if hashes.number != 0 { admit(row, hashes.number, table) }
                if hashes.truth != 0 { admit(row, hashes.truth, table) }
            }
        }
    }

    /// A record passes a gate of tags with any of its tags.
    private mutating func lookUpTags(
        _ piece: borrowing RecordBlock, _ table: Int, _ all: Selection
    ) {
        for row in all.rows {
            _ = RecordHeaders.hasTag(of: Int(row), in: piece) { tag in
                admit(row, GateHashes.hash(tag), table)
                return false
            }
        }
    }

    private mutating func admit(_ row: Int32, _ hash: UInt64, _ table: Int) {
        for place in tables[table].lookUp(hash) {
            let gate = tables[table].gate(at: place)
            if gates[gate].admit(row) { usedGates.append(Int32(gate)) }
        }
    }

    /// Fills ``hashes`` with those of a field's values.
    private mutating func hash(
        _ field: Int, _ source: inout RecordFieldSource, _ all: Selection
    ) {
        var hashes: [GateHashes] = []
        swap(&hashes, &self.hashes)
        hashes.removeAll(keepingCapacity: true)
        let column = evaluator.column(ofField: field, &source, all)
        do {
            let homes = evaluator.textHomes(input: source.input)
            for row in all.rows { hashes.append(GateHashes(column[Int(row)], homes)) }
        }
        swap(&hashes, &self.hashes)
    }

    /// Puts each condition behind the gate that lets the fewest records through, by what was counted
    /// in a sample, or by the number of distinct values if there is none.
    mutating func chooseGates(rowCount: Int) {
        for gate in gates.indices { gates[gate].conditions.removeAll(keepingCapacity: true) }
        for member in members {
            guard
                let gate = member.gates.min(by: {
                    share(of: $0, rowCount) < share(of: $1, rowCount)
                })
            else { continue }
            gates[Int(gate)].conditions.append(member.condition)
        }
        for table in tables.indices { tables[table].use(gates, table: table) }
    }

    /// The share of the records that a gate is expected to let through.
    private func share(of gate: Int32, _ rowCount: Int) -> Double {
        let gate = gates[Int(gate)]
        let table = tables[gate.table]
        let guess = Double(gate.entries.count) / Double(max(1, table.count))
        let hits = gate.entries.reduce(0) { $0 + Int(table.hits[Int($1)]) }
        // The guess counts as one record: it decides between gates that nothing passed.
        return (Double(hits) + guess) / Double(rowCount + 1)
    }
}
