package import NIOCore

/// Answers as frames: correlation i32, in flexible versions tagged fields (response header v0 and
/// v1); then the message.
package enum ResponseFrame {
    /// An answer as the server sends it, length first.
    ///
    /// - Parameters:
    ///   - response: the message.
    ///   - api: what it answers.
    ///   - version: of the request.
    ///   - correlationID: of the request.
    ///   - errors: becomes how often each code other than none stands in the message.
    /// - Returns: the pieces of the frame in their order; records are not copied.
    /// - Throws: if a text or list is longer than the protocol can say.
    package static func encode<Response: WireMessage>(
        _ response: Response, to api: KafkaAPI, version: Int16, correlationID: Int32,
        errors: inout [KafkaErrorCode: Int64]
    ) throws(WireError) -> [ByteBuffer] {
        var head = ByteBuffer()
        head.writeInteger(Int32(0))
        head.writeInteger(correlationID)
        let isFlexible = api.versions.isFlexible(version)
        var writer = WireWriter(head, version: version, isFlexible: isFlexible)
        if hasFlexibleHeader(api, version) { writer.endOfStructure() }
        try writer.write(response)
        errors = writer.errorCounts
        return Frame.finish(writer)
    }

    /// An answer whose errors nobody counts.
    ///
    /// - Throws: if a text or list is longer than the protocol can say.
    package static func encode<Response: WireMessage>(
        _ response: Response, to api: KafkaAPI, version: Int16, correlationID: Int32
    ) throws(WireError) -> [ByteBuffer] {
        var errors: [KafkaErrorCode: Int64] = [:]
        return try encode(
            response, to: api, version: version, correlationID: correlationID, errors: &errors)
    }

    /// The correlation number of a frame whose length was taken off.
    package static func correlationID(of frame: ByteBuffer) -> Int32? {
        frame.getInteger(at: frame.readerIndex)
    }

    /// Reads an answer, as a client does.
    package static func decode<Request: KafkaRequest>(
        _ frame: ByteBuffer, to type: Request.Type, version: Int16
    ) throws(WireError) -> Request.Response {
        let isFlexible = Request.api.versions.isFlexible(version)
        var reader = WireReader(
            frame, version: 0, isFlexible: hasFlexibleHeader(Request.api, version))
        var correlation = Int32(0)
        try reader.int32(&correlation)
        try reader.endOfStructure()
        return try WireReader.read(
            Request.Response.self, from: reader.rest, version: version, isFlexible: isFlexible)
    }

    /// A client that asks for the versions does not know yet which header the server writes, so the
    /// answer's is always the old one (KIP-511).
    private static func hasFlexibleHeader(_ api: KafkaAPI, _ version: Int16) -> Bool {
        api != .apiVersions && api.versions.isFlexible(version)
    }
}

/// What both kinds of frames share.
enum Frame {
    /// The pieces of a frame, with its length in the first 4 bytes, which were kept free.
    static func finish(_ writer: consuming WireWriter) -> [ByteBuffer] {
        let length = Int32(clamping: writer.byteCount - 4)
        var pieces = writer.finish()
        pieces[0].setInteger(length, at: pieces[0].readerIndex)
        return pieces
    }
}
