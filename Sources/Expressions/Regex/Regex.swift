import Bytes
import CPCRE2

/// A regular expression, compiled once for all threads; ``RegexMatcher`` runs it.
@safe package final class Regex: Sendable {
    // SAFETY: PCRE2 only reads compiled code after `init` (pcre2api, "Multithreading"), and this
    // object frees it once, when nobody can use it any more.
    private nonisolated(unsafe) let code: OpaquePointer
    /// Number of capture groups, without group 0.
    package let groupCount: Int

    /// Compiles `pattern`, with machine code where PCRE2 has it.
    ///
    /// - Throws: PCRE2's code, offset and message; code 0 for a pattern over
    ///   ``ExpressionLimits/regexByteCountMax``.
    package init(_ pattern: RawSpan, options: RegexOptions) throws(RegexSyntaxError) {
        guard pattern.byteCount <= ExpressionLimits.regexByteCountMax else {
            throw RegexSyntaxError(
                code: 0, offset: 0,
                message: "the pattern has \(pattern.byteCount) bytes; the limit is "
                    + "\(ExpressionLimits.regexByteCountMax)")
        }
        var errorCode: Int32 = 0
        var errorOffset = 0
        // SAFETY: the context lives until the end of this scope.
        let context = unsafe pcre2_compile_context_create_8(nil)
        defer { unsafe pcre2_compile_context_free_8(context) }
        unsafe pcre2_set_newline_8(context, UInt32(PCRE2_NEWLINE_LF))
        // SAFETY: the pattern is used only within the call, with its own length.
        let compiled = unsafe pattern.withUnsafeBytes { buffer in
            let start = unsafe buffer.bindMemory(to: UInt8.self).baseAddress
            return unsafe pcre2_compile_8(
                start ?? Regex.nothing, buffer.count, options.bits, &errorCode, &errorOffset,
                context)
        }
        guard let compiled = unsafe compiled else {
            throw RegexSyntaxError(
                code: errorCode, offset: errorOffset, message: Regex.message(errorCode))
        }
        unsafe code = compiled
        // Without machine code (no JIT on this processor, no executable memory) the interpreter
        // runs the pattern, slower, with the same results.
        _ = unsafe pcre2_jit_compile_8(compiled, UInt32(PCRE2_JIT_COMPLETE))
        var count: UInt32 = 0
        _ = unsafe pcre2_pattern_info_8(compiled, UInt32(PCRE2_INFO_CAPTURECOUNT), &count)
        groupCount = Int(count)
    }

    deinit { unsafe pcre2_code_free_8(code) }

    /// Stands for the start of empty text.
    private static var nothing: UnsafePointer<UInt8>? { nil }

    /// PCRE2's text for an error code.
    private static func message(_ code: Int32) -> String {
        var buffer = [UInt8](repeating: 0, count: 256)
        // SAFETY: the buffer is written within its own length.
        let count = unsafe buffer.withUnsafeMutableBufferPointer {
            unsafe pcre2_get_error_message_8(code, $0.baseAddress, $0.count)
        }
        return String(decoding: buffer.prefix(max(0, Int(count))), as: UTF8.self)
    }

    /// Lends the compiled code to a matcher.
    func withCode<Result>(_ body: (OpaquePointer) -> Result) -> Result {
        // SAFETY: `self` lives during the call.
        unsafe body(code)
    }
}

extension RegexOptions {
    /// PCRE2's option bits.
    fileprivate var bits: UInt32 {
        var bits = UInt32(PCRE2_NEVER_BACKSLASH_C)
        bits |=
            isUTF ? UInt32(PCRE2_UTF) | UInt32(PCRE2_MATCH_INVALID_UTF) : UInt32(PCRE2_NEVER_UTF)
        if isUnicodeAware { bits |= UInt32(PCRE2_UCP) }
        if isCaseless { bits |= UInt32(PCRE2_CASELESS) }
        if isMultiline { bits |= UInt32(PCRE2_MULTILINE) }
        if matchesNewlineWithDot { bits |= UInt32(PCRE2_DOTALL) }
        if isExtended { bits |= UInt32(PCRE2_EXTENDED) }
        return bits
    }
}
