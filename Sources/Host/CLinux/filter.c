#include "CLinux.h"

#include <dlfcn.h>
#include <linux/filter.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// libpcap as it has been since 0.8: opaque handle, and programs of instructions that are laid out as the kernel's.
struct bpf_program {
  unsigned int bf_len;
  struct sock_filter *bf_insns;
};

static struct {
  void *(*open_dead)(int link, int snap);
  int (*compile)(void *handle, struct bpf_program *program, const char *expression, int optimize, uint32_t netmask);
  char *(*geterr)(void *handle);
  void (*freecode)(struct bpf_program *program);
  void (*close)(void *handle);
  unsigned int (*filter)(const struct sock_filter *program, const uint8_t *bytes, unsigned int length,
                         unsigned int captured);
} pcap;

int trammel_filter_load(void) {
  static int loaded;
  if (loaded) return 0;
  // Debian and those that follow it kept the older name; the others have the second.
  void *library = dlopen("libpcap.so.0.8", RTLD_NOW | RTLD_LOCAL);
  if (!library) library = dlopen("libpcap.so.1", RTLD_NOW | RTLD_LOCAL);
  if (!library) return -1;
  *(void **)&pcap.open_dead = dlsym(library, "pcap_open_dead");
  *(void **)&pcap.compile = dlsym(library, "pcap_compile");
  *(void **)&pcap.geterr = dlsym(library, "pcap_geterr");
  *(void **)&pcap.freecode = dlsym(library, "pcap_freecode");
  *(void **)&pcap.close = dlsym(library, "pcap_close");
  *(void **)&pcap.filter = dlsym(library, "bpf_filter");
  if (!pcap.open_dead || !pcap.compile || !pcap.geterr || !pcap.freecode || !pcap.close || !pcap.filter) {
    dlclose(library);
    return -1;
  }
  loaded = 1;
  return 0;
}

int trammel_filter_compile(const char *expression, int link, int snap, struct trammel_filter *out, char *why,
                           size_t capacity) {
  memset(out, 0, sizeof *out);
  void *handle = pcap.open_dead(link, snap);
  if (!handle) {
    snprintf(why, capacity, "no memory");
    return -1;
  }
  struct bpf_program program = {0};
  // The mask is only of use to `ip broadcast`; all ones stand for one that is not known.
  if (pcap.compile(handle, &program, expression, 1, 0xFFFFFFFFu)) {
    snprintf(why, capacity, "%s", pcap.geterr(handle));
    pcap.close(handle);
    return -1;
  }
  pcap.close(handle);
  // libpcap has checked that no jump leaves the program and that it ends.
  size_t size = (size_t)program.bf_len * sizeof(struct sock_filter);
  void *copy = program.bf_len && program.bf_len <= UINT16_MAX ? malloc(size) : NULL;
  if (copy) memcpy(copy, program.bf_insns, size);
  out->instructions = copy;
  out->count = (uint16_t)program.bf_len;
  pcap.freecode(&program);
  if (copy) return 0;
  snprintf(why, capacity, "the program is too long");
  return -1;
}

int trammel_filter_test(const struct trammel_filter *filter, const uint8_t *bytes, uint32_t captured, uint32_t length) {
  return pcap.filter(filter->instructions, bytes, length, captured) != 0;
}

void trammel_filter_free(struct trammel_filter *filter) {
  free(filter->instructions);
  filter->instructions = NULL;
  filter->count = 0;
}
