package import Platform
package import Records
package import SystemPackage

/// A durable log of atomic frames, with the records of every partition and a small keyed state.
///
/// Thread-safe. Appends block the calling thread until they are answered; all that wait at the
/// same time share one write and one fdatasync. Reads never wait for the writer.
package final class CommitLog: Sendable {
    /// What opening has found.
    package let recovery: RecoveryReport
    /// The log itself; the threads take its steps.
    let driver: LogDriver
    private let writerThread: WorkerThread?
    private let sealerThread: WorkerThread?
    private let ending: LogEnding
    private var shared: LogShared { driver.shared }
    /// Whether a thread seals, and can be far behind.
    var sealsInBackground: Bool { sealerThread != nil }

    // MARK: Life cycle

    /// Opens a data directory, and makes it one if it is absent or empty.
    ///
    /// - Throws: ``OpenError``; damage that leaves the rest readable does not throw but is in
    ///   ``recovery``.
    package static func open(
        directory: FilePath, fileSystem: any FileSystem = RealFileSystem(),
        clock: any Clock = SystemClock(), options: LogOptions = LogOptions()
    ) throws(OpenError) -> CommitLog {
        try open(directory, fileSystem, clock, options, startsThreads: true)
    }

    /// Opens; without threads nothing happens but what the caller lets the ``driver`` do, and only
    /// the calls that do not wait may be used.
    static func open(
        _ directory: FilePath, _ fileSystem: any FileSystem, _ clock: any Clock,
        _ options: LogOptions, startsThreads: Bool
    ) throws(OpenError) -> CommitLog {
        let layout = DataLayout(directory)
        do throws(IOError) { try fileSystem.createDirectories(directory) } catch {
            throw .inputOutput(error)
        }
        let lock: DirectoryLock
        do throws(LockError) { lock = try DirectoryLock(directory, in: fileSystem) } catch {
            throw .locked(error)
        }
        try FormatFile.establish(in: layout, fileSystem)
        var recovery = Recovery(layout: layout, fileSystem: fileSystem)
        try recovery.run()
        let shared = LogShared(
            layout: layout, fileSystem: fileSystem, clock: clock, options: options,
            state: recovery.state)
        return try CommitLog(
            shared: shared, report: recovery.report, lock: lock, startsThreads: startsThreads)
    }

    private init(
        shared: LogShared, report: RecoveryReport, lock: consuming DirectoryLock,
        startsThreads: Bool
    ) throws(OpenError) {
        recovery = report
        let driver = LogDriver(shared: shared)
        self.driver = driver
        let ending = LogEnding(lock: lock)
        self.ending = ending
        guard startsThreads else {
            (writerThread, sealerThread) = (nil, nil)
            return
        }
        writerThread = WorkerThread(name: "sluice-writer") {
            ending.writerEnded(driver.writeUntilClosed())
        }
        guard let writerThread else { throw .noThread }
        guard shared.options.sealsInBackground, report.fence == nil else {
            sealerThread = nil
            return
        }
        sealerThread = WorkerThread(name: "sluice-sealer") {
            driver.maintenance.runInBackground()
            withExtendedLifetime(ending) {}  // The directory is taken as long as anybody works.
        }
        if sealerThread == nil {
            driver.queue.close()
            writerThread.join()
            throw .noThread
        }
    }

    deinit { try? close() }

    /// Writes what waits, makes it durable, and gives the directory back.
    ///
    /// A second call does nothing.
    ///
    /// - Throws: ``AppendError`` if the log was poisoned, if what was only written could not be
    ///   made durable, or if the disk does not answer within `closeWaitMax`: the directory then
    ///   stays taken until it does.
    package func close() throws(AppendError) {
        guard ending.begin() else { return }
        driver.maintenance.stop()
        let wait = shared.options.closeWaitMax
        let sealerEnded = sealerThread?.join(timeout: wait) ?? true
        driver.queue.close()
        if let writerThread {
            guard writerThread.join(timeout: wait), sealerEnded else {
                throw .notAnswering(waited: wait)
            }
        } else {
            ending.writerEnded(driver.writeUntilClosed())
        }
        ending.releaseLock()
        if let problem = ending.problem { throw problem }
    }

    // MARK: Appending

    /// Appends a frame and waits until it is durable (or written, see ``Durability``).
    ///
    /// - Parameters:
    ///   - frame: what to change.
    ///   - durability: nil for the strongest of the partitions that get records; a partition
    ///     without an option of its own, and every other change, has that of the log.
    /// - Returns: the offsets that its records were given, and where the frame ends.
    /// - Throws: ``AppendError``; nothing of the frame is stored, except after `.poisoned`, when
    ///   only the next opening can tell.
    @discardableResult
    package func append(
        _ frame: FrameContent, durability: Durability? = nil
    ) throws(AppendError) -> AppendReceipt {
        let waiting = Monitor<Result<AppendReceipt, AppendError>?>(nil)
        try submit(frame, durability: durability) { result in
            waiting.withLock { $0 = result }
            waiting.notifyAll()
        }
        guard let result = waiting.wait(until: { $0 }) else {
            preconditionFailure("a wait without time-out ended without an answer")
        }
        return try result.get()
    }

    /// Why the log takes no more frames; nil if it does.
    package var refusal: AppendError? { shared.withState { $0.refusal } }

    /// The lowest identity that a new partition may have.
    package var nextPartitionID: PartitionID {
        PartitionID(rawValue: shared.withState { $0.nextPartitionID })
    }

    // MARK: Reading

    /// Appends whole stored batches to `bytes`: from the one that holds `offset` on, at least one
    /// if there is one, more while they fit into `maximumBytes`.
    ///
    /// Batches lie in `bytes` one behind the other. Each is compared with its checksum.
    package func read(
        _ partition: PartitionID, from offset: RecordOffset, maximumBytes: Int,
        into bytes: inout [UInt8]
    ) throws(ReadError) -> ReadResult {
        try driver.reader.read(partition, from: offset, maximumBytes: maximumBytes, into: &bytes)
    }

    /// The first readable offset and the one behind the last record; nil if there is no such
    /// partition.
    package func bounds(_ partition: PartitionID) -> (start: RecordOffset, end: RecordOffset)? {
        shared.withState { state in
            state.partitions[partition].map {
                (RecordOffset(rawValue: $0.start), RecordOffset(rawValue: $0.end))
            }
        }
    }

    /// What a reader of committed records must know of a partition from `offset` on; nil if there is
    /// no such partition.
    package func stableView(_ partition: PartitionID, from offset: RecordOffset) -> StableView? {
        shared.withState { state in
            state.partitions[partition].map { $0.stableView(from: offset) }
        }
    }

    /// How a partition is stored; nil if there is no such partition.
    package func options(_ partition: PartitionID) -> PartitionOptions? {
        shared.withState { $0.partitions[partition]?.options }
    }

    /// The first record, by offsets, whose timestamp is at or after `timestamp` (milliseconds);
    /// nil if there is none.
    ///
    /// O(log blocks), one block read.
    package func offset(
        _ partition: PartitionID, atOrAfter timestamp: Int64
    ) throws(ReadError) -> RecordOffset? {
        try driver.reader.record(partition, atOrAfter: timestamp)?.offset
    }

    /// As ``offset(_:atOrAfter:)``, with the record's own time.
    package func record(
        _ partition: PartitionID, atOrAfter timestamp: Int64
    ) throws(ReadError) -> TimedOffset? {
        try driver.reader.record(partition, atOrAfter: timestamp)
    }

    /// The record with the largest timestamp, the first of several; nil if no record can be read.
    ///
    /// Batches whose records cannot be read are passed over, up to 1,000 of them.
    package func newestRecord(_ partition: PartitionID) throws(ReadError) -> TimedOffset? {
        try driver.reader.newestRecord(partition)
    }

    /// The blocks of the segment that holds `offset` with their summaries; nil if the offset is not
    /// in a segment.
    ///
    /// One read of the summary file.
    package func sealedBlocks(
        _ partition: PartitionID, holding offset: RecordOffset
    ) throws(ReadError) -> SealedBlocks? {
        try driver.lister.blocks(partition, holding: offset.rawValue)
    }

    /// All partitions by ascending identity.
    package func partitions() -> [PartitionDescription] {
        shared.withState { state in
            state.partitions.sorted { $0.key < $1.key }.map {
                PartitionDescription(
                    id: $0.key, topic: $0.value.topic, index: $0.value.index,
                    options: $0.value.options, start: RecordOffset(rawValue: $0.value.start),
                    end: RecordOffset(rawValue: $0.value.end),
                    sealedEnd: RecordOffset(rawValue: $0.value.sealedEnd),
                    segmentByteCount: $0.value.segments.reduce(0) { $0 + $1.totalByteCount },
                    removed: $0.value.removed)
            }
        }
    }

    /// A value of the durable keyed state.
    ///
    /// O(log values).
    package func value(table: UInt8, key: [UInt8]) -> [UInt8]? {
        shared.withState { $0.tables[table]?.value(of: key) }
    }

    /// The values of a table whose keys begin with `prefix`, by ascending keys.
    package func entries(table: UInt8, prefix: [UInt8] = []) -> [KeyedValue] {
        // The copy shares the table, so the lock is not held while it is walked.
        let table = shared.withState { $0.tables[table] }
        return table?.entries(prefix: prefix) ?? []
    }

    /// The same in parts: behind a key, and until there are more than so many bytes of keys and values.
    ///
    /// - Parameters:
    ///   - table: the table.
    ///   - prefix: how the keys begin.
    ///   - key: the last one of the part before; nil to begin. It begins with the prefix.
    ///   - byteCountMax: the value that exceeds it is the last one.
    /// - Returns: the values, and whether no more follow.
    package func entries(
        table: UInt8, prefix: [UInt8], after key: [UInt8]?, byteCountMax: Int
    ) -> (found: [KeyedValue], isComplete: Bool) {
        let table = shared.withState { $0.tables[table] }
        return table?.entries(prefix: prefix, after: key, byteCountMax: byteCountMax) ?? ([], true)
    }

    /// The end of the log: behind the last frame that readers see.
    package var end: LogPosition { shared.withState { $0.end } }

    /// Waits until the log reaches beyond `position`.
    ///
    /// - Returns: the new end, or nil after the time-out.
    package func waitForAppend(after position: LogPosition, timeout: Duration?) -> LogPosition? {
        shared.visibleEnd.wait(timeout: timeout) { $0 > position ? $0 : nil }
    }

    // MARK: Maintenance

    /// Moves everything that was appended so far into segments, takes a checkpoint, and removes
    /// the commit-log files that are no longer needed.
    package func sealNow() throws(MaintenanceError) {
        try driver.maintenance.perform(.seal(includingActive: true))
    }

    /// Writes a snapshot of the state, so that the next opening has less to read.
    package func checkpoint() throws(MaintenanceError) {
        try driver.maintenance.perform(.checkpoint)
    }

    /// Makes the summaries of blocks that were sealed without, or before there was more to say, in
    /// the segment that holds `offset`.
    ///
    /// - Returns: where the next segment begins and how many summaries were made; nil if no segment
    ///   holds the offset.
    package func summarizeBlocks(
        _ partition: PartitionID, holding offset: RecordOffset
    ) throws(ReadError) -> (next: RecordOffset, count: Int)? {
        try driver.lister.summarize(partition, holding: offset.rawValue)
    }

    /// Removes now what is older than its partition keeps records, or more than partition and log
    /// keep.
    package func enforceRetention() throws(MaintenanceError) {
        try driver.maintenance.perform(.retain)
    }

    /// Seals everything and compacts these partitions now, however clean they are; those whose
    /// policy is not to compact are left alone.
    package func compactNow(_ partitions: [PartitionID]) throws(MaintenanceError) {
        try sealNow()
        try driver.maintenance.perform(.compact(partitions))
    }

    /// Counters and sizes.
    package var statistics: LogStatistics {
        var statistics = shared.withState { state -> LogStatistics in
            var statistics = state.statistics
            let first = state.files.first?.start ?? state.end
            statistics.commitBytesOnDisk = state.end.rawValue - first.rawValue
            statistics.segmentBytesOnDisk = state.partitions.values.reduce(0) { sum, partition in
                partition.segments.reduce(sum) { $0 + $1.totalByteCount }
            }
            for partition in state.partitions.values {
                for (reason, tally) in partition.removed {
                    statistics.removed[reason, default: .none].records += tally.records
                    statistics.removed[reason, default: .none].bytes += tally.bytes
                }
            }
            return statistics
        }
        statistics.indexesRebuilt = driver.segments.rebuilds
        return statistics
    }
}
