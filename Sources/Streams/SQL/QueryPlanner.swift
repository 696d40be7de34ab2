import Bytes
import Expressions
import Filters
import Records

/// Turns SELECT statements into plans: resolves names, checks types, compiles expressions.
///
/// One planner runs through a script, so that CREATE STREAM counts for the statements behind it.
package struct QueryPlanner {
    private let catalog: any StreamCatalog
    package var options: QueryOptions
    private var definitions: [StreamDefinition] = []

    package init(catalog: any StreamCatalog, options: QueryOptions = QueryOptions()) {
        self.catalog = catalog
        self.options = options
    }

    /// Makes a stream known to the statements that follow.
    package mutating func declare(_ definition: StreamDefinition) throws(SQLError) {
        if definitions.contains(where: { ExactText($0.name) == ExactText(definition.name) }) {
            throw SQLError(
                .name, at: definition.position, "the stream \(definition.name) is declared twice")
        }
        definitions.append(definition)
    }

    /// The plan of a SELECT, or of an INSERT if `target` is given.
    ///
    /// - Throws: ``SQLError``, or what the catalog threw when it looked at the stream.
    package func plan(
        _ select: SelectStatement, into target: RelationName? = nil
    ) throws -> QueryPlan {
        let reference = reference(select.from.relation)
        guard let description = try catalog.describe(reference) else {
            throw unknownStream(select.from.relation)
        }
        let definition: StreamDefinition? =
            if case .declared(let definition) = reference { definition } else { nil }
        let query = try ResolvedQuery(
            select, definition: definition, description: description, options: options)
        return try QueryPlan(
            query, source: reference, target: target.map { self.reference($0) },
            description: description)
    }

    /// What a name stands for: a declared stream before a topic of the same name.
    package func reference(_ name: RelationName) -> StreamReference {
        if name.kind == .file { return .file(name.text) }
        if let known = definitions.first(where: { ExactText($0.name) == ExactText(name.text) }) {
            return .declared(known)
        }
        return ExactText(name.text) == ExactText("stdin") ? .stdin : .topic(name.text)
    }

    private func unknownStream(_ name: RelationName) -> SQLError {
        if name.kind == .file {
            return SQLError(.name, at: name.position, "there is no file '\(name.text)'")
        }
        let known = definitions.map(\.name) + catalog.topicNames + ["stdin"]
        return SQLError(
            .name, at: name.position,
            "there is no stream or topic \(name.text); files stand in quotes",
            suggestion: NearestName.find(name.text, in: known))
    }
}
