/// Limits of the server.
enum ServerLimits {
    /// Threads for requests that wait for the disk.
    static let workerCount = 4
    /// Time that requests have to end once the server stops.
    static let graceSeconds: Int64 = 10
}
