import Platform
import SystemPackage

/// Finds the sample that the demo runs on.
enum SampleFile {
    /// Where it is in the repository.
    private static let name: FilePath = "Samples/flights-2013-01.jsonl.zst"

    /// Folders above the program that are looked into: `.build/<platform>/<configuration>/sluice`
    /// has the repository three above its own.
    private static let levelsMax = 6

    /// The file that the user names; else the one below the current directory; else the one beside
    /// the program or above it.
    ///
    /// - Throws: ``CommandFailure`` if there is none.
    static func find(_ chosen: String?) throws -> FilePath {
        let fileSystem = RealFileSystem()
        if let chosen {
            guard try fileSystem.status(of: FilePath(chosen))?.kind == .regular else {
                throw CommandFailure("There is no sample file \(chosen). Check --sample.")
            }
            return FilePath(chosen)
        }
        if try fileSystem.status(of: name) != nil { return name }
        var folder = ProgramLocation.file?.removingLastComponent()
        for _ in 0..<levelsMax {
            guard let place = folder else { break }
            let candidate = place.pushing(name)
            if try fileSystem.status(of: candidate) != nil { return candidate }
            let above = place.removingLastComponent()
            folder = above == place ? nil : above
        }
        throw CommandFailure(
            "The demo needs the sample \(name.string) of the repository. Run it there, or name the "
                + "file with --sample FILE.")
    }
}
