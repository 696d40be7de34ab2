package import NIOCore

/// Reads the fields of a message from a frame.
///
/// Every length is compared with what is left before anything is allocated.
package struct WireReader: WireCoder {
    private var buffer: ByteBuffer
    private let start: Int
    package let version: Int16
    private let isFlexible: Bool
    /// Elements of arrays so far.
    private var elementCount = 0

    package init(_ buffer: ByteBuffer, version: Int16, isFlexible: Bool) {
        self.buffer = buffer
        start = buffer.readerIndex
        self.version = version
        self.isFlexible = isFlexible
    }

    /// What is not yet read.
    package var rest: ByteBuffer { buffer }

    /// Reads a whole message.
    ///
    /// Bytes behind its last field are passed over, as Kafka does: librdkafka 2.16 leaves three of
    /// them in a request for the metadata of all topics.
    package static func read<Message: WireMessage>(
        _ type: Message.Type, from buffer: ByteBuffer, version: Int16, isFlexible: Bool
    ) throws(WireError) -> Message {
        var reader = WireReader(buffer, version: version, isFlexible: isFlexible)
        var message = Message()
        try message.fields(&reader)
        try reader.endOfStructure()
        return message
    }

    // MARK: Numbers

    package mutating func int8(_ value: inout Int8) throws(WireError) { value = try integer() }
    package mutating func int16(_ value: inout Int16) throws(WireError) { value = try integer() }
    package mutating func int32(_ value: inout Int32) throws(WireError) { value = try integer() }
    package mutating func int64(_ value: inout Int64) throws(WireError) { value = try integer() }

    package mutating func bool(_ value: inout Bool) throws(WireError) {
        value = try integer(Int8.self) != 0
    }

    package mutating func double(_ value: inout Double) throws(WireError) {
        value = Double(bitPattern: try integer())
    }

    package mutating func uuid(_ value: inout WireUUID) throws(WireError) {
        value = WireUUID(high: try integer(), low: try integer())
    }

    // MARK: Texts and bytes

    package mutating func string(_ value: inout String) throws(WireError) {
        value = try present(try text())
    }

    package mutating func nullableString(_ value: inout String?) throws(WireError) {
        value = try text()
    }

    package mutating func bytes(_ value: inout [UInt8]) throws(WireError) {
        value = Array(try present(try blob()).readableBytesView)
    }

    package mutating func nullableBytes(_ value: inout [UInt8]?) throws(WireError) {
        value = try blob().map { Array($0.readableBytesView) }
    }

    package mutating func records(_ value: inout WireRecords) throws(WireError) {
        value.pieces = try blob().map { [$0] }
    }

    // MARK: Lists

    package mutating func array<Element: WireMessage>(_ value: inout [Element]) throws(WireError) {
        value = try present(try elements())
    }

    package mutating func nullableArray<Element: WireMessage>(
        _ value: inout [Element]?
    ) throws(WireError) {
        value = try elements()
    }

    package mutating func int32s(_ value: inout [Int32]) throws(WireError) {
        value = try present(
            try list { reader throws(WireError) in try reader.integer(Int32.self) })
    }

    package mutating func int64s(_ value: inout [Int64]) throws(WireError) {
        value = try present(
            try list { reader throws(WireError) in try reader.integer(Int64.self) })
    }

    package mutating func int8s(_ value: inout [Int8]) throws(WireError) {
        value = try present(
            try list { reader throws(WireError) in try reader.integer(Int8.self) })
    }

    package mutating func strings(_ value: inout [String]) throws(WireError) {
        value = try present(try texts())
    }

    package mutating func nullableStrings(_ value: inout [String]?) throws(WireError) {
        value = try texts()
    }

    package mutating func nullableStructure<Element: WireMessage>(
        _ value: inout Element?
    ) throws(WireError) {
        guard try integer(Int8.self) >= 0 else {
            value = nil
            return
        }
        var element = Element()
        try structure(&element)
        value = element
    }

    package mutating func endOfStructure() throws(WireError) {
        guard isFlexible else { return }
        let count = try varint()
        try Self.check("number of tagged fields", position, Int(count), WireLimits.tagCountMax)
        for _ in 0..<count {
            _ = try varint()
            let size = Int(try varint())
            try need(size)
            buffer.moveReaderIndex(forwardBy: size)
        }
    }

    // MARK: Forms

    private var position: Int { buffer.readerIndex - start }

    private func need(_ count: Int) throws(WireError) {
        guard count <= buffer.readableBytes else {
            throw .truncated(position: position, needed: count, left: buffer.readableBytes)
        }
    }

    private static func check(
        _ name: String, _ position: Int, _ found: Int, _ limit: Int
    ) throws(WireError) {
        guard found <= limit else {
            throw .limit(name: name, position: position, found: found, limit: limit)
        }
    }

    private func present<Value>(_ value: Value?) throws(WireError) -> Value {
        guard let value else { throw .unexpectedNull(position: position) }
        return value
    }

    private mutating func integer<T: FixedWidthInteger>(
        _: T.Type = T.self
    ) throws(WireError) -> T {
        guard let value = buffer.readInteger(as: T.self) else {
            throw .truncated(
                position: position, needed: MemoryLayout<T>.size, left: buffer.readableBytes)
        }
        return value
    }

    /// Protocol guide, "UNSIGNED_VARINT": seven bits a byte, least significant first.
    private mutating func varint() throws(WireError) -> UInt32 {
        let begin = position
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), through: 28, by: 7) {
            let byte = try integer(UInt8.self)
            value |= UInt64(byte & 0x7F) << shift
            if byte & 0x80 == 0 {
                guard let result = UInt32(exactly: value) else {
                    throw .invalidVarint(position: begin)
                }
                return result
            }
        }
        throw .invalidVarint(position: begin)
    }

    /// A length or count: nil for null.
    private mutating func count<T: FixedWidthInteger & SignedInteger>(
        classic: T.Type
    ) throws(WireError) -> Int? {
        let begin = position
        if isFlexible {
            let count = try varint()
            return count == 0 ? nil : Int(count) - 1
        }
        let count = try integer(classic)
        guard count >= 0 else {
            guard count == -1 else { throw .invalidCount(position: begin, found: Int64(count)) }
            return nil
        }
        return Int(count)
    }

    private mutating func text() throws(WireError) -> String? {
        let begin = position
        guard let count = try count(classic: Int16.self) else { return nil }
        try Self.check("length of a text", begin, count, WireLimits.textByteCountMax)
        try need(count)
        guard let slice = buffer.readSlice(length: count),
            let text = String(validating: slice.readableBytesView, as: UTF8.self)
        else { throw .invalidText(position: begin) }
        return text
    }

    private mutating func blob() throws(WireError) -> ByteBuffer? {
        guard let count = try count(classic: Int32.self) else { return nil }
        try need(count)
        return buffer.readSlice(length: count)
    }

    /// The elements of a list; nil for null.
    private mutating func list<Element>(
        _ element: (inout WireReader) throws(WireError) -> Element
    ) throws(WireError) -> [Element]? {
        guard let count = try count(classic: Int32.self) else { return nil }
        // Every element has a byte at least.
        try need(count)
        elementCount += count
        try Self.check(
            "number of elements", position, elementCount, WireLimits.elementCountMax)
        var elements: [Element] = []
        elements.reserveCapacity(min(count, 1_024))
        for _ in 0..<count { elements.append(try element(&self)) }
        return elements
    }

    private mutating func elements<Element: WireMessage>() throws(WireError) -> [Element]? {
        try list { reader throws(WireError) in
            var element = Element()
            try element.fields(&reader)
            try reader.endOfStructure()
            return element
        }
    }

    private mutating func texts() throws(WireError) -> [String]? {
        try list { reader throws(WireError) in try reader.present(try reader.text()) }
    }
}
