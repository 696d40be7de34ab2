import Bytes

/// What libFuzzer calls with each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    // SAFETY: libFuzzer gives `count` bytes that live during the call.
    let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    switch Fuzzer.chosen {
    case .expression: ExpressionInput.run(bytes)
    case .json: JSONInput.run(bytes)
    }
    return 0
}

/// What is driven.
enum Fuzzer: String {
    case expression, json

    /// What the environment names, `expression` if nothing.
    static let chosen: Fuzzer = Environment.value.flatMap(Fuzzer.init(rawValue:)) ?? .expression
}
