import Platform

/// Waits for the signal that ends the server.
enum StopWait {
    /// Returns once a stop signal has arrived.
    static func wait() async {
        await withCheckedContinuation { continuation in
            let thread = WorkerThread(name: "sluice-signals") {
                while StopSignals.wait(.seconds(3_600)) {}
                continuation.resume()
            }
            // Without a thread to wait with nobody could end the server in peace.
            if thread == nil { continuation.resume() }
        }
    }
}
