import Bytes
import Testing

@Suite("Hashes")
struct HashTests {
    @Test(
        "Murmur2 gives the values of Kafka's own test (UtilsTest.testMurmur2)",
        arguments: [
            ("21", -973_932_308), ("foobar", -790_332_482),
            ("a-little-bit-long-string", -985_981_536),
            ("a-little-bit-longer-string", -1_486_304_829),
            ("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58_897_971), ("abc", 479_470_107),
        ])
    func murmur2(_ text: String, _ expected: Int32) {
        let bytes = Array(text.utf8)
        #expect(Int32(bitPattern: Murmur2.hash(bytes.rawSpan)) == expected)
        #expect((0..<7).contains(Murmur2.partition(of: bytes.rawSpan, count: 7)))
    }

    @Test("The stable hash depends on every byte, the length and the seed")
    func stable() {
        var seen: Set<UInt64> = []
        let bytes = [UInt8](repeating: 0, count: 40)
        for count in 0...40 {
            seen.insert(StableHash.hash(bytes.rawSpan.slice(0, count: count)))
        }
        for index in 0..<40 {
            for bit in 0..<8 {
                var changed = bytes
                changed[index] ^= 1 << bit
                seen.insert(StableHash.hash(changed.rawSpan))
            }
        }
        seen.insert(StableHash.hash(bytes.rawSpan, seed: 1))
        #expect(seen.count == 41 + 320 + 1)
    }
}
