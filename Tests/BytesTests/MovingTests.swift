import Bytes
import Testing

@Suite("Bytes that move")
struct MovingTests {
    @Test("Bytes move down over what lies there, their own place too")
    func down() {
        var bytes: [UInt8] = [0, 1, 2, 3, 4, 5, 6, 7]
        bytes.move(3..<7, to: 1)
        #expect(bytes == [0, 3, 4, 5, 6, 5, 6, 7])
        bytes.move(2..<2, to: 0)
        bytes.move(8..<8, to: 8)
        bytes.move(0..<8, to: 0)
        #expect(bytes == [0, 3, 4, 5, 6, 5, 6, 7])
    }

    @Test("A range outside of the array, and one that would move up, are refused")
    func refused() async {
        await #expect(processExitsWith: .failure) {
            var bytes: [UInt8] = [1, 2]
            bytes.move(1..<3, to: 0)
        }
        await #expect(processExitsWith: .failure) {
            var bytes: [UInt8] = [1, 2]
            bytes.move(0..<1, to: 1)
        }
    }

    @Test("Numbers and bytes are written into room that was asked for once")
    func room() {
        let key: [UInt8] = [7, 8, 9]
        var bytes: [UInt8] = [1]
        bytes.append(addingCapacity: 32) { space in
            for number: Int64 in [0, -1, 63, 64, .min, .max] { space.append(varint: number) }
            space.append(copying: key.rawSpan)
            space.append(copying: [UInt8]().rawSpan)
        }
        var expected: [UInt8] = [1]
        for number: Int64 in [0, -1, 63, 64, .min, .max] { Varint.append(number, to: &expected) }
        #expect(bytes == expected + key)
        var position = 1
        for number: Int64 in [0, -1, 63, 64, .min, .max] {
            let read = Varint.read(bytes.rawSpan, at: &position)
            #expect(read == number)
        }
    }
}
