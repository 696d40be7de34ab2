/// How a file is opened.
package enum OpenMode: Sendable, CaseIterable {
    /// Reading an existing file.
    case read
    /// Reading and writing an existing file.
    case update
    /// Reading and writing; created empty if absent.
    case create
    /// Reading and writing; refused if it exists.
    case createNew
    /// Reading and writing; created, or emptied if it exists.
    case replace
    /// Writing at the end; created if absent.
    case append

    /// Whether an absent file is created.
    var creates: Bool { self != .read && self != .update }
    /// Whether writes are allowed.
    var isWritable: Bool { self != .read }
}
