// memmem is a GNU extension (musl has it too), which <string.h> hides from Swift.
#define _GNU_SOURCE
#include "CIntrinsics.h"
#include <string.h>

const void *intrinsics_search(
    const void *bytes, size_t count, const void *needle, size_t needle_count
) {
    return memmem(bytes, count, needle, needle_count);
}
