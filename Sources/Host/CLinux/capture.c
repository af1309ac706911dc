#define _GNU_SOURCE
#include "CLinux.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

// Bytes of a VLAN tag, and of the two addresses before it.
enum { VLAN_BYTES = 4, ADDRESS_BYTES = 12 };

static int fail(struct trammel_ring *ring) {
  int number = errno;
  trammel_ring_close(ring);
  errno = number;
  return -1;
}

int trammel_ring_open(struct trammel_ring *ring, uint32_t index, uint32_t snap, uint32_t block_size,
                      uint32_t block_count, uint16_t fanout, int promiscuous) {
  memset(ring, 0, sizeof *ring);
  // Protocol 0: nothing is received before the ring is ready.
  ring->descriptor = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
  if (ring->descriptor < 0) return -1;
  int version = TPACKET_V3;
  if (setsockopt(ring->descriptor, SOL_PACKET, PACKET_VERSION, &version, sizeof version)) return fail(ring);
  // Room for a tag that is put back.
  unsigned int reserve = VLAN_BYTES;
  if (setsockopt(ring->descriptor, SOL_PACKET, PACKET_RESERVE, &reserve, sizeof reserve)) return fail(ring);
  struct tpacket_req3 request = {0};
  request.tp_block_size = block_size;
  request.tp_block_nr = block_count;
  request.tp_frame_size = 2048;
  request.tp_frame_nr = block_size / 2048 * block_count;
  request.tp_retire_blk_tov = 60;
  if (setsockopt(ring->descriptor, SOL_PACKET, PACKET_RX_RING, &request, sizeof request)) return fail(ring);
  ring->map_size = (size_t)block_size * block_count;
  void *map = mmap(NULL, ring->map_size, PROT_READ | PROT_WRITE, MAP_SHARED, ring->descriptor, 0);
  if (map == MAP_FAILED) {
    ring->map_size = 0;
    return fail(ring);
  }
  ring->map = map;
  ring->block_size = block_size;
  ring->block_count = block_count;
  if (trammel_ring_cut(ring, snap)) return fail(ring);
  if (promiscuous && index) {
    struct packet_mreq membership = {0};
    membership.mr_ifindex = (int)index;
    membership.mr_type = PACKET_MR_PROMISC;
    // A card that cannot is still worth listening to.
    (void)setsockopt(ring->descriptor, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &membership, sizeof membership);
  }
  struct sockaddr_ll address = {0};
  address.sll_family = AF_PACKET;
  address.sll_protocol = htons(ETH_P_ALL);
  address.sll_ifindex = (int)index;
  if (bind(ring->descriptor, (struct sockaddr *)&address, sizeof address)) return fail(ring);
  if (fanout) {
    int group = fanout | (PACKET_FANOUT_HASH | PACKET_FANOUT_FLAG_DEFRAG) << 16;
    if (setsockopt(ring->descriptor, SOL_PACKET, PACKET_FANOUT, &group, sizeof group)) return fail(ring);
  }
  return 0;
}

void trammel_ring_close(struct trammel_ring *ring) {
  if (ring->map_size) munmap(ring->map, ring->map_size);
  if (ring->descriptor >= 0) close(ring->descriptor);
  ring->map = NULL;
  ring->map_size = 0;
  ring->descriptor = -1;
}

static struct tpacket_block_desc *block(struct trammel_ring *ring) {
  return (struct tpacket_block_desc *)(ring->map + (size_t)ring->next * ring->block_size);
}

int trammel_ring_block(struct trammel_ring *ring, int milliseconds, uint32_t *frames) {
  struct tpacket_block_desc *current = block(ring);
  if (!(__atomic_load_n(&current->hdr.bh1.block_status, __ATOMIC_ACQUIRE) & TP_STATUS_USER)) {
    struct pollfd wait = {ring->descriptor, POLLIN | POLLERR, 0};
    int ready = poll(&wait, 1, milliseconds);
    if (ready < 0) return errno == EINTR ? 0 : -1;
    if (ready && wait.revents & POLLERR) {
      int number = 0;
      socklen_t size = sizeof number;
      getsockopt(ring->descriptor, SOL_SOCKET, SO_ERROR, &number, &size);
      if (number) {
        errno = number;
        return -1;
      }
    }
    if (!(__atomic_load_n(&current->hdr.bh1.block_status, __ATOMIC_ACQUIRE) & TP_STATUS_USER)) return 0;
  }
  *frames = current->hdr.bh1.num_pkts;
  return 1;
}

// Kernel and card take the outermost tag off a frame and keep it beside it. It is put back, into the room before the frame,
// so that whoever reads or writes the frame sees what was on the wire.
static void restore_tag(struct tpacket3_hdr *header, struct trammel_frame *out) {
  if (out->arphrd != ARPHRD_ETHER || out->captured < ADDRESS_BYTES) return;
  uint8_t *from = (uint8_t *)header + header->tp_mac, *to = from - VLAN_BYTES;
  uint16_t type = header->tp_status & TP_STATUS_VLAN_TPID_VALID ? header->hv1.tp_vlan_tpid : ETH_P_8021Q;
  uint16_t tag[2] = {htons(type), htons((uint16_t)header->hv1.tp_vlan_tci)};
  memmove(to, from, ADDRESS_BYTES);
  memcpy(to + ADDRESS_BYTES, tag, sizeof tag);
  out->bytes = to;
  out->captured += VLAN_BYTES;
  out->length += VLAN_BYTES;
}

