/// A ``JSONPathTree`` under construction.
///
/// A tree never holds an element counted from the front and one counted from the back below the
/// same node: the same element could then be both. ``insert(_:)`` refuses such a path, and the
/// extractor gives it to a further tree.
struct JSONPathTreeBuilder {
    struct Node {
        var members: [(name: [UInt8], child: Int)] = []
        var elements: [(index: Int, child: Int)] = []
        var slot = -1
        var slots = 0..<0
        var countsFromBack = false
    }

    /// Node 0 is the document.
    private(set) var nodes = [Node()]

    /// Adds a path and returns its node, or nil if it conflicts with the paths present.
    mutating func insert(_ path: JSONPath) -> Int? {
        var copy = self
        var node = 0
        for step in path.steps {
            guard let next = copy.child(of: node, step) else { return nil }
            node = next
        }
        self = copy
        return node
    }

    private mutating func child(of node: Int, _ step: JSONPath.Step) -> Int? {
        switch step {
        case .member(let name):
            let bytes = Array(name.utf8)
            if let known = nodes[node].members.first(where: { $0.name == bytes }) {
                return known.child
            }
            nodes[node].members.append((bytes, nodes.count))
        case .element(let index):
            if let known = nodes[node].elements.first(where: { $0.index == index }) {
                return known.child
            }
            let isFirst = nodes[node].elements.isEmpty
            guard isFirst || nodes[node].countsFromBack == (index < 0) else { return nil }
            nodes[node].countsFromBack = index < 0
            nodes[node].elements.append((index, nodes.count))
        }
        nodes.append(Node())
        return nodes.count - 1
    }

    /// Numbers the slots of `targets` (nodes, possibly repeated) in depth-first order, starting at
    /// `first`, so that each subtree's are contiguous; returns the number behind the last.
    mutating func assignSlots(_ targets: [Int], from first: Int) -> Int {
        var next = first
        var pending = [(node: 0, isLeaving: false)]
        while let (node, isLeaving) = pending.popLast() {
            if isLeaving {
                nodes[node].slots = nodes[node].slots.lowerBound..<next
                continue
            }
            nodes[node].slots = next..<next
            if targets.contains(node) {
                nodes[node].slot = next
                next += 1
            }
            pending.append((node, true))
            for member in nodes[node].members { pending.append((member.child, false)) }
            for element in nodes[node].elements { pending.append((element.child, false)) }
        }
        return next
    }
}
