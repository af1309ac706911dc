#define _GNU_SOURCE
#include "CLinux.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define MOST 256

int trammel_collector_open(int family, const uint8_t *address, uint16_t port, int buffer, int *granted) {
  int descriptor = socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return -1;
  // With CAP_NET_ADMIN the limit of net.core.rmem_max does not hold.
  if (setsockopt(descriptor, SOL_SOCKET, SO_RCVBUFFORCE, &buffer, sizeof buffer))
    (void)setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer);
  socklen_t size = sizeof *granted;
  getsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, granted, &size);
  int on = 1;
  (void)setsockopt(descriptor, SOL_SOCKET, SO_RXQ_OVFL, &on, sizeof on);
  int result;
  if (family == AF_INET6) {
    struct sockaddr_in6 place = {0};
    place.sin6_family = AF_INET6;
    place.sin6_port = htons(port);
    memcpy(&place.sin6_addr, address, 16);
    result = bind(descriptor, (struct sockaddr *)&place, sizeof place);
  } else {
    struct sockaddr_in place = {0};
    place.sin_family = AF_INET;
    place.sin_port = htons(port);
    memcpy(&place.sin_addr, address, 4);
    result = bind(descriptor, (struct sockaddr *)&place, sizeof place);
  }
  if (result) {
    int number = errno;
    close(descriptor);
    errno = number;
    return -1;
  }
  return descriptor;
}

int trammel_collector_read(int descriptor, int milliseconds, uint8_t *buffer, uint32_t slot, int capacity,
                           struct trammel_export *out, uint32_t *dropped) {
  struct pollfd wait = {descriptor, POLLIN, 0};
  int ready = poll(&wait, 1, milliseconds);
  if (ready <= 0) return ready < 0 && errno != EINTR ? -1 : 0;
  if (capacity > MOST) capacity = MOST;
  struct mmsghdr messages[MOST];
  struct iovec parts[MOST];
  struct sockaddr_in6 senders[MOST];
  char control[MOST][CMSG_SPACE(sizeof(uint32_t))];
  memset(messages, 0, sizeof messages[0] * (size_t)capacity);
  for (int i = 0; i < capacity; i++) {
    parts[i].iov_base = buffer + (size_t)slot * (size_t)i;
    parts[i].iov_len = slot;
    messages[i].msg_hdr.msg_iov = &parts[i];
    messages[i].msg_hdr.msg_iovlen = 1;
    messages[i].msg_hdr.msg_name = &senders[i];
    messages[i].msg_hdr.msg_namelen = sizeof senders[i];
    messages[i].msg_hdr.msg_control = control[i];
    messages[i].msg_hdr.msg_controllen = sizeof control[i];
  }
  int count = recvmmsg(descriptor, messages, (unsigned)capacity, MSG_DONTWAIT, NULL);
  if (count < 0) return errno == EAGAIN || errno == EINTR ? 0 : -1;
  for (int i = 0; i < count; i++) {
    out[i].offset = slot * (uint32_t)i;
    out[i].count = messages[i].msg_len;
    out[i].truncated = (messages[i].msg_hdr.msg_flags & MSG_TRUNC) != 0;
    out[i].family = (uint8_t)senders[i].sin6_family;
    out[i].port = ntohs(senders[i].sin6_port);
    if (senders[i].sin6_family == AF_INET6) memcpy(out[i].address, &senders[i].sin6_addr, 16);
    else memcpy(out[i].address, &((struct sockaddr_in *)&senders[i])->sin_addr, 4);
    for (struct cmsghdr *part = CMSG_FIRSTHDR(&messages[i].msg_hdr); part; part = CMSG_NXTHDR(&messages[i].msg_hdr, part))
      if (part->cmsg_level == SOL_SOCKET && part->cmsg_type == SO_RXQ_OVFL) memcpy(dropped, CMSG_DATA(part), sizeof *dropped);
  }
  return count;
}
