import Platform

extension CommitLog {
    /// Checks and codes a frame for ``trySubmit(_:hasWaited:)``.
    ///
    /// - Parameters:
    ///   - frame: what to change.
    ///   - durability: as for ``append(_:durability:)``.
    ///   - answer: called once, as for ``submit(_:durability:answer:)``, unless the frame is never
    ///     accepted.
    /// - Returns: what to offer.
    /// - Throws: ``AppendError`` for a frame that cannot be right, or if the log takes none.
    package func prepare(
        _ frame: FrameContent, durability: Durability? = nil,
        answer: @escaping @Sendable (Result<AppendReceipt, AppendError>) -> Void
    ) throws(AppendError) -> PreparedAppend {
        let encoded = try EncodedFrame(
            frame, verifiesBatches: driver.shared.options.verifiesBatches)
        return try prepare(encoded, durability, answer)
    }

    /// The same for one batch, which is copied once.
    ///
    /// - Parameters:
    ///   - batch: exactly one batch.
    ///   - partition: where it goes.
    ///   - appendTime: the time in milliseconds that all records get instead of their own; nil
    ///     leaves them theirs.
    ///   - verifies: whether to compare the checksum; a caller that has done so can save it.
    ///   - durability: as for ``append(_:durability:)``.
    ///   - answer: as for ``prepare(_:durability:answer:)``.
    /// - Returns: what to offer.
    /// - Throws: ``AppendError`` for bytes that are not one batch, or if the log takes no frame.
    package func prepare(
        batch: RawSpan, for partition: PartitionID, appendTime: Int64? = nil,
        verifies: Bool = true, durability: Durability? = nil,
        answer: @escaping @Sendable (Result<AppendReceipt, AppendError>) -> Void
    ) throws(AppendError) -> PreparedAppend {
        try prepare(
            try EncodedFrame(
                batch: batch, of: partition, appendTime: appendTime, verifies: verifies),
            durability, answer)
    }

    private func prepare(
        _ encoded: EncodedFrame, _ durability: Durability?,
        _ answer: @escaping @Sendable (Result<AppendReceipt, AppendError>) -> Void
    ) throws(AppendError) -> PreparedAppend {
        let ofLog = driver.shared.options.durability
        let (refusal, ofFrame) = driver.shared.withState { state in
            (state.refusal, durability ?? state.durability(of: encoded.operations, default: ofLog))
        }
        if let refusal { throw refusal }
        let weight = encoded.stride
        return PreparedAppend(
            submission: Submission(.frame(encoded), durability: ofFrame, answer: answer),
            weight: weight)
    }

    /// Offers a prepared frame to the writer; never waits, so that event loops may call it.
    ///
    /// Frames are written in the order in which they are accepted.
    ///
    /// - Parameters:
    ///   - append: accepted at most once.
    ///   - hasWaited: whether the caller has waited a moment because sealing is far behind; then
    ///     only a full queue is a reason to answer `.full`.
    /// - Returns: whether it was accepted.
    /// - Throws: `.closed`; the answer is not called.
    package func trySubmit(
        _ append: PreparedAppend, hasWaited: Bool = false
    ) throws(AppendError) -> PreparedAppend.Offer {
        if !hasWaited, sealsInBackground, driver.maintenance.noteFarBehind() { return .full }
        switch driver.queue.tryPush(append.submission, weight: append.weight) {
        case .accepted: return .accepted
        case .full: return .full
        case .closed: throw .closed
        }
    }

    /// Appends a frame without waiting for it; waits only while the queue is full, and for a moment
    /// while sealing is far behind.
    ///
    /// - Parameters:
    ///   - frame: what to change.
    ///   - durability: as for ``append(_:durability:)``.
    ///   - answer: called once, on the writer's thread, which must not be kept waiting; not called
    ///     if this function throws. It must not hold the last reference to the log, which waits
    ///     for that thread when it goes.
    /// - Throws: ``AppendError`` for a frame that cannot be right, or if the log takes none.
    package func submit(
        _ frame: FrameContent, durability: Durability? = nil,
        answer: @escaping @Sendable (Result<AppendReceipt, AppendError>) -> Void
    ) throws(AppendError) {
        let append = try prepare(frame, durability: durability, answer: answer)
        if sealsInBackground { driver.maintenance.slowDown() }
        guard driver.queue.push(append.submission, weight: append.weight) else { throw .closed }
    }
}
