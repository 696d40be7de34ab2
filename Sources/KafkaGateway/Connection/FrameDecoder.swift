import NIOCore

/// Cuts the stream of a connection into requests: each has its length, 4 bytes big-endian, before
/// it (Kafka protocol guide, "Common Request and Response Structure").
///
/// A request that came with one read is a slice of it; what comes in parts is copied once. Memory
/// grows with what has arrived, not with what a length promises.
final class FrameDecoder: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    /// A request whose length no server of ours takes.
    struct InvalidLength: Error, CustomStringConvertible {
        let found: Int32
        let limit: Int

        var description: String {
            "the length of a request is \(found), it has to be \(FrameDecoder.requestByteCountMin) "
                + "to \(limit) (socket.request.max.bytes)"
        }
    }

    /// Key, version and correlation number: what every request begins with.
    static let requestByteCountMin = 8
    /// Bytes that are reserved for a request before they have come.
    private static let reservedByteCountMax = 2 << 20
    private static let prefixByteCount = 4

    /// Most bytes of a request.
    private let requestByteCountMax: Int
    /// What has come of the request that is not whole, its length included.
    private var partial: ByteBuffer?
    /// Nothing more is taken from a connection that sends nonsense.
    private var isBroken = false

    init(requestByteCountMax: Int) { self.requestByteCountMax = requestByteCountMax }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isBroken else { return }
        var chunk = unwrapInboundIn(data)
        do throws(InvalidLength) {
            try completePartial(context, &chunk)
            while partial == nil, let length = try length(of: chunk) {
                guard chunk.readableBytes >= Self.prefixByteCount + length else { break }
                chunk.moveReaderIndex(forwardBy: Self.prefixByteCount)
                guard let frame = chunk.readSlice(length: length) else { break }
                context.fireChannelRead(wrapInboundOut(frame))
            }
            if partial == nil, chunk.readableBytes > 0 { try begin(context, chunk) }
        } catch {
            isBroken = true
            context.fireErrorCaught(error)
            context.close(promise: nil)
        }
    }

    /// Keeps what there is of a request of which more is to come.
    private func begin(
        _ context: ChannelHandlerContext, _ chunk: ByteBuffer
    ) throws(InvalidLength) {
        let whole = try length(of: chunk).map { $0 + Self.prefixByteCount } ?? 0
        let capacity = max(chunk.readableBytes, min(whole, Self.reservedByteCountMax))
        var buffer = context.channel.allocator.buffer(capacity: capacity)
        buffer.writeImmutableBuffer(chunk)
        partial = buffer
    }

    /// Adds to the request that has begun, and gives it out when it is whole.
    private func completePartial(
        _ context: ChannelHandlerContext, _ chunk: inout ByteBuffer
    ) throws(InvalidLength) {
        guard var buffer = partial else { return }
        // The only reference, so that adding to it does not copy it.
        partial = nil
        if buffer.readableBytes < Self.prefixByteCount {
            add(Self.prefixByteCount - buffer.readableBytes, of: &chunk, to: &buffer)
        }
        guard let length = try length(of: buffer) else {
            partial = buffer
            return
        }
        add(length + Self.prefixByteCount - buffer.readableBytes, of: &chunk, to: &buffer)
        guard buffer.readableBytes == length + Self.prefixByteCount else {
            partial = buffer
            return
        }
        buffer.moveReaderIndex(forwardBy: Self.prefixByteCount)
        context.fireChannelRead(wrapInboundOut(buffer))
    }

    private func add(_ count: Int, of chunk: inout ByteBuffer, to buffer: inout ByteBuffer) {
        guard var part = chunk.readSlice(length: min(count, chunk.readableBytes)) else { return }
        buffer.writeBuffer(&part)
    }

    /// The length that begins the bytes; nil if there are too few.
    private func length(of bytes: ByteBuffer) throws(InvalidLength) -> Int? {
        guard let length = bytes.getInteger(at: bytes.readerIndex, as: Int32.self) else {
            return nil
        }
        guard length >= Self.requestByteCountMin, Int(length) <= requestByteCountMax else {
            throw InvalidLength(found: length, limit: requestByteCountMax)
        }
        return Int(length)
    }
}
