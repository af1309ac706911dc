#include "CCompression.h"

#include <limits.h>
#include <stdlib.h>
#include <zlib.h>
#include <zstd.h>

struct trammel_unpacker {
  int kind;
  z_stream gzip;
  ZSTD_DStream *zstd;
};

struct trammel_unpacker *trammel_unpacker_open(int kind) {
  struct trammel_unpacker *unpacker = calloc(1, sizeof *unpacker);
  if (!unpacker) return NULL;
  unpacker->kind = kind;
  if (kind == 1) {
    // 16 more than the largest window: a gzip header is expected.
    if (inflateInit2(&unpacker->gzip, 15 + 16) == Z_OK) return unpacker;
  } else {
    unpacker->zstd = ZSTD_createDStream();
    // A frame that asks for more than 128 MiB of memory is refused.
    if (unpacker->zstd && !ZSTD_isError(ZSTD_DCtx_setParameter(unpacker->zstd, ZSTD_d_windowLogMax, 27))) return unpacker;
    ZSTD_freeDStream(unpacker->zstd);
  }
  free(unpacker);
  return NULL;
}

void trammel_unpacker_close(struct trammel_unpacker *unpacker) {
  if (!unpacker) return;
  if (unpacker->kind == 1) inflateEnd(&unpacker->gzip);
  else ZSTD_freeDStream(unpacker->zstd);
  free(unpacker);
}

int trammel_unpack(struct trammel_unpacker *unpacker, const uint8_t *input, size_t count, size_t *consumed, uint8_t *output,
                   size_t capacity, size_t *produced) {
  if (unpacker->kind == 1) {
    // zlib counts with 32 bits; what is beyond them is taken by the next call.
    if (count > UINT_MAX) count = UINT_MAX;
    unpacker->gzip.next_in = (Bytef *)input;
    unpacker->gzip.avail_in = (uInt)count;
    unpacker->gzip.next_out = output;
    unpacker->gzip.avail_out = (uInt)capacity;
    int result = inflate(&unpacker->gzip, Z_NO_FLUSH);
    *consumed = count - unpacker->gzip.avail_in;
    *produced = capacity - unpacker->gzip.avail_out;
    if (result == Z_STREAM_END) return inflateReset(&unpacker->gzip) == Z_OK ? 1 : -1;
    return result == Z_OK || result == Z_BUF_ERROR ? 0 : -1;
  }
  ZSTD_inBuffer in = {input, count, 0};
  ZSTD_outBuffer out = {output, capacity, 0};
  size_t result = ZSTD_decompressStream(unpacker->zstd, &out, &in);
  *consumed = in.pos;
  *produced = out.pos;
  if (ZSTD_isError(result)) return -1;
  return result == 0 ? 1 : 0;
}
