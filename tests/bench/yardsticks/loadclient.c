/*
 * loadclient.c - WebSocket fan-out load client (Linux, single thread, epoll, no libraries).
 *
 * Opens N viewer connections to ws://HOST:PORT/PATH, plus one publisher, then repeats:
 * publish one message, note when each viewer gets it.  A broadcast is published only after
 * the previous one reached everybody (or timed out), so figures are for an idle server.
 *
 * Build:  gcc -O2 -Wall -Wextra -o loadclient loadclient.c
 * Run:    taskset -c 0 SERVER &  SPID=$!
 *         taskset -c 1 ./loadclient -p 8000 -u /ws -P /pub -n 1000 -m 20 -S $SPID -L name
 * Many viewers: raise `ulimit -n` on both sides; beyond ~28000 also use -a.  Keep the server's port
 * outside net.ipv4.ip_local_port_range, else a past viewer's port may block the next bind.
 * Exit status: 0, or 1 when a connection failed or a broadcast did not reach everybody in time.
 *
 *  -H ADDR   server IPv4 address (127.0.0.1)         -p PORT   server port (8000)
 *  -u PATH   viewers' path (/ws)                     -n N      number of viewers (100)
 *  -c C      handshakes in flight (128)              -a A      spread over A source addresses
 *  -P PATH   publish by a WebSocket at this path: each text frame sent to it is one message
 *  -Q PATH   publish by HTTP POST to this path instead (kept-alive connection)
 *  -q PORT   port for the POST, if another           -x PRE -y SUF  wrap the POST body as
 *            PRE + JSON-escaped message + SUF
 *  -i TEXT   text frame each viewer sends after its handshake (\r \n escapes understood)
 *  -j TEXT   header lines of the POST (\r\n escapes understood)   -F FILE  the POSTs' bodies, a line each
 *  -O TEXT   whatever data frame holds TEXT in its first 256 bytes is the next message in order
 *  -b        send -i and publish as binary frames    -o PROTO  Sec-WebSocket-Protocol to ask for
 *  -I PRE    publisher-connection prefix sent once before each message (protocols such as NATS):
 *            %d becomes the message length; the message is followed by CRLF
 *  -d        offer permessage-deflate                -D PARAMS offer it with these parameters
 *  -s BYTES  message size (600)                      -k json|html  shape of message (json)
 *  -m M      broadcasts measured (20)                -w W      warm-up broadcasts (3)
 *  -g MS     gap between broadcasts (50)             -T MS     broadcast timeout (10000)
 *  -z K      K further viewers which never read      -r BYTES  SO_RCVBUF of those K
 *  -e MS     settle time after connecting (500)      -S PIDS   server pids (comma list) for CPU, RSS
 *  -Y        sleep in epoll_wait during a broadcast (default: spin, so that the server's send()
 *            need not wake the client's core, as it would not have to for remote viewers)
 *  -R        say "ready" on stderr when everybody is connected and the broadcasts begin
 *  -B        burst: publish all M without waiting for the deliveries (gap still applies)
 *  -L LABEL  label printed in the result             -v        chatter on stderr
 *
 * Output: one JSON object on stdout.  All *_ms are from just before the publishing write().
 *   last_ms_*   time to the last viewer of one broadcast; min / median / p95 / max over the broadcasts
 *   p50_ms, p99_ms, max_ms   over all single deliveries
 *   srv_us_per_delivery      server CPU (schedstat, all threads) / deliveries
 *   rss_kib_per_conn         growth of server VmRSS over the connecting, per viewer
 *   conn_per_s               completed handshakes per second; srv_us_per_conn: server CPU of one
 * A message carries the marker @SEQ@, looked for in the first 256 bytes of a data frame.
 * A compressed frame (RSV1) is not inflated; it counts as the next message in order.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { CONNECTING, HANDSHAKE, OPEN, DEAD };
#define PEEK 256 /* bytes of a frame's payload kept to look for the marker */

