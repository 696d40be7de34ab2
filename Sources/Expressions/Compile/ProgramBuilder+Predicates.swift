import Bytes

/// BETWEEN, IN, LIKE, regular expressions and searches: EXPRESSIONS.md §7, §9, §10.
extension ProgramBuilder {
    mutating func between(
        _ operand: Syntax, _ low: Syntax, _ high: Syntax, isNegated: Bool, at position: Int
    ) throws(ExpressionError) -> Int32 {
        let node = try value(operand)
        let lowNode = try value(low)
        let highNode = try value(high)
        if let lowCell = constantCell(lowNode), let highCell = constantCell(highNode),
            isReversed(lowCell, highCell)
        {
            if dialect == .rocketmq, !isNegated {
                throw ExpressionError(
                    .type, at: position, "the lower bound is above the upper bound")
            }
            warn(position, "the lower bound is above the upper bound: no value lies between")
        }
        let above = try compare(.greaterOrEqual, node, lowNode, at: position)
        let below = try compare(.lessOrEqual, node, highNode, at: position)
        return logic(.and, operands: [above, below])
    }

    private func isReversed(_ low: Cell, _ high: Cell) -> Bool {
        let homes = TextHomes(
            input: tables.text.rawSpan, arena: tables.text.rawSpan,
            constants: tables.text.rawSpan)
        return CellOrder.compare(low, high, homes) == .greater
    }

    // MARK: IN

    mutating func membership(
        _ operand: Syntax, _ elements: [Syntax], at position: Int
    ) throws(ExpressionError) -> Int32 {
        let node = try value(operand)
        if dialect == .rocketmq { try checkProperty(operand, at: position) }
        var equalities: [Int32] = []
        var constants: [Int32] = []
        for element in elements {
            var elementNode = try value(element)
            if dialect == .rocketmq { elementNode = try textElement(elementNode, at: position) }
            // An element may be NULL, and that is not worth a warning.
            if type(elementNode) == .null, dialect == .sluice {
                // `x / NULL` is always NULL too, but no constant: a set would lose it.
                if constantCell(elementNode) != nil { constants.append(elementNode) }
                equalities.append(emit(.equal, [node, elementNode], cost: 2))
                continue
            }
            let equality = try compare(.equal, node, elementNode, at: position)
            equalities.append(equality)
            // The comparison may have turned a text literal into a TIMESTAMP.
            if constantCell(elementNode) != nil, let last = nodes[Int(equality)].operands.last {
                constants.append(last)
            }
        }
        if constants.count == elements.count, constants.count > 1 || dialect == .rocketmq,
            let set = set(constants)
        {
            return emit(.inSet, [node], immediate: Int64(set), cost: 3)
        }
        // Left to right and stopping at the first match, as OR does.
        return equalities.count == 1 ? equalities[0] : emit(.or, equalities, cost: 0)
    }

    private func checkProperty(_ operand: Syntax, at position: Int) throws(ExpressionError) {
        guard case .name = operand.form else {
            throw ExpressionError(.type, at: position, "IN needs a property on its left side")
        }
    }

    /// `rocketmq`: IN compares as text (§17).
    private mutating func textElement(
        _ node: Int32, at position: Int
    ) throws(ExpressionError) -> Int32 {
        guard let cell = constantCell(node), cell.kind != .string, cell.kind != .null else {
            return node
        }
        var text: [UInt8] = []
        do {
            let homes = TextHomes(
                input: tables.text.rawSpan, arena: tables.text.rawSpan,
                constants: tables.text.rawSpan)
            guard TextConversion.append(cell, homes, to: &text) else {
                throw ExpressionError(.type, at: position, "an element of IN must be text")
            }
        }
        return constant(.string, text: text)
    }

    /// The index of a set of these constants; nil if they are not all text or all numbers.
    mutating func set(_ nodes: [Int32]) -> Int? {
        let cells = nodes.compactMap { constantCell($0) }
        let present = cells.filter { $0.kind != .null }
        let isText = present.allSatisfy { $0.kind == .string }
        let isNumeric = present.allSatisfy { $0.kind == .int || $0.kind == .double }
        guard !present.isEmpty, isText || isNumeric else { return nil }
        // RocketMQ reads a property in the type of each number: no look-up can do that.
        guard dialect != .rocketmq || isText else { return nil }
        return literalIndex(.set(nodes)) { tables in
            tables.sets.append(
                ConstantSet(
                    elements: present, hasNull: present.count < cells.count,
                    text: tables.text.rawSpan))
            return tables.sets.count - 1
        }
    }

    // MARK: LIKE

