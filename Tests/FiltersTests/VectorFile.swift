import Bytes
import Expressions

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The lines of a vector file, read with the extractor of this repository.
struct VectorFile {
    let lines: [[UInt8]]

    /// Reads `Tests/Vectors/<name>`.
    init(_ name: String) {
        var parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
        parts.removeLast(2)
        let path = (parts + ["Vectors", Substring(name)]).joined(separator: "/")
        var bytes: [UInt8] = []
        // SAFETY: the file is opened, read into memory of the stated size, and closed here.
        unsafe path.withCString { path in
            guard let file = unsafe fopen(path, "r") else { return }
            var chunk = [UInt8](repeating: 0, count: 65_536)
            while true {
                let count = unsafe fread(&chunk, 1, chunk.count, file)
                if count == 0 { break }
                bytes.append(contentsOf: chunk[..<count])
            }
            unsafe fclose(file)
        }
        lines = bytes.split(separator: UInt8(ascii: "\n")).map(Array.init)
    }
}

/// One vector: named members of a line.
struct Vector {
    private var extractor: JSONExtractor
    private let line: [UInt8]
    private var arena: [UInt8] = []
    private let names: [String]

    init(_ line: [UInt8], _ names: [String]) {
        self.line = line
        self.names = names
        extractor = JSONExtractor(
            names.map { name in
                JSONPath(name.split(separator: ".").map { .member(String($0)) })
            })
        precondition(extractor.extract(line.rawSpan, start: 0, arena: &arena), "vector: not JSON")
    }

    func cell(_ name: String) -> Cell {
        extractor.cell(names.firstIndex(of: name) ?? 0)
    }

    /// The bytes of a text member, or nil.
    func bytes(_ name: String) -> [UInt8]? {
        let cell = cell(name)
        guard cell.isText else { return nil }
        let range = Int(cell.bits)..<(Int(cell.bits) + Int(cell.count))
        return Array(cell.home == .arena ? arena[range] : line[range])
    }

    func text(_ name: String) -> String? { bytes(name).map { String(decoding: $0, as: UTF8.self) } }

    /// The bytes of `name`, or of `name_b64` decoded.
    func content(_ name: String) -> [UInt8] {
        if let bytes = bytes(name) { return bytes }
        return decodeBase64(bytes(name + "_b64") ?? [])
    }

    /// The elements of an array of texts.
    func texts(_ name: String) -> [String]? {
        guard cell(name).kind == .json, let json = bytes(name) else { return nil }
        var elements = JSONElements(json.rawSpan, start: 0, home: .input)
        var unescaped: [UInt8] = []
        var found: [String] = []
        while let cell = elements.next(json.rawSpan, arena: &unescaped) {
            let range = Int(cell.bits)..<(Int(cell.bits) + Int(cell.count))
            let bytes = cell.home == .arena ? unescaped[range] : json[range]
            found.append(String(decoding: bytes, as: UTF8.self))
        }
        return found
    }
}

private func decodeBase64(_ text: [UInt8]) -> [UInt8] {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var bytes: [UInt8] = []
    var group: UInt32 = 0
    var bits = 0
    for letter in text {
        guard let sextet = alphabet.firstIndex(of: letter) else { continue }
        group = group << 6 | UInt32(sextet)
        bits += 6
        if bits >= 8 {
            bits -= 8
            bytes.append(UInt8(truncatingIfNeeded: group >> UInt32(bits)))
        }
    }
    return bytes
}
