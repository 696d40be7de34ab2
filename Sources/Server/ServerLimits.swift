/// Limits of the server.
package enum ServerLimits {
    /// Threads for requests that wait for the disk.
    static let workerCount = 4
    /// Time that requests have to end once the server stops.
    static let graceSeconds: Int64 = 10
    /// Bytes of a configuration file.
    package static let fileByteCountMax = 1 << 20
    /// Bytes of a setting's value: more than any path that the system takes.
    static let valueByteCountMax = 4_096
}
