import Bytes

/// What a field has to hold for a condition to be TRUE: one of a few constants.
///
/// Of many conditions over one field those that may be TRUE for a record are found with one look-up
/// of the field's value. A gate never keeps out a record that the condition is TRUE for, but it may
/// let one in that it is not TRUE for, so the condition decides after it.
package struct EqualityGate: Hashable, Sendable {
    /// The field's place in ``Program/fields``.
    package let field: Int
    /// The ``GateHashes`` of the constants, ascending; none if no value will do.
    package let hashes: [UInt64]
}

extension Program {
    /// The gates that a condition has: of the terms that AND joins, those that compare one field with
    /// constants for equality.
    ///
    /// Only in the dialect `sluice`: the others compare values of unlike types in their own ways.
    package func equalityGates(of root: RootIndex) -> [EqualityGate] {
        guard options.dialect == .sluice else { return [] }
        let node = nodes[roots[root.rawValue].node]
        let terms = node.operation == .and ? node.operands : [Int32(roots[root.rawValue].node)]
        return terms.compactMap { gate(nodes[Int($0)]) }
    }

    private func gate(_ term: Node) -> EqualityGate? {
        switch term.operation {
        case .equal:
            guard let field = gateField(term.operands[0]),
                nodes[Int(term.operands[1])].operation == .constant
            else { return nil }
            return gate(field, [tables.constants[Int(nodes[Int(term.operands[1])].immediate)]])
        case .inSet:
            guard let field = gateField(term.operands[0]) else { return nil }
            return gate(field, tables.sets[Int(term.immediate)].elements)
        case .or:
            var field: Int?
            var hashes: Set<UInt64> = []
            for operand in term.operands {
                guard let gate = gate(nodes[Int(operand)]), gate.field == field ?? gate.field
                else { return nil }
                field = gate.field
                hashes.formUnion(gate.hashes)
            }
            return field.map { EqualityGate(field: $0, hashes: hashes.sorted()) }
        default: return nil
        }
    }

    private func gate(_ field: Int, _ constants: [Cell]) -> EqualityGate? {
        let text = tables.text.rawSpan
        let homes = TextHomes(input: text, arena: text, constants: text)
        var hashes: Set<UInt64> = []
        for cell in constants {
            // A TIMESTAMP constant stands only beside fields of that type, which have no gate.
            guard cell.kind != .timestamp, cell.kind != .duration else { return nil }
            hashes.formUnion(GateHashes(cell, homes).all)
        }
        return EqualityGate(field: field, hashes: hashes.sorted())
    }

    /// The field of a step, but for those whose values may be TIMESTAMPs: text equals these in ways
    /// that ``GateHashes`` do not cover.
    private func gateField(_ node: Int32) -> Int? {
        let step = nodes[Int(node)]
        guard step.operation == .field else { return nil }
        switch fields[Int(step.immediate)] {
        case .attribute(.timestamp), .column: return nil
        default: return Int(step.immediate)
        }
    }
}
