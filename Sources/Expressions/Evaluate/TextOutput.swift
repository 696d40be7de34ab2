/// Text computed for a batch: it joins the arena when the step is done, because the arena must not
/// change while cells of it are read.
struct TextOutput {
    var bytes: [UInt8]
    /// Where the bytes will start in the arena.
    let base: Int

    /// The cell of the bytes from `start` to the end.
    func cell(from start: Int) -> Cell {
        .string(.arena, start: base + start, count: bytes.count - start)
    }
}
