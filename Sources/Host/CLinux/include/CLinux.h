// The system calls that Swift cannot spell: variadic functions, macros, structs that the importer skips.
// Nothing else is C. Each function returns what the call returns; errno is read by the caller.
#ifndef TRAMMEL_CLINUX_H
#define TRAMMEL_CLINUX_H

#include <stdint.h>
#include <stddef.h>

// openat2(2), kernel 5.6. `resolve` takes the TRAMMEL_RESOLVE_ values. -1 and errno on failure.
int trammel_openat2(int directory, const char *path, int flags, uint64_t resolve);

// RESOLVE_IN_ROOT: every path, `..` and absolute symbolic link stays below the directory.
extern const uint64_t TRAMMEL_RESOLVE_IN_ROOT;

// O_PATH: a descriptor that only names a place in the tree.
extern const int TRAMMEL_O_PATH;

#endif
