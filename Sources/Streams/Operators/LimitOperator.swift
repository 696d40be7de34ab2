import Bytes
package import Connectors
package import Records

/// Lets the first rows pass, and ends the pipeline after them.
package final class LimitOperator: Operator {
    private let count: Int64
    private var remaining: Int64
    private var isChanged = false

    package init(_ count: Int64) {
        self.count = count
        remaining = count
    }

    package var summary: String { "LIMIT \(count)" }
    package var isSatisfied: Bool { remaining <= 0 }

    package func process(
        _ block: borrowing RecordBlock, _ context: inout OperatorContext,
        output: inout RecordBuffer
    ) throws -> OperatorOutput {
        var passed: Int64 = 0
        let allowed = remaining
        context.selection.keep { _ in
            passed += 1
            return passed <= allowed
        }
        remaining -= min(passed, allowed)
        isChanged = true
        return .selection
    }

    package func restore(key: RawSpan, value: RawSpan) throws {
        guard value.byteCount == 8 else {
            throw PipelineError.damagedState("a limit's entry has \(value.byteCount) bytes")
        }
        remaining = value.littleEndian(at: 0)
    }

    package func collectChanges(into changes: inout [StateChange]) {
        guard isChanged else { return }
        isChanged = false
        var value: [UInt8] = []
        value.append(littleEndian: remaining)
        changes.append(StateChange(key: [], value: value))
    }
}
