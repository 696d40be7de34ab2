/// The path literals of JSON_VALUE and its kin: `$.a.b[0]."odd key"['k'][-1]` (EXPRESSIONS.md §13).
enum JSONPathText {
    /// Reads the whole text; `position` is that of the literal, for the error.
    static func parse(_ text: String, at position: Int) throws(ExpressionError) -> JSONPath {
        var scanner = Scanner(Array(text.unicodeScalars))
        guard scanner.take("$") else {
            throw ExpressionError(.pattern, at: position, "a JSON path starts with $")
        }
        var steps: [JSONPath.Step] = []
        while !scanner.isAtEnd {
            guard let step = scanner.step() else {
                throw ExpressionError(
                    .pattern, at: position,
                    "a JSON path has steps like .name, .\"name\", ['name'] and [0]; there are "
                        + "no wildcards, no .. and no filters")
            }
            guard steps.count < JSONPath.stepCountMax else {
                throw ExpressionError(
                    .limit, at: position, "a path has at most \(JSONPath.stepCountMax) steps")
            }
            steps.append(step)
        }
        return JSONPath(steps)
    }

    private struct Scanner {
        private let scalars: [Unicode.Scalar]
        private var index = 0

        init(_ scalars: [Unicode.Scalar]) { self.scalars = scalars }

        var isAtEnd: Bool { index == scalars.count }

        private var next: Unicode.Scalar? { index < scalars.count ? scalars[index] : nil }

        mutating func take(_ scalar: Unicode.Scalar) -> Bool {
            guard next == scalar else { return false }
            index += 1
            return true
        }

        mutating func step() -> JSONPath.Step? {
            if take(".") {
                if next == "\"" { return quoted("\"").map { .member($0) } }
                return name().map { .member($0) }
            }
            guard take("[") else { return nil }
            let step: JSONPath.Step?
            if next == "'" {
                step = quoted("'").map { .member($0) }
            } else if next == "\"" {
                step = quoted("\"").map { .member($0) }
            } else {
                step = element().map { .element($0) }
            }
            return take("]") ? step : nil
        }

        private mutating func name() -> String? {
            var name = String.UnicodeScalarView()
            while let scalar = next,
                scalar == "_" || scalar == "$"
                    || (name.isEmpty
                        ? scalar.properties.isXIDStart : scalar.properties.isXIDContinue)
            {
                name.append(scalar)
                index += 1
            }
            return name.isEmpty ? nil : String(name)
        }

        /// A quoted name, its quote doubled inside.
        private mutating func quoted(_ quote: Unicode.Scalar) -> String? {
            guard take(quote) else { return nil }
            var name = String.UnicodeScalarView()
            while let scalar = next {
                index += 1
                if scalar == quote {
                    guard take(quote) else { return String(name) }
                }
                name.append(scalar)
            }
            return nil
        }

        private mutating func element() -> Int? {
            let isNegative = take("-")
            var digits = ""
            while let scalar = next, scalar >= "0", scalar <= "9" {
                digits.unicodeScalars.append(scalar)
                index += 1
            }
            guard digits.count == 1 || !digits.hasPrefix("0"), let value = Int32(digits) else {
                return nil
            }
            return isNegative ? -Int(value) : Int(value)
        }
    }
}
