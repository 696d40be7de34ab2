import Bytes
import Expressions

/// The fields of a vector's line, read with what they must be.
struct VectorReader {
    let line: [UInt8]
    let json: JSONTree

    /// A text that must be there.
    func text(_ name: String) throws(VectorError) -> String {
        guard let text = json[name]?.text else {
            throw .field("the field '\(name)' is missing or is no text")
        }
        return text
    }

    /// An integer that may be absent.
    func integer(_ name: String) throws(VectorError) -> Int64? {
        guard let value = json[name], !value.isNull else { return nil }
        guard let integer = value.integer else {
            throw .field("the field '\(name)' is no integer of 64 bits")
        }
        return integer
    }

    /// A flag; absent is false.
    func flag(_ name: String) throws(VectorError) -> Bool {
        guard let value = json[name] else { return false }
        guard case .bool(let flag) = value.form else {
            throw .field("the field '\(name)' is neither true nor false")
        }
        return flag
    }

    /// The bytes of `name`, or of `name_b64` decoded; nil if both are absent.
    func content(_ name: String) throws(VectorError) -> [UInt8]? {
        if let value = json[name] {
            guard let bytes = value.bytes else { throw .field("the field '\(name)' is no text") }
            return bytes
        }
        return try json[name + "_b64"].map { value throws(VectorError) in
            try Self.base64(value, "\(name)_b64")
        }
    }

    /// Decodes a text of base64 (RFC 4648 §4).
    static func base64(_ value: JSONTree, _ name: String) throws(VectorError) -> [UInt8] {
        guard let text = value.bytes, let bytes = Base64.decode(text) else {
            throw .field("the field '\(name)' is no base64")
        }
        return bytes
    }

    /// One of the results that vectors may expect.
    func expectation(_ known: [String]) throws(VectorError) -> String {
        let text = try text("expect")
        guard known.contains(text) else {
            throw .field(
                "'expect' is '\(text)', which is none of \(known.joined(separator: ", "))")
        }
        return text
    }
}
