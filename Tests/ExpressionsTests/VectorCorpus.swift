import Bytes
import Expressions
import Foundation

/// The expressions of the specification's vectors, as seeds for random tests; running the vectors
/// themselves is the business of the module Filters.
enum VectorCorpus {
    /// UTF-8 of every expression.
    static let expressions: [[UInt8]] = lines.compactMap {
        (try? JSONTree($0.rawSpan))?["expr"]?.bytes
    }

    /// The lines themselves: JSON documents of many shapes.
    static let lines: [[UInt8]] = {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("Vectors/expressions.jsonl")
        let bytes = (try? Data(contentsOf: file)).map { Array($0) } ?? []
        return bytes.split(separator: UInt8(ascii: "\n")).map { Array($0) }
    }()
}
