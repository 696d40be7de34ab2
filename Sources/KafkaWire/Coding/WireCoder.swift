/// Reads or writes the fields of a message, one after the other.
///
/// A message names its fields once, in ``WireMessage/fields(_:)``; whether they are read or written
/// and in which form (a flexible version has compact lengths and tagged fields, KIP-482) is the
/// coder's matter. Calls are specialised: nothing here is dynamic.
package protocol WireCoder: ~Copyable {
    /// The version of the API that the message is of.
    var version: Int16 { get }

    mutating func int8(_ value: inout Int8) throws(WireError)
    mutating func int16(_ value: inout Int16) throws(WireError)
    /// A code of Kafka's list; one that is not on it is read as an unknown error.
    mutating func errorCode(_ value: inout KafkaErrorCode) throws(WireError)
    mutating func int32(_ value: inout Int32) throws(WireError)
    mutating func int64(_ value: inout Int64) throws(WireError)
    mutating func bool(_ value: inout Bool) throws(WireError)
    mutating func double(_ value: inout Double) throws(WireError)
    mutating func uuid(_ value: inout WireUUID) throws(WireError)
    mutating func string(_ value: inout String) throws(WireError)
    mutating func nullableString(_ value: inout String?) throws(WireError)
    mutating func bytes(_ value: inout [UInt8]) throws(WireError)
    mutating func nullableBytes(_ value: inout [UInt8]?) throws(WireError)
    /// Record batches; their bytes are not copied.
    mutating func records(_ value: inout WireRecords) throws(WireError)
    /// A list of structures, each with its own tagged fields in flexible versions.
    mutating func array<Element: WireMessage>(_ value: inout [Element]) throws(WireError)
    mutating func nullableArray<Element: WireMessage>(_ value: inout [Element]?) throws(WireError)
    mutating func int32s(_ value: inout [Int32]) throws(WireError)
    mutating func int64s(_ value: inout [Int64]) throws(WireError)
    mutating func int8s(_ value: inout [Int8]) throws(WireError)
    mutating func strings(_ value: inout [String]) throws(WireError)
    mutating func nullableStrings(_ value: inout [String]?) throws(WireError)
    /// A structure that is held singly and may be missing: a byte says so.
    mutating func nullableStructure<Element: WireMessage>(
        _ value: inout Element?
    ) throws(WireError)
    /// The end of a structure: tagged fields, if the version has them.
    ///
    /// None are written; all are passed over when read. Called by the coder for elements of arrays
    /// and for whole messages, so messages call it only behind structures that they hold singly.
    mutating func endOfStructure() throws(WireError)
}

extension WireCoder where Self: ~Copyable {
    /// A code of Kafka's list; one that is not on it is read as an unknown error.
    package mutating func errorCode(_ value: inout KafkaErrorCode) throws(WireError) {
        var code = value.rawValue
        try int16(&code)
        value = KafkaErrorCode(rawValue: code) ?? .unknownServerError
    }

    /// A text that only other versions of the message may leave out: null is refused when it is read,
    /// and an empty text is written instead of nil.
    package mutating func presentString(_ value: inout String?) throws(WireError) {
        var text = value ?? ""
        try string(&text)
        value = text
    }

    /// A list that only other versions of the message may leave out: null is refused when it is read,
    /// and an empty list is written instead of nil.
    package mutating func presentArray<Element: WireMessage>(
        _ value: inout [Element]?
    ) throws(WireError) {
        var elements = value ?? []
        try array(&elements)
        value = elements
    }

    /// A structure that is held singly.
    package mutating func structure<Element: WireMessage>(
        _ value: inout Element
    ) throws(WireError) {
        try value.fields(&self)
        try endOfStructure()
    }
}

/// A structure of the protocol.
package protocol WireMessage: Sendable {
    /// All fields at their defaults.
    init()

    /// Names the fields that `coder.version` has, in the order of the wire.
    mutating func fields<Coder: WireCoder & ~Copyable>(_ coder: inout Coder) throws(WireError)
}

/// A request, which knows its API and its answer.
package protocol KafkaRequest: WireMessage {
    associatedtype Response: WireMessage
    static var api: KafkaAPI { get }
}