struct conn {
    int fd;
    uint8_t state, never_reads, is_pub;
    uint8_t hdr[14], nhdr, need; /* frame header so far */
    uint16_t npeek;
    uint64_t left;  /* payload bytes still to come */
    long seen;      /* highest message number delivered */
    char *peek;     /* handshake response, then first payload bytes */
};

static const char *host = "127.0.0.1", *path = "/ws", *pubpath, *postpath, *pre, *suf, *init, *proto,
                  *deflate, *kind = "json", *pids = "", *label = "", *pubpre;
static const char *posthead, *inorder;
static FILE *bodies;
static int port = 8000, postport, nconn = 100, inflight_max = 128, naddr = 1, size = 600, nmsg = 20, nwarm = 3,
           gap_ms = 50, timeout_ms = 10000, nstuck, rcvbuf, settle_ms = 500, burst, verbose, binary, spin = 1, announces;
static struct conn *conns, *pub;
static int ep, total, nopen, ndead, nopened_ever, inflight, postfd = -1, deflate_ok;
static long cur = -1;         /* message being waited for */
static int got, want;
static uint64_t *t0s, *tlast; /* per broadcast */
static int *gots;
static uint64_t *lat;
static size_t nlat, caplat;
static uint64_t bytes_in, frames_in;

static uint64_t now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000ull + t.tv_nsec;
}

static void die(const char *what) {
    perror(what);
    exit(1);
}

static int cmp64(const void *a, const void *b) {
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

/* CPU nanoseconds used by all threads of the server's processes. */
static uint64_t srv_cpu(void) {
    char list[512], dir[64], file[400];
    uint64_t sum = 0;
    snprintf(list, sizeof list, "%s", pids);
    for (char *s, *p = strtok_r(list, ",", &s); p; p = strtok_r(NULL, ",", &s)) {
        snprintf(dir, sizeof dir, "/proc/%d/task", atoi(p));
        DIR *d = opendir(dir);
        if (!d) continue;
        for (struct dirent *e; (e = readdir(d));) {
            unsigned long long ns = 0;
            if (e->d_name[0] == '.') continue;
            snprintf(file, sizeof file, "%s/%s/schedstat", dir, e->d_name);
            FILE *f = fopen(file, "r");
            if (!f) continue;
            if (fscanf(f, "%llu", &ns) == 1) sum += ns;
            fclose(f);
        }
        closedir(d);
    }
    return sum;
}

static long srv_rss_kib(void) {
    char list[512], file[64], line[256];
    long sum = 0, v;
    snprintf(list, sizeof list, "%s", pids);
    for (char *s, *p = strtok_r(list, ",", &s); p; p = strtok_r(NULL, ",", &s)) {
        snprintf(file, sizeof file, "/proc/%d/status", atoi(p));
        FILE *f = fopen(file, "r");
        if (!f) continue;
        while (fgets(line, sizeof line, f))
            if (sscanf(line, "VmRSS: %ld", &v) == 1) sum += v;
        fclose(f);
    }
    return sum;
}

static double self_cpu_us(void) {
    struct rusage r;
    getrusage(RUSAGE_SELF, &r);
    return r.ru_utime.tv_sec * 1e6 + r.ru_utime.tv_usec + r.ru_stime.tv_sec * 1e6 + r.ru_stime.tv_usec;
}

static void conn_dead(struct conn *c, const char *why) {
    if (c->state == DEAD) return;
    if (c->state != OPEN) inflight--;
    else if (!c->is_pub) {
        nopen--;
        if (!c->never_reads && cur >= 0 && c->seen < cur) want--;
    }
    if (verbose && ndead < 5) fprintf(stderr, "connection %d ended in state %d: %s\n", (int)(c - conns), c->state, why);
    c->state = DEAD;
    ndead++;
    close(c->fd);
    c->fd = -1;
}

static void start_conn(struct conn *c, int index) {
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(port)};
    int one = 1;
    c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (c->fd < 0) die("socket");
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (c->never_reads && rcvbuf) setsockopt(c->fd, SOL_SOCKET, SO_RCVBUF, &rcvbuf, sizeof rcvbuf);
    if (naddr > 1) {
        struct sockaddr_in s = {.sin_family = AF_INET};
        s.sin_addr.s_addr = htonl(0x7f000002u + index % naddr);
        setsockopt(c->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof one);
        if (bind(c->fd, (void *)&s, sizeof s)) die("bind");
    }
    inet_pton(AF_INET, host, &a.sin_addr);
    c->state = CONNECTING;
    c->peek = malloc(1024);
    inflight++;
    if (connect(c->fd, (void *)&a, sizeof a) && errno != EINPROGRESS) {
        conn_dead(c, strerror(errno));
        return;
    }
    struct epoll_event e = {.events = EPOLLOUT, .data.ptr = c};
    epoll_ctl(ep, EPOLL_CTL_ADD, c->fd, &e);
}

