import Bytes
import Expressions
import Platform
import Testing

@testable import Streams

@Suite("Keys and tables of state")
struct StateTests {
    private func key(_ cell: Cell, _ text: String = "") -> [UInt8] {
        let bytes = Array(text.utf8)
        let homes = TextHomes(
            input: bytes.rawSpan, arena: bytes.rawSpan, constants: bytes.rawSpan)
        var key: [UInt8] = []
        CellKey.append(cell, homes, to: &key)
        return key
    }

    private func text(_ text: String, kind: CellKind = .string) -> [UInt8] {
        key(Cell(kind: kind, count: UInt32(text.utf8.count), bits: 0), text)
    }

    /// Ascending by the language's order (EXPRESSIONS.md §3, §4).
    private var ascending: [[UInt8]] {
        [
            key(.null), key(.bool(false)), key(.bool(true)), key(.double(-.infinity)),
            key(.double(-1e300)), key(.int(.min)), key(.int(.min + 1)), key(.double(-2.5)),
            key(.int(-2)), key(.int(0)), key(.double(.leastNonzeroMagnitude)), key(.double(0.5)),
            key(.int(1)),
            key(.int(9_007_199_254_740_992)), key(.int(9_007_199_254_740_993)),
            key(.int(9_007_199_254_740_994)), key(.int(.max - 1)), key(.int(.max)),
            key(.double(0x1p63)), key(.double(.infinity)), key(.double(.nan)),
            key(.timestamp(-1)), key(.timestamp(1)), text(""), text("\u{0}"), text("\u{0}a"),
            text("\u{1}"), text("a"), text("a\u{0}"), text("a\u{0}b"), text("aa"), text("é"),
        ]
    }

    @Test("Keys sort as their values do, and different values have different keys")
    func order() {
        for (left, right) in zip(ascending, ascending.dropFirst()) {
            #expect(left.rawSpan.compare(to: right.rawSpan) < 0, "\(left) \(right)")
        }
    }

    @Test("Equal values have one key: 1 and 1.0, 0 and -0.0, all NaNs")
    func equality() {
        #expect(key(.int(1)) == key(.double(1)))
        #expect(key(.int(0)) == key(.double(-0.0)))
        #expect(key(.double(.nan)) == key(.double(-.nan)))
        #expect(key(.int(9_007_199_254_740_993)) != key(.double(9_007_199_254_740_992)))
    }

    @Test("A key gives its value back; a cut one gives none")
    func roundTrip() {
        for bytes in ascending {
            var position = 0
            var copied: [UInt8] = []
            guard let cell = CellKey.read(bytes.rawSpan, at: &position, text: &copied) else {
                Issue.record("\(bytes) is no key")
                continue
            }
            #expect(position == bytes.count)
            #expect(key(cell, String(decoding: copied, as: UTF8.self)) == bytes)
            for count in 0..<bytes.count {
                var position = 0
                let cut = Array(bytes[..<count])
                #expect(CellKey.read(cut.rawSpan, at: &position, text: &copied) == nil)
            }
        }
    }

    @Test("A flat table agrees with a dictionary", arguments: [1, 2, 3] as [UInt64])
    func model(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var table = FlatTable(stride: 2)
        var model: [[UInt8]: Int64] = [:]
        for step in 0..<20_000 {
            if step == 12_000 {
                table.removeAll()
                model.removeAll()
            }
            let count = Int.random(in: 0...3, using: &random)
            let key = (0..<count).map { _ in UInt8.random(in: 0...12, using: &random) }
            // A bad hash on purpose: it makes long chains.
            let hash = StableHash.hash(key.rawSpan) & 0x3FF
            var isNew = false
            let entry = table.findOrInsert(key.rawSpan, hash: hash, isNew: &isNew)
            #expect(isNew == (model[key] == nil), "seed \(seed), step \(step)")
            table.words[entry * 2 + 1] += Int64(step)
            model[key, default: 0] += Int64(step)
        }
        #expect(table.count == model.count)
        for (key, value) in model {
            var isNew = false
            let hash = StableHash.hash(key.rawSpan) & 0x3FF
            let entry = table.findOrInsert(key.rawSpan, hash: hash, isNew: &isNew)
            #expect(!isNew && table.words[entry * 2 + 1] == value, "seed \(seed)")
        }
        let sorted = table.sortedEntries().map { [UInt8](copying: table.key($0)) }
        #expect(sorted == model.keys.sorted { $0.lexicographicallyPrecedes($1) })
    }
}

@Suite("Windows")
struct WindowAssignerTests {
    private func spans(_ kind: WindowAssigner.Kind, offset: Int64 = 0, of time: Int64) throws
        -> [[Int64]]
    {
        var spans = try WindowAssigner(kind, offset: offset).spans(of: time)
        var all: [[Int64]] = []
        while spans.count > 0 {
            let span = spans.next()
            all.append([span.start, span.end])
        }
        return all
    }

    @Test("Windows hold their event, also before 1970 and with offsets (WINDOWS.md)")
    func assignment() throws {
        #expect(try spans(.tumble(size: 10), of: -1) == [[-10, 0]])
        #expect(try spans(.tumble(size: 10), of: -10) == [[-10, 0]])
        #expect(try spans(.tumble(size: 10), offset: 3, of: 2) == [[-7, 3]])
        #expect(try spans(.tumble(size: 10), offset: -2, of: 8) == [[8, 18]])
        #expect(try spans(.hop(slide: 5, size: 15), of: 7) == [[-5, 10], [0, 15], [5, 20]])
        #expect(try spans(.cumulate(step: 2, size: 6), of: 3) == [[0, 4], [0, 6]])
        #expect(try spans(.cumulate(step: 2, size: 6), of: -1) == [[-6, 0]])
        #expect(try spans(.cumulate(step: 5, size: 10), offset: 1, of: 0) == [[-9, 1]])
    }

    @Test("Parameters are refused one above their limits and taken at them")
    func limits() throws {
        let size = StreamLimits.windowSizeMax
        _ = try WindowAssigner(.tumble(size: size))
        #expect(throws: WindowError.tooLarge(parameter: "size", milliseconds: size + 1)) {
            try WindowAssigner(.tumble(size: size + 1))
        }
        let count = StreamLimits.windowsPerEventMax
        _ = try WindowAssigner(.hop(slide: 1, size: count))
        #expect(throws: WindowError.tooMany(parameter: "size", count: count + 1)) {
            try WindowAssigner(.hop(slide: 1, size: count + 1))
        }
        _ = try WindowAssigner(.tumble(size: 10), offset: -9)
        #expect(throws: WindowError.offset(milliseconds: -10, parameter: "size", limit: 10)) {
            try WindowAssigner(.tumble(size: 10), offset: -10)
        }
        #expect(throws: WindowError.notPositive(parameter: "step", milliseconds: 0)) {
            try WindowAssigner(.cumulate(step: 0, size: 10))
        }
        #expect(
            throws: WindowError.notMultiple(
                parameter: "maximum size", milliseconds: 10, unit: "step", unitMilliseconds: 4)
        ) {
            try WindowAssigner(.cumulate(step: 4, size: 10))
        }
        // No overflow at the ends of the times that count.
        for time in [-StreamLimits.eventTimeMax, StreamLimits.eventTimeMax] {
            let window = try spans(.tumble(size: size), offset: size - 1, of: time)[0]
            #expect(window[0] <= time && time < window[1])
        }
    }
}
