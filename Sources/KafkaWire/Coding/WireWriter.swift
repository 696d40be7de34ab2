package import NIOCore

/// Writes the fields of a message; large records stay buffers of their own between the bytes.
package struct WireWriter: WireCoder {
    package let version: Int16
    private let isFlexible: Bool
    private var done: [ByteBuffer] = []
    private var buffer: ByteBuffer
    private var doneByteCount = 0
    /// How often each code other than none was written.
    package private(set) var errorCounts: [KafkaErrorCode: Int64] = [:]

    /// Writes behind `buffer`'s bytes.
    package init(_ buffer: ByteBuffer, version: Int16, isFlexible: Bool) {
        self.buffer = buffer
        self.version = version
        self.isFlexible = isFlexible
    }

    /// All bytes so far.
    package var byteCount: Int { doneByteCount + buffer.readableBytes }

    /// Writes a whole message.
    package mutating func write<Message: WireMessage>(_ message: Message) throws(WireError) {
        var message = message
        try message.fields(&self)
        endOfStructure()
    }

    /// The bytes in pieces, to be sent one behind the other.
    package consuming func finish() -> [ByteBuffer] {
        if buffer.readableBytes > 0 { done.append(buffer) }
        return done
    }

    // MARK: Numbers

    package mutating func int8(_ value: inout Int8) { buffer.writeInteger(value) }
    package mutating func int16(_ value: inout Int16) { buffer.writeInteger(value) }
    package mutating func int32(_ value: inout Int32) { buffer.writeInteger(value) }
    package mutating func int64(_ value: inout Int64) { buffer.writeInteger(value) }
    package mutating func bool(_ value: inout Bool) { buffer.writeInteger(value ? Int8(1) : 0) }
    package mutating func double(_ value: inout Double) { buffer.writeInteger(value.bitPattern) }

    package mutating func uuid(_ value: inout WireUUID) {
        buffer.writeInteger(value.high)
        buffer.writeInteger(value.low)
    }

    package mutating func errorCode(_ value: inout KafkaErrorCode) {
        if value != .none { errorCounts[value, default: 0] += 1 }
        buffer.writeInteger(value.rawValue)
    }

    // MARK: Texts and bytes

    package mutating func string(_ value: inout String) throws(WireError) { try text(value) }

    package mutating func nullableString(_ value: inout String?) throws(WireError) {
        guard let value else { return null(classic: Int16.self) }
        try text(value)
    }

    package mutating func bytes(_ value: inout [UInt8]) throws(WireError) {
        try count(value.count, classic: Int32.self)
        buffer.writeBytes(value)
    }

    package mutating func nullableBytes(_ value: inout [UInt8]?) throws(WireError) {
        guard let value else { return null(classic: Int32.self) }
        try count(value.count, classic: Int32.self)
        buffer.writeBytes(value)
    }

    package mutating func records(_ value: inout WireRecords) throws(WireError) {
        guard let pieces = value.pieces else { return null(classic: Int32.self) }
        try count(value.byteCount, classic: Int32.self)
        for var piece in pieces {
            if piece.readableBytes <= WireLimits.inlineRecordByteCountMax {
                buffer.writeBuffer(&piece)
                continue
            }
            doneByteCount += buffer.readableBytes + piece.readableBytes
            done.append(buffer)
            done.append(piece)
            buffer = ByteBuffer()
        }
    }

    // MARK: Lists

    package mutating func array<Element: WireMessage>(_ value: inout [Element]) throws(WireError) {
        try count(value.count, classic: Int32.self)
        for index in value.indices {
            try value[index].fields(&self)
            endOfStructure()
        }
    }

    package mutating func nullableArray<Element: WireMessage>(
        _ value: inout [Element]?
    ) throws(WireError) {
        guard var elements = value else { return null(classic: Int32.self) }
        try array(&elements)
    }

    package mutating func int32s(_ value: inout [Int32]) throws(WireError) {
        try count(value.count, classic: Int32.self)
        for element in value { buffer.writeInteger(element) }
    }

    package mutating func int64s(_ value: inout [Int64]) throws(WireError) {
        try count(value.count, classic: Int32.self)
        for element in value { buffer.writeInteger(element) }
    }

    package mutating func int8s(_ value: inout [Int8]) throws(WireError) {
        try count(value.count, classic: Int32.self)
        for element in value { buffer.writeInteger(element) }
    }

    package mutating func strings(_ value: inout [String]) throws(WireError) {
        try count(value.count, classic: Int32.self)
        for element in value { try text(element) }
    }

    package mutating func nullableStrings(_ value: inout [String]?) throws(WireError) {
        guard var elements = value else { return null(classic: Int32.self) }
        try strings(&elements)
    }

    package mutating func nullableStructure<Element: WireMessage>(
        _ value: inout Element?
    ) throws(WireError) {
        guard var element = value else {
            buffer.writeInteger(Int8(-1))
            return
        }
        buffer.writeInteger(Int8(1))
        try structure(&element)
    }

    package mutating func endOfStructure() {
        if isFlexible { buffer.writeInteger(UInt8(0)) }
    }

    // MARK: Forms

    private mutating func varint(_ value: UInt32) {
        var rest = value
        while rest >= 0x80 {
            buffer.writeInteger(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        buffer.writeInteger(UInt8(rest))
    }

    private mutating func count<T: FixedWidthInteger>(
        _ count: Int, classic: T.Type
    ) throws(WireError) {
        if isFlexible {
            guard count < Int(UInt32.max) else {
                throw .invalidCount(position: byteCount, found: Int64(count))
            }
            varint(UInt32(count + 1))
        } else {
            guard let count = T(exactly: count) else {
                throw .invalidCount(position: byteCount, found: Int64(count))
            }
            buffer.writeInteger(count)
        }
    }

    private mutating func null<T: FixedWidthInteger & SignedInteger>(classic: T.Type) {
        if isFlexible { varint(0) } else { buffer.writeInteger(-1 as T) }
    }

    private mutating func text(_ text: String) throws(WireError) {
        try count(text.utf8.count, classic: Int16.self)
        buffer.writeString(text)
    }
}