int trammel_ring_frame(struct trammel_ring *ring, uint32_t *cursor, struct trammel_frame *out) {
  struct tpacket_block_desc *current = block(ring);
  uint32_t at = *cursor;
  if (at == UINT32_MAX || current->hdr.bh1.num_pkts == 0) return 0;
  if (at == 0) at = current->hdr.bh1.offset_to_first_pkt;
  struct tpacket3_hdr *header = (struct tpacket3_hdr *)((uint8_t *)current + at);
  struct sockaddr_ll *from = (struct sockaddr_ll *)((uint8_t *)header + TPACKET_ALIGN(sizeof *header));
  out->bytes = (uint8_t *)header + header->tp_mac;
  out->captured = header->tp_snaplen;
  out->length = header->tp_len;
  out->time = (int64_t)header->tp_sec * 1000000000 + header->tp_nsec;
  out->interface = (uint32_t)from->sll_ifindex;
  out->arphrd = from->sll_hatype;
  out->outgoing = from->sll_pkttype == PACKET_OUTGOING;
  out->has_vlan = (header->tp_status & TP_STATUS_VLAN_VALID) != 0;
  out->vlan = (uint16_t)header->hv1.tp_vlan_tci;
  if (out->has_vlan) restore_tag(header, out);
  *cursor = header->tp_next_offset ? at + header->tp_next_offset : UINT32_MAX;
  return 1;
}

void trammel_ring_release(struct trammel_ring *ring) {
  __atomic_store_n(&block(ring)->hdr.bh1.block_status, TP_STATUS_KERNEL, __ATOMIC_RELEASE);
  ring->next = (ring->next + 1) % ring->block_count;
}

int trammel_ring_statistics(struct trammel_ring *ring, uint32_t *packets, uint32_t *drops) {
  struct tpacket_stats_v3 statistics;
  socklen_t size = sizeof statistics;
  if (getsockopt(ring->descriptor, SOL_PACKET, PACKET_STATISTICS, &statistics, &size)) return -1;
  *packets = statistics.tp_packets;
  *drops = statistics.tp_drops;
  return 0;
}

int trammel_ring_filter(struct trammel_ring *ring, const void *program, uint16_t count) {
  struct sock_fprog filter = {count, (struct sock_filter *)program};
  return setsockopt(ring->descriptor, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof filter);
}

int trammel_ring_cut(struct trammel_ring *ring, uint32_t snap) {
  // A filter that returns the snap length: the kernel copies no more of a frame.
  struct sock_filter cut = {BPF_RET | BPF_K, 0, 0, snap};
  return trammel_ring_filter(ring, &cut, 1);
}

int trammel_ring_hardware(struct trammel_ring *ring, const char *interface) {
  struct ifreq request = {0};
  snprintf(request.ifr_name, sizeof request.ifr_name, "%s", interface);
  if (ioctl(ring->descriptor, SIOCGIFHWADDR, &request)) return -1;
  return request.ifr_hwaddr.sa_family;
}

// Capabilities belong to a thread, capset(2) changes those of its caller alone, and the threads of a pool block the signals
// that could tell them. So the program begins again in this one thread, with the ring and without capabilities:
// no_new_privs keeps the kernel from giving any back, to root and to a file with capabilities alike.
int trammel_ring_hand_over(struct trammel_ring *ring, char *const argv[]) {
  struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct none[2] = {{0}};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)) return -1;
  (void)prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
  if (syscall(SYS_capset, &header, none)) return -1;
  char place[96];
  snprintf(place, sizeof place, "%d:%u:%u", ring->descriptor, ring->block_size, ring->block_count);
  if (fcntl(ring->descriptor, F_SETFD, 0) || setenv(TRAMMEL_RING_VARIABLE, place, 1)) return -1;
  sigset_t open;
  sigemptyset(&open);
  sigprocmask(SIG_SETMASK, &open, NULL);
  execv("/proc/self/exe", argv);
  return -1;
}

int trammel_ring_adopt(struct trammel_ring *ring) {
  memset(ring, 0, sizeof *ring);
  ring->descriptor = -1;
  const char *place = getenv(TRAMMEL_RING_VARIABLE);
  if (!place) return 0;
  int descriptor;
  if (sscanf(place, "%d:%u:%u", &descriptor, &ring->block_size, &ring->block_count) != 3) return 0;
  unsetenv(TRAMMEL_RING_VARIABLE);
  // Whoever sets the variable by hand gives a descriptor of his own: it has to be such a socket.
  int domain = 0;
  socklen_t size = sizeof domain;
  if (getsockopt(descriptor, SOL_SOCKET, SO_DOMAIN, &domain, &size) || domain != AF_PACKET) return 0;
  ring->descriptor = descriptor;
  // Started through /proc/self/exe: lists of processes should still name it.
  (void)prctl(PR_SET_NAME, "trammel", 0, 0, 0);
  fcntl(descriptor, F_SETFD, FD_CLOEXEC);
  ring->map_size = (size_t)ring->block_size * ring->block_count;
  void *map = mmap(NULL, ring->map_size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
  if (map == MAP_FAILED) {
    ring->map_size = 0;
    return fail(ring);
  }
  ring->map = map;
  return 1;
}
