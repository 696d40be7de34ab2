import ArgumentParser
import Connectors

/// A format by its name.
struct FormatArgument: ExpressibleByArgument {
    let name: String

    init?(argument: String) {
        let name = argument.lowercased()
        guard Self.allValueStrings.contains(name) else { return nil }
        self.name = name
    }

    static var allValueStrings: [String] { RecordFormats.all.map(\.name) }
}
