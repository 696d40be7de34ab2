import Expressions
import Records

/// Makes the conditions and groups of a ``SubscriptionMatcher`` from definitions; equal filters
/// become one condition.
struct MatcherBuilder {
    /// What tells filters apart, once compiled.
    private struct Key: Hashable {
        let format: Int
        let policy: ErrorPolicy
        /// The clauses of all languages but SQL, in the order of the catalogue.
        let clauses: [FilterClause]
        let group: Int
        /// See ``ProgramBuilder/step(of:)``; nil without an SQL clause.
        let step: Int?
    }

    private struct ClauseKey: Hashable {
        let format: Int
        let clause: FilterClause
    }

    /// A group while its program grows.
    private struct Draft {
        let format: Int
        let dialect: Dialect
        /// Whether its conditions build text, which bounds how many go together.
        let buildsText: Bool
        var builder: ProgramBuilder
        var rootCount = 0
        var members: [Int32] = []
    }

    private let limits: MatcherLimits
    private let allowsVolatile: Bool
    private(set) var conditions: [MatchCondition] = []
    /// By subscription: its condition.
    private(set) var places: [Int32] = []
    private var drafts: [Draft] = []
    private var formats: [PayloadFormat] = []
    private var known: [Key: Int32] = [:]
    private var filters: [ClauseKey: any CompiledFilter] = [:]
    private var roots: [ClauseKey: (group: Int, root: RootIndex)] = [:]
    private var stepCount = 0

    init(limits: MatcherLimits, allowsVolatile: Bool) {
        self.limits = limits
        self.allowsVolatile = allowsVolatile
    }

    /// Adds the next subscription.
    mutating func add(_ definition: FilterDefinition) throws(MatcherError) {
        let place = places.count
        do throws(FilterError) {
            places.append(try condition(definition, subscription: Int32(place)))
        } catch {
            throw .filter(place: place, error)
        }
        guard stepCount <= limits.stepCountMax else {
            throw .tooManySteps(place: place, limit: limits.stepCountMax)
        }
    }

    /// The groups, now that all subscriptions are there.
    func groups() -> [MatchGroup] {
        drafts.map {
            MatchGroup($0.builder.build(), conditions, of: $0.members, limits: limits)
        }
    }

    private mutating func condition(
        _ definition: FilterDefinition, subscription: Int32
    ) throws(FilterError) -> Int32 {
        try definition.requireKnownLanguages()
        let format = self.format(definition.format)
        let options = FilterOptions(format: definition.format, allowsVolatile: allowsVolatile)
        var clauses: [FilterClause] = []
        var condition = MatchCondition(policy: definition.errorPolicy)
        for name in FilterCatalogue.names where name != SQLFilter.name {
            guard let clause = definition.clause(name) else { continue }
            let filter = try self.filter(clause, format, options)
            clauses.append(clause)
            if FilterCatalogue.place(of: name) < FilterCatalogue.place(of: SQLFilter.name) {
                condition.before.append(filter)
            } else {
                condition.after.append(filter)
            }
        }
        let group: Int
        if let clause = definition.clause(SQLFilter.name) {
            let place = try root(clause, format, options)
            group = place.group
            condition.root = place.root
        } else {
            let compile = CompileOptions(
                shape: RowShape(definition.format), allowsVolatile: allowsVolatile)
            group = draft(format, compile, buildsText: false)
        }
        let key = Key(
            format: format, policy: definition.errorPolicy, clauses: clauses, group: group,
            step: condition.root.map { drafts[group].builder.step(of: $0) })
        let place = known[key] ?? Int32(conditions.count)
        if place == conditions.count {
            known[key] = place
            conditions.append(condition)
            drafts[group].members.append(place)
        }
        conditions[Int(place)].subscriptions.append(subscription)
        return place
    }

    private mutating func format(_ format: PayloadFormat) -> Int {
        if let known = formats.firstIndex(of: format) { return known }
        formats.append(format)
        return formats.count - 1
    }

    private mutating func filter(
        _ clause: FilterClause, _ format: Int, _ options: FilterOptions
    ) throws(FilterError) -> any CompiledFilter {
        let key = ClauseKey(format: format, clause: clause)
        if let known = filters[key] { return known }
        let filter = try FilterCatalogue.compile(clause, options: options)
        filters[key] = filter
        return filter
    }

    private mutating func root(
        _ clause: FilterClause, _ format: Int, _ options: FilterOptions
    ) throws(FilterError) -> (group: Int, root: RootIndex) {
        let key = ClauseKey(format: format, clause: clause)
        if let known = roots[key] { return known }
        let compile = try SQLFilter.compileOptions(clause, options)
        do throws(ExpressionError) {
            let syntax =
                try ExpressionParser.parse(clause.source, dialect: compile.dialect)
                ?? Syntax(.bool(true), at: 0)
            let group = draft(
                format, compile, buildsText: syntax.buildsText(in: compile.dialect))
            let before = drafts[group].builder.stepCount
            let root = try drafts[group].builder.addCondition(syntax)
            stepCount += drafts[group].builder.stepCount - before
            drafts[group].rootCount += 1
            roots[key] = (group, root)
            return (group, root)
        } catch {
            throw .sql(error)
        }
    }

    /// The group for such conditions, made if there is none with room.
    private mutating func draft(
        _ format: Int, _ options: CompileOptions, buildsText: Bool
    ) -> Int {
        let known = drafts.lastIndex {
            $0.format == format && $0.dialect == options.dialect && $0.buildsText == buildsText
        }
        if let known,
            !buildsText || drafts[known].rootCount < MatcherLimits.textBuilderCountMax
        {
            return known
        }
        drafts.append(
            Draft(
                format: format, dialect: options.dialect, buildsText: buildsText,
                builder: ProgramBuilder(options)))
        return drafts.count - 1
    }
}
