// The system calls that Swift cannot spell: variadic functions, macros, structs that the importer skips.
// Nothing else is C. Each function returns what the call returns; errno is read by the caller.
#ifndef TRAMMEL_CLINUX_H
#define TRAMMEL_CLINUX_H

#include <stdint.h>
#include <stddef.h>
#include <sys/types.h>

// openat2(2), kernel 5.6. `resolve` takes the TRAMMEL_RESOLVE_ values. -1 and errno on failure.
int trammel_openat2(int directory, const char *path, int flags, uint64_t resolve);

// RESOLVE_IN_ROOT: every path, `..` and absolute symbolic link stays below the directory.
extern const uint64_t TRAMMEL_RESOLVE_IN_ROOT;
// RESOLVE_NO_SYMLINKS: ELOOP where any part of the path is a link.
extern const uint64_t TRAMMEL_RESOLVE_NO_SYMLINKS;

// The type of the file system that a descriptor is on (statfs(2), `f_type`), or -1 and errno.
int64_t trammel_file_system(int descriptor);

// O_PATH: a descriptor that only names a place in the tree.
extern const int TRAMMEL_O_PATH;

// Ends the program with one line and exit code 2 where a mapped file turns out shorter than it was (SIGBUS).
void trammel_guard_mappings(void);

// Keeps this program's memory out of core files and from debuggers of the same user (setrlimit(2), prctl(2)). 0, or -1
// and errno where one of both was refused.
int trammel_shield_memory(void);

// capture.c: AF_PACKET with a ring of blocks that the kernel fills (packet(7), Documentation/networking/packet_mmap.rst).

struct trammel_ring {
  int descriptor;
  uint8_t *map;
  size_t map_size;
  uint32_t block_size, block_count, next;
};

// Opens a TPACKET_V3 ring on interface `index` (0: all). `fanout` above 0 joins that group (PACKET_FANOUT_HASH with
// defragmentation). `snap` bytes of each frame are kept; with 0 nothing is received until another filter is attached. A VLAN
// tag that the card took off stands in the frame again. 0, or -1 and errno.
int trammel_ring_open(struct trammel_ring *ring, uint32_t index, uint32_t snap, uint32_t block_size,
                      uint32_t block_count, uint16_t fanout, int promiscuous);
void trammel_ring_close(struct trammel_ring *ring);

// Starts this program anew with the same arguments and the open ring, without any capability in any thread. It does not
// return; -1 and errno where that cannot be done.
int trammel_ring_hand_over(struct trammel_ring *ring, char *const argv[]);
// The ring that was handed over to this program. 1 with it, 0 where there is none, -1 and errno.
int trammel_ring_adopt(struct trammel_ring *ring);
#define TRAMMEL_RING_VARIABLE "TRAMMEL_RING"

struct trammel_frame {
  const uint8_t *bytes;
  uint32_t captured, length;
  int64_t time;         // nanoseconds since 1970
  uint32_t interface;
  uint16_t arphrd;      // hardware type of the interface
  uint16_t vlan;        // tag that the card took off; valid where `has_vlan`
  uint8_t has_vlan, outgoing;
};

// The next block that the kernel has filled: waits `milliseconds` for it. 1 with the number of frames, 0 for none, -1.
int trammel_ring_block(struct trammel_ring *ring, int milliseconds, uint32_t *frames);
// Frame after frame of that block: `cursor` is 0 before the first. 1, or 0 behind the last.
int trammel_ring_frame(struct trammel_ring *ring, uint32_t *cursor, struct trammel_frame *out);
// Gives the block back to the kernel.
void trammel_ring_release(struct trammel_ring *ring);
// Frames that the kernel saw and dropped since the last call.
int trammel_ring_statistics(struct trammel_ring *ring, uint32_t *packets, uint32_t *drops);
// Attaches a classic BPF program: `count` instructions of 8 bytes each. 0, or -1 and errno.
int trammel_ring_filter(struct trammel_ring *ring, const void *program, uint16_t count);
// Attaches the program that keeps `snap` bytes of every frame; 0 keeps none, so that nothing is received.
int trammel_ring_cut(struct trammel_ring *ring, uint32_t snap);
// Hardware type (if_arp.h) of an interface. -1 and errno on failure.
int trammel_ring_hardware(struct trammel_ring *ring, const char *interface);

