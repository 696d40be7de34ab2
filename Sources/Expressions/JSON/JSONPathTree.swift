import Bytes

/// The paths of one extraction, merged into a tree, so that one walk serves all of them.
///
/// A tree never holds an element counted from the front and one counted from the back below the
/// same node: the same element could then be both. ``init(_:)`` refuses such a path, and the
/// extractor gives it to a further tree.
struct JSONPathTree: Sendable {
    /// A value that paths lead to or through.
    struct Node: Sendable {
        var members: [Member] = []
        var elements: [Element] = []
        /// The cell that the value is written to, or -1: paths only lead through it.
        var slot = -1
        /// The cells of this node and all below, a contiguous range.
        var slots = 0..<0
        /// Whether ``elements`` count from the back.
        var countsFromBack = false
    }

    struct Member: Sendable {
        let name: [UInt8]
        /// The name's first eight bytes, zeros behind it: most comparisons end here.
        let prefix: UInt64
        let child: Int
    }

    struct Element: Sendable {
        let index: Int
        let child: Int
    }

    /// Node 0 is the document.
    private(set) var nodes = [Node()]
    /// The slot of each path that was given, by its place in the list.
    private(set) var slotCount = 0

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
            let member = Member(
                name: bytes, prefix: Self.prefix(bytes.rawSpan), child: nodes.count)
            nodes[node].members.append(member)
        case .element(let index):
            if let known = nodes[node].elements.first(where: { $0.index == index }) {
                return known.child
            }
            let isFirst = nodes[node].elements.isEmpty
            guard isFirst || nodes[node].countsFromBack == (index < 0) else { return nil }
            nodes[node].countsFromBack = index < 0
            nodes[node].elements.append(Element(index: index, child: nodes.count))
        }
        nodes.append(Node())
        return nodes.count - 1
    }

    /// Numbers the slots of `targets` (nodes, possibly repeated) in depth-first order, starting at
    /// `first`, so that each subtree's are contiguous.
    ///
    /// Paths have at most 64 steps, which bounds the stack.
    mutating func assignSlots(_ targets: [Int], from first: Int) {
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
        slotCount = next - first
    }

    /// The first eight bytes, least significant first, zeros behind the end.
    static func prefix(_ name: RawSpan) -> UInt64 {
        if name.byteCount >= 8 { return name.littleEndian(at: 0) }
        var value: UInt64 = 0
        for index in 0..<name.byteCount {
            value |= UInt64(name.byte(at: index)) << UInt64(index * 8)
        }
        return value
    }

    /// The child of `node` for the member `name`, or -1.
    func child(of node: Int, named name: RawSpan) -> Int {
        let count = nodes[node].members.count
        guard count > 0 else { return -1 }
        let prefix = Self.prefix(name)
        for index in 0..<count where nodes[node].members[index].prefix == prefix {
            let candidate = nodes[node].members[index]
            if name.byteCount == candidate.name.count,
                name.byteCount <= 8 || name.isEqual(to: candidate.name.rawSpan)
            {
                return candidate.child
            }
        }
        return -1
    }

    /// The child of `node` for the element `index` of `count`, or -1; `count` matters only if the
    /// node counts from the back.
    func child(of node: Int, at index: Int, count: Int) -> Int {
        let wanted = nodes[node].countsFromBack ? index - count : index
        for element in nodes[node].elements where element.index == wanted { return element.child }
        return -1
    }
}
