// Many small engines in one process: each listens on a port of its own and gives replies that a real engine gave.
// Usage: engines COUNT DELAY-MS FOLDER     FOLDER: recorded replies, such as Fixtures/engine/20.10.24
// Prints the ports, a line each, and serves until its standard input ends; then `accepted N most-open N replies N` for all of them together.
// Connections are kept. A reply leaves DELAY-MS after its request came, however many others wait meanwhile.
#include "bench.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>

// What a reply is chosen by: how the path ends, up to its query.
static struct reply {
    const char *path, *file;
    char *bytes;
    size_t count;
} replies[] = {
    {"/_ping", "ping.http", 0, 0},
    {"/containers/json", "containers-all.json", 0, 0},
    {"/version", "version.json", 0, 0},
    {"/info", "info.json", 0, 0},
    {"/images/json", "images.json", 0, 0},
};

struct connection {
    int descriptor;
    bool listens;
    // Counts the descriptor's uses, so that a delayed reply does not go to whoever has the number next.
    unsigned use;
    size_t held;
    char request[4096];
};

// Replies that wait for their time. All wait equally long, so the first in is the first out.
static struct waiting {
    struct connection *to;
    unsigned use;
    struct reply *reply;
    double due;
} *queue;
static size_t first, last, capacity = 1 << 17;

static struct connection *connections;
static int events, timer;
static double delay;
static long accepted, open_now, most_open, replied;

static char *contents(const char *folder, const char *name, size_t *count) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "r");
    if (!file) die("%s: %s", path, strerror(errno));
    char *bytes = malloc(1 << 20);
    *count = fread(bytes, 1, 1 << 20, file);
    fclose(file);
    return bytes;
}

// A file that is no whole reply gets the head that this engine puts before JSON.
static void load(struct reply *reply, const char *folder) {
    size_t count;
    char *body = contents(folder, reply->file, &count);
    if (!strncmp(body, "HTTP/", 5)) {
        reply->bytes = body;
        reply->count = count;
        return;
    }
    reply->bytes = malloc(count + 512);
    int head = sprintf(reply->bytes,
                       "HTTP/1.1 200 OK\r\nApi-Version: 1.41\r\nContent-Type: application/json\r\nDocker-Experimental: false\r\n"
                       "Ostype: linux\r\nServer: Docker/20.10.24+dfsg1 (linux)\r\nContent-Length: %zu\r\n\r\n", count);
    memcpy(reply->bytes + head, body, count);
    reply->count = head + count;
    free(body);
}

static void watch(int descriptor, bool listens) {
    struct connection *one = &connections[descriptor];
    one->descriptor = descriptor;
    one->listens = listens;
    one->use++;
    one->held = 0;
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = one};
    if (epoll_ctl(events, EPOLL_CTL_ADD, descriptor, &event)) die("epoll: %s", strerror(errno));
}

static void listen_somewhere(void) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (descriptor < 0 || bind(descriptor, (struct sockaddr *)&address, length) || listen(descriptor, 16))
        die("no port: %s", strerror(errno));
    getsockname(descriptor, (struct sockaddr *)&address, &length);
    printf("%d\n", ntohs(address.sin_port));
    watch(descriptor, true);
}

static void forget(struct connection *one) {
    close(one->descriptor);
    one->use++;
    open_now--;
}

// A reply is far smaller than a socket's buffer, and there is one at a time: it is written whole or the bench is over.
static void answer(struct connection *one, struct reply *reply) {
    ssize_t count = send(one->descriptor, reply->bytes, reply->count, MSG_NOSIGNAL);
    replied++;
    if (count == (ssize_t)reply->count) return;
    if (count >= 0 || errno == EAGAIN) die("a reply of %zu bytes did not fit", reply->count);
    forget(one);
}

static void set_timer(double due) {
    struct itimerspec spec = {.it_value = {.tv_sec = (time_t)(due / 1e3), .tv_nsec = (long)((due - 1e3 * (time_t)(due / 1e3)) * 1e6)}};
    timerfd_settime(timer, TFD_TIMER_ABSTIME, &spec, NULL);
}

static void answer_due(void) {
    double now = now_ms();
    for (; first < last && queue[first % capacity].due <= now; first++) {
        struct waiting *one = &queue[first % capacity];
        if (one->to->use == one->use) answer(one->to, one->reply);
    }
    if (first < last) set_timer(queue[first % capacity].due);
}

static struct reply *chosen(char *request) {
    char *path = strchr(request, ' ');
    size_t length = path ? strcspn(++path, " ?") : 0;
    for (size_t i = 0; i < sizeof replies / sizeof *replies; i++) {
        size_t end = strlen(replies[i].path);
        if (length >= end && !strncmp(path + length - end, replies[i].path, end)) return &replies[i];
    }
    die("nothing was recorded for: %.200s", request);
}

static void receive(struct connection *one) {
    ssize_t count = recv(one->descriptor, one->request + one->held, sizeof one->request - 1 - one->held, MSG_DONTWAIT);
    if (count <= 0) {
        if (count < 0 && errno == EAGAIN) return;
        return forget(one);
    }
    one->held += count;
    one->request[one->held] = 0;
    if (!strstr(one->request, "\r\n\r\n")) return;
    struct reply *reply = chosen(one->request);
    one->held = 0;
    if (delay <= 0) return answer(one, reply);
    if (last - first == capacity) die("too many requests at once");
    queue[last % capacity] = (struct waiting){one, one->use, reply, now_ms() + delay};
    if (last++ == first) set_timer(queue[first % capacity].due);
}

static void accept_one(struct connection *listener) {
    int descriptor = accept4(listener->descriptor, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC), on = 1;
    if (descriptor < 0) return;
    setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    // A whole list must fit, so that nothing here ever waits for a slow reader.
    int size = 1 << 17;
    setsockopt(descriptor, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
    accepted++;
    if (++open_now > most_open) most_open = open_now;
    watch(descriptor, false);
}

int main(int argc, char **argv) {
    if (argc != 4) die("see the head of engines.c for its usage");
    int count = positive(argv[1]);
    delay = atof(argv[2]);
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max < 65536 ? limit.rlim_max : 65536;
    setrlimit(RLIMIT_NOFILE, &limit);
    connections = calloc(limit.rlim_cur, sizeof *connections);
    queue = calloc(capacity, sizeof *queue);
    for (size_t i = 0; i < sizeof replies / sizeof *replies; i++) load(&replies[i], argv[3]);
    events = epoll_create1(EPOLL_CLOEXEC);
    timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    watch(timer, false);
    watch(0, false);
    for (int i = 0; i < count; i++) listen_somewhere();
    fflush(stdout);
    while (1) {
        struct epoll_event ready[256];
        int number = epoll_wait(events, ready, 256, -1);
        for (int i = 0; i < number; i++) {
            struct connection *one = ready[i].data.ptr;
            if (one->listens) {
                accept_one(one);
            } else if (one->descriptor == timer) {
                unsigned long fired;
                if (read(timer, &fired, sizeof fired) > 0) answer_due();
            } else if (one->descriptor) {
                receive(one);
            } else if (read(0, one->request, 1) <= 0) {
                printf("accepted %ld most-open %ld replies %ld\n", accepted, most_open, replied);
                return 0;
            }
        }
    }
}
