import Broker
import KafkaWire
import NIOCore
import Records

extension KafkaService {
    /// Gives records from the offsets that the client names: at once if there are enough, else as
    /// soon as there are, or when its patience ends.
    ///
    /// Sessions (KIP-227) are declined with session 0: each request names all its partitions.
    func answer(_ request: FetchRequest, _ context: RequestContext) async -> FetchResponse {
        var response = FetchResponse()
        if request.sessionID != 0 {
            response.errorCode = .fetchSessionIDNotFound
            return response
        }
        var plan = FetchPlan(request, version: context.version, broker)
        var work = FetchWork(
            broker: broker,
            isolation: request.isolationLevel == 1 ? .readCommitted : .readUncommitted,
            byteCountMax: max(
                1, min(Int(request.maxBytes), KafkaLimits.fetchByteCountMax)), logger: logger,
            items: plan.items)
        work = await readOn(work, context)
        if work.isStarved { metrics.fetchDelayed() }
        let wait = min(request.maxWaitMilliseconds, KafkaLimits.fetchWaitMaxMilliseconds)
        if isWanting(work, request), !plan.hasError, wait > 0 {
            work = await readWaiting(work, request, wait, context)
        }
        plan.items = work.items
        return plan.response()
    }

    private func isWanting(_ work: FetchWork, _ request: FetchRequest) -> Bool {
        work.isStarved
            || work.byteCount < min(Int(request.minBytes), work.byteCountMax) && !work.hasError
                && !work.items.contains { $0.isFull }
    }

    private func readOn(_ work: FetchWork, _ context: RequestContext) async -> FetchWork {
        await onWorker { [work] in
            var work = work
            work.readOn(context.client.answers)
            return work
        } ?? work
    }

    /// Reads again whenever a partition has grown, until there is enough or the time is over.
    private func readWaiting(
        _ work: FetchWork, _ request: FetchRequest, _ milliseconds: Int32,
        _ context: RequestContext
    ) async -> FetchWork {
        var work = work
        let wakeup = Wakeup()
        let timeout = Timeout()
        let timer = context.client.eventLoop.scheduleTask(in: .milliseconds(Int64(milliseconds))) {
            timeout.expire()
            wakeup.wake()
        }
        let ticket = broker.appendWatch.register(work.partitions) { wakeup.wake() }
        let stop = stopping.register {
            timeout.expire()
            wakeup.wake()
        }
        let close = context.client.onClose {
            timeout.expire()
            wakeup.wake()
        }
        defer {
            timer.cancel()
            broker.appendWatch.cancel(ticket)
            stopping.cancel(stop)
            context.client.cancel(close)
        }
        // What came between the first read and the registration.
        work = await readOn(work, context)
        while isWanting(work, request), !timeout.isExpired {
            let room =
                work.isStarved ? answerMemory.register(isShort: true) { wakeup.wake() } : nil
            await wakeup.wait()
            if let room { answerMemory.cancel(room) }
            work = await readOn(work, context)
        }
        return work
    }
}
