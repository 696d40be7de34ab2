import Foundation
import Testing

@Suite("Architecture")
struct LayerTests {
    @Test("A module imports only modules of a lower layer", arguments: Layers.modules.map(\.name))
    func imports(_ name: String) throws {
        let module = try #require(Layers.modules.first { $0.name == name })
        for file in try Repository.swiftFiles(in: module.folder) {
            for line in file.lines {
                guard let imported = Self.importedModule(line) else { continue }
                let problem = Self.problem(module, imported)
                #expect(problem == nil, "\(file.path): import \(imported): \(problem ?? "")")
            }
        }
    }

    @Test("Every folder of sources is a module of the table")
    func complete() throws {
        let folders = try FileManager.default.contentsOfDirectory(
            atPath: Repository.root.appending(path: "Sources").path)
        let known = Set(Layers.modules.map(\.folder))
        for folder in folders {
            #expect(known.contains("Sources/\(folder)"), "Sources/\(folder) has no layer")
        }
    }

    @Test("No module is empty; the log shows the size of each")
    func sizes() throws {
        for module in Layers.modules {
            let files = try Repository.swiftFiles(in: module.folder)
            let code = files.reduce(0) { $0 + $1.lines.count(where: Repository.isCode) }
            print(
                "layer \(module.layer)  \(module.name): \(files.count) files, \(code) lines of code"
            )
            #expect(module.layer == 0 || code > 0, "\(module.name) is empty")
        }
    }

    @Test("The picture of the imports, for the reader of the log: every arrow points down")
    func picture() throws {
        for module in Layers.modules.reversed() where module.layer > 0 {
            let lines = try Repository.swiftFiles(in: module.folder).flatMap(\.lines)
            let known = Set(lines.compactMap(Self.importedModule))
            let below = Layers.modules.filter { known.contains($0.name) }
            #expect(below.allSatisfy { $0.layer < module.layer })
            let arrows = below.map { "\($0.name) (\($0.layer))" }.joined(separator: ", ")
            print("layer \(module.layer)  \(module.name) → \(arrows.isEmpty ? "nothing" : arrows)")
        }
    }

    private static func importedModule(_ line: String) -> String? {
        let words = line.split(separator: " ").map(String.init)
        guard let index = words.firstIndex(of: "import"), index + 1 < words.count,
            words[..<index].allSatisfy({
                ["package", "internal", "private", "public", "@testable"].contains($0)
            })
        else { return nil }
        return words[index + 1].split(separator: ".").first.map(String.init)
    }

    private static func problem(_ module: Layers.Module, _ imported: String) -> String? {
        if Layers.foreign.contains(imported) { return nil }
        if let allowed = Layers.foreignOnlyIn[imported] {
            return allowed.contains(module.name) ? nil : "only in \(allowed.sorted())"
        }
        guard let other = Layers.modules.first(where: { $0.name == imported }) else {
            return "not in Layers.swift"
        }
        return other.layer < module.layer
            ? nil : "layer \(other.layer) is not below \(module.layer)"
    }
}
