/// Calls: EXPRESSIONS.md §9, §11–§14.
extension ProgramBuilder {
    mutating func call(_ call: Syntax.Call, at position: Int) throws(ExpressionError) -> Int32 {
        if FunctionSignature.aggregates.contains(call.name) {
            throw ExpressionError(
                .name, at: position,
                "\(call.name) is an aggregate: only SELECT and HAVING of a statement have them")
        }
        let signature = FunctionSignature.all[call.name]
        guard signature != nil || FunctionSignature.special.contains(call.name) else {
            throw ExpressionError(
                .name, at: position, "there is no function \(call.name)",
                suggestion: NearestName.find(call.name, in: FunctionSignature.names))
        }
        guard !call.isStar, !call.isDistinct, call.filter == nil else {
            throw ExpressionError(
                .type, at: position,
                "\(call.name) is no aggregate: *, DISTINCT and FILTER are for those")
        }
        if let signature { return try scalar(signature, call, at: position) }
        switch call.name {
        case "COALESCE", "GREATEST", "LEAST", "NULLIF", "IF":
            return try choice(call, at: position)
        case "REGEXP_LIKE", "REGEXP_EXTRACT": return try regexCall(call, at: position)
        case "JSON_VALUE", "JSON_EXISTS", "JSON_LENGTH": return try json(call, at: position)
        case "HEADER", "HEADER_COUNT": return try header(call, at: position)
        case "EXTRACT", "DATE_TRUNC": return try calendar(call, at: position)
        case "CONCAT":
            try checkCount(call, 1...ExpressionLimits.argumentCountMax, at: position)
            return try concatenation(call.arguments, at: position)
        case "MOD":
            try checkCount(call, 2...2, at: position)
            let left = try value(call.arguments[0])
            return try binary(.remainder, left, try value(call.arguments[1]), at: position)
        default: return try now(call, at: position)
        }
    }

    private func checkCount(
        _ call: Syntax.Call, _ range: ClosedRange<Int>, at position: Int
    ) throws(ExpressionError) {
        guard !range.contains(call.arguments.count) else { return }
        let wanted =
            range.lowerBound == range.upperBound
            ? "\(range.lowerBound)" : "\(range.lowerBound) to \(range.upperBound)"
        throw ExpressionError(
            .type, at: position,
            "\(call.name) takes \(wanted) arguments, not \(call.arguments.count)")
    }

    private func check(
        _ node: Int32, _ argument: FunctionSignature.Argument, of name: String, at position: Int
    ) throws(ExpressionError) {
        guard case .known(let type) = type(node), !argument.accepts(type) else { return }
        throw ExpressionError(.type, at: position, "\(name) cannot take \(type.name)")
    }

    private mutating func scalar(
        _ signature: FunctionSignature, _ call: Syntax.Call, at position: Int
    ) throws(ExpressionError) -> Int32 {
        try checkCount(call, signature.required...signature.arguments.count, at: position)
        var operands: [Int32] = []
        for (argument, kind) in zip(call.arguments, signature.arguments) {
            let node = try value(argument)
            try check(node, kind, of: call.name, at: position)
            operands.append(node)
        }
        let type: StaticType =
            switch signature.result {
            case .known(let type): .known(type)
            case .first: self.type(operands[0])
            }
        return emit(
            .function, operands, immediate: signature.function.rawValue, type: type, cost: 10)
    }

    private mutating func now(
        _ call: Syntax.Call, at position: Int
    ) throws(ExpressionError) -> Int32 {
        try checkCount(call, 0...0, at: position)
        guard options.allowsVolatile else {
            throw ExpressionError(
                .volatile, at: position,
                "NOW() changes between runs: it is refused in jobs, keys and stored filters")
        }
        isVolatile = true
        return emit(.now, type: .known(.timestamp), cost: 0)
    }

    // MARK: Choices

    private mutating func choice(
        _ call: Syntax.Call, at position: Int
    ) throws(ExpressionError) -> Int32 {
        let arguments = call.arguments
        switch call.name {
        case "IF":
            try checkCount(call, 3...3, at: position)
            let condition = try self.condition(arguments[0])
            let results = [try value(arguments[1]), try value(arguments[2])]
            return try select([condition], results, at: position)
        case "NULLIF":
            try checkCount(call, 2...2, at: position)
            let left = try value(arguments[0])
            let right = try value(arguments[1])
            guard type(left) != .null, type(right) != .null else { return left }
            let equality = try compare(.equal, left, right, at: position)
            let null = constant(.null, type: .null)
            return emit(.conditional, [equality, null, left], type: type(left), cost: 2)
        default: break
        }
        try checkCount(call, 1...ExpressionLimits.argumentCountMax, at: position)
        var nodes: [Int32] = []
        for argument in arguments { nodes.append(try value(argument)) }
        let (type, unified) = try unify(nodes, at: position)
        guard call.name != "COALESCE" else {
            return emit(.coalesce, unified, type: type, cost: 2)
        }
        if type == .known(.bool) || type == .known(.json) {
            throw ExpressionError(.type, at: position, "\(type.name) has no order")
        }
        return emit(
            call.name == "GREATEST" ? .greatest : .least, unified, type: type, cost: 4)
    }

