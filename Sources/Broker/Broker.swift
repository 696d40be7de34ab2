package import CommitLog
package import Platform
import Synchronization
package import SystemPackage

/// Topics, subscriptions, consumer positions and the progress of pipelines, over one log.
///
/// It knows no wire protocol. Thread-safe: reads take a leaf lock for a few instructions; changes
/// of the catalogue wait for each other and for the disk.
package final class Broker: Sendable {
    package let log: CommitLog
    /// For readers that wait at the end of partitions.
    package let appendWatch: AppendWatch
    let clock: any Clock
    /// Partitions that all topics together may have.
    package let partitionCountMax: Int

    /// What exists, decoded.
    ///
    /// Guards only itself; no lock is taken inside.
    let catalog: Mutex<Catalog>

    /// What the log summarises of sealed blocks; follows the subscriptions in ``catalog``.
    let summaryFields: SummaryFields

    /// Readers of subscriptions that nobody uses at the moment.
    let subscriptionReaders = SubscriptionReaderPool()

    /// For readers of subscriptions, see ``ChunkReadAhead``.
    let readAheadThreads = SpareThreads(
        name: "sluice-ahead", countMax: BrokerLimits.readAheadThreadCountMax)

    /// Who may append transactions, and which are open.
    let transactions: TransactionCoordinator

    /// The members of consumer groups.
    package let groupCoordinator: GroupCoordinator

    /// Serialises changes of the catalogue, each of which looks, appends to the log and then
    /// updates ``catalog``.
    ///
    /// Held over the append: on the data path only readers of a subscription that is being changed
    /// wait for it.
    let catalogChange = Mutex<Void>(())

    /// Topics and subscriptions by name.
    struct Catalog {
        var topics: [String: TopicRecord] = [:] { didSet { namesHaveChanged() } }
        /// Partitions of all topics.
        var partitionCount = 0
        var subscriptions: [String: SubscriptionRecord] = [:] { didSet { namesHaveChanged() } }
        /// How often something of these has changed.
        private(set) var version: UInt64 = 0
        /// Names of both by their identities; made when it is first needed.
        var namesByID: [TopicID: String]?
        /// Subscriptions that get a new version just now.
        var changing: Set<String> = []
        /// By subscription; made when it is first needed.
        var countGates: [String: CountGate] = [:]
        /// By subscription; made when it is first read.
        var ledgers: [String: SubscriptionLedger] = [:]

        private mutating func namesHaveChanged() {
            namesByID = nil
            version += 1
        }
    }

    /// Opens the data directory, making it if there is none, and recovers it.
    ///
    /// - Throws: if it cannot be opened, belongs to another process, is damaged in a way that must
    ///   not be hidden, or holds what this version cannot read.
    package static func open(
        directory: FilePath, fileSystem: any FileSystem = RealFileSystem(),
        clock: any Clock = SystemClock(), options: LogOptions = LogOptions(),
        groups: GroupSettings = GroupSettings(),
        partitionCountMax: Int = BrokerLimits.partitionCountMax
    ) throws -> Broker {
        let summaryFields = SummaryFields()
        var options = options
        options.summarizer = { summaryFields.summarizer(of: $0) }
        let appendWatch = AppendWatch()
        options.appendObserver = appendWatch
        let log = try CommitLog.open(
            directory: directory, fileSystem: fileSystem, clock: clock, options: options)
        return Broker(
            log: log, clock: clock, catalog: try loadCatalog(log), summaryFields: summaryFields,
            appendWatch: appendWatch,
            transactions: try TransactionCoordinator(log, clock: clock),
            groupCoordinator: try GroupCoordinator(log, settings: groups, clock: clock),
            partitionCountMax: partitionCountMax)
    }

    private init(
        log: CommitLog, clock: any Clock, catalog: Catalog, summaryFields: SummaryFields,
        appendWatch: AppendWatch,
        transactions: TransactionCoordinator, groupCoordinator: GroupCoordinator,
        partitionCountMax: Int
    ) {
        self.partitionCountMax = partitionCountMax
        self.appendWatch = appendWatch
        self.log = log
        self.clock = clock
        self.summaryFields = summaryFields
        self.transactions = transactions
        self.groupCoordinator = groupCoordinator
        for (name, record) in catalog.subscriptions { summaryFields.set(name, record) }
        self.catalog = Mutex(catalog)
    }

    /// The broker's clock: milliseconds since 1970-01-01 UTC.
    package var wallMilliseconds: Int64 { clock.wallMilliseconds }

    /// The broker's clock for durations.
    package var monotonic: MonotonicInstant { clock.monotonic }

    /// Makes everything durable and gives the directory back.
    package func close() throws {
        flushSettled()
        readAheadThreads.close()
        try log.close()
    }

    private static func loadCatalog(_ log: CommitLog) throws(BrokerError) -> Catalog {
        var catalog = Catalog()
        for entry in log.entries(table: StateTable.topics.rawValue, prefix: []) {
            let name = StateKey.name(entry.key)
            guard var record = TopicRecord(decoding: entry.value) else {
                throw .damagedState(table: "topic", key: name)
            }
            if let options = record.partitions.first.flatMap(log.options) {
                record.settings.storage = options
            }
            catalog.topics[name] = record
            catalog.partitionCount += record.partitions.count
        }
        for entry in log.entries(table: StateTable.subscriptions.rawValue, prefix: []) {
            let name = StateKey.name(entry.key)
            guard let record = SubscriptionRecord(decoding: entry.value) else {
                throw .damagedState(table: "subscription", key: name)
            }
            catalog.subscriptions[name] = record
        }
        return catalog
    }
}
