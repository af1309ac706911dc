// gzip and zstd behind one small interface: bytes in, bytes out, nothing kept but a window. zlib.h is all macros and
// zstd.h all structs of pointers, which Swift cannot spell.
#ifndef TRAMMEL_COMPRESSION_H
#define TRAMMEL_COMPRESSION_H

#include <stddef.h>
#include <stdint.h>

struct trammel_unpacker;

// `kind` 1: gzip (several members one after another), 2: zstd. NULL where there is no memory.
struct trammel_unpacker *trammel_unpacker_open(int kind);
void trammel_unpacker_close(struct trammel_unpacker *unpacker);

// Takes bytes from `input` and writes at most `capacity` to `output`; says how many of each. 0 done, 1 at the end of a
// member or frame, -1 for bytes that are damaged.
int trammel_unpack(struct trammel_unpacker *unpacker, const uint8_t *input, size_t count, size_t *consumed, uint8_t *output,
                   size_t capacity, size_t *produced);

#endif
