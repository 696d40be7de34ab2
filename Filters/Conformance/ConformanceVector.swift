import Bytes
package import Expressions

/// One vector of the specification: an expression with a message, a tag expression with a tag, or a
/// pattern with a subject, and the result that every implementation must give.
///
/// There is one way to run a vector, this one: for `sluice filter conform` and for the tests.
package struct ConformanceVector: Sendable {
    private enum Kind: Sendable {
        case expression(ExpressionVector)
        case tag(TagVector)
        case pattern(PatternVector)
    }

    /// The vector's name in its file.
    package let id: String
    /// What it shows, as its author says it; empty if nothing is said.
    package let why: String
    private let kind: Kind

    /// What a vector came to.
    package struct Outcome: Sendable, Equatable {
        /// `match`, `no`, `unknown` or `error:<kind>`, with what else the vector binds: the error's
        /// place, spans, parsed tags, the hash.
        package let expected: String
        package let found: String
        package var isPassed: Bool { expected == found }
    }

    /// Reads one line of a vector file; its fields tell what kind of vector it is.
    ///
    /// - Throws: what cannot be read. A line that is no vector is never skipped.
    package init(_ line: [UInt8]) throws(VectorError) {
        let json: JSONTree
        do throws(JSONFault) {
            json = try JSONTree(line.rawSpan)
        } catch {
            throw .json(error)
        }
        guard case .object = json.form else { throw .field("a JSON object was expected") }
        let reader = VectorReader(line: line, json: json)
        id = try reader.text("id")
        why = json["why"]?.text ?? ""
        if json["pattern"] != nil || json["pattern_b64"] != nil {
            kind = .pattern(try PatternVector(reader))
        } else if json["dialect"] != nil || json["message"] != nil {
            kind = .expression(try ExpressionVector(reader))
        } else if json["expr"] != nil {
            kind = .tag(try TagVector(reader))
        } else {
            throw .field(
                "this is no vector of an expression, a tag expression or a pattern: "
                    + "it has neither 'expr' nor 'pattern'")
        }
    }

    /// The text of an expression vector.
    package var expressionSource: String? {
        if case .expression(let vector) = kind { vector.source } else { nil }
    }

    /// Runs it.
    package func run() -> Outcome {
        switch kind {
        case .expression(let vector): vector.run()
        case .tag(let vector): vector.run()
        case .pattern(let vector): vector.run()
        }
    }
}

/// Why a line is no vector that can be run.
package enum VectorError: Error, Equatable, Sendable, CustomStringConvertible {
    case json(JSONFault)
    /// A field that is missing or has a value that nobody can run.
    case field(String)

    package var description: String {
        switch self {
        case .json(let fault): fault.description
        case .field(let text): text
        }
    }
}