    // MARK: Regular expressions

    private mutating func regexCall(
        _ call: Syntax.Call, at position: Int
    ) throws(ExpressionError) -> Int32 {
        try checkCount(call, 2...3, at: position)
        let subject = try value(call.arguments[0])
        try check(subject, .textOrBytes, of: call.name, at: position)
        guard call.name == "REGEXP_EXTRACT" else {
            var options = RegexOptions.text
            if call.arguments.count > 2 { options = try regexOptions(flags: call.arguments[2]) }
            let index = try regexIndex(call.arguments[1], options)
            return emit(.regex, [subject], immediate: Int64(index), raises: true, cost: 200)
        }
        let index = try regexIndex(call.arguments[1], .text)
        var operands = [subject]
        if call.arguments.count > 2 {
            let group = try value(call.arguments[2])
            try check(group, .integer, of: call.name, at: position)
            operands.append(group)
        }
        return emit(
            .regexExtract, operands, immediate: Int64(index), type: .known(.string), raises: true,
            cost: 200)
    }

    // MARK: JSON and headers

    private mutating func json(
        _ call: Syntax.Call, at position: Int
    ) throws(ExpressionError) -> Int32 {
        let isLength = call.name == "JSON_LENGTH"
        try checkCount(call, (isLength ? 1 : 2)...2, at: position)
        let document = try value(call.arguments[0])
        if type(document) != .known(.json) {
            try check(document, .textOrBytes, of: call.name, at: position)
        }
        var path = JSONPath([])
        if call.arguments.count > 1 {
            let literal = call.arguments[1]
            guard case .string(let text) = literal.form else {
                throw ExpressionError(
                    .pattern, at: literal.start, "the JSON path must be a string literal")
            }
            path = try JSONPathText.parse(text.string, at: literal.position)
        }
        let index = Int64(pathIndex(path))
        switch call.name {
        case "JSON_VALUE":
            return emit(.jsonValue, [document], immediate: index, type: .dynamic, cost: 40)
        case "JSON_EXISTS": return emit(.jsonExists, [document], immediate: index, cost: 40)
        default:
            return emit(.jsonLength, [document], immediate: index, type: .known(.int), cost: 40)
        }
    }

    private mutating func header(
        _ call: Syntax.Call, at position: Int
    ) throws(ExpressionError) -> Int32 {
        let isCount = call.name == "HEADER_COUNT"
        try checkCount(call, isCount ? 1...1 : 1...2, at: position)
        guard case .string(let name) = call.arguments[0].form else {
            throw ExpressionError(
                .type, at: position, "the header's name must be a string literal")
        }
        if isCount { return field(.headerCount(name.string), type: .known(.int)) }
        guard call.arguments.count > 1 else { return field(.header(name.string, -1)) }
        guard case .integer(let index) = call.arguments[1].form else {
            throw ExpressionError(
                .type, at: position, "the header's index must be an integer literal")
        }
        return field(.header(name.string, index))
    }

    // MARK: Calendar

    private mutating func calendar(
        _ call: Syntax.Call, at position: Int
    ) throws(ExpressionError) -> Int32 {
        try checkCount(call, 2...2, at: position)
        guard case .string(let name) = call.arguments[0].form else {
            throw ExpressionError(.type, at: position, "the unit must be a string literal")
        }
        let timestamp = try value(call.arguments[1])
        try check(timestamp, .timestamp, of: call.name, at: position)
        let isExtract = call.name == "EXTRACT"
        let names =
            isExtract
            ? CalendarField.allCases.map(\.rawValue) : CalendarUnit.allCases.map(\.rawValue)
        guard let index = Self.index(of: name, in: names) else {
            throw ExpressionError(
                .name, at: call.arguments[0].position, "\(call.name) has no \(name)",
                suggestion: NearestName.find(name.string, in: names)?.uppercased())
        }
        let unit = constant(.int(Int64(index)), type: .known(.int))
        let function = isExtract ? ScalarFunction.extract : .truncateDate
        return emit(
            .function, [unit, timestamp], immediate: function.rawValue,
            type: .known(isExtract ? .int : .timestamp), cost: 10)
    }

    /// Names of units are ASCII; Unicode's lower case of other letters must not reach them.
    private static func index(of name: ExactText, in names: [String]) -> Int? {
        guard name.string.utf8.allSatisfy({ $0 < 0x80 }) else { return nil }
        return names.firstIndex(of: name.string.lowercased())
    }
}
