import NIOCore
import NIOEmbedded
import Testing

@testable import KafkaGateway

@Suite("Frames of a connection")
struct FrameDecoderTests {
    private func channel() throws -> EmbeddedChannel {
        let channel = EmbeddedChannel()
        try channel.pipeline.syncOperations.addHandler(
            FrameDecoder(requestByteCountMax: 32))
        return channel
    }

    private func bytes(length: Int32, count: Int) -> ByteBuffer {
        var buffer = ByteBuffer()
        buffer.writeInteger(length)
        buffer.writeRepeatingByte(7, count: count)
        return buffer
    }

    @Test("A frame that comes byte by byte arrives whole, once")
    func drip() throws {
        let channel = try channel()
        var whole = bytes(length: 12, count: 12)
        while let byte = whole.readSlice(length: 1) {
            #expect(try channel.readInbound(as: ByteBuffer.self) == nil)
            try channel.writeInbound(byte)
        }
        let frame = try channel.readInbound(as: ByteBuffer.self)
        #expect(frame?.readableBytes == 12)
        #expect(try channel.readInbound(as: ByteBuffer.self) == nil)
    }

    @Test("Frames that lie together in one read come one by one, the last one with the next read")
    func together() throws {
        let channel = try channel()
        var bytes = ByteBuffer()
        for count in [8, 9, 30] {
            bytes.writeImmutableBuffer(self.bytes(length: Int32(count), count: count))
        }
        let cut = bytes.readableBytes - 5
        let slice = bytes.readSlice(length: cut)
        let first = try #require(slice)
        try channel.writeInbound(first)
        #expect(try channel.readInbound(as: ByteBuffer.self)?.readableBytes == 8)
        #expect(try channel.readInbound(as: ByteBuffer.self)?.readableBytes == 9)
        #expect(try channel.readInbound(as: ByteBuffer.self) == nil)
        try channel.writeInbound(bytes)
        #expect(try channel.readInbound(as: ByteBuffer.self)?.readableBytes == 30)
    }

    @Test(
        "A length is taken within its limits only",
        arguments: [
            (Int32.min, false), (-1, false), (0, false), (7, false), (8, true), (31, true),
            (32, true), (33, false), (.max, false),
        ])
    func lengths(length: Int32, isTaken: Bool) throws {
        let channel = try channel()
        let buffer = bytes(length: length, count: Int(min(max(0, length), 40)))
        if isTaken {
            try channel.writeInbound(buffer)
            let frame = try channel.readInbound(as: ByteBuffer.self)
            #expect(frame?.readableBytes == Int(length))
        } else {
            #expect(throws: FrameDecoder.InvalidLength.self) { try channel.writeInbound(buffer) }
        }
    }
}