/* Sends one masked client frame; the sizes used here always fit an idle socket's buffer. */
static int send_frame(int fd, int opcode, const char *data, size_t len) {
    uint8_t *f = malloc(len + 14), mask[4] = {0x12, 0x9a, 0x5c, 0xe3};
    size_t n = 0;
    f[n++] = 0x80 | opcode;
    if (len < 126) f[n++] = 0x80 | len;
    else if (len < 65536) {
        f[n++] = 0x80 | 126;
        f[n++] = len >> 8;
        f[n++] = len;
    } else {
        f[n++] = 0x80 | 127;
        for (int i = 7; i >= 0; i--) f[n++] = (uint64_t)len >> (8 * i);
    }
    memcpy(f + n, mask, 4);
    n += 4;
    for (size_t i = 0; i < len; i++) f[n + i] = data[i] ^ mask[i & 3];
    n += len;
    size_t off = 0;
    while (off < n) {
        ssize_t w = send(fd, f + off, n - off, MSG_NOSIGNAL);
        if (w < 0 && errno == EAGAIN) { usleep(200); continue; }
        if (w < 0) break;
        off += w;
    }
    free(f);
    return off == n ? 0 : -1;
}

static void delivered(struct conn *c, long seq, uint64_t t) {
    if (seq <= c->seen || seq < 0 || seq >= nwarm + nmsg) return;
    c->seen = seq;
    if (c->never_reads || c->is_pub) return;
    gots[seq]++;
    if (seq == cur) got++;
    tlast[seq] = t;
    if (seq >= nwarm && nlat < caplat) lat[nlat++] = t - t0s[seq];
}

static void frame_done(struct conn *c, uint64_t t) {
    int op = c->hdr[0] & 15;
    frames_in++;
    if (op == 9) send_frame(c->fd, 10, c->peek, c->npeek > 125 ? 125 : c->npeek);
    else if (op == 8) conn_dead(c, "close frame");
    else if (c->hdr[0] & 0x40) delivered(c, c->seen + 1, t);
    else if (op == 1 || op == 2 || op == 0) {
        if (inorder) {
            if (memmem(c->peek, c->npeek, inorder, strlen(inorder))) delivered(c, c->seen + 1, t);
            return;
        }
        char *at = memchr(c->peek, '@', c->npeek);
        if (at && at + 2 < c->peek + c->npeek && at[1] >= '0' && at[1] <= '9') delivered(c, atol(at + 1), t);
    }
}

static void feed(struct conn *c, const uint8_t *p, size_t n, uint64_t t) {
    while (n && c->state == OPEN) {
        if (c->nhdr < c->need) { /* header */
            c->hdr[c->nhdr++] = *p++;
            n--;
            if (c->nhdr == 2) {
                int l = c->hdr[1] & 127;
                c->need = l == 126 ? 4 : l == 127 ? 10 : 2;
            }
            if (c->nhdr == c->need) {
                int l = c->hdr[1] & 127;
                c->left = l < 126 ? (uint64_t)l : 0;
                if (l >= 126)
                    for (int i = 2; i < c->need; i++) c->left = c->left << 8 | c->hdr[i];
                c->npeek = 0;
            } else continue;
        } else {
            size_t k = n < c->left ? n : c->left;
            if (c->npeek < PEEK) {
                size_t room = PEEK - c->npeek, m = room < k ? room : k;
                memcpy(c->peek + c->npeek, p, m);
                c->npeek += m;
                c->peek[c->npeek] = 0;
            }
            p += k;
            n -= k;
            c->left -= k;
        }
        if (!c->left) {
            frame_done(c, t);
            c->nhdr = 0;
            c->need = 2;
        }
    }
}

