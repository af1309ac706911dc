#define _GNU_SOURCE
#include "CLinux.h"
#include <arpa/inet.h>
#include <errno.h>
#include <ifaddrs.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#ifndef IPV6_MULTICAST_ALL
#define IPV6_MULTICAST_ALL 29
#endif

static const uint8_t group4[4] = {224, 0, 0, 251};
static const uint8_t group6[16] = {0xff, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xfb};

int trammel_interfaces(struct trammel_interface *out, int capacity) {
  struct ifaddrs *list;
  if (getifaddrs(&list) != 0) return -1;
  int count = 0;
  for (struct ifaddrs *entry = list; entry != NULL; entry = entry->ifa_next) {
    int family = entry->ifa_addr == NULL ? 0 : entry->ifa_addr->sa_family;
    // AF_PACKET entries say that the interface is there, whether or not it has an address.
    if (family != AF_INET && family != AF_INET6 && family != AF_PACKET) continue;
    if (count < capacity) {
      struct trammel_interface *one = &out[count];
      memset(one, 0, sizeof *one);
      strncpy(one->name, entry->ifa_name, sizeof one->name - 1);
      one->index = if_nametoindex(entry->ifa_name);
      one->up = (entry->ifa_flags & (IFF_UP | IFF_RUNNING)) == (IFF_UP | IFF_RUNNING);
      one->multicast = (entry->ifa_flags & IFF_MULTICAST) != 0;
      one->loopback = (entry->ifa_flags & IFF_LOOPBACK) != 0;
      if (family == AF_INET) {
        one->family = AF_INET;
        memcpy(one->address, &((struct sockaddr_in *)entry->ifa_addr)->sin_addr, 4);
      } else if (family == AF_INET6) {
        one->family = AF_INET6;
        memcpy(one->address, &((struct sockaddr_in6 *)entry->ifa_addr)->sin6_addr, 16);
      }
    }
    count++;
  }
  freeifaddrs(list);
  return count;
}

static int add_neighbour(struct nlmsghdr *message, struct trammel_neighbour *out) {
  if (message->nlmsg_type != RTM_NEWNEIGH || message->nlmsg_len < NLMSG_LENGTH(sizeof(struct ndmsg))) return 0;
  struct ndmsg *entry = NLMSG_DATA(message);
  size_t size = entry->ndm_family == AF_INET ? 4 : entry->ndm_family == AF_INET6 ? 16 : 0;
  if (size == 0 || (entry->ndm_state & (NUD_INCOMPLETE | NUD_FAILED | NUD_NOARP))) return 0;
  int has_address = 0, has_mac = 0;
  memset(out, 0, sizeof *out);
  out->index = (uint32_t)entry->ndm_ifindex;
  out->family = entry->ndm_family;
  int left = (int)(message->nlmsg_len - NLMSG_LENGTH(sizeof *entry));
  struct rtattr *attribute = (struct rtattr *)((char *)entry + NLMSG_ALIGN(sizeof *entry));
  for (; RTA_OK(attribute, left); attribute = RTA_NEXT(attribute, left)) {
    if (attribute->rta_type == NDA_DST && RTA_PAYLOAD(attribute) == size) {
      memcpy(out->address, RTA_DATA(attribute), size);
      has_address = 1;
    } else if (attribute->rta_type == NDA_LLADDR && RTA_PAYLOAD(attribute) == 6) {
      memcpy(out->mac, RTA_DATA(attribute), 6);
      has_mac = 1;
    }
  }
  return has_address && has_mac;
}

