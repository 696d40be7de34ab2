/// What maintenance works with; one thread at a time.
struct MaintenanceTools {
    let sealer: Sealer
    let checkpointer: Checkpointer
    let retention: Retention
    let compactor: Compactor
    let waiting: WaitingPartitions

    init(shared: LogShared, segments: SegmentCache) {
        sealer = Sealer(shared: shared)
        checkpointer = Checkpointer(shared: shared, segments: segments)
        retention = Retention(shared: shared, segments: segments)
        compactor = Compactor(shared: shared, segments: segments)
        waiting = WaitingPartitions(shared: shared)
    }
}