static void unescape(const char *s, char *out) {
    for (; *s; s++) {
        if (*s == '\\' && s[1] == 'r') *out++ = '\r', s++;
        else if (*s == '\\' && s[1] == 'n') *out++ = '\n', s++;
        else *out++ = *s;
    }
    *out = 0;
}

static void on_event(struct conn *c, uint32_t ev) {
    static uint8_t buf[262144];
    if (c->state == DEAD) return;
    if (c->state == CONNECTING) {
        char req[1024];
        int err = 0;
        socklen_t l = sizeof err;
        getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &err, &l);
        if (err) {
            conn_dead(c, strerror(err));
            return;
        }
        int n = snprintf(req, sizeof req,
            "GET %s HTTP/1.1\r\nHost: %s:%d\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n%s%s%s%s%s%s\r\n",
            c->is_pub ? pubpath : path, host, port, proto ? "Sec-WebSocket-Protocol: " : "", proto ? proto : "",
            proto ? "\r\n" : "", deflate && !c->is_pub ? "Sec-WebSocket-Extensions: permessage-deflate" : "",
            deflate && !c->is_pub ? deflate : "", deflate && !c->is_pub ? "\r\n" : "");
        if (send(c->fd, req, n, MSG_NOSIGNAL) != n) {
            conn_dead(c, "request not sent");
            return;
        }
        c->state = HANDSHAKE;
        struct epoll_event e = {.events = EPOLLIN, .data.ptr = c};
        epoll_ctl(ep, EPOLL_CTL_MOD, c->fd, &e);
        return;
    }
    if (!(ev & (EPOLLIN | EPOLLHUP | EPOLLERR))) return;
    if (c->state == HANDSHAKE) {
        ssize_t n = read(c->fd, c->peek + c->npeek, 1000 - c->npeek);
        if (n <= 0) {
            if (n < 0 && errno == EAGAIN) return;
            conn_dead(c, n ? strerror(errno) : "closed in handshake");
            return;
        }
        c->npeek += n;
        c->peek[c->npeek] = 0;
        char *end = strstr(c->peek, "\r\n\r\n");
        if (!end) {
            if (c->npeek >= 1000) conn_dead(c, "response too long");
            return;
        }
        if (strncmp(c->peek + 8, " 101", 4) || !strstr(c->peek, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")) {
            if (verbose) fprintf(stderr, "%.200s\n", c->peek);
            conn_dead(c, "not a right 101");
            return;
        }
        if (strcasestr(c->peek, "permessage-deflate")) deflate_ok = 1;
        if (verbose && c == conns) fprintf(stderr, "%.*s\n", (int)(end - c->peek), c->peek);
        inflight--;
        c->state = OPEN;
        c->need = 2;
        if (!c->is_pub) nopen++, nopened_ever++;
        end += 4;
        size_t rest = c->peek + c->npeek - end;
        memcpy(buf, end, rest);
        c->npeek = 0;
        if (init) {
            char t[512];
            unescape(init, t);
            send_frame(c->fd, binary ? 2 : 1, t, strlen(t));
        }
        if (c->never_reads) epoll_ctl(ep, EPOLL_CTL_DEL, c->fd, NULL);
        else feed(c, buf, rest, now());
        return;
    }
    ssize_t n = read(c->fd, buf, sizeof buf);
    if (n > 0) {
        bytes_in += n;
        feed(c, buf, n, now());
    } else if (n == 0 || errno != EAGAIN) conn_dead(c, n ? strerror(errno) : "closed");
}

static void pump(int ms) {
    struct epoll_event ev[512];
    int n = epoll_wait(ep, ev, 512, ms);
    for (int i = 0; i < n; i++) {
        if (!ev[i].data.ptr) { /* response to a POST: discard */
            char junk[4096];
            if (read(postfd, junk, sizeof junk) == 0) fprintf(stderr, "POST connection closed\n"), exit(1);
        } else on_event(ev[i].data.ptr, ev[i].events);
    }
}

