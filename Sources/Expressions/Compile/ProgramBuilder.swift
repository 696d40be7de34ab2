import Bytes

/// Checks names and types of expressions and turns them into one program.
///
/// Equal sub-expressions of all roots become one step, and a field that several name is loaded once.
package struct ProgramBuilder {
    package let options: CompileOptions
    /// What is allowed and probably not meant, so far.
    package internal(set) var warnings: [ExpressionWarning] = []

    var nodes: [Node] = []
    var tables = ProgramTables()
    var fields: [FieldReference] = []
    var roots: [Program.Root] = []
    var isVolatile = false
    var nodeIndex: [NodeKey: Int32] = [:]
    var constantIndex: [ConstantKey: Int] = [:]
    var fieldIndex: [FieldReference: Int] = [:]
    var literals: [LiteralKey: Int] = [:]

    /// What a table entry was made of: equal literals share one, so that their nodes are equal.
    enum LiteralKey: Hashable {
        case set([Int32])
        case like(ExactText, LikeOptions)
        case likeOptions(LikeOptions)
        case regex(ExactText, RegexOptions)
        case path(JSONPath)
    }

    struct NodeKey: Hashable {
        let operation: Operation
        let operands: [Int32]
        let immediate: Int64
    }

    struct ConstantKey: Hashable {
        let kind: CellKind
        let bits: Int64
        let text: [UInt8]
    }

    package init(_ options: CompileOptions = CompileOptions()) { self.options = options }

    var dialect: Dialect { options.dialect }

    /// Adds a condition: a filter, a WHERE, a HAVING.
    ///
    /// - Throws: the first mistake; the builder is as before.
    /// - Complexity: O(the expression); after a mistake O(the builder).
    package mutating func addCondition(_ syntax: Syntax) throws(ExpressionError) -> RootIndex {
        let mark = Mark(self)
        do throws(ExpressionError) {
            return addRoot(try condition(syntax), isCondition: true, syntax)
        } catch {
            goBack(to: mark)
            throw error
        }
    }

    /// Adds a value: a SELECT item, a key.
    ///
    /// - Throws: the first mistake; the builder is as before.
    /// - Complexity: O(the expression); after a mistake O(the builder).
    package mutating func addValue(_ syntax: Syntax) throws(ExpressionError) -> RootIndex {
        let mark = Mark(self)
        do throws(ExpressionError) {
            return addRoot(try value(syntax), isCondition: false, syntax)
        } catch {
            goBack(to: mark)
            throw error
        }
    }

    private mutating func addRoot(
        _ node: Int32, isCondition: Bool, _ syntax: Syntax
    ) -> RootIndex {
        roots.append(Program.Root(node: Int(node), isCondition: isCondition, syntax: syntax))
        return RootIndex(rawValue: roots.count - 1)
    }

    /// Number of steps so far: what all roots together cost to compute and to keep.
    package var stepCount: Int { nodes.count }

    /// The step of a root: equal for roots that are the same expression.
    package func step(of root: RootIndex) -> Int { roots[root.rawValue].node }

    /// What is known of a root's type; nil if only its values know it.
    package func staticType(of root: RootIndex) -> ValueType? {
        guard case .known(let type) = nodes[roots[root.rawValue].node].type else { return nil }
        return type
    }

    // MARK: Emitting

    /// The node of that content: a new one, or the one that is there already.
    mutating func emit(
        _ operation: Operation, _ operands: [Int32] = [], immediate: Int64 = 0,
        type: StaticType = .known(.bool), raises: Bool = false, cost: Int = 1
    ) -> Int32 {
        let key = NodeKey(operation: operation, operands: operands, immediate: immediate)
        if let known = nodeIndex[key] { return known }
        var canRaise = raises
        var total = cost
        for operand in operands {
            let node = nodes[Int(operand)]
            canRaise = canRaise || node.canRaise
            total = min(total + node.cost, 1 << 30)
        }
        let index = Int32(nodes.count)
        nodes.append(
            Node(
                operation: operation, operands: operands, immediate: immediate, type: type,
                canRaise: canRaise, cost: total))
        nodeIndex[key] = index
        return index
    }

    mutating func constant(_ cell: Cell, type: StaticType) -> Int32 {
        intern(ConstantKey(kind: cell.kind, bits: cell.bits, text: []), type: type)
    }

    mutating func constant(_ kind: CellKind, text: [UInt8]) -> Int32 {
        intern(
            ConstantKey(kind: kind, bits: 0, text: text),
            type: .known(kind == .bytes ? .bytes : .string))
    }

    private mutating func intern(_ key: ConstantKey, type: StaticType) -> Int32 {
        let index: Int
        if let known = constantIndex[key] {
            index = known
        } else {
            index = tables.constants.count
            constantIndex[key] = index
            if key.kind == .string || key.kind == .bytes {
                tables.constants.append(
                    Cell(
                        kind: key.kind, home: .constants, count: UInt32(key.text.count),
                        bits: Int64(tables.text.count)))
                tables.text += key.text
            } else {
                tables.constants.append(Cell(kind: key.kind, bits: key.bits))
            }
        }
        return emit(.constant, immediate: Int64(index), type: type, cost: 0)
    }

    /// The cell of a constant node; nil for any other.
    func constantCell(_ node: Int32) -> Cell? {
        guard nodes[Int(node)].operation == .constant else { return nil }
        return tables.constants[Int(nodes[Int(node)].immediate)]
    }

    /// The text of a constant text node.
    func constantText(_ node: Int32) -> [UInt8]? {
        guard let cell = constantCell(node), cell.kind == .string || cell.kind == .bytes else {
            return nil
        }
        return Array(tables.text[Int(cell.bits)..<Int(cell.bits) + Int(cell.count)])
    }

    mutating func field(_ reference: FieldReference, type: StaticType = .dynamic) -> Int32 {
        let index: Int
        if let known = fieldIndex[reference] {
            index = known
        } else {
            index = fields.count
            fieldIndex[reference] = index
            fields.append(reference)
        }
        return emit(
            .field, immediate: Int64(index), type: type, cost: FieldGroup.Kind(reference).cost)
    }

    /// The index of the table entry that `make` adds, or of the equal one that is there.
    mutating func literalIndex(
        _ key: LiteralKey, _ make: (inout ProgramTables) -> Int
    ) -> Int {
        if let known = literals[key] { return known }
        let index = make(&tables)
        literals[key] = index
        return index
    }

    func type(_ node: Int32) -> StaticType { nodes[Int(node)].type }

    mutating func warn(_ position: Int, _ message: String) {
        warnings.append(ExpressionWarning(at: position, message: message))
    }

    // MARK: Values and conditions

    /// The node of an expression.
    mutating func value(_ syntax: Syntax) throws(ExpressionError) -> Int32 {
        switch syntax.form {
        case .null: return constant(.null, type: .null)
        case .bool(let value): return constant(.bool(value), type: .known(.bool))
        case .integer(let value): return constant(.int(value), type: .known(.int))
        case .double(let value): return constant(.double(value), type: .known(.double))
        case .string(let value): return constant(.string, text: Array(value.string.utf8))
        case .bytes(let value): return constant(.bytes, text: value)
        case .timestamp(let value):
            return constant(.timestamp(value), type: .known(.timestamp))
        case .duration(let value):
            return constant(Cell(kind: .duration, bits: value), type: .known(.duration))
        case .name(let name): return try resolve(name, at: syntax.position)
        case .call(let call): return try self.call(call, at: syntax.position)
        case .cast(let cast): return try self.cast(cast, at: syntax.position)
        case .conditional(let conditional):
            return try self.conditional(conditional, at: syntax.position)
        case .and(let terms): return try logic(.and, terms)
        case .or(let terms): return try logic(.or, terms)
        case .not(let operand): return emit(.not, [try condition(operand)])
        case .arithmetic(let first, let rest): return try arithmetic(first, rest)
        case .concatenation(let terms): return try concatenation(terms, at: syntax.position)
        case .sign(let isNegative, let operand):
            return try sign(isNegative: isNegative, operand, at: syntax.position)
        case .comparison(let comparator, let left, let right):
            return try compare(
                comparator, try value(left), try value(right), at: syntax.position)
        case .between(let isNegated, let operand, let low, let high):
            let node = try between(
                operand, low, high, isNegated: isNegated, at: syntax.position)
            return isNegated ? emit(.not, [node]) : node
        case .membership(let isNegated, let operand, let elements):
            let node = try membership(operand, elements, at: syntax.position)
            return isNegated ? emit(.not, [node]) : node
        case .like(let like):
            let node = try self.like(like, at: syntax.position)
            return like.isNegated ? emit(.not, [node]) : node
        case .regex(let regex):
            let node = try self.regex(regex, at: syntax.position)
            return regex.isNegated ? emit(.not, [node]) : node
        case .search(let search, let isNegated, let left, let right):
            return try self.search(
                search, isNegated: isNegated, left, right, at: syntax.position)
        case .test(let test, let isNegated, let operand):
            let node = try self.test(test, operand)
            return isNegated ? emit(.not, [node]) : node
        case .distinct(let isNegated, let left, let right):
            let node = try distinct(left, right, at: syntax.position)
            return isNegated ? node : emit(.not, [node])
        }
    }

    /// The node of an expression that stands where a truth value is needed.
    mutating func condition(_ syntax: Syntax) throws(ExpressionError) -> Int32 {
        let node = try value(syntax)
        switch type(node) {
        case .dynamic where nodes[Int(node)].operation.isNeverBool:
            throw ExpressionError(
                .type, at: syntax.position, "a condition must be BOOL, not the result of arithmetic"
            )
        case .dynamic, .null, .known(.bool): return node
        case .known(let type):
            throw ExpressionError(
                .type, at: syntax.position, "a condition must be BOOL, not \(type.name)")
        }
    }

    // MARK: Building

    /// The program with all roots added so far.
    package func build() -> Program {
        var uses = [Int](repeating: 0, count: nodes.count)
        for root in roots { uses[root.node] += 1 }
        for index in nodes.indices.reversed() where uses[index] > 0 {
            for operand in nodes[index].operands { uses[Int(operand)] += 1 }
        }
        var memos = [Int32](repeating: -1, count: nodes.count)
        var memoCount = 0
        for index in nodes.indices where uses[index] > 1 && nodes[index].isWorthRemembering {
            memos[index] = Int32(memoCount)
            memoCount += 1
        }
        var groups: [FieldGroup] = []
        var places: [FieldPlace] = []
        for field in fields {
            let kind = FieldGroup.Kind(field)
            let group = groups.firstIndex { $0.kind == kind } ?? groups.count
            if group == groups.count { groups.append(FieldGroup(kind: kind, fields: [])) }
            places.append(FieldPlace(group: group, index: groups[group].fields.count))
            groups[group].fields.append(field)
        }
        return Program(
            fields: fields, isVolatile: isVolatile, options: options, warnings: warnings,
            nodes: nodes, roots: roots, tables: tables, memos: memos, memoCount: memoCount,
            fieldGroups: groups, fieldPlaces: places)
    }
}

extension Node {
    /// Whether a second use should find the result instead of computing it again.
    fileprivate var isWorthRemembering: Bool {
        switch operation {
        case .constant, .field, .now: false
        default: true
        }
    }
}
