import Foundation
import Streams
import Testing

/// A golden query: `Tests/Fixtures/Queries/NAME.sql`, whose comments hold input and expected rows.
///
/// `/* input` … `*/` one JSON document a line, once for each split; `/* expect` … `*/` the rows in
/// their order, byte for byte; `/* late` … `*/` the records that come too late; `/* options` … `*/`
/// lines `lateness 5000`.
struct QueryFile: CustomTestStringConvertible {
    let name: String
    let script: String
    var inputs: [[String]] = []
    var expected: [String] = []
    var late: [String] = []
    var lateness: Int64 = 0

    var testDescription: String { name }

    private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent()
        .appending(path: "Fixtures/Queries")

    /// All golden queries, by name.
    static let all: [QueryFile] = {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.filter { $0.hasSuffix(".sql") }.sorted().compactMap { try? QueryFile($0) }
    }()

    init(_ name: String) throws {
        self.name = name
        script = try String(contentsOf: Self.folder.appending(path: name), encoding: .utf8)
        for comment in script.components(separatedBy: "/*").dropFirst() {
            let body = comment.components(separatedBy: "*/")[0]
            var lines = body.split(separator: "\n", omittingEmptySubsequences: true).map {
                $0.trimmingCharacters(in: .whitespaces)
            }.filter { !$0.isEmpty }
            guard !lines.isEmpty else { continue }
            switch lines.removeFirst() {
            case "input": inputs.append(lines)
            case "expect": expected = lines
            case "late": late = lines
            case "options":
                for line in lines where line.hasPrefix("lateness ") {
                    lateness = Int64(line.dropFirst(9)) ?? 0
                }
            default: break
            }
        }
    }

    /// The script's last statement, planned; the ones before it declare streams.
    func plan() throws -> QueryPlan {
        try Self.plan(script, lateness: lateness)
    }

    static func plan(
        _ script: String, catalog: MemoryCatalog = MemoryCatalog(topics: ["events", "other"]),
        lateness: Int64 = 0, watermarkDelay: Int64 = 0
    ) throws -> QueryPlan {
        var options = QueryOptions()
        options.allowedLateness = lateness
        options.watermarkDelay = watermarkDelay
        var planner = QueryPlanner(catalog: catalog, options: options)
        var plan: QueryPlan?
        for statement in try StatementParser.parse(script) {
            var form = statement.form
            if case .explain(let inner) = form { form = inner }
            switch form {
            case .createStream(let definition): try planner.declare(definition)
            case .select(let select): plan = try planner.plan(select)
            case .insert(let target, let select): plan = try planner.plan(select, into: target)
            case .explain: break
            }
        }
        guard let plan else { throw MissingQuery() }
        return plan
    }

    struct MissingQuery: Error {}
}