static void pump_for(int ms) {
    uint64_t end = now() + ms * 1000000ull, t;
    while ((t = now()) < end) pump((end - t) / 1000000 + 1);
}

static int make_message(char *m, long seq) {
    static const char html[] = "<p class=\"post-text\">Queue at the <b>keynote</b> hall moves fast, bring coffee &amp; "
                               "a seat-neighbour. <a href=\"/t/pink11\">#pink11</a></p>\n";
    static const char text[] = "Speaker just said the help desk is the shop window of IT; the floor disagrees #pink11 ";
    int h = !strcmp(kind, "html"), n, end;
    const char *fill = h ? html : text;
    int fl = strlen(fill);
    if (h) n = sprintf(m, "<article id=\"post\" data-seq=\"@%ld@\" data-ts=\"%llu\">\n", seq, (unsigned long long)now());
    else n = sprintf(m, "{\"seq\":\"@%ld@\",\"ts\":%llu,\"type\":\"post\",\"author\":\"floor\",\"text\":\"", seq, (unsigned long long)now());
    const char *tail = h ? "</article>" : "\"}";
    end = size - (int)strlen(tail);
    unsigned r = 12345 + seq;
    while (n < end) { /* filler, with a varying letter so that it does not deflate to nothing */
        m[n] = fill[(n * 1) % fl];
        r = r * 1103515245 + 12345;
        if ((r >> 16) % 4 == 0 && m[n] >= 'a' && m[n] <= 'z' && !h) m[n] = 'a' + (r >> 20) % 26;
        n++;
    }
    strcpy(m + n, tail);
    return n + strlen(tail);
}

static void publish(long seq) {
    char *m = malloc(size + 512);
    int len = make_message(m, seq);
    if (pub) {
        if (pubpre) {
            char t[512], u[512];
            unescape(pubpre, t);
            int n = snprintf(u, sizeof u, t, len);
            char *w = malloc(n + len + 3);
            memcpy(w, u, n);
            memcpy(w + n, m, len);
            memcpy(w + n + len, "\r\n", 2);
            t0s[seq] = now();
            send_frame(pub->fd, 2, w, n + len + 2);
            free(w);
        } else {
            t0s[seq] = now();
            if (send_frame(pub->fd, binary ? 2 : 1, m, len)) fprintf(stderr, "publish failed\n"), exit(1);
        }
    } else {
        char *b = malloc(2 * len + 8192), *r = malloc(2 * len + 16384), head[2048] = "";
        int n = 0;
        if (posthead) unescape(posthead, head);
        if (bodies) {
            if (!fgets(b, 8192, bodies)) fprintf(stderr, "too few bodies\n"), exit(1);
            n = strcspn(b, "\n");
        } else if (pre) {
            n = sprintf(b, "%s", pre);
            for (int i = 0; i < len; i++) {
                if (m[i] == '"' || m[i] == '\\') b[n++] = '\\';
                if (m[i] == '\n') b[n++] = '\\', b[n++] = 'n';
                else b[n++] = m[i];
            }
            n += sprintf(b + n, "%s", suf ? suf : "");
        } else memcpy(b, m, n = len);
        int k = sprintf(r, "POST %s HTTP/1.1\r\nHost: %s:%d\r\n%sContent-Type: %s\r\nContent-Length: %d\r\n\r\n", postpath,
                        host, postport ? postport : port, head, pre || bodies ? "application/json" : "text/plain", n);
        memcpy(r + k, b, n);
        t0s[seq] = now();
        if (write(postfd, r, k + n) != k + n) fprintf(stderr, "POST failed\n"), exit(1);
        free(b);
        free(r);
    }
    free(m);
}

