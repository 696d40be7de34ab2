import Bytes

/// The paths of one extraction, merged into a tree, so that one walk serves all of them.
///
/// Flat arrays of plain values: the walk over a document looks children up without touching a
/// reference.
struct JSONPathTree: Sendable {
    /// A value that paths lead to or through.
    struct Node: BitwiseCopyable, Sendable {
        /// The cell that the value is written to, or -1: paths only lead through it.
        var slot: Int32 = -1
        /// The cells of this node and all below: a contiguous range.
        var firstSlot: Int32 = 0
        var slotCount: Int32 = 0
        /// The node's members, or elements, in ``members`` or ``elements``.
        var firstMember: Int32 = 0
        var memberCount: Int32 = 0
        var firstElement: Int32 = 0
        var elementCount: Int32 = 0
        /// Whether the elements count from the back.
        var countsFromBack = false
    }

    struct Member: BitwiseCopyable, Sendable {
        /// The name's first eight bytes, zeros behind it: most comparisons end here.
        let prefix: UInt64
        let nameStart: Int32
        let nameCount: Int32
        let child: Int32
    }

    struct Element: BitwiseCopyable, Sendable {
        let index: Int
        let child: Int32
    }

    /// Node 0 is the document.
    private(set) var nodes: [Node]
    private var members: [Member] = []
    private var elements: [Element] = []
    /// The members' names, one behind the other.
    private var names: [UInt8] = []

    /// Number of cells.
    var slotCount: Int { Int(nodes[0].slotCount) }

    /// The cells within those of a document.
    var slots: Range<Int> {
        Int(nodes[0].firstSlot)..<Int(nodes[0].firstSlot &+ nodes[0].slotCount)
    }

    /// Freezes a finished builder.
    init(_ builder: JSONPathTreeBuilder) {
        nodes = Array(repeating: Node(), count: builder.nodes.count)
        for (index, source) in builder.nodes.enumerated() {
            nodes[index].slot = Int32(source.slot)
            nodes[index].firstSlot = Int32(source.slots.lowerBound)
            nodes[index].slotCount = Int32(source.slots.count)
            nodes[index].countsFromBack = source.countsFromBack
            nodes[index].firstMember = Int32(members.count)
            nodes[index].memberCount = Int32(source.members.count)
            nodes[index].firstElement = Int32(elements.count)
            nodes[index].elementCount = Int32(source.elements.count)
            for (name, child) in source.members {
                members.append(
                    Member(
                        prefix: Self.prefix(name.rawSpan), nameStart: Int32(names.count),
                        nameCount: Int32(name.count), child: Int32(child)))
                names.append(contentsOf: name)
            }
            for (place, child) in source.elements {
                elements.append(Element(index: place, child: Int32(child)))
            }
        }
    }

    /// The first eight bytes, least significant first, zeros behind the end.
    static func prefix(_ name: RawSpan) -> UInt64 {
        let count = name.byteCount
        if count >= 8 { return name.littleEndian(at: 0) }
        if count >= 4 {
            // Two loads that overlap; the shift drops what both hold.
            let low = UInt64(name.littleEndian(at: 0, as: UInt32.self))
            let high = UInt64(name.littleEndian(at: count &- 4, as: UInt32.self))
            return low | high << UInt64((count &- 4) &* 8)
        }
        var value: UInt64 = 0
        for index in 0..<count {
            value |= UInt64(name.byte(at: index)) << UInt64(index &* 8)
        }
        return value
    }

    /// The child of `node` for the member `name`, or -1.
    func child(of node: Int, named name: RawSpan) -> Int {
        let first = Int(nodes[node].firstMember)
        let end = first &+ Int(nodes[node].memberCount)
        guard first < end else { return -1 }
        let prefix = Self.prefix(name)
        for index in first..<end {
            let member = members[index]
            guard member.prefix == prefix, Int(member.nameCount) == name.byteCount else { continue }
            if name.byteCount <= 8
                || names.rawSpan.slice(Int(member.nameStart), count: Int(member.nameCount))
                    .isEqual(to: name)
            {
                return Int(member.child)
            }
        }
        return -1
    }

    /// The child of `node` for the element `index` of `count`, or -1; `count` matters only if the
    /// node counts from the back.
    func child(of node: Int, at index: Int, count: Int) -> Int {
        let first = Int(nodes[node].firstElement)
        let wanted = nodes[node].countsFromBack ? index &- count : index
        for place in first..<(first &+ Int(nodes[node].elementCount))
        where elements[place].index == wanted {
            return Int(elements[place].child)
        }
        return -1
    }
}