    mutating func like(_ like: Syntax.Like, at position: Int) throws(ExpressionError) -> Int32 {
        let subject = try value(like.subject)
        let pattern = try value(like.pattern)
        if dialect != .jms { try checkText(subject, "the left side of LIKE", at: position) }
        try checkText(pattern, "the pattern of LIKE", at: position, allowsBytes: false)
        var options = LikeOptions(
            escape: nil, isCaseless: like.isCaseless, isLenient: dialect == .jms)
        if let escape = like.escape, case .string(let text) = escape.form {
            let scalars = Array(text.string.unicodeScalars)
            guard scalars.count == 1 else {
                throw ExpressionError(
                    .pattern, at: escape.position, "ESCAPE must be one character")
            }
            options.escape = scalars[0].value
        }
        guard case .string(let text) = like.pattern.form else {
            let index = literalIndex(.likeOptions(options)) { tables in
                tables.likeOptions.append(options)
                return tables.likeOptions.count - 1
            }
            return emit(
                .likeComputed, [subject, pattern], immediate: Int64(index), raises: true, cost: 30)
        }
        let bytes = Array(text.string.utf8)
        guard text.string.unicodeScalars.count <= ExpressionLimits.likeCodePointsMax else {
            throw ExpressionError(
                .limit, at: like.pattern.position,
                "a pattern has at most \(ExpressionLimits.likeCodePointsMax) characters")
        }
        guard let compiled = LikePattern(bytes.rawSpan, options: options) else {
            throw ExpressionError(
                .pattern, at: like.pattern.position,
                "the escape must stand before %, _ or itself")
        }
        let index = literalIndex(.like(text, options)) { tables in
            tables.likes.append(compiled)
            return tables.likes.count - 1
        }
        let cost = compiled.shape == .general ? 16 : 4
        return emit(.like, [subject], immediate: Int64(index), cost: cost)
    }

    func checkText(
        _ node: Int32, _ role: String, at position: Int, allowsBytes: Bool = true
    ) throws(ExpressionError) {
        guard case .known(let type) = type(node), type != .string,
            type != .bytes || !allowsBytes
        else { return }
        throw ExpressionError(.type, at: position, "\(role) must be text, not \(type.name)")
    }

    // MARK: Regular expressions

    mutating func regex(
        _ match: Syntax.RegexMatch, at position: Int
    ) throws(ExpressionError) -> Int32 {
        let subject = try value(match.subject)
        try checkText(subject, "the left side of a regular expression", at: position)
        var options = RegexOptions.text
        options.isCaseless = match.isCaseless
        let index = try regexIndex(match.pattern, options)
        return emit(.regex, [subject], immediate: Int64(index), raises: true, cost: 200)
    }

    /// Compiles the literal; its index in the program's tables.
    mutating func regexIndex(
        _ pattern: Syntax, _ options: RegexOptions
    ) throws(ExpressionError) -> Int {
        guard case .string(let text) = pattern.form else {
            throw ExpressionError(
                .pattern, at: pattern.start, "the regular expression must be a string literal")
        }
        let bytes = Array(text.string.utf8)
        guard bytes.count <= ExpressionLimits.regexByteCountMax else {
            throw ExpressionError(
                .limit, at: pattern.position,
                "a regular expression has at most \(ExpressionLimits.regexByteCountMax) bytes")
        }
        let compiled: Regex
        do {
            compiled = try Regex(bytes.rawSpan, options: options)
        } catch {
            throw ExpressionError(.pattern, at: pattern.position, error.description)
        }
        return literalIndex(.regex(text, options)) { tables in
            tables.regexes.append(compiled)
            tables.regexTexts.append(text)
            return tables.regexes.count - 1
        }
    }

    /// The options of a literal of flag letters.
    func regexOptions(flags: Syntax) throws(ExpressionError) -> RegexOptions {
        guard case .string(let text) = flags.form else {
            throw ExpressionError(
                .pattern, at: flags.start, "the flags must be a string literal")
        }
        var options = RegexOptions.text
        for letter in text.string {
            guard options.insert(flag: letter) else {
                throw ExpressionError(
                    .pattern, at: flags.position, "unknown flag \(letter); there are i m s x u")
            }
        }
        return options
    }

    // MARK: CONTAINS, STARTSWITH, ENDSWITH

    mutating func search(
        _ search: Syntax.SearchOperator, isNegated: Bool, _ left: Syntax, _ right: Syntax,
        at position: Int
    ) throws(ExpressionError) -> Int32 {
        let text = try value(left)
        let needle = try value(right)
        // A value of unknown type may be a JSON array, which contains values of any type.
        let mayBeArray =
            search == .contains && (type(text) == .dynamic || type(text) == .known(.json))
        if type(text) != .known(.json) || search != .contains {
            try checkText(text, "the left side of \(search.rawValue)", at: position)
        }
        if !mayBeArray {
            try checkText(needle, "the right side of \(search.rawValue)", at: position)
        }
        let operation: Operation =
            switch search {
            case .contains: .contains
            case .startsWith: .startsWith
            case .endsWith: .endsWith
            }
        guard dialect == .rocketmq else {
            let node = emit(operation, [text, needle], cost: 6)
            return isNegated ? emit(.not, [node]) : node
        }
        guard constantCell(needle)?.kind == .string else {
            throw ExpressionError(
                .type, at: right.start, "\(search.rawValue) needs a string literal")
        }
        return emit(operation, [text, needle], immediate: isNegated ? 1 : 0, cost: 6)
    }
}