int trammel_neighbours(struct trammel_neighbour *out, int capacity) {
  int descriptor = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
  if (descriptor < 0) return -1;
  // The kernel always answers a dump; the limit is for a kernel (or a sandbox) that does not.
  struct timeval limit = {.tv_sec = 1, .tv_usec = 0};
  setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  struct {
    struct nlmsghdr header;
    struct ndmsg body;
  } request;
  memset(&request, 0, sizeof request);
  request.header.nlmsg_len = sizeof request;
  request.header.nlmsg_type = RTM_GETNEIGH;
  request.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
  request.body.ndm_family = AF_UNSPEC;
  struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};
  int count = 0, failure = 0, done = 0;
  if (sendto(descriptor, &request, sizeof request, 0, (struct sockaddr *)&kernel, sizeof kernel) < 0) failure = errno;
  union {
    struct nlmsghdr header;
    char bytes[32768];
  } buffer;
  while (!done && !failure) {
    struct sockaddr_nl from;
    socklen_t from_size = sizeof from;
    ssize_t got = recvfrom(descriptor, &buffer, sizeof buffer, 0, (struct sockaddr *)&from, &from_size);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) {
      failure = got < 0 ? errno : EPROTO;
      break;
    }
    if (from.nl_pid != 0) continue; // only the kernel speaks with port 0
    unsigned left = (unsigned)got;
    for (struct nlmsghdr *message = &buffer.header; NLMSG_OK(message, left); message = NLMSG_NEXT(message, left)) {
      if (message->nlmsg_type == NLMSG_DONE) {
        done = 1;
        break;
      }
      if (message->nlmsg_type == NLMSG_ERROR) {
        struct nlmsgerr *error = NLMSG_DATA(message);
        failure = error->error ? -error->error : EPROTO;
        break;
      }
      struct trammel_neighbour one;
      if (add_neighbour(message, &one) && count < capacity) out[count++] = one;
    }
  }
  close(descriptor);
  if (failure) {
    errno = failure;
    return -1;
  }
  return count;
}

static int set(int descriptor, int level, int option, int value) {
  return setsockopt(descriptor, level, option, &value, sizeof value);
}

