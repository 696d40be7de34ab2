import Bytes

/// Headers under construction, in the coded form of record batch v2.
package struct HeaderList: Sendable {
    /// Coded headers, without their count.
    package private(set) var bytes: [UInt8] = []
    package private(set) var count = 0

    package init() {}

    /// Appends a header; a nil value is a null value, which differs from an empty one.
    package mutating func append(name: String, value: [UInt8]?) {
        var name = name
        name.withUTF8 { utf8 in
            Varint.append(Int64(utf8.count), to: &bytes)
            unsafe bytes.append(contentsOf: utf8)
        }
        if let value {
            Varint.append(Int64(value.count), to: &bytes)
            bytes.append(contentsOf: value)
        } else {
            Varint.append(-1, to: &bytes)
        }
        count += 1
    }

    package mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        count = 0
    }
}
