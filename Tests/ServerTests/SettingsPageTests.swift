import Foundation
import Testing

@testable import Server

@Suite("The page of settings")
struct SettingsPageTests {
    @Test("Each setting is in its table with its default", arguments: ServerSetting.allCases)
    func documented(setting: ServerSetting) throws {
        let page = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Sources/Server/Server.docc/Server.md")
        let rows = try String(contentsOf: page, encoding: .utf8).split(separator: "\n")
            .map { $0.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) } }
        let name = "`\(setting.rawValue)`"
        let row = try #require(rows.first { $0.count == 3 && $0[0].contains(name) })
        let names = row[0].components(separatedBy: ", ")
        let defaults = row[1].components(separatedBy: ", ")
        let place = try #require(names.firstIndex(of: name))
        let text = setting.text(in: ServerConfiguration())
        #expect(defaults[place].trimmingCharacters(in: ["`"]) == text)
    }
}
