import Foundation
import Testing

/// `sluice serve` as a process of its own.
final class ServerProcess {
    private let process = Process()
    private let log: URL
    /// `host:port` for clients.
    private(set) var address = ""

    /// Starts a server over a directory in `scratch` and waits until it listens.
    ///
    /// `port` is 0 for one that is free.
    init(_ scratch: Scratch, data: String, port: Int = 0) throws {
        log = URL(fileURLWithPath: scratch.path("server-\(UUID().uuidString).log"))
        try Data().write(to: log)
        process.executableURL = URL(fileURLWithPath: SluiceProcess.program)
        process.arguments = [
            "serve", "--data", scratch.path(data), "--listen", "127.0.0.1:\(port)",
            "-o", "http.listen=off",
        ]
        process.environment = ["PATH": "/usr/bin:/bin"]
        let output = try FileHandle(forWritingTo: log)
        (process.standardOutput, process.standardError) = (output, output)
        try process.run()
        let deadline = Date(timeIntervalSinceNow: 30)
        while address.isEmpty {
            let text = String(decoding: try Data(contentsOf: log), as: UTF8.self)
            if let found = text.firstMatch(of: /address=(127\.0\.0\.1:[0-9]+)/) {
                address = String(found.1)
            }
            try #require(process.isRunning && deadline.timeIntervalSinceNow > 0, "\(text)")
            usleep(2_000)
        }
    }

    var port: Int { Int(address.split(separator: ":").last ?? "") ?? 0 }

    /// The environment in which commands go to this server.
    var environment: [String: String] { ["SLUICE_SERVER": address] }

    var processIdentifier: Int32 { process.processIdentifier }

    /// Ends it at once, as a power failure would but for the page cache.
    func kill() {
        Foundation.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// Ends it in peace; returns its status.
    @discardableResult
    func stop() -> Int32 {
        process.terminate()
        process.waitUntilExit()
        return process.terminationStatus
    }

    deinit { if process.isRunning { kill() } }
}
