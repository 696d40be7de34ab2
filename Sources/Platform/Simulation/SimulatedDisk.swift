import SystemPackage

/// The state of a simulated disk: files, directories, open locks, faults and counters.
///
/// Plain data without a lock; ``SimulatedFileSystem`` guards it.
struct SimulatedDisk: Sendable {
    var nodes: [Int: SimulatedNode] = [:]
    /// By absolute path; `/` is always there.
    var directories: [String: SimulatedDirectory] = ["/": SimulatedDirectory()]
    var nextNode = 0
    var lockedNodes: Set<Int> = []
    /// Faults by the number of the call that they strike, counted from 1.
    var faults: [Int: Fault] = [:]
    /// Faults of the next calls of one operation, in order.
    var operationFaults: [IOOperation: [Fault]] = [:]
    var capacity = Int.max
    var calls: [(operation: IOOperation, path: String)] = []
    var hasLostPower = false

    /// Counts a call and finds what strikes it.
    mutating func begin(_ operation: IOOperation, _ path: FilePath) throws(Errno) -> Fault? {
        guard !hasLostPower else { throw .ioError }
        calls.append((operation, path.string))
        var fault = faults[calls.count]
        if fault == nil, var queue = operationFaults[operation], !queue.isEmpty {
            fault = queue.removeFirst()
            operationFaults[operation] = queue
        }
        switch fault {
        case .fail(let errno):
            if operation == .synchronizeData || operation == .synchronize
                || operation == .synchronizeDirectory
            {
                return fault  // The caller drops the changes before it answers.
            }
            throw errno
        case .powerLoss, .tear: hasLostPower = true
        case .short, nil: break
        }
        return fault
    }

    /// The directory of a path and the name in it.
    func locate(_ path: FilePath) throws(Errno) -> (directory: String, name: String) {
        let (directory, name) = path.parts
        guard !name.isEmpty else { throw .isDirectory }
        guard directories[directory] != nil else { throw .noSuchFileOrDirectory }
        return (directory, name)
    }

    func entry(_ path: FilePath) -> SimulatedDirectory.Entry? {
        if directories[path.string] != nil { return .directory }
        guard let (directory, name) = try? locate(path) else { return nil }
        return directories[directory]?.current[name]
    }

    /// Bytes that all files with a name occupy.
    var usedByteCount: Int {
        var total = 0
        for directory in directories.values {
            for case .file(let id) in directory.current.values {
                total += nodes[id]?.current.count ?? 0
            }
        }
        return total
    }

    /// The disk that a machine finds when it starts again.
    func afterCrash(_ outcome: CrashOutcome) -> SimulatedDisk {
        var seed: UInt64 = 0
        if case .unsyncedMixed(let given) = outcome { seed = given }
        var generator = SeededGenerator(seed: seed)
        var disk = SimulatedDisk()
        disk.nextNode = nextNode
        // Sorted, so that one seed gives one result whatever the dictionaries' order.
        for id in nodes.keys.sorted() {
            let bytes = nodes[id]?.afterCrash(outcome, using: &generator)
            disk.nodes[id] = SimulatedNode(durable: bytes ?? [])
        }
        disk.directories.removeAll()
        for path in directories.keys.sorted() {
            let entries = directories[path]?.afterCrash(outcome, using: &generator)
            disk.directories[path] = SimulatedDirectory(durable: entries ?? [:])
        }
        disk.removeUnreachable()
        return disk
    }

    /// Drops directories whose entry was lost, with all that is in them, and orphaned files.
    private mutating func removeUnreachable() {
        var reached: [String: SimulatedDirectory] = [:]
        var waiting = ["/"]
        var files: Set<Int> = []
        while let path = waiting.popLast() {
            let directory = directories[path] ?? SimulatedDirectory()
            reached[path] = directory
            for (name, entry) in directory.current {
                switch entry {
                case .directory: waiting.append(path == "/" ? "/" + name : path + "/" + name)
                case .file(let id): files.insert(id)
                }
            }
        }
        directories = reached
        nodes = nodes.filter { files.contains($0.key) }
    }
}
