import Bytes
import Platform
import Records
import SystemPackage
import Testing

@testable import Connectors

@Suite("Files as sources")
struct FileSourceTests {
    private let fileSystem = SimulatedFileSystem()

    private func write(_ path: FilePath, _ text: String) throws {
        let bytes = Array(text.utf8)
        try fileSystem.replace(path, with: bytes.rawSpan)
    }

    private func open(_ paths: [FilePath], _ format: any RecordFormat = LinesFormat()) throws
        -> FileSource
    {
        try FileSource(
            paths: paths, format: format, fileSystem: fileSystem, clock: ManualClock())
    }

    @Test("What cannot be opened is refused at once: what, where, what to do next")
    func refused() throws {
        try fileSystem.createDirectory("/folder")
        try write("/file", "")
        #expect(throws: SourceError.noPath) { try open([]) }
        let missing = #expect(throws: SourceError.self) { try open(["/file", "/missing"]) }
        #expect(
            missing?.description.hasPrefix(
                "cannot open /missing: it does not exist. Check the path.") == true)
        let folder = #expect(throws: SourceError.self) { try open(["/folder"]) }
        #expect(
            folder?.description.hasPrefix("cannot open /folder: it is a directory. Name a file.")
                == true)
        fileSystem.inject(.fail(.permissionDenied), atNext: .open)
        let denied = #expect(throws: SourceError.self) { try open(["/file"]) }
        #expect(denied?.description.hasPrefix("cannot open /file: permission denied.") == true)
    }

    @Test("Several files are splits in the order given, also one file twice")
    func splits() throws {
        try write("/b", "1\n2\n")
        try write("/a", "3")
        let source = try open(["/b", "/a", "/b"])
        #expect(source.splits.map(\.text) == ["/b", "/a", "/b#2"])
        #expect(try Drained(source, byteCountMax: 100).texts == ["1", "2", "3", "1", "2"])
        #expect(source.progress == SourceProgress(read: 9, total: 9))
    }

    @Test("Each CSV file has its header line; a different one is refused at once")
    func headers() throws {
        try write("/a.csv", "x,y\n1,2\n")
        try write("/b.csv", "\u{FEFF}x,y\r\n3,4\n")
        try write("/c.csv", "x,z\n3,4\n")
        let source = try open(["/a.csv", "/b.csv"], CSVFormat())
        #expect(source.format == .csv(columns: ["x", "y"]))
        #expect(try Drained(source, byteCountMax: 100).texts == ["1,2", "3,4"])
        #expect(
            throws: SourceError.differentColumns(
                name: "/c.csv", found: ["x", "z"], first: "/a.csv", needed: ["x", "y"])
        ) { try open(["/a.csv", "/c.csv"], CSVFormat()) }
    }

    @Test("Files that other programs compressed are read")
    func foreignFrames() throws {
        // `printf 'a\nb\n' | gzip -n`, gzip 1.12.
        let gzip: [UInt8] = [
            0x1F, 0x8B, 0x08, 0, 0, 0, 0, 0, 0, 0x03, 0x4B, 0xE4, 0x4A, 0xE2, 0x02, 0x00, 0x97,
            0x2A, 0x57, 0x18, 0x04, 0, 0, 0,
        ]
        // `printf c | zstd --no-check`, zstd 1.5.4, and a skippable frame (RFC 8878 §3.1.2).
        let zstd: [UInt8] = [
            0x28, 0xB5, 0x2F, 0xFD, 0x00, 0x58, 0x09, 0x00, 0x00, 0x63,
        ]
        let skippable: [UInt8] = [0x5A, 0x2A, 0x4D, 0x18, 2, 0, 0, 0, 0xAA, 0xBB]
        for (bytes, texts) in [
            (gzip + gzip, ["a", "b", "a", "b"]), (gzip + [0, 0, 0], ["a", "b"]),
            (zstd, ["c"]), (skippable + zstd + skippable + zstd, ["cc"]),
        ] {
            try fileSystem.replace("/file", with: bytes.rawSpan)
            let source = try open(["/file"])
            #expect(try Drained(source, byteCountMax: 100).texts == texts)
            #expect(source.progress?.read == Int64(bytes.count))
        }
    }

    @Test(
        "Compressed input that is cut anywhere gives its whole records, then a clear error",
        arguments: StreamCompression.allCases)
    func truncated(_ codec: StreamCompression) throws {
        let records = (0..<40).map { "record \($0 * $0 * 7_919)" }
        let plain = Array(records.map { $0 + "\n" }.joined().utf8)
        let whole = try Compressed.bytes(plain, codec, frameByteCount: 300)
        let frames = try stride(from: 300, to: plain.count, by: 300).map {
            try Compressed.bytes(Array(plain[..<$0]), codec, frameByteCount: 300).count
        }
        for count in 4..<whole.count {
            let cut = Array(whole[..<count])
            try fileSystem.replace("/file", with: cut.rawSpan)
            let source = try open(["/file"])
            var drained = Drained()
            if frames.contains(count) {  // Nobody can tell that something is missing.
                try drained.drain(source.splits[0], of: source, byteCountMax: 50)
                continue
            }
            let error = #expect(throws: SourceError.self) {
                try drained.drain(source.splits[0], of: source, byteCountMax: 50)
            }
            #expect(
                error == .truncatedCompression(name: "/file", codec: codec, position: Int64(count)))
            #expect(drained.texts == Array(records.prefix(drained.texts.count)))
        }
    }

    @Test(
        "Any flipped byte of compressed input is noticed or harmless",
        arguments: StreamCompression.allCases)
    func damaged(_ codec: StreamCompression) throws {
        let plain = Array((0..<40).map { "record \($0 * $0 * 7_919)\n" }.joined().utf8)
        let whole = try Compressed.bytes(plain, codec)
        for position in whole.indices {
            var bytes = whole
            bytes[position] ^= 0xFF
            try fileSystem.replace("/file", with: bytes.rawSpan)
            let source = try open(["/file"], RawFormat())
            var drained = Drained()
            do {
                try drained.drain(source.splits[0], of: source, byteCountMax: 1 << 16)
            } catch is SourceError {
                continue
            }
            // The first bytes decide whether it is taken for compressed at all; gzip's header has
            // bytes that mean nothing here (time, system), and so has none of the rest.
            let isPlain = drained.records.first?.payload == bytes
            #expect(isPlain || drained.records.first?.payload == plain, "byte \(position)")
        }
    }

    @Test("Text behind a compressed frame is an error that names file and position")
    func trailing() throws {
        for codec in StreamCompression.allCases {
            let frame = try Compressed.bytes(Array("a\n".utf8), codec)
            let bytes = frame + Array("text that is none".utf8)
            try fileSystem.replace("/file", with: bytes.rawSpan)
            let source = try open(["/file"])
            var drained = Drained()
            let error = #expect(throws: SourceError.self) {
                try drained.drain(source.splits[0], of: source, byteCountMax: 100)
            }
            #expect(drained.texts == ["a"])
            guard case .damagedCompression("/file", codec, let position, _) = error else {
                Issue.record("\(String(describing: error))")
                continue
            }
            #expect(position >= frame.count)
        }
    }

    @Test("A disk that fails while it is read is named")
    func readFault() throws {
        try write("/file", "a\nb\n")
        let source = try open(["/file"])
        fileSystem.inject(.fail(.ioError), atNext: .read)
        let error = #expect(throws: SourceError.self) { try Drained(source, byteCountMax: 100) }
        #expect(error == .inputOutput(IOError(.read, "/file", .ioError)))
    }

    @Test("Records get the clock's time, a batch at a time")
    func timestamps() throws {
        try write("/file", "a\nb\n")
        let clock = ManualClock(wallMilliseconds: 1_234)
        let source = try FileSource(
            paths: ["/file"], format: LinesFormat(), fileSystem: fileSystem, clock: clock)
        var buffer = RecordBuffer()
        var rejected: [RejectedRecord] = []
        let status = try source.read(
            source.splits[0], into: &buffer, rejected: &rejected, byteCountMax: 100)
        #expect(status == .records)
        #expect(buffer.rows.map(\.timestamp) == [1_234, 1_234])
    }
}