// filter.c: expressions of pcap-filter(7), compiled by the libpcap of the system, which is loaded only when one is given.

struct trammel_filter {
  void *instructions;  // of classic BPF, 8 bytes each
  uint16_t count;
};

// 0, or -1 where this system has no libpcap. Before all others.
int trammel_filter_load(void);
// Compiles for frames of a link type, as DLT_ number. 0, or -1 with the reason in `why`. The program is free of the library's
// memory and belongs to the caller.
int trammel_filter_compile(const char *expression, int link, int snap, struct trammel_filter *out, char *why,
                           size_t capacity);
// Whether the program takes a frame.
int trammel_filter_test(const struct trammel_filter *filter, const uint8_t *bytes, uint32_t captured, uint32_t length);
void trammel_filter_free(struct trammel_filter *filter);

// sockets.c: multicast DNS. Addresses are 4 or 16 bytes in network order, `family` is AF_INET or AF_INET6.

struct trammel_interface {
  char name[16];
  uint32_t index;
  uint8_t up, multicast, loopback, family;
  uint8_t address[16];
};

// Every address of every interface, one entry each; an interface without an address has one entry of family 0.
// Returns the number of entries, which may be above `capacity`: then call again. -1 and errno on failure.
int trammel_interfaces(struct trammel_interface *out, int capacity);

struct trammel_neighbour {
  uint32_t index;
  uint8_t family;
  uint8_t address[16];
  uint8_t mac[6];
};

// The kernel's neighbour tables (ARP and NDP) through rtnetlink(7): entries with an Ethernet address only, at most
// `capacity` of them. Returns the number written. -1 and errno on failure.
int trammel_neighbours(struct trammel_neighbour *out, int capacity);

// A socket bound to the multicast DNS group itself (224.0.0.251 or ff02::fb of interface `index`) on `port`, shared by
// SO_REUSEADDR, not blocking, closed on exec. A wildcard would take unicast packets away from a resolver on this
// machine; a group address cannot. -1 and errno on failure.
int trammel_group_socket(int family, uint32_t index, uint16_t port);

// A socket on an ephemeral port for questions and the answers to them. -1 and errno on failure.
int trammel_query_socket(int family);

// Joins the group on one interface. 0, or -1 and errno.
int trammel_join(int descriptor, int family, uint32_t index);

// Sends to the group on one interface. What sendmsg(2) returns.
ssize_t trammel_send_group(int descriptor, int family, uint32_t index, uint16_t port, const uint8_t *bytes,
                           size_t count);

struct trammel_datagram {
  uint32_t index;     // interface it came in on
  uint16_t port;      // of the sender
  uint8_t family;
  uint8_t hop_limit;  // TTL or hop limit on arrival; 0 where the kernel did not say
  uint8_t address[16];
  uint8_t truncated;  // longer than the buffer
};

// Receives one datagram. What recvmsg(2) returns.
ssize_t trammel_receive(int descriptor, uint8_t *buffer, size_t capacity, struct trammel_datagram *out);

// collector.c: a UDP socket that takes many datagrams at a call.

// Binds to an address of 4 or 16 bytes and asks for `buffer` bytes of room. `granted` gets what the kernel gave. The
// descriptor, or -1 and errno.
int trammel_collector_open(int family, const uint8_t *address, uint16_t port, int buffer, int *granted);

struct trammel_export {
  uint32_t offset, count;  // in the buffer
  uint16_t port;           // of the sender
  uint8_t family, truncated;
  uint8_t address[16];
};

// Waits `milliseconds` for datagrams and takes up to `capacity` of them, each into `slot` bytes of `buffer`. `dropped` gets
// the number that found no room in the socket so far, where the kernel says. Their number, 0 for none, -1 and errno.
int trammel_collector_read(int descriptor, int milliseconds, uint8_t *buffer, uint32_t slot, int capacity,
                           struct trammel_export *out, uint32_t *dropped);

#endif
