import NIOCore

@testable import KafkaWire

/// Fills the fields of a message, so that every message of the protocol can be tested alike.
struct WireFiller: WireCoder {
    enum Rule {
        /// The n-th field holds what follows from n, lists have two elements, nothing is null: the
        /// rule of `Tests/Fixtures/Kafka/Messages/generate.py`.
        case counting
        /// Anything, nulls and empty lists too.
        case random(seed: UInt64)
    }
    let version: Int16
    private var number: UInt64 = 0
    private let isRandom: Bool
    private var state: UInt64 = 0

    init(_ rule: Rule, version: Int16) {
        self.version = version
        switch rule {
        case .counting: isRandom = false
        case .random(let seed):
            isRandom = true
            state = seed
        }
    }

    /// A message with all its fields filled.
    static func fill<Message: WireMessage>(
        _ type: Message.Type, _ rule: Rule, version: Int16
    ) throws(WireError) -> Message {
        var filler = WireFiller(rule, version: version)
        var message = Message()
        try message.fields(&filler)
        return message
    }

    /// The number of the next field, or any number (SplitMix64).
    private mutating func next() -> UInt64 {
        number += 1
        guard isRandom else { return number }
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    private mutating func integer<T: FixedWidthInteger>(_ factor: UInt64) -> T {
        let number = next()
        return T(truncatingIfNeeded: isRandom ? number : number * factor)
    }

    private mutating func text(_ letter: String) -> String { "\(letter)\(next() % 1_000)" }

    private mutating func isNull() -> Bool { isRandom && next() % 4 == 0 }

    /// How many elements the next list has.
    private mutating func count() -> Int { isRandom ? Int(next() % 4) : 2 }

    mutating func int8(_ value: inout Int8) {
        value = isRandom ? integer(1) : Int8(next() % 100)
    }
    mutating func int16(_ value: inout Int16) {
        value = isRandom ? integer(1) : Int16(next() % 100)
    }
    mutating func int32(_ value: inout Int32) { value = integer(0x01_0203) }
    mutating func int64(_ value: inout Int64) { value = integer(0x01_0203_0405) }
    mutating func bool(_ value: inout Bool) { value = next() % 2 == 1 }
    mutating func double(_ value: inout Double) { value = Double(next() % 1_000) + 0.5 }

    mutating func uuid(_ value: inout WireUUID) {
        let number = next()
        value = WireUUID(high: number, low: number << 32)
    }

    mutating func string(_ value: inout String) { value = text("s") }
    mutating func nullableString(_ value: inout String?) { value = isNull() ? nil : text("s") }
    mutating func bytes(_ value: inout [UInt8]) { value = Array(text("b").utf8) }
    mutating func nullableBytes(_ value: inout [UInt8]?) {
        value = isNull() ? nil : Array(text("b").utf8)
    }
    mutating func records(_ value: inout WireRecords) {
        value = WireRecords(pieces: isNull() ? nil : [.init(string: text("r"))])
    }

    mutating func array<Element: WireMessage>(_ value: inout [Element]) throws(WireError) {
        if !isRandom { _ = next() }
        value = []
        for _ in 0..<count() {
            var element = Element()
            try element.fields(&self)
            value.append(element)
        }
    }

    mutating func nullableArray<Element: WireMessage>(_ value: inout [Element]?) throws(WireError) {
        var elements: [Element] = []
        let isNull = isNull()
        if !isNull { try array(&elements) }
        value = isNull ? nil : elements
    }

    private mutating func list<Element>(
        _ value: inout [Element], _ element: (inout WireFiller) -> Element
    ) {
        if !isRandom { _ = next() }
        value = (0..<count()).map { _ in element(&self) }
    }

    mutating func int32s(_ value: inout [Int32]) { list(&value) { $0.integer(0x01_0203) } }
    mutating func int64s(_ value: inout [Int64]) { list(&value) { $0.integer(0x01_0203_0405) } }
    mutating func int8s(_ value: inout [Int8]) { list(&value) { Int8($0.next() % 100) } }
    mutating func strings(_ value: inout [String]) { list(&value) { $0.text("s") } }
    mutating func nullableStrings(_ value: inout [String]?) {
        var texts: [String] = []
        let isNull = isNull()
        if !isNull { strings(&texts) }
        value = isNull ? nil : texts
    }
    mutating func nullableStructure<Element: WireMessage>(
        _ value: inout Element?
    ) throws(WireError) {
        guard !isNull() else {
            value = nil
            return
        }
        var element = Element()
        try element.fields(&self)
        value = element
    }
    mutating func endOfStructure() {}
}
