import Platform
import Records
import SystemPackage
import Testing

@testable import CommitLog

@Suite("The log against a model")
struct ModelTests {
    @Test(
        "Random changes, sealings, crashes and openings give what arrays and dictionaries give",
        arguments: [1, 2, 3, 4, 5, 6] as [UInt64])
    func random(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var disk = SimulatedFileSystem()
        var model = LogModel()
        var nextID: UInt32 = 0
        var log = try FaultTests.open(disk)
        var steps = 0
        for step in 0..<250 {
            steps += 1
            switch Int.random(in: 0..<100, using: &generator) {
            case 0..<70:
                let changes = Self.changes(model, &nextID, &generator)
                model.apply(changes)
                try log.append(FrameContent(changes.map(\.entry)))
            case 70..<78: try log.sealNow()
            case 78..<84: try log.checkpoint()
            case 84..<90:
                try log.close()
                log = try FaultTests.open(disk)
            case 90..<95:
                let outcome = CrashOutcome.unsyncedMixed(seed: seed &* 1_000 &+ UInt64(step))
                let found = disk.crash(outcome)
                try? log.close()
                disk = found
                log = try FaultTests.open(disk)
                #expect(log.recovery.damage.isEmpty, "seed \(seed), step \(step)")
            default:
                let found = try LogModel(reading: log, tables: [1, 2])
                #expect(found == model, "seed \(seed), step \(step)")
                if found != model { return }
            }
        }
        #expect(try LogModel(reading: log, tables: [1, 2]) == model, "seed \(seed)")
        try log.close()
        let report = try LogInspector(directory: "/data", fileSystem: disk).verify()
        #expect(report.isWhole, "seed \(seed): \(report.damage)")
        print("model: seed \(seed), \(steps) steps")
    }

    private static func changes(
        _ model: LogModel, _ nextID: inout UInt32, _ generator: inout SeededGenerator
    ) -> [LogModel.Change] {
        var changes: [LogModel.Change] = []
        var live = Array(model.partitions.keys.sorted())
        for _ in 0..<Int.random(in: 1...4, using: &generator) {
            switch Int.random(in: 0..<20, using: &generator) {
            case 0..<10:
                guard let id = live.randomElement(using: &generator) else { continue }
                let count = Int.random(in: 1...4, using: &generator)
                changes.append(
                    .records(id, (0..<count).map { _ in text(&generator) }))
            case 10..<14:
                changes.append(.put(1, key(&generator), Array(text(&generator).utf8)))
            case 14: changes.append(.remove(1, key(&generator)))
            case 15: changes.append(.removePrefix(1, Array(key(&generator).prefix(1))))
            case 16, 17:
                guard live.count < 4 else { continue }
                changes.append(.create(nextID, topic: "t", index: Int32(nextID)))
                live.append(nextID)
                nextID += 1
            case 18:
                guard let id = live.randomElement(using: &generator),
                    let values = model.partitions[id]?.values
                else { continue }
                changes.append(
                    .removeBefore(id, Int.random(in: 0...values.count, using: &generator)))
            default:
                guard live.count > 2, let id = live.randomElement(using: &generator) else {
                    continue
                }
                changes.append(.drop(id))
                live.removeAll { $0 == id }
            }
        }
        return changes.isEmpty ? [.put(2, [0], [1])] : changes
    }

    private static func key(_ generator: inout SeededGenerator) -> [UInt8] {
        (0..<Int.random(in: 0...3, using: &generator)).map { _ in
            UInt8.random(in: 0...2, using: &generator)
        }
    }

    private static func text(_ generator: inout SeededGenerator) -> String {
        let count = Int.random(in: 0...90, using: &generator)
        return "\(generator.next() % 1_000) " + String(repeating: "v", count: count)
    }

    @Test(
        "A keyed table does what a dictionary does, in the order of keys",
        arguments: [7, 8] as [UInt64])
    func keyedTable(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var table = KeyedTable()
        var model: [[UInt8]: [UInt8]] = [:]
        for step in 0..<4_000 {
            let key = (0..<Int.random(in: 0...2, using: &generator)).map { _ in
                UInt8.random(in: 0...40, using: &generator)
            }
            switch Int.random(in: 0..<100, using: &generator) {
            case 0..<80:
                let value = [UInt8(step % 251)]
                table.put(key, value)
                model[key] = value
            case 80..<97:
                table.remove(key)
                model[key] = nil
            default:
                guard key.count == 2 || step % 40 == 0 else { continue }
                table.removePrefix(key)
                model = model.filter { !$0.key.starts(with: key) }
            }
            #expect(table.count == model.count)
            guard step % 100 == 0 else { continue }
            let prefix = Array(key.prefix(1))
            let expected = model.filter { $0.key.starts(with: prefix) }
                .sorted { $0.key.lexicographicallyPrecedes($1.key) }
            #expect(table.entries(prefix: prefix).map(\.key) == expected.map(\.key))
            // In parts of a few bytes each, and from a key on that may be gone.
            var (parts, last): ([[UInt8]], [UInt8]?) = ([], nil)
            for _ in 0...expected.count {
                let part = table.entries(prefix: prefix, after: last, byteCountMax: 3)
                parts += part.found.map(\.key)
                last = part.found.last?.key ?? last
                if part.isComplete { break }
            }
            #expect(parts == expected.map(\.key))
            let behind = prefix + [1]
            #expect(
                table.entries(prefix: prefix, after: behind, byteCountMax: .max).found.map(\.key)
                    == expected.map(\.key).filter { behind.lexicographicallyPrecedes($0) })
            #expect(table.entries(prefix: prefix).map(\.value) == expected.map(\.value))
            #expect(table.value(of: key) == model[key])
        }
    }

    @Test("A time is looked up as a scan would find it, in segments and in the commit log")
    func times() throws {
        var generator = SeededGenerator(seed: 11)
        let disk = SimulatedFileSystem()
        let log = try FaultTests.open(disk)
        try AppendAndReadTests.create(log)
        var all: [Int64] = []
        for round in 0..<60 {
            // Times go forward and sometimes back.
            let start = Int64(round * 100) - (round % 7 == 3 ? 350 : 0)
            let values = (0..<Int.random(in: 1...5, using: &generator)).map { "\($0)" }
            all += values.indices.map { start + Int64($0) }
            try log.append(
                .batches(FaultTests.partition, TestBatches.batch(values, timestamp: start)))
            if round == 40 { try log.sealNow() }
        }
        for time in stride(from: Int64(-400), through: 6_200, by: 37) {
            let expected = all.firstIndex { $0 >= time }.map { RecordOffset(rawValue: Int64($0)) }
            #expect(
                try log.offset(FaultTests.partition, atOrAfter: time) == expected, "time \(time)")
        }
        try log.close()
    }
}
