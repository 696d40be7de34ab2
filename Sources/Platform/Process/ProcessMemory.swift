import CIntrinsics

/// How the C library manages this process's memory.
package enum ProcessMemory {
    /// Lets freed memory of up to 64 MiB stay with the process for what comes next.
    ///
    /// A server takes and frees buffers of a megabyte all the time. Without this each of them is
    /// given back to the system and comes as new pages, which the kernel clears: a tenth of the
    /// broker's time under load. To be called before other threads start.
    package static func keepForReuse() { intrinsics_keep_freed_memory() }
}
