import Bytes
import Expressions
import Testing

@Suite("Text as UTF-8")
struct TextUnicodeTests {
    @Test("Validation agrees with the standard library on every pair of bytes and on random bytes")
    func validation() {
        var random = SplitMix(seed: 11)
        func check(_ bytes: [UInt8]) {
            let expected = String(validating: bytes, as: UTF8.self) != nil
            #expect(UTF8Text.isValid(bytes.rawSpan) == expected, "\(bytes)")
        }
        for first in UInt8.min...UInt8.max {
            for second in stride(from: UInt8(0), through: 255, by: 5) { check([first, second]) }
        }
        let leads: [UInt8] = [
            0x41, 0xC2, 0xE0, 0xE1, 0xED, 0xEF, 0xF0, 0xF3, 0xF4, 0x80, 0xBF, 0x9F, 0xA0, 0x90,
        ]
        for _ in 0..<20_000 {
            let padding = Int.random(in: 0...20, using: &random)
            var bytes = [UInt8](repeating: 0x61, count: padding)
            for _ in 0..<4 { bytes.append(leads[Int.random(in: 0..<leads.count, using: &random)]) }
            check(bytes)
        }
    }

    @Test("Every scalar is encoded, counted, decoded and valid")
    func scalars() {
        for value in stride(from: UInt32(0), through: 0x10_FFFF, by: 7) {
            guard let scalar = Unicode.Scalar(value) else { continue }
            var bytes: [UInt8] = []
            UTF8Text.append(value, to: &bytes)
            #expect(bytes == Array(String(Character(scalar)).utf8))
            var position = 0
            #expect(UTF8Text.decode(bytes.rawSpan, at: &position) == value)
            #expect(position == bytes.count)
        }
    }

    @Test("Code points are counted, not bytes, UTF-16 units or graphemes")
    func counting() {
        let text = Array("aé€😀\r\ne\u{301}".utf8)
        #expect(UTF8Text.codePointCount(text.rawSpan) == 8)
        #expect(UTF8Text.position(after: 3, in: text.rawSpan) == 6)
        #expect(UTF8Text.position(after: 99, in: text.rawSpan) == text.count)
    }

    @Test(
        "Simple case folding has no locale (EXPRESSIONS.md §7)",
        arguments: [
            (0x41, 0x61), (0x212A, 0x6B), (0x3C2, 0x3C3), (0x1E9E, 0xDF), (0xDF, 0xDF),
            (0x130, 0x130),
            (0x100, 0x101), (0x101, 0x101), (0x1F88, 0x1F80), (0x10400, 0x10428),
            (0x1E943, 0x1E943),
            (0xB5, 0x3BC), (0x5B, 0x5B), (0x10FFFF, 0x10FFFF), (0xFB05, 0xFB06),
        ] as [(UInt32, UInt32)])
    func folding(_ scalar: UInt32, _ expected: UInt32) {
        #expect(CaseFolding.simple(scalar) == expected)
    }

    @Test("A folded scalar folds to itself")
    func foldingIsIdempotent() {
        for scalar in 0...UInt32(0x1_FFFF) {
            let folded = CaseFolding.simple(scalar)
            #expect(CaseFolding.simple(folded) == folded)
        }
    }

    @Test("Case mapping is full and has no final-sigma rule (EXPRESSIONS.md §12)")
    func mapping() {
        var upper: [UInt8] = []
        CaseMapping.appendUpper(Array("straße ŉ ﬁx Σς é".utf8).rawSpan, to: &upper)
        #expect(String(decoding: upper, as: UTF8.self) == "STRASSE ʼN FIX ΣΣ É")
        var lower: [UInt8] = []
        CaseMapping.appendLower(Array("ΟΔΟΣ ÀZ[@".utf8).rawSpan, to: &lower)
        #expect(String(decoding: lower, as: UTF8.self) == "οδοσ àz[@")
    }

    @Test(
        "MD5 gives the digests of RFC 1321, appendix A.5",
        arguments: [
            ("", "d41d8cd98f00b204e9800998ecf8427e"), ("abc", "900150983cd24fb0d6963f7d28e17f72"),
            ("abcdefghijklmnopqrstuvwxyz", "c3fcd3d76192e4007dfb496cca67e13b"),
            (
                "12345678901234567890123456789012345678901234567890123456789012345678901234567890",
                "57edf4a22be3c955ac49da2e2107b67a"
            ),
        ])
    func md5(_ text: String, _ expected: String) {
        var output: [UInt8] = []
        MD5Digest.append(Array(text.utf8).rawSpan, to: &output)
        #expect(String(decoding: output, as: UTF8.self) == expected)
    }

    @Test(
        "SHA-256 gives the digests of FIPS 180-4's examples",
        arguments: [
            ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
            ),
        ])
    func sha256(_ text: String, _ expected: String) {
        var output: [UInt8] = []
        SHA256Digest.append(Array(text.utf8).rawSpan, to: &output)
        #expect(String(decoding: output, as: UTF8.self) == expected)
    }

    @Test("CRC-32 has its check value, Java's hash its collisions")
    func hashes() {
        #expect(MessageDigests.crc32(Array("123456789".utf8).rawSpan) == 3_421_780_262)
        #expect(MessageDigests.javaHash(Array("Aa".utf8).rawSpan) == 2112)
        #expect(MessageDigests.javaHash(Array("BB".utf8).rawSpan) == 2112)
        #expect(MessageDigests.javaHash(Array("f5a5a608".utf8).rawSpan) == 0)
        // Surrogate pair d83d de00.
        #expect(MessageDigests.javaHash(Array("😀".utf8).rawSpan) == 1_772_899)
    }
}