// Both families: say which interface and how far, keep what is sent on the link (RFC 6762 §11), hear ourselves.
static int open_socket(int family) {
  int descriptor = socket(family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (descriptor < 0) return -1;
  int failed;
  if (family == AF_INET) {
    failed = set(descriptor, IPPROTO_IP, IP_PKTINFO, 1) || set(descriptor, IPPROTO_IP, IP_RECVTTL, 1) ||
             set(descriptor, IPPROTO_IP, IP_MULTICAST_TTL, 255) || set(descriptor, IPPROTO_IP, IP_MULTICAST_LOOP, 1) ||
             set(descriptor, IPPROTO_IP, IP_MULTICAST_ALL, 0);
  } else {
    failed = set(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, 1) || set(descriptor, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1) ||
             set(descriptor, IPPROTO_IPV6, IPV6_RECVHOPLIMIT, 1) ||
             set(descriptor, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, 255) ||
             set(descriptor, IPPROTO_IPV6, IPV6_MULTICAST_LOOP, 1);
    set(descriptor, IPPROTO_IPV6, IPV6_MULTICAST_ALL, 0); // kernel 4.20
  }
  if (failed) {
    int failure = errno;
    close(descriptor);
    errno = failure;
    return -1;
  }
  return descriptor;
}

static socklen_t group_address(struct sockaddr_storage *out, int family, uint32_t index, uint16_t port) {
  memset(out, 0, sizeof *out);
  if (family == AF_INET) {
    struct sockaddr_in *address = (struct sockaddr_in *)out;
    address->sin_family = AF_INET;
    address->sin_port = htons(port);
    memcpy(&address->sin_addr, group4, 4);
    return sizeof *address;
  }
  struct sockaddr_in6 *address = (struct sockaddr_in6 *)out;
  address->sin6_family = AF_INET6;
  address->sin6_port = htons(port);
  memcpy(&address->sin6_addr, group6, 16);
  address->sin6_scope_id = index;
  return sizeof *address;
}

int trammel_group_socket(int family, uint32_t index, uint16_t port) {
  int descriptor = open_socket(family);
  if (descriptor < 0) return -1;
  struct sockaddr_storage address;
  socklen_t size = group_address(&address, family, index, port);
  if (set(descriptor, SOL_SOCKET, SO_REUSEADDR, 1) || bind(descriptor, (struct sockaddr *)&address, size)) {
    int failure = errno;
    close(descriptor);
    errno = failure;
    return -1;
  }
  return descriptor;
}

int trammel_query_socket(int family) { return open_socket(family); }

int trammel_join(int descriptor, int family, uint32_t index) {
  if (family == AF_INET) {
    struct ip_mreqn request;
    memset(&request, 0, sizeof request);
    memcpy(&request.imr_multiaddr, group4, 4);
    request.imr_ifindex = (int)index;
    return setsockopt(descriptor, IPPROTO_IP, IP_ADD_MEMBERSHIP, &request, sizeof request);
  }
  struct ipv6_mreq request;
  memset(&request, 0, sizeof request);
  memcpy(&request.ipv6mr_multiaddr, group6, 16);
  request.ipv6mr_interface = index;
  return setsockopt(descriptor, IPPROTO_IPV6, IPV6_JOIN_GROUP, &request, sizeof request);
}

ssize_t trammel_send_group(int descriptor, int family, uint32_t index, uint16_t port, const uint8_t *bytes,
                           size_t count) {
  struct sockaddr_storage address;
  struct iovec piece = {.iov_base = (void *)bytes, .iov_len = count};
  union {
    struct cmsghdr header;
    char bytes[CMSG_SPACE(sizeof(struct in_pktinfo))];
  } control;
  struct msghdr message;
  memset(&message, 0, sizeof message);
  message.msg_namelen = group_address(&address, family, index, port);
  message.msg_name = &address;
  message.msg_iov = &piece;
  message.msg_iovlen = 1;
  if (family == AF_INET) {
    // IPv6 names the interface in the address; IPv4 needs to be told beside it.
    memset(&control, 0, sizeof control);
    message.msg_control = &control;
    message.msg_controllen = sizeof control;
    control.header.cmsg_level = IPPROTO_IP;
    control.header.cmsg_type = IP_PKTINFO;
    control.header.cmsg_len = CMSG_LEN(sizeof(struct in_pktinfo));
    struct in_pktinfo info;
    memset(&info, 0, sizeof info);
    info.ipi_ifindex = (int)index;
    memcpy(CMSG_DATA(&control.header), &info, sizeof info);
  }
  return sendmsg(descriptor, &message, MSG_NOSIGNAL);
}

ssize_t trammel_receive(int descriptor, uint8_t *buffer, size_t capacity, struct trammel_datagram *out) {
  struct sockaddr_storage address;
  struct iovec piece = {.iov_base = buffer, .iov_len = capacity};
  union {
    struct cmsghdr header;
    char bytes[256];
  } control;
  struct msghdr message;
  memset(&message, 0, sizeof message);
  memset(out, 0, sizeof *out);
  message.msg_name = &address;
  message.msg_namelen = sizeof address;
  message.msg_iov = &piece;
  message.msg_iovlen = 1;
  message.msg_control = &control;
  message.msg_controllen = sizeof control;
  ssize_t got = recvmsg(descriptor, &message, 0);
  if (got < 0) return got;
  out->truncated = (message.msg_flags & MSG_TRUNC) != 0;
  out->family = (uint8_t)address.ss_family;
  if (address.ss_family == AF_INET) {
    struct sockaddr_in *from = (struct sockaddr_in *)&address;
    out->port = ntohs(from->sin_port);
    memcpy(out->address, &from->sin_addr, 4);
  } else if (address.ss_family == AF_INET6) {
    struct sockaddr_in6 *from = (struct sockaddr_in6 *)&address;
    out->port = ntohs(from->sin6_port);
    memcpy(out->address, &from->sin6_addr, 16);
  }
  for (struct cmsghdr *part = CMSG_FIRSTHDR(&message); part != NULL; part = CMSG_NXTHDR(&message, part)) {
    if (part->cmsg_level == IPPROTO_IP && part->cmsg_type == IP_PKTINFO) {
      struct in_pktinfo info;
      memcpy(&info, CMSG_DATA(part), sizeof info);
      out->index = (uint32_t)info.ipi_ifindex;
    } else if (part->cmsg_level == IPPROTO_IPV6 && part->cmsg_type == IPV6_PKTINFO) {
      struct in6_pktinfo info;
      memcpy(&info, CMSG_DATA(part), sizeof info);
      out->index = info.ipi6_ifindex;
    } else if ((part->cmsg_level == IPPROTO_IP && part->cmsg_type == IP_TTL) ||
               (part->cmsg_level == IPPROTO_IPV6 && part->cmsg_type == IPV6_HOPLIMIT)) {
      int value;
      memcpy(&value, CMSG_DATA(part), sizeof value);
      out->hop_limit = (uint8_t)value;
    }
  }
  return got;
}
