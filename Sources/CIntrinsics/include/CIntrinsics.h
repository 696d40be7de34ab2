// Hardware instructions and calls of the C library that Swift cannot name. What takes bytes is pure
// and total: no state, no allocation, any pointer that is valid for the given count.
#pragma once
#include <stddef.h>
#include <stdint.h>

/// Continues a CRC-32C (Castagnoli, reflected, RFC 3720 appendix B.4) over `count` bytes.
/// `crc` is the value so far without the final inversion; start with 0xFFFFFFFF.
uint32_t intrinsics_crc32c(uint32_t crc, const void *bytes, size_t count);

/// The same by table, for processors without the instruction; exposed so that tests compare both.
uint32_t intrinsics_crc32c_portable(uint32_t crc, const void *bytes, size_t count);

/// The first place of `needle` in `bytes`, or NULL; linear in both counts whatever they contain
/// (memmem's two-way search).
const void *intrinsics_search(
    const void *bytes, size_t count, const void *needle, size_t needle_count);

/// Lets malloc keep up to 64 MiB of freed memory, and make no mappings of their own for blocks below
/// 32 MiB; threads share four arenas. mallopt(3); nothing where the C library is not glibc.
void intrinsics_keep_freed_memory(void);
