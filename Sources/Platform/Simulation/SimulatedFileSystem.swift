import Synchronization
package import SystemPackage

/// A disk in memory that fails when it is told to, and forgets at a crash what was not
/// synchronized.
///
/// Deterministic: one script and one seed give one result.
///
/// Paths are absolute. What it promises, and what it deliberately does not, is on the module's
/// page.
package final class SimulatedFileSystem: FileSystem {
    /// What happens before a call: see ``interpose(_:)``.
    package typealias Interposition = @Sendable (IOOperation, FilePath) -> Void

    /// Guards the disk; no lock is taken inside.
    private let disk: Mutex<SimulatedDisk>
    /// Guards the closure; no lock is taken inside, and it is called outside.
    private let interposition = Mutex<Interposed?>(nil)
    /// A closure alone would be wrapped once more each time that it is taken out of the mutex.
    private final class Interposed: Sendable {
        let body: Interposition
        init(_ body: @escaping Interposition) { self.body = body }
    }

    /// An empty disk.
    package convenience init() { self.init(SimulatedDisk()) }

    private init(_ disk: SimulatedDisk) { self.disk = Mutex(disk) }

    // MARK: Faults and crashes

    /// Strikes the call with this number, counted from 1 over the disk's whole life.
    package func inject(_ fault: Fault, atCall number: Int) {
        disk.withLock { $0.faults[number] = fault }
    }

    /// Strikes the next call of an operation that nothing strikes yet.
    package func inject(_ fault: Fault, atNext operation: IOOperation) {
        disk.withLock { $0.operationFaults[operation, default: []].append(fault) }
    }

    /// Lets `body` run before each call from now on, on the calling thread and outside all locks:
    /// it may use this disk itself, wait (a disk that is frozen), or do what another thread would
    /// do at this moment.
    ///
    /// It is called for its own calls, too.
    package func interpose(_ body: Interposition?) {
        interposition.withLock { $0 = body.map(Interposed.init) }
    }

    /// Takes back all faults that have not struck.
    package func removeFaults() {
        disk.withLock {
            $0.faults.removeAll()
            $0.operationFaults.removeAll()
        }
    }

    /// Bytes that all files occupy.
    package var usedByteCount: Int { disk.withLock { $0.usedByteCount } }

    /// Lets the disk hold at most this many bytes from now on.
    package func setCapacity(_ byteCount: Int) { disk.withLock { $0.capacity = byteCount } }

    /// Flips a bit on the disk, as a cosmic ray or a failing controller would.
    package func flipBit(_ bit: Int, at position: Int, of path: FilePath) {
        disk.withLock { disk in
            guard case .file(let node) = disk.entry(path) else { return }
            disk.nodes[node]?.flipBit(bit, at: position)
        }
    }

    /// The disk as the machine finds it when it starts again: everything that is open is gone, so
    /// are the faults.
    ///
    /// This disk itself stays as it is, for other outcomes.
    package func crash(_ outcome: CrashOutcome) -> SimulatedFileSystem {
        SimulatedFileSystem(disk.withLock { $0.afterCrash(outcome) })
    }

    /// A copy of everything as it is now, without locks and faults: what `cp -a` of the running
    /// system's directory would give.
    package func copy() -> SimulatedFileSystem {
        SimulatedFileSystem(
            disk.withLock { disk in
                var copy = disk
                copy.lockedNodes.removeAll()
                copy.faults.removeAll()
                copy.operationFaults.removeAll()
                copy.hasLostPower = false
                copy.calls.removeAll()
                return copy
            })
    }

    /// Whether a fault has taken the power.
    package var hasLostPower: Bool { disk.withLock { $0.hasLostPower } }

    /// Calls so far.
    package var callCount: Int { disk.withLock { $0.calls.count } }

    /// Calls of one operation so far.
    package func callCount(of operation: IOOperation) -> Int {
        disk.withLock { $0.calls.count { $0.operation == operation } }
    }

    /// Every call so far, as `operation path`, for messages of failing tests.
    package var callLog: [String] {
        disk.withLock { $0.calls.map { "\($0.operation) \($0.path)" } }
    }

    // MARK: FileSystem

    package func open(_ path: FilePath, _ mode: OpenMode) throws(IOError) -> File {
        let node = try perform(.open, path) { disk throws(Errno) -> Int in
            let (directory, name) = try disk.locate(path)
            switch disk.directories[directory]?.current[name] {
            case .directory: throw .isDirectory
            case .file(let node):
                if mode == .createNew { throw .fileExists }
                if mode == .replace { disk.nodes[node]?.apply(.length(0)) }
                return node
            case nil:
                guard mode.creates else { throw .noSuchFileOrDirectory }
                let node = disk.nextNode
                disk.nextNode += 1
                disk.nodes[node] = SimulatedNode()
                disk.directories[directory]?.apply(.init(removed: nil, added: (name, .file(node))))
                return node
            }
        }
        return File(SimulatedFile(self, path: path, node: node, mode: mode), path: path)
    }

    package func rename(_ source: FilePath, to target: FilePath) throws(IOError) {
        try perform(.rename, source) { disk throws(Errno) in
            let (from, name) = try disk.locate(source)
            let (to, newName) = try disk.locate(target)
            guard let entry = disk.directories[from]?.current[name] else {
                throw .noSuchFileOrDirectory
            }
            guard case .file = entry else { throw .isDirectory }
            if from == to {
                disk.directories[from]?.apply(.init(removed: name, added: (newName, entry)))
            } else {
                disk.directories[to]?.apply(.init(removed: nil, added: (newName, entry)))
                disk.directories[from]?.apply(.init(removed: name, added: nil))
            }
        }
    }

    package func remove(_ path: FilePath) throws(IOError) {
        try perform(.remove, path) { disk throws(Errno) in
            let (directory, name) = try disk.locate(path)
            switch disk.directories[directory]?.current[name] {
            case nil: throw .noSuchFileOrDirectory
            case .directory:
                let isEmpty = disk.directories[path.string]?.current.isEmpty ?? true
                guard isEmpty else { throw .directoryNotEmpty }
            case .file: break
            }
            disk.directories[directory]?.apply(.init(removed: name, added: nil))
            if disk.directories[path.string] != nil { disk.directories[path.string] = nil }
        }
    }

    package func list(_ directory: FilePath) throws(IOError) -> [String] {
        try perform(.list, directory) { disk throws(Errno) in
            guard let found = disk.directories[directory.string] else {
                throw disk.entry(directory) == nil ? .noSuchFileOrDirectory : .notDirectory
            }
            return found.current.keys.sorted()
        }
    }

    package func createDirectory(_ path: FilePath) throws(IOError) {
        try perform(.createDirectory, path) { disk throws(Errno) in
            let (directory, name) = try disk.locate(path)
            guard disk.directories[directory]?.current[name] == nil else { throw .fileExists }
            disk.directories[directory]?.apply(.init(removed: nil, added: (name, .directory)))
            disk.directories[path.string] = SimulatedDirectory()
        }
    }

    package func synchronizeDirectory(_ path: FilePath) throws(IOError) {
        try retrying(.synchronizeDirectory, path) { disk throws(Errno) in
            let fault = try disk.begin(.synchronizeDirectory, path)
            if case .fail(let errno) = fault {
                // Opening it may fail, too, and then nothing is lost.
                if errno == .ioError { disk.directories[path.string]?.dropChanges() }
                throw errno
            }
            if disk.hasLostPower { throw .ioError }
            guard disk.directories[path.string] != nil else { throw .noSuchFileOrDirectory }
            disk.directories[path.string]?.synchronize()
        }
    }

    package func status(of path: FilePath) throws(IOError) -> FileStatus? {
        try perform(.status, path) { disk throws(Errno) in
            switch disk.entry(path) {
            case nil: return nil
            case .directory: return FileStatus(kind: .directory, size: 0, allocatedSize: 0)
            case .file(let node):
                let size = Int64(disk.nodes[node]?.current.count ?? 0)
                return FileStatus(kind: .regular, size: size, allocatedSize: size)
            }
        }
    }

    /// A file of the simulated disk: `/stdin`, `/stdout` or `/stderr`, empty at first.
    package func standardStream(_ stream: StandardStream) -> File {
        let path: FilePath =
            switch stream {
            case .input: "/stdin"
            case .output: "/stdout"
            case .error: "/stderr"
            }
        let node = disk.withLock { disk -> Int in
            if case .file(let node) = disk.entry(path) { return node }
            let node = disk.nextNode
            disk.nextNode += 1
            disk.nodes[node] = SimulatedNode()
            let name = path.parts.name
            disk.directories["/"]?.apply(.init(removed: nil, added: (name, .file(node))))
            return node
        }
        let mode: OpenMode = stream == .input ? .read : .append
        return File(SimulatedFile(self, path: path, node: node, mode: mode), path: path)
    }

    // MARK: The disk

    func change<Result: Sendable>(
        _ operation: IOOperation, _ path: FilePath,
        _ body: (inout SimulatedDisk) throws(Errno) -> Result
    ) throws(Errno) -> Result {
        interposition.withLock { $0 }?.body(operation, path)
        let outcome = disk.withLock { disk -> Swift.Result<Result, Errno> in
            do throws(Errno) { return .success(try body(&disk)) } catch { return .failure(error) }
        }
        return try outcome.get()
    }

    private func perform<Result: Sendable>(
        _ operation: IOOperation, _ path: FilePath,
        _ body: (inout SimulatedDisk) throws(Errno) -> Result
    ) throws(IOError) -> Result {
        try retrying(operation, path) { disk throws(Errno) in
            _ = try disk.begin(operation, path)
            let result = try body(&disk)
            if disk.hasLostPower { throw .ioError }
            return result
        }
    }

    /// Repeats what a signal interrupted, as ``RealFileSystem`` does.
    private func retrying<Result: Sendable>(
        _ operation: IOOperation, _ path: FilePath,
        _ body: (inout SimulatedDisk) throws(Errno) -> Result
    ) throws(IOError) -> Result {
        while true {
            do throws(Errno) {
                return try change(operation, path, body)
            } catch  where error == .interrupted {
                continue
            } catch {
                throw IOError(operation, path, error)
            }
        }
    }
}