int main(int argc, char **argv) {
    int o;
    while ((o = getopt(argc, argv, "H:p:u:n:c:a:P:Q:q:x:y:j:F:O:i:bo:I:dD:s:k:m:w:g:T:z:r:e:S:BL:vYR")) != -1) switch (o) {
        case 'H': host = optarg; break;
        case 'p': port = atoi(optarg); break;
        case 'u': path = optarg; break;
        case 'n': nconn = atoi(optarg); break;
        case 'c': inflight_max = atoi(optarg); break;
        case 'a': naddr = atoi(optarg); break;
        case 'P': pubpath = optarg; break;
        case 'Q': postpath = optarg; break;
        case 'q': postport = atoi(optarg); break;
        case 'x': pre = optarg; break;
        case 'y': suf = optarg; break;
        case 'j': posthead = optarg; break;
        case 'F': if (!(bodies = fopen(optarg, "r"))) die(optarg); break;
        case 'O': inorder = optarg; break;
        case 'i': init = optarg; break;
        case 'b': binary = 1; break;
        case 'o': proto = optarg; break;
        case 'I': pubpre = optarg; break;
        case 'd': deflate = ""; break;
        case 'D': deflate = optarg; break;
        case 's': size = atoi(optarg); break;
        case 'k': kind = optarg; break;
        case 'm': nmsg = atoi(optarg); break;
        case 'w': nwarm = atoi(optarg); break;
        case 'g': gap_ms = atoi(optarg); break;
        case 'T': timeout_ms = atoi(optarg); break;
        case 'z': nstuck = atoi(optarg); break;
        case 'r': rcvbuf = atoi(optarg); break;
        case 'e': settle_ms = atoi(optarg); break;
        case 'S': pids = optarg; break;
        case 'B': burst = 1; break;
        case 'L': label = optarg; break;
        case 'v': verbose = 1; break;
        case 'Y': spin = 0; break;
        case 'R': announces = 1; break;
        default: fprintf(stderr, "see the comment at the top of loadclient.c\n"); return 2;
    }
    if (size < 160) size = 160;
    if (!pubpath && !postpath) pubpath = "/pub";
    signal(SIGPIPE, SIG_IGN);
    struct rlimit rl;
    getrlimit(RLIMIT_NOFILE, &rl);
    rl.rlim_cur = rl.rlim_max;
    setrlimit(RLIMIT_NOFILE, &rl);
    ep = epoll_create1(0);
    total = nconn + nstuck;
    conns = calloc(total + 1, sizeof *conns);
    t0s = calloc(nwarm + nmsg, sizeof *t0s);
    tlast = calloc(nwarm + nmsg, sizeof *tlast);
    gots = calloc(nwarm + nmsg, sizeof *gots);
    caplat = (size_t)nmsg * nconn;
    lat = malloc((caplat + 1) * sizeof *lat);
    for (int i = 0; i <= total; i++) conns[i].seen = -1;
    if (pubpath) { /* the publisher first, so that a server which counts viewers sees it alone */
        pub = &conns[total];
        pub->is_pub = 1;
        start_conn(pub, 0);
        while (pub->state < OPEN) pump(1000);
        if (pub->state == DEAD) fprintf(stderr, "publisher could not connect\n"), exit(1);
    } else {
        struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(postport ? postport : port)};
        inet_pton(AF_INET, host, &a.sin_addr);
        postfd = socket(AF_INET, SOCK_STREAM, 0);
        if (connect(postfd, (void *)&a, sizeof a)) die("connect for POST");
        int one = 1;
        setsockopt(postfd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        struct epoll_event e = {.events = EPOLLIN, .data.ptr = NULL};
        epoll_ctl(ep, EPOLL_CTL_ADD, postfd, &e);
    }
    pump_for(200);
    long rss0 = srv_rss_kib();
    uint64_t cpu0 = srv_cpu(), t0 = now(), lastprog = t0;
    int next = 0, done = 0;
    while (done < total) { /* connect */
        while (next < total && inflight < inflight_max) {
            conns[next].never_reads = next >= nconn;
            start_conn(&conns[next], next);
            next++;
        }
        pump(1000);
        if (nopen + ndead > done) done = nopen + ndead, lastprog = now();
        if (now() - lastprog > 15000000000ull) {
            fprintf(stderr, "connecting stalled: %d open, %d failed\n", nopen, ndead);
            break;
        }
    }
    double tconn = (now() - t0) / 1e9;
    uint64_t cpu1 = srv_cpu();
    pump_for(settle_ms);
    long rss1 = srv_rss_kib();
    int opened = nopened_ever, failed = ndead, stalled = 0;
    uint64_t cpu2 = srv_cpu();
    double self0 = self_cpu_us();
    if (announces) fprintf(stderr, "ready\n");
    uint64_t run0 = now(), frames0 = 0;
    for (int s = 0; s < nwarm + nmsg; s++) { /* broadcast */
        if (s == nwarm) cpu2 = srv_cpu(), self0 = self_cpu_us(), frames0 = frames_in, bytes_in = 0, run0 = now();
        cur = s;
        got = 0;
        want = 0;
        for (int i = 0; i < nconn; i++) want += conns[i].state == OPEN;
        publish(s);
        uint64_t end = now() + timeout_ms * 1000000ull;
        while (!burst && got < want) {
            pump(spin ? 0 : 100);
            if (now() > end) {
                stalled++;
                if (verbose) fprintf(stderr, "broadcast %d: %d of %d after %d ms\n", s, got, want, timeout_ms);
                break;
            }
        }
        if (stalled > 2) break;
        if (gap_ms) pump_for(gap_ms);
    }
    if (burst) {
        uint64_t end = now() + timeout_ms * 1000000ull;
        while (gots[nwarm + nmsg - 1] < nopen - nstuck && now() < end) pump(100);
    }
    double trun = (now() - run0) / 1e9;
    uint64_t cpu3 = srv_cpu();
    double self1 = self_cpu_us();
    long rss2 = srv_rss_kib();
    uint64_t *last = calloc(nmsg, sizeof *last);
    int nl = 0;
    for (int s = nwarm; s < nwarm + nmsg; s++)
        if (gots[s]) last[nl++] = tlast[s] - t0s[s];
    qsort(last, nl, sizeof *last, cmp64);
    qsort(lat, nlat, sizeof *lat, cmp64);
#define MS(x) ((x) / 1e6)
    printf("{\"label\":\"%s\",\"n\":%d,\"size\":%d,\"deflate\":%s,\"opened\":%d,\"failed\":%d,\"lost\":%d,"
           "\"conn_per_s\":%.0f,\"srv_us_per_conn\":%.1f,\"rss0_mib\":%.1f,\"rss_kib_per_conn\":%.2f,\"rss_end_mib\":%.1f,"
           "\"broadcasts\":%d,\"deliveries\":%zu,\"stalled\":%d,\"last_ms_min\":%.3f,\"last_ms_med\":%.3f,\"last_ms_p95\":%.3f,\"last_ms_max\":%.3f,"
           "\"p50_ms\":%.3f,\"p99_ms\":%.3f,\"max_ms\":%.3f,\"srv_us_per_delivery\":%.2f,\"client_us_per_delivery\":%.2f,"
           "\"bytes_per_delivery\":%.0f,\"deliveries_per_s\":%.0f}\n",
           label, nconn, size, deflate_ok ? "true" : "false", opened, failed, ndead - failed, opened / tconn,
           (cpu1 - cpu0) / 1e3 / (opened ? opened : 1), rss0 / 1024.0, (double)(rss1 - rss0) / (opened ? opened : 1), rss2 / 1024.0,
           nl, nlat, stalled, nl ? MS(last[0]) : 0, nl ? MS(last[nl / 2]) : 0, nl ? MS(last[(nl * 95 + 99) / 100 - 1]) : 0, nl ? MS(last[nl - 1]) : 0,
           nlat ? MS(lat[nlat / 2]) : 0, nlat ? MS(lat[nlat * 99 / 100]) : 0, nlat ? MS(lat[nlat - 1]) : 0,
           nlat ? (cpu3 - cpu2) / 1e3 / nlat : 0, nlat ? (self1 - self0) / nlat : 0,
           frames_in > frames0 ? (double)bytes_in / (frames_in - frames0) : 0, nlat / trun);
    return failed || stalled || !nlat;
}
