import NIOCore

/// Cuts the stream of a connection into requests: each has its length, 4 bytes big-endian, before
/// it (Kafka protocol guide, "Common Request and Response Structure").
///
/// A request that came with one read is a slice of it, or a copy if it would keep a much larger
/// buffer; what comes in parts is gathered in one that grows with what has arrived, not with what a
/// length promises.
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
    /// A slice keeps a buffer at most as many times larger than itself.
    private static let sliceFactorMax = 4
    /// Bytes of the length.
    static let prefixByteCount = 4

    /// Most bytes of a request.
    private let requestByteCountMax: Int
    /// What has come of the request that is not whole, its length included.
    private var partial: ByteBuffer?
    /// Nothing more is taken from a connection that sends nonsense.
    private var isBroken = false
    /// Bytes that are missing of the request, or the length, that has begun; 0 between requests.
    private(set) var missing = 0

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
                let isSmall = frame.readableBytes < chunk.storageCapacity / Self.sliceFactorMax
                context.fireChannelRead(
                    wrapInboundOut(isSmall ? ByteBuffer(copying: frame) : frame))
            }
            if partial == nil, chunk.readableBytes > 0 { begin(context, chunk) }
            missing = 0
            if let partial { missing = try byteCountMissing(of: partial) }
        } catch {
            isBroken = true
            context.fireErrorCaught(error)
            context.close(promise: nil)
        }
    }

    /// Keeps what there is of a request of which more is to come.
    private func begin(_ context: ChannelHandlerContext, _ chunk: ByteBuffer) {
        var buffer = context.channel.allocator.buffer(capacity: chunk.readableBytes)
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

    private func byteCountMissing(of buffer: ByteBuffer) throws(InvalidLength) -> Int {
        let whole = try length(of: buffer) ?? 0
        return whole + Self.prefixByteCount - buffer.readableBytes
    }

    private func add(_ count: Int, of chunk: inout ByteBuffer, to buffer: inout ByteBuffer) {
        guard var part = chunk.readSlice(length: min(count, chunk.readableBytes)) else { return }
        // Doubled, but not beyond the request's end.
        let needed = buffer.readableBytes + part.readableBytes
        if needed > buffer.capacity {
            buffer.reserveCapacity(
                min(buffer.readableBytes + count, max(needed, 2 * buffer.readableBytes)))
        }
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

extension ByteBuffer {
    /// The bytes in a buffer of their own.
    fileprivate init(copying other: ByteBuffer) {
        self = ByteBufferAllocator().buffer(capacity: other.readableBytes)
        writeImmutableBuffer(other)
    }
}
