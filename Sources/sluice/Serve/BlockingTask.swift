import Platform

/// Runs asynchronous work from a command, whose thread waits for it.
enum BlockingTask {
    static func run<Success: Sendable>(
        _ work: @escaping @Sendable () async throws -> Success
    ) -> Result<Success, any Error> {
        let done = Monitor<Result<Success, any Error>?>(nil)
        // Owned by this call, which does not return before the task has ended.
        Task {
            let result: Result<Success, any Error>
            do { result = .success(try await work()) } catch { result = .failure(error) }
            done.withLock { $0 = result }
            done.notifyAll()
        }
        guard let result = done.wait(until: { $0 }) else {
            preconditionFailure("a wait without time-out ended without a result")
        }
        return result
    }
}
