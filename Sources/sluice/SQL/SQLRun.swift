import Broker
import Bytes
import Connectors
import Platform
import Records
import Streams

/// Runs the statements of a script one after the other.
struct SQLRun {
    let script: SQLScript
    let catalog: CommandCatalog
    let options: QueryOptions
    /// How rows are printed.
    let form: OutputOptions.Form
    /// How the reports of jobs are printed.
    let reportForm: OutputOptions.Form
    let console: Console
    let job: JobChoice
    let onError: PipelineOptions.ErrorPolicy

    /// Parses and plans every statement before the first one runs, so that a mistake in the last
    /// one leaves nothing half-done.
    mutating func runAll() throws -> ExitStatus {
        let statements = try StatementParser.parse(script.text)
        var planner = QueryPlanner(catalog: catalog, options: options)
        var steps: [Step] = []
        for statement in statements {
            if let step = try step(statement.form, text: text(of: statement), &planner) {
                steps.append(step)
            }
        }
        guard !steps.isEmpty else {
            throw CommandFailure.usage(
                "the script has nothing to run. Add a SELECT, INSERT INTO or EXPLAIN.")
        }
        let insertCount = steps.count { if case .insert = $0 { true } else { false } }
        if job.name != nil, insertCount != 1 {
            throw CommandFailure.usage(
                "--job names one INSERT, but the script has \(insertCount). "
                    + "Run each from a script of its own.")
        }
        if case .deadLetter = onError { try steps.forEach(requireDeadLetterTopic) }
        if try steps.count(where: readsStandardInput) > 1 {
            throw CommandFailure.usage(
                "two statements of the script read stdin, which can be read once. "
                    + "Give the input as a file, or run each from a script of its own.")
        }
        var status = ExitStatus.done
        for step in steps {
            let ended = try run(step)
            if ended == .interrupted || ended == .terminated { return ended }
            if ended != .done { status = ended }
        }
        return status
    }

    /// Only a job that writes to a topic has one for dead letters beside it.
    private func requireDeadLetterTopic(_ step: Step) throws {
        switch step {
        case .explain: return
        case .insert(_, let target, _): if try catalog.isTopic(target) { return }
        case .select: break
        }
        throw CommandFailure.usage(
            "--on-error dead-letter keeps records in a topic beside the one that an INSERT writes "
                + "to: without one use --on-error skip.")
    }

    private func readsStandardInput(_ step: Step) throws -> Bool {
        switch step {
        case .explain: false
        case .select(let plan), .insert(let plan, _, _): try catalog.isStandardInput(plan.source)
        }
    }

    private enum Step {
        case explain(String)
        case select(QueryPlan)
        case insert(QueryPlan, into: StreamReference, job: String)
    }

    private func text(of statement: Statement) -> String {
        String(decoding: Array(script.text.utf8)[statement.range], as: UTF8.self)
    }

    private func step(
        _ form: Statement.Form, text: String, _ planner: inout QueryPlanner
    ) throws -> Step? {
        switch form {
        case .createStream(let definition):
            try planner.declare(definition)
            return nil
        case .select(let select): return .select(try planner.plan(select))
        case .insert(let target, let select):
            return .insert(
                try planner.plan(select, into: target), into: planner.reference(target),
                job: job.name(for: text))
        case .explain(.select(let select)): return .explain(try planner.plan(select).explain())
        case .explain(.insert(let target, let select)):
            return .explain(try planner.plan(select, into: target).explain())
        case .explain(let inner): return try step(inner, text: text, &planner)
        }
    }

    private func run(_ step: Step) throws -> ExitStatus {
        switch step {
        case .explain(let text):
            try console.line(text.hasSuffix("\n") ? String(text.dropLast()) : text)
            return .done
        case .select(let plan): return try select(plan)
        case .insert(let plan, let target, let job): return try insert(plan, into: target, job)
        }
    }

    // MARK: - SELECT

    private func select(_ plan: QueryPlan) throws -> ExitStatus {
        try console.flush()
        let target: any Target
        if form == .text, let columns = plan.columnNames {
            target = RowTableTarget(columns: columns, console: console)
        } else {
            let name =
                plan.columnNames == nil && plan.description.format != .json ? "lines" : "jsonl"
            target = try TargetFiles.open(nil, format: RecordFormats.named(name), deadLetter: nil)
        }
        let result = try perform(plan, target, label: "sql", progressOf: nil)
        let summary = RunSummary(report: result.report, elapsed: result.elapsed)
        let warnings = summary.warnings(
            remedy: "Keep them with an INSERT into a topic and --on-error dead-letter.")
        for warning in warnings { Console.diagnose(warning) }
        if warnings.isEmpty, console.isErrorTerminal {
            console.note(ConsoleStyle.error.dim(summary.line))
        }
        return result.status
    }

    // MARK: - INSERT

    private func insert(
        _ plan: QueryPlan, into reference: StreamReference, _ name: String
    ) throws -> ExitStatus {
        let touchesTopic = try catalog.isTopic(plan.source) || catalog.isTopic(reference)
        let keepsProgress = touchesTopic || job.name != nil
        if keepsProgress, job.restarts {
            try catalog.broker(creates: true).resetPipeline(name)
        }
        let target = try catalog.openTarget(reference, job: keepsProgress ? name : nil)
        let result: PipelineRun.Result
        do {
            result = try perform(
                plan, target, label: name,
                progressOf: keepsProgress ? try identity(plan.source, reference) : nil)
        } catch PipelineError.foreignState {
            throw CommandFailure(
                "the progress under the name '\(name)' belongs to another query or target, or is "
                    + "older than a topic that was made anew. Give the changed query a name of its "
                    + "own with --job, or begin again with --restart.")
        }
        let summary = RunSummary(report: result.report, elapsed: result.elapsed)
        switch reportForm {
        case .text: console.note((keepsProgress ? "job \(name): " : "") + summary.line)
        case .json:
            var details = Details()
            if keepsProgress { details.add("job", .text(name)) }
            details.add(summary.details)
            console.note(details.json)
        }
        return result.status
    }

    private func identity(
        _ source: StreamReference, _ target: StreamReference
    ) throws -> String {
        try "from \(catalog.identity(of: source))\ninto \(catalog.identity(of: target))\n"
    }

    /// Runs a plan; `progressOf` is the identity of the streams whose progress is kept, nil keeps
    /// none.
    private func perform(
        _ plan: QueryPlan, _ target: any Target, label: String, progressOf identity: String?
    ) throws -> PipelineRun.Result {
        let source = MissingFieldsSource.wrap(
            try catalog.openSource(plan.source), [plan.program], console: console)
        var options = PipelineOptions()
        options.onError = onError
        if let identity { options.fingerprint = StableHash.hash(Array(identity.utf8).rawSpan) }
        let run = PipelineRun(
            label: label, console: console, writesStandardOutput: identity == nil)
        return try run.run(source, target, options: options) { source, target, options in
            plan.makePipeline(source: source, target: target, options: options)
        }
    }
}
