import Records
import Testing

@testable import Broker

@Suite("Sets of offsets")
struct OffsetRangesTests {
    private func range(_ start: Int64, _ end: Int64) -> Range<RecordOffset> {
        RecordOffset(rawValue: start)..<RecordOffset(rawValue: end)
    }

    private func offset(_ number: Int64) -> RecordOffset { RecordOffset(rawValue: number) }

    @Test("Ranges that touch or overlap are one")
    func merging() {
        var set = OffsetRanges()
        set.insert(range(10, 20))
        set.insert(range(30, 40))
        set.insert(range(5, 5))
        #expect(set.ranges == [range(10, 20), range(30, 40)])
        set.insert(range(20, 25))
        set.insert(range(28, 30))
        #expect(set.ranges == [range(10, 25), range(28, 40)])
        set.insert(range(0, 50))
        #expect(set.ranges == [range(0, 50)])
    }

    @Test("A set knows where it begins and ends, and what a range has beside it")
    func parts() {
        var set = OffsetRanges()
        #expect(set.part(at: offset(7)).end.rawValue == .max)
        set.insert(range(10, 20))
        set.insert(range(30, 40))
        for (at, isInside, end) in [
            (0, false, 10), (9, false, 10), (10, true, 20), (19, true, 20), (20, false, 30),
            (39, true, 40), (40, false, Int64.max),
        ] {
            let part = set.part(at: offset(Int64(at)))
            #expect(part.isInside == isInside && part.end.rawValue == end, "\(at)")
        }
        #expect(set.missing(from: range(0, 50)) == [range(0, 10), range(20, 30), range(40, 50)])
        #expect(set.missing(from: range(12, 18)).isEmpty)
        #expect(set.overlaps(range(0, 11)) && set.overlaps(range(19, 20)))
        #expect(!set.overlaps(range(20, 30)) && !set.overlaps(range(0, 10)))
        #expect(!set.overlaps(range(15, 15)))
        set.removeRanges(before: offset(20))
        #expect(set.ranges == [range(30, 40)])
    }

    /// Against a plain set of numbers.
    @Test("Random ranges give the same as single numbers", arguments: [1, 2, 3] as [UInt64])
    func model(seed: UInt64) {
        var state = seed
        func next(_ count: UInt64) -> Int64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int64((state >> 33) % count)
        }
        var (set, model) = (OffsetRanges(), Set<Int64>())
        for _ in 0..<200 {
            let start = next(500)
            let wanted = range(start, start + next(20))
            let numbers = Set(wanted.lowerBound.rawValue..<wanted.upperBound.rawValue)
            #expect(set.overlaps(wanted) == !model.isDisjoint(with: numbers))
            let missing = set.missing(from: wanted)
            #expect(
                missing.flatMap { Array($0.lowerBound.rawValue..<$0.upperBound.rawValue) }
                    == numbers.subtracting(model).sorted())
            set.insert(wanted)
            model.formUnion(numbers)
            #expect(
                set.ranges.flatMap { Array($0.lowerBound.rawValue..<$0.upperBound.rawValue) }
                    == model.sorted())
        }
    }

    @Test("A set comes back from its bytes; every truncation and disorder is refused")
    func coding() {
        var set = OffsetRanges()
        set.insert(range(10, 20))
        set.insert(range(30, 1 << 40))
        let bytes = set.encoded()
        #expect(bytes.count == 34)
        #expect(OffsetRanges(decoding: bytes) == set)
        for count in 0..<bytes.count {
            #expect(OffsetRanges(decoding: Array(bytes[..<count])) == nil)
        }
        #expect(OffsetRanges(decoding: bytes + [0]) == nil)
        var damaged = bytes
        damaged[2] = 21  // The first range begins behind its end.
        #expect(OffsetRanges(decoding: damaged) == nil)
        damaged = bytes
        damaged[18] = 20  // The ranges touch.
        #expect(OffsetRanges(decoding: damaged) == nil)
    }
}
