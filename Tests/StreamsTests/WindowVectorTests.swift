import Foundation
import Streams
import Testing

/// A line of `Tests/Vectors/windows.jsonl`; its README is in the shared notes, WINDOWS.md has the
/// rules.
private struct WindowVector: CustomTestStringConvertible {
    let id: String
    let job: String
    let watermarkDelay: Int64
    let lateness: Int64
    let events: [String]
    let expected: [[String: Any]]
    let expectedError: String?
    let late: Int64
    let kind: String

    var testDescription: String { id }

    init(_ line: String) throws {
        let object = try #require(
            JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        id = object["id"] as? String ?? "?"
        job = object["job"] as? String ?? ""
        watermarkDelay = (object["watermark_delay_ms"] as? NSNumber)?.int64Value ?? 0
        lateness = (object["allowed_lateness_ms"] as? NSNumber)?.int64Value ?? 0
        late = (object["dropped_late"] as? NSNumber)?.int64Value ?? 0
        expected = object["expect"] as? [[String: Any]] ?? []
        expectedError = object["expect"] as? String
        let spec = object["spec"] as? [String: Any]
        kind = (spec?["window"] as? [String: Any])?["type"] as? String ?? "?"
        events = try (object["events"] as? [Any] ?? []).map {
            String(decoding: try JSONSerialization.data(withJSONObject: $0), as: UTF8.self)
        }
    }

    static func all() throws -> [WindowVector] {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Vectors/windows.jsonl")
        return try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
            .map { try WindowVector(String($0)) }
    }
}

@Suite("Window vectors")
struct WindowVectorTests {
    /// What is not run yet: refused with an error that names it.
    private static let later = ["session": "SESSION", "over_range": "OVER", "over_rows": "OVER"]

    @Test("Every vector of windows.jsonl that Flink and the evaluator agreed on (WINDOWS.md)")
    func vectors() throws {
        let vectors = try WindowVector.all()
        #expect(vectors.count == 50)
        var counts = (run: 0, refused: 0)
        for vector in vectors {
            if let construct = Self.later[vector.kind] {
                try expectUnsupported(vector, construct)
                counts.refused += 1
            } else if let kind = vector.expectedError {
                try expectError(vector, kind)
                counts.run += 1
            } else {
                try expectRows(vector)
                counts.run += 1
            }
        }
        #expect(counts.run == 40)
        #expect(counts.refused == 10)
    }

    private func plan(_ vector: WindowVector) throws -> QueryPlan {
        try QueryFile.plan(
            vector.job, lateness: vector.lateness, watermarkDelay: vector.watermarkDelay)
    }

    private func expectUnsupported(_ vector: WindowVector, _ construct: String) throws {
        do {
            _ = try plan(vector)
            Issue.record("\(vector.id): \(construct) was accepted")
        } catch let error as SQLError {
            #expect(error.kind == .unsupported, "\(vector.id)")
            #expect(error.message.hasPrefix("\(construct) is not supported yet"), "\(vector.id)")
        }
    }

    private func expectError(_ vector: WindowVector, _ kind: String) throws {
        do {
            _ = try plan(vector)
            Issue.record("\(vector.id): was accepted")
        } catch let error as SQLError {
            #expect("error:\(error.kind.name)" == kind, "\(vector.id)")
        }
    }

    private func expectRows(_ vector: WindowVector) throws {
        let target = MemoryTarget()
        let report = try plan(vector).makePipeline(
            source: MemorySource(lines: vector.events), target: target
        ).run()
        #expect(report.late == vector.late, "\(vector.id)")
        let rows = try finalRows(target.values(), like: vector.expected.first ?? [:])
        #expect(rows.count == vector.expected.count, "\(vector.id)")
        for (row, expected) in zip(rows, vector.expected) {
            #expect(isEqual(row, expected), "\(vector.id): \(row) instead of \(expected)")
        }
    }

    /// The last row of each window and key, in the order of the vectors.
    private func finalRows(
        _ values: [String], like example: [String: Any]
    ) throws -> [[String: Any]] {
        var rows: [(identity: String, row: [String: Any])] = []
        for value in values {
            let row = try #require(
                JSONSerialization.jsonObject(with: Data(value.utf8)) as? [String: Any])
            let names = ["window_end", "window_start", "k"].filter { example[$0] != nil }
            let identity = names.map { "\($0)=\(row[$0] ?? "absent")" }.joined(separator: ",")
            if let index = rows.firstIndex(where: { $0.identity == identity }) {
                rows[index].row = row
            } else {
                rows.append((identity, row))
            }
        }
        return rows.map(\.row).sorted { left, right in
            for name in ["window_end", "window_start"] {
                let (first, second) = (number(left[name]), number(right[name]))
                if first != second { return first < second }
            }
            return (left["k"] as? String ?? "") < (right["k"] as? String ?? "")
        }
    }

    private func number(_ value: Any?) -> Double { (value as? NSNumber)?.doubleValue ?? .nan }

    private func isEqual(_ row: [String: Any], _ expected: [String: Any]) -> Bool {
        guard row.count == expected.count else { return false }
        return expected.allSatisfy { name, value in
            switch (row[name], value) {
            case (is NSNull, is NSNull): true
            case (let left as String, let right as String): left == right
            case (let left as NSNumber, let right as NSNumber):
                abs(left.doubleValue - right.doubleValue)
                    <= 1e-9 * max(1, abs(right.doubleValue))
            default: false
            }
        }
    }
}
