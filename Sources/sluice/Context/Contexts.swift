import Bytes
import Expressions
import Platform
import SystemPackage

/// Names for places, kept in a file of the user's, and which of them is in use.
///
/// ```
/// use = test
///
/// [test]
/// server = broker.example:9092
/// timeout = 600
///
/// [old]
/// data = /var/lib/sluice
/// ```
///
/// A line is a section, a setting or a comment (`#`); anything else is an error with its line.
struct Contexts: Equatable {
    /// Bytes of the file.
    static let byteCountMax = 1 << 20

    /// The context in use; nil if none is.
    var current: String?
    /// By their names: `server` or `data`, and what it is.
    private(set) var places: [String: Setting] = [:]
    /// Seconds that the servers of contexts have to answer, where they are not as usual.
    private(set) var timeouts: [String: Int] = [:]

    /// Where a context's broker is, as it was written.
    enum Setting: Equatable {
        case server(String)
        case data(String)

        var key: String {
            switch self {
            case .server: "server"
            case .data: "data"
            }
        }

        var value: String {
            switch self {
            case .server(let text), .data(let text): text
            }
        }
    }

    /// The file: `$SLUICE_CONFIG`, else `sluice/contexts` where the user's configuration is.
    static var file: FilePath? {
        if let path = variable("SLUICE_CONFIG") { return FilePath(path) }
        let folder =
            variable("XDG_CONFIG_HOME").map { FilePath($0) }
            ?? variable("HOME").map { FilePath($0).appending(".config") }
        return folder?.appending("sluice").appending("contexts")
    }

    private static func variable(_ name: String) -> String? {
        ProcessEnvironment.value(of: name).flatMap { $0.isEmpty ? nil : $0 }
    }

    /// What the file says; nothing if there is none.
    static func load() throws -> Contexts {
        guard let file, try RealFileSystem().status(of: file) != nil else { return Contexts() }
        let bytes = try RealFileSystem().contents(of: file, limit: byteCountMax)
        return try Contexts(parsing: String(decoding: bytes, as: UTF8.self), named: file.string)
    }

    /// Writes the file, as a whole or not at all.
    func save() throws {
        guard let file = Self.file else {
            throw CommandFailure(
                "there is no place for contexts: neither HOME nor SLUICE_CONFIG is set")
        }
        let fileSystem = RealFileSystem()
        try fileSystem.createDirectories(file.removingLastComponent())
        try fileSystem.replace(file, with: Array(text.utf8).rawSpan)
    }

    init() {}

    init(parsing text: String, named file: String) throws {
        var section: String?
        for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false)
            .enumerated()
        {
            let line = line.drop { $0 == " " }.split(separator: "\r").first ?? ""
            if line.isEmpty || line.hasPrefix("#") { continue }
            let place = "\(file), line \(number + 1)"
            if line.hasPrefix("["), line.hasSuffix("]") {
                let name = String(line.dropFirst().dropLast())
                try Self.check(name, place)
                section = name
                continue
            }
            let parts = line.split(separator: "=", maxSplits: 1).map {
                String($0).trimmed
            }
            guard parts.count == 2, !parts[1].isEmpty else {
                throw CommandFailure.usage("\(place): expected 'name = value' or '[context]'.")
            }
            try read(parts[0], parts[1], section, place)
        }
        if let current, places[current] == nil {
            throw CommandFailure.usage("\(file): context '\(current)' is in use and not defined.")
        }
        for name in timeouts.keys.sorted() {
            if case .server? = places[name] { continue }
            throw CommandFailure.usage(
                "\(file): context '\(name)' has a time-out, which is for a server, and names none.")
        }
    }

    private mutating func read(
        _ key: String, _ value: String, _ section: String?, _ place: String
    ) throws {
        switch (section, key) {
        case (nil, "use"): current = value
        case (let section?, "server"): places[section] = .server(value)
        case (let section?, "data"): places[section] = .data(value)
        case (let section?, "timeout"):
            guard let seconds = Int(value), BrokerPlace.timeouts.contains(seconds) else {
                throw CommandFailure.usage("\(place): timeout is a number of seconds, 1 to 86400.")
            }
            timeouts[section] = seconds
        case (let section, _):
            throw CommandFailure.usage(
                "\(place): '\(key)' is no setting\(section == nil ? "" : " of a context"). Known: "
                    + (section == nil ? "use." : "server, data, timeout."))
        }
    }

    /// The form in which it is kept.
    var text: String {
        var lines = ["# Places of sluice; see: sluice context --help"]
        if let current { lines.append("use = \(current)") }
        for (name, place) in places.sorted(by: { $0.key < $1.key }) {
            lines += ["", "[\(name)]", "\(place.key) = \(place.value)"]
            if let seconds = timeouts[name] { lines.append("timeout = \(seconds)") }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Refuses names that the file could not hold.
    static func check(_ name: String, _ place: String) throws {
        let isValid = name.utf8.allSatisfy {
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0 | 0x20)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                || [UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: ".")].contains($0)
        }
        guard isValid, !name.isEmpty, name.utf8.count <= 100 else {
            throw CommandFailure.usage(
                "\(place): a context's name is 1 to 100 letters, digits, '-', '_' and '.'.")
        }
    }

    /// Names a place, in the stead of one that had the name; `timeout` in seconds is for a server.
    mutating func set(_ name: String, to place: Setting, timeout: Int? = nil) {
        places[name] = place
        timeouts[name] = timeout
    }

    /// Forgets a context, which is then not in use either.
    mutating func remove(_ name: String) throws {
        try requireKnown(name)
        places[name] = nil
        timeouts[name] = nil
        if current == name { current = nil }
    }

    /// Takes a context for the commands that name no place.
    mutating func use(_ name: String) throws {
        try requireKnown(name)
        current = name
    }

    private func requireKnown(_ name: String) throws {
        guard places[name] == nil else { return }
        let hint = NearestName.find(name, in: places.keys.sorted()).map {
            " Did you mean '\($0)'?"
        }
        throw CommandFailure.usage(
            "There is no context '\(name)'.\(hint ?? "") See all with: sluice context list")
    }

    /// Where the broker of a context is.
    func place(of name: String) throws -> BrokerPlace {
        try requireKnown(name)
        return switch places[name] {
        case .server(let text)?:
            try BrokerPlace(server: text, "context \(name)", timeout: timeouts[name])
        case .data(let path)?: .directory(FilePath(path))
        case nil: preconditionFailure("a context that is known has a place")
        }
    }
}

extension String {
    /// Without spaces and tabs at its ends.
    fileprivate var trimmed: String {
        let isBlank = { (character: Character) in character == " " || character == "\t" }
        let start = drop(while: isBlank)
        guard let last = start.lastIndex(where: { !isBlank($0) }) else { return "" }
        return String(start[...last])
    }
}
