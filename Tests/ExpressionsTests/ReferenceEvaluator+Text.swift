@testable import Expressions

/// Paths into the payload, and functions over text, of the reference.
extension ReferenceEvaluator {
    func payload(_ steps: [Syntax.Step]) -> TestValue {
        guard let bytes = record.payload, let document = JSONReference.parse(bytes) else {
            return .null
        }
        return document.value(at: Self.path(steps)[...]).map { Self.value($0) } ?? .null
    }

    private static func value(_ json: JSONReference) -> TestValue {
        switch json {
        case .null: return .null
        case .bool(let value): return .bool(value)
        case .int(let value): return .int(value)
        case .double(let text): return .double(Double(text) ?? .nan)
        case .string(let text): return .string(text)
        // Only its kind matters: nothing here reads a container.
        case .array(let elements): return .json(elements.isEmpty ? "[]" : "[…]")
        case .object: return .json("{…}")
        }
    }

    /// The elements of an array that a path of the payload leads to; nil if it is none.
    func elements(_ syntax: Syntax) -> [TestValue]? {
        guard dialect == .sluice, case .name(let name) = syntax.form,
            name.first.string == "payload", let bytes = record.payload,
            case .array(let elements)? = JSONReference.parse(bytes)?.value(
                at: Self.path(name.steps)[...])
        else { return nil }
        return elements.map { Self.value($0) }
    }

    private static func path(_ steps: [Syntax.Step]) -> [JSONPath.Step] {
        steps.map { step in
            switch step.kind {
            case .dotted(let name), .key(let name): .member(name.string)
            case .element(let index): .element(index)
            }
        }
    }

    func textCall(_ call: Syntax.Call) throws(Failure) -> TestValue {
        var values: [TestValue] = []
        for argument in call.arguments { values.append(try value(argument)) }
        if values.contains(where: { $0.isNull }) { return .null }
        if call.name == "CONCAT" {
            let texts = values.map { text($0) }
            return texts.contains(nil) ? .null : .string(texts.compactMap { $0 }.joined())
        }
        if call.name == "OCTET_LENGTH", case .bytes(let bytes) = values[0] {
            return .int(Int64(bytes.count))
        }
        guard case .string(let first) = values[0] else { return .null }
        let scalars = Array(first.unicodeScalars)
        switch call.name {
        case "OCTET_LENGTH": return .int(Int64(first.utf8.count))
        case "LEFT", "RIGHT":
            guard case .int(let count) = values[1] else { return .null }
            let kept = Int(max(0, count))
            return string(call.name == "LEFT" ? scalars.prefix(kept) : scalars.suffix(kept))
        case "SUBSTRING": return substring(scalars, Array(values.dropFirst()))
        case "POSITION":
            guard case .string(let text) = values[1] else { return .null }
            let place = Self.place(of: scalars, in: Array(text.unicodeScalars), from: 0)
            return .int(Int64(place.map { $0 + 1 } ?? 0))
        default:
            guard case .string(let wanted) = values[1], case .string(let other) = values[2] else {
                return .null
            }
            return replaced(scalars, Array(wanted.unicodeScalars), Array(other.unicodeScalars))
        }
    }

    private func string(_ scalars: ArraySlice<Unicode.Scalar>) -> TestValue {
        var text = String.UnicodeScalarView()
        text.append(contentsOf: scalars)
        return .string(String(text))
    }

    /// Positions count from 1, and those before it count too.
    private func substring(_ text: [Unicode.Scalar], _ places: [TestValue]) -> TestValue {
        guard case .int(let from) = places[0] else { return .null }
        var end = Int64(text.count) + 1
        if places.count > 1 {
            guard case .int(let count) = places[1], count >= 0 else { return .null }
            end = min(end, from + count)
        }
        let start = max(1, from)
        guard start < end else { return .string("") }
        return string(text[Int(start - 1)..<Int(end - 1)])
    }

    private static func place(
        of wanted: [Unicode.Scalar], in text: [Unicode.Scalar], from start: Int
    ) -> Int? {
        guard start + wanted.count <= text.count else { return nil }
        return (start...(text.count - wanted.count)).first {
            text[$0..<($0 + wanted.count)].elementsEqual(wanted)
        }
    }

    private func replaced(
        _ text: [Unicode.Scalar], _ wanted: [Unicode.Scalar], _ other: [Unicode.Scalar]
    ) -> TestValue {
        guard !wanted.isEmpty else { return string(text[...]) }
        var result: [Unicode.Scalar] = []
        var position = 0
        while let found = Self.place(of: wanted, in: text, from: position) {
            result += text[position..<found] + other
            position = found + wanted.count
        }
        return string((result + text[position...])[...])
    }

    func extreme(_ call: Syntax.Call) throws(Failure) -> TestValue {
        var values: [TestValue] = []
        for argument in call.arguments { values.append(try value(argument)) }
        guard !values.contains(where: { $0.isNull }) else { return .null }
        var best = values[0]
        for value in values.dropFirst() {
            guard let isLess = compare(.less, value, best),
                let isGreater = compare(.greater, value, best)
            else { return .null }
            if call.name == "GREATEST" ? isGreater : isLess { best = value }
        }
        return best
    }
}
