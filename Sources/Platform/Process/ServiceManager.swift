#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Tells the program that started this one, systemd or what speaks its protocol, how it is.
package enum ServiceManager {
    /// What is told: sd_notify(3).
    package enum State: String, Sendable {
        case ready = "READY=1"
        case stopping = "STOPPING=1"
    }

    /// Sends a state to the socket of `$NOTIFY_SOCKET`; nothing if there is none.
    ///
    /// A courtesy: a failure is not told.
    package static func notify(_ state: State) {
        guard let name = ProcessEnvironment.value(of: "NOTIFY_SOCKET") else { return }
        _ = notify(state, socketName: name)
    }

    /// Whether the state could be sent to the socket of that name: a path, or `@` and the rest of
    /// a name without a file (unix(7), "abstract").
    static func notify(_ state: State, socketName name: String) -> Bool {
        guard name.hasPrefix("/") || name.hasPrefix("@") else { return false }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        var bytes = Array(name.utf8)
        if bytes[0] == UInt8(ascii: "@") { bytes[0] = 0 }
        let capacity = MemoryLayout.size(ofValue: address.sun_path)
        guard bytes.count < capacity else { return false }
        // SAFETY: the bytes fit, as was just compared.
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { path in
            unsafe path.copyBytes(from: bytes)
        }
        let socket = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard socket >= 0 else { return false }
        defer { close(socket) }
        let text = Array(state.rawValue.utf8)
        let offset = MemoryLayout<sockaddr_un>.offset(of: \.sun_path) ?? 2
        let length = socklen_t(offset + bytes.count)
        // SAFETY: address and text are described with their own lengths, used in the call only.
        let sent = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                unsafe sendto(
                    socket, text, text.count, Int32(MSG_NOSIGNAL), pointer, length)
            }
        }
        return sent == text.count
    }
}
