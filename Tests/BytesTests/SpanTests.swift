import Bytes
import Testing

@Suite("Spans and selections")
struct SpanTests {
    @Test("A range is held exactly if it lies within, for extreme numbers too")
    func holds() {
        let bytes: [UInt8] = [1, 2, 3]
        let span = bytes.rawSpan
        for position in -1...5 {
            for count in -1...5 {
                let expected = position >= 0 && count >= 0 && position + count <= 3
                let isHeld = span.holds(count, at: position)
                #expect(isHeld == expected)
            }
        }
        let extremes = [span.holds(.max, at: 1), span.holds(1, at: .max), span.holds(1, at: .min)]
        #expect(extremes == [false, false, false])
    }

    @Test("Integers are read as they were written, in both orders")
    func integers() {
        var bytes: [UInt8] = [9]
        bytes.append(bigEndian: Int32(-2))
        bytes.append(littleEndian: UInt64(0x0102_0304_0506_0708))
        #expect(Array(bytes[1..<5]) == [0xFF, 0xFF, 0xFF, 0xFE])
        #expect(bytes.rawSpan.bigEndian(at: 1, as: Int32.self) == -2)
        #expect(bytes.rawSpan.littleEndian(at: 5, as: UInt64.self) == 0x0102_0304_0506_0708)
        bytes.replace(at: 1, bigEndian: Int32(77))
        bytes.replace(at: 5, littleEndian: Int64(-5))
        #expect(bytes.rawSpan.bigEndian(at: 1, as: Int32.self) == 77)
        #expect(bytes.rawSpan.littleEndian(at: 5, as: Int64.self) == -5)
    }

    @Test("A read that would leave the span traps")
    func outside() async {
        await #expect(processExitsWith: .failure) {
            let bytes: [UInt8] = [1, 2]
            _ = bytes.rawSpan.bigEndian(at: 1, as: UInt16.self)
        }
    }

    @Test(
        "Comparison is by unsigned bytes, a prefix first",
        arguments: [
            ("", "", 0), ("a", "", 1), ("a", "b", -1), ("ab", "a", 1), ("\u{FF}", "z", 1),
            ("abc", "abc", 0),
        ])
    func compare(_ left: String, _ right: String, _ sign: Int) {
        let (left, right) = (Array(left.utf8), Array(right.utf8))
        let order = left.rawSpan.compare(to: right.rawSpan)
        let isEqual = left.rawSpan.isEqual(to: right.rawSpan)
        #expect(order.signum() == sign)
        #expect(isEqual == (sign == 0))
    }

    @Test("The first position of a byte is found from any start")
    func firstPosition() {
        let bytes = Array("a,b,c".utf8)
        let comma = UInt8(ascii: ",")
        let expected: [Int?] = [1, 1, 3, 3, nil, nil, nil]
        for start in 0..<7 {
            let found = bytes.rawSpan.firstPosition(of: comma, from: start)
            #expect(found == expected[start])
        }
    }

    @Test("Bytes that are not kept leave the array as it was")
    func appendUninitialized() {
        var bytes: [UInt8] = [1]
        unsafe bytes.appendUninitialized(count: 4) { space in
            unsafe space[0] = 7
            return 1
        }
        #expect(bytes == [1, 7])
    }

    @Test("A selection keeps the wanted rows in order")
    func selection() {
        var selection = Selection(all: 10)
        selection.keep { $0 % 3 == 0 }
        #expect(selection.rows == [0, 3, 6, 9])
        selection.dropFirst(1)
        selection.keep { $0 != 6 }
        #expect(selection.rows == [3, 9])
        selection.append(11)
        #expect(selection.count == 3)
        selection.selectAll(2)
        #expect(selection.rows == [0, 1])
        selection.removeAll()
        #expect(selection.isEmpty)
    }
}
