import SystemPackage
import Testing

@testable import Platform

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

@Suite("What the system is told, and asked for")
struct ServiceManagerTests {
    /// A datagram socket without a file, as systemd's may be: unix(7), "abstract".
    private struct Listener {
        let descriptor: Int32
        let name: String

        init() throws {
            name = "@sluice-test-\(getpid())-\(UInt64.random(in: 0 ... .max))"
            descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            var bytes = Array(name.utf8)
            bytes[0] = 0
            // SAFETY: the name has fewer bytes than sun_path.
            unsafe withUnsafeMutableBytes(of: &address.sun_path) {
                unsafe $0.copyBytes(from: bytes)
            }
            let length = socklen_t(2 + bytes.count)
            // SAFETY: the address is used in the call only.
            let result = unsafe withUnsafePointer(to: &address) { pointer in
                unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe bind(descriptor, $0, length)
                }
            }
            try #require(result == 0)
        }

        func next() -> String {
            var bytes = [UInt8](repeating: 0, count: 64)
            // SAFETY: recv(2) writes at most what the array has.
            let count = unsafe recv(descriptor, &bytes, bytes.count, Int32(MSG_DONTWAIT))
            return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
        }
    }

    @Test("The service manager is told of readiness and stopping, one datagram each")
    func notify() throws {
        let listener = try Listener()
        defer { close(listener.descriptor) }
        #expect(ServiceManager.notify(.ready, socketName: listener.name))
        #expect(ServiceManager.notify(.stopping, socketName: listener.name))
        #expect(listener.next() == "READY=1")
        #expect(listener.next() == "STOPPING=1")
        #expect(listener.next().isEmpty)
    }

    @Test(
        "A name that is no socket is no reason to stop",
        arguments: [
            "", "relative", "/nonexistent/socket", "@nobody-listens-here",
            "/" + String(repeating: "a", count: 106), "/" + String(repeating: "a", count: 107),
            "@" + String(repeating: "a", count: 4_096),
        ])
    func nobody(name: String) {
        #expect(!ServiceManager.notify(.ready, socketName: name))
    }

    @Test("The limit of open files is raised to what the system allows, and stays there")
    func descriptors() throws {
        let raised = try #require(DescriptorLimit.raise())
        #expect(DescriptorLimit.current == raised)
        #expect(DescriptorLimit.raise() == raised)
    }

    @Test("Open files are counted")
    func openFiles() throws {
        let before = try #require(ProcessUsage.openFileCount)
        let first = try RealFileSystem().open("/dev/null", .read)
        let second = try RealFileSystem().open("/dev/null", .read)
        let after = try #require(ProcessUsage.openFileCount)
        try first.close()
        try second.close()
        // Other tests open and close files at the same time.
        #expect(before > 0)
        #expect(after > 2)
    }
}
